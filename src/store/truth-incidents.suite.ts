import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { pagedAnomalies, watchedSince } from './paged-anomalies.ts';
import { anomaliesInScope } from './past-anomalies.ts';
import { saveDetection } from './save-detection.ts';
import {
  findTruthIncident,
  listTruthIncidents,
  removeTruthIncident,
  saveTruthIncidents,
  type TruthIncidentDraft,
  truthIncidentsWithin,
} from './truth-incidents-table.ts';
import { episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

const HOUR = 60 * MINUTE;

function draft(over: Partial<TruthIncidentDraft> = {}): TruthIncidentDraft {
  return {
    name: 'db down',
    labels: {},
    startedAtMs: T0,
    endedAtMs: null,
    source: 'alertmanager',
    sourceKey: 'f1',
    createdBy: 'alertmanager',
    ...over,
  };
}

/** How what really happened is kept: the same on every database. */
export function describeTruthStore(open: () => Promise<Database>): void {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  describe('saveTruthIncidents()', () => {
    it('keeps one incident for each key, which only ever learns a later end', async () => {
      const ended = draft({ endedAtMs: T0 + HOUR });
      const [first] = await saveTruthIncidents(db, [ended, draft()]);
      expect(first).toMatchObject({ isNew: true, removed: false, endedAtMs: T0 + HOUR });
      const [again] = await saveTruthIncidents(db, [draft({ endedAtMs: T0 + MINUTE })]);
      expect(again).toMatchObject({ isNew: false, endedAtMs: T0 + HOUR });
      const others = [draft({ sourceKey: 'f2' }), draft({ source: 'api' })];
      expect((await saveTruthIncidents(db, others)).map(({ isNew }) => isNew)).toEqual([
        true,
        true,
      ]);
      expect((await listTruthIncidents(db, {}, PAGE)).total).toBe(3);
    });

    it('does not bring back what somebody removed', async () => {
      const [saved] = await saveTruthIncidents(db, [draft()]);
      const id = saved?.id ?? 0;
      expect(await removeTruthIncident(db, id, 'ann')).toBe(true);
      expect(await removeTruthIncident(db, id, 'ann')).toBe(false);
      expect(await saveTruthIncidents(db, [draft()])).toMatchObject([{ id, removed: true }]);
      expect(await findTruthIncident(db, id)).toBeUndefined();
      expect((await listTruthIncidents(db, {}, PAGE)).total).toBe(0);
    });
  });

  it('finds what went on in a range, also what has no end', async () => {
    await saveTruthIncidents(db, [
      draft({ name: 'short', sourceKey: '1', endedAtMs: T0 + MINUTE }),
      draft({ name: 'open', sourceKey: '2' }),
      draft({ name: 'later', sourceKey: '3', startedAtMs: T0 + 3 * HOUR }),
    ]);
    const within = async (startMs: number, endMs: number) =>
      (await truthIncidentsWithin(db, { startMs, endMs })).map(({ name }) => name);
    expect(await within(T0 + HOUR, T0 + 2 * HOUR)).toEqual(['open']);
    expect(await within(T0 - HOUR, T0)).toEqual(['open', 'short']);
    expect(await within(T0 + 3 * HOUR, T0 + 4 * HOUR)).toEqual(['later', 'open']);
  });

  it('says which anomalies fell into an incident that may be about them, and which paged', async () => {
    const { run, metricId } = await watchThreeSeries(db);
    expect(await watchedSince(db)).toBeLessThanOrEqual(Date.now());
    await saveDetection(
      db,
      [0, 1, 2].map((index) =>
        run(index, {
          from: null,
          until: T0,
          episodes: [episodeAt(T0 + index * HOUR, { severity: index === 1 ? 'low' : 'high' })],
        }),
      ),
    );
    // From half an hour after the first anomaly, which is early enough, until before the third.
    const times = { startedAtMs: T0 + HOUR / 2, endedAtMs: T0 + 1.5 * HOUR };
    const about = [{ team: 'x' }, { instance: 'b' }];
    await saveTruthIncidents(
      db,
      about.map((labels, i) => draft({ ...times, labels, sourceKey: String(i) })),
    );
    const scope = { kind: 'query', metricId } as const;
    const range = { kind: 'deviation', sinceMs: T0, most: 10 } as const;
    const inIncident = async () =>
      (await anomaliesInScope(db, scope, range)).map((one) => one.inIncident);
    // Newest first: c too late, b and a within the incident that names no instance.
    expect(await inIncident()).toEqual([false, true, true]);
    const [ofAll] = (await listTruthIncidents(db, {}, PAGE)).rows.filter(
      ({ labels }) => 'team' in labels,
    );
    await removeTruthIncident(db, ofAll?.id ?? 0, 'ann');
    expect(await inIncident()).toEqual([false, true, false]);
    const paged = await pagedAnomalies(db, { startMs: T0, endMs: T0 + 2 * HOUR });
    expect(paged.map(({ labels, alerts }) => [labels['instance'], alerts])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });
}
