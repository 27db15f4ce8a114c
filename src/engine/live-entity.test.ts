import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CivilTime, HOUR_MS } from '../core/civil-time.ts';
import { JointModel } from '../core/entity/joint-model.ts';
import { EVIDENCE_VIEWS } from '../core/model/evidence-views.ts';
import type { EntityCheckpoint } from '../store/entities-table.ts';
import type { StoredQuery } from '../store/queries-table.ts';
import type { JudgedModel } from './judged-samples.ts';
import { LiveEntity } from './live-entity.ts';
import { LiveSeries } from './live-series.ts';
import { MINUTE_MS, NOON_MS, noise } from './test-engine.ts';
import { watchQuery } from './watched-query.ts';

const LABELS = { instance: 'web-1:9100' };
const ENTITY = { instance: 'web-1' };
const UTC = new CivilTime('UTC');
const OPTIONS = { stepMs: 5 * MINUTE_MS, civil: UTC };
const strictnessAt = () => 1;

function seriesOf(id: number, stepMs: number): LiveSeries {
  const query: StoredQuery = {
    id,
    alias: `metric ${id}`,
    expr: 'up',
    metricType: 'gauge',
    unit: '',
    description: '',
    options: { step: `${stepMs}ms` },
    origin: 'config',
    active: true,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
  const stored = {
    id,
    queryId: id,
    metricName: query.alias,
    expr: query.expr,
    unit: '',
    labels: LABELS,
    labelsKey: '',
    state: 'ready' as const,
    reason: '',
    stepMs,
    samplesSeen: 0,
    firstSeenAtMs: 0,
    lastSampleAtMs: null,
  };
  return new LiveSeries(stored, watchQuery(query, { stepMs, zone: 'UTC', policy: {} }));
}

/** What a model says of the sample at `timeMs`. */
function judgedAt(timeMs: number, seed: number): JudgedModel {
  const value = noise(timeMs, seed);
  const last = { timeMs, value, expected: 10, lower: 7, upper: 13, ratio: 0.2, flagged: false };
  return {
    last,
    writeEvidence: (out, at) => void out.fill(Math.abs(value - 10), at, at + EVIDENCE_VIEWS),
    momentaryRatio: 0.2,
    normalAfter: undefined,
  };
}

/** One member comes every minute, with a gap, the other every five minutes. */
function members(): LiveSeries[] {
  return [seriesOf(1, MINUTE_MS), seriesOf(2, 5 * MINUTE_MS)];
}

function hasSample({ id, query }: LiveSeries, timeMs: number): boolean {
  const isGap = id === 1 && Math.abs(timeMs - NOON_MS - HOUR_MS) < 7 * MINUTE_MS;
  return timeMs % query.stepMs === 0 && !isGap;
}

/** Six hours, judged after each of `minutes` (repeated), read again from its checkpoint where they say so. */
function judged(rounds: readonly { readonly minutes: number; readonly restarts: boolean }[]) {
  let series = members();
  let entity = new LiveEntity(ENTITY, new JointModel([1, 2], OPTIONS), NOON_MS);
  let rows = 0;
  let saved: EntityCheckpoint | undefined;
  for (let timeMs = NOON_MS, round = 0; timeMs < NOON_MS + 6 * HOUR_MS; round++) {
    const { minutes, restarts } = rounds[round % rounds.length] ?? { minutes: 5, restarts: false };
    if (restarts && saved) {
      entity = LiveEntity.resume(saved, UTC);
      const waiting = series.map(({ judged: { size } }) => size);
      // What waited is judged again by the models, which were saved before it.
      if (waiting.every((size) => size === 0)) series = members();
    }
    const untilMs = Math.min(timeMs + minutes * MINUTE_MS, NOON_MS + 6 * HOUR_MS);
    for (const one of series) {
      one.judged.listen(entity.judgedUntilMs);
      for (let at = timeMs + MINUTE_MS; at <= untilMs; at += MINUTE_MS) {
        if (hasSample(one, at)) one.judged.add(judgedAt(at, one.id));
      }
    }
    entity.follow(series);
    const found = entity.judge(untilMs, strictnessAt);
    if (found > 0) saved = JSON.parse(JSON.stringify(entity.checkpoint()), revived);
    rows += found;
    timeMs = untilMs;
  }
  return { rows, state: [...entity.checkpoint().state] };
}

/** Bytes come back from JSON as an object of their places. */
function revived(key: string, value: unknown): unknown {
  return key === 'state' ? Uint8Array.from(Object.values(Object(value))) : value;
}

describe('LiveEntity', () => {
  it('judges a row at every longest step, however the samples come in and whenever it is read again', () => {
    const whole = judged([{ minutes: 360, restarts: false }]);
    expect(whole.rows).toBe(72);
    const round = fc.record({ minutes: fc.integer({ min: 1, max: 50 }), restarts: fc.boolean() });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 9 }), (rounds) => {
        expect(judged(rounds)).toEqual(whole);
      }),
      { numRuns: 20, seed: 5 },
    );
  });

  it('passes over rows for which fewer than two members have a sample', () => {
    const [first] = members();
    const entity = new LiveEntity(ENTITY, new JointModel([1, 2], OPTIONS), NOON_MS);
    const before = entity.model.snapshot();
    if (first === undefined) throw new TypeError('Cannot follow the members: there is none');
    first.judged.listen(NOON_MS);
    first.judged.add(judgedAt(NOON_MS + 5 * MINUTE_MS, 1));
    entity.follow([first, seriesOf(2, 5 * MINUTE_MS)]);
    expect(entity.judge(NOON_MS + 5 * MINUTE_MS, strictnessAt)).toBe(1);
    expect(entity.model.snapshot()).toEqual(before);
  });

  it('keeps no more than 480 samples of a series that nobody judges', () => {
    const [first] = members();
    first?.judged.listen(NOON_MS);
    for (let minute = 1; minute <= 1000; minute++) {
      first?.judged.add(judgedAt(NOON_MS + minute * MINUTE_MS, 1));
    }
    expect(first?.judged.size).toBeLessThanOrEqual(480);
    first?.judged.listen(Number.POSITIVE_INFINITY);
    expect(first?.judged.size).toBe(0);
  });
});
