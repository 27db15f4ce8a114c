import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../core/civil-time.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { decideRule, listRules } from '../store/rules-table.ts';
import { saveDetection } from '../store/save-detection.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { confirmAnomaly } from '../store/verdicts-table.ts';
import {
  episodeAt,
  MINUTE,
  PAGE,
  T0,
  type Watched,
  watchThreeSeries,
} from '../store/watched.suite.ts';
import { proposeForPatterns } from './pattern-proposals.ts';

let database: EmbeddedDatabase;
let watched: Watched;
/** Up to when each series is scored. */
const scoredMs = new Map<number, number>();
beforeEach(async () => {
  scoredMs.clear();
  database = await openTestDatabase();
  watched = await watchThreeSeries(database);
});
afterEach(() => database.close());

const NOW = { nowMs: T0 + DAY_MS };

/** Ten minutes at the same time of a day, `distance` beyond 40, on one of three series; its id. */
async function falseAlarm(series: number, daysBefore: number, distance = 20): Promise<number> {
  const atMs = T0 - daysBefore * DAY_MS;
  const reach = { distance, relative: distance / 40, widths: distance / 10 };
  const context = {
    reach,
    zone: 'UTC',
    abnormal_samples: 10,
    contributions: [{ name: 'pattern', share: 1 }],
  };
  const episode = episodeAt(atMs, {
    lastAtMs: atMs + 9 * MINUTE,
    endedAtMs: atMs + 10 * MINUTE,
    context,
  });
  const run = watched.run(series, {
    from: scoredMs.get(series) ?? null,
    until: atMs,
    episodes: [episode],
  });
  const saved = await saveDetection(database, [run]);
  scoredMs.set(series, atMs);
  const id = saved.episodes[0]?.id ?? 0;
  await confirmAnomaly(database, id, { confirmed: false, user: 'ann' });
  return id;
}

const rules = async () => (await listRules(database, {}, PAGE)).rows;

describe('proposeForPatterns()', () => {
  it('proposes one rule for what was called false three times on one series, and none again', async () => {
    const ids = [await falseAlarm(0, 3), await falseAlarm(0, 2, 25)];
    expect(await proposeForPatterns(database, NOW)).toEqual([]);
    ids.push(await falseAlarm(0, 1));
    const [id = 0, ...others] = await proposeForPatterns(database, NOW);
    expect(others).toEqual([]);
    const [rule] = await rules();
    expect(rule).toMatchObject({
      id,
      status: 'proposed',
      scope: { kind: 'series', seriesId: watched.seriesIds[0] },
      anomalyId: ids[2],
      createdBy: 'saimon',
      reason: 'Called false 3 times in four weeks',
      effect: { falseAlarms: ids.toReversed(), confirmedLost: [] },
    });
    expect(await proposeForPatterns(database, NOW)).toEqual([]);
    await decideRule(database, id, { from: ['proposed'], to: 'rejected', user: 'ann' });
    expect(await proposeForPatterns(database, NOW)).toEqual([]);
  });

  it('proposes for the query what was called false on several of its series', async () => {
    for (const series of [0, 1, 2]) await falseAlarm(series, 1);
    expect(await proposeForPatterns(database, NOW)).toHaveLength(1);
    expect((await rules())[0]?.scope).toEqual({ kind: 'query', metricId: watched.metricId });
  });

  it('does not take for one pattern what comes at another time of day, or long ago', async () => {
    await falseAlarm(0, 3);
    await falseAlarm(0, 2.5);
    await falseAlarm(0, 1);
    await falseAlarm(1, 28);
    expect(await proposeForPatterns(database, NOW)).toEqual([]);
  });
});
