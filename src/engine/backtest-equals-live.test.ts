import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scoreOf } from '../core/anomalies/severity.ts';
import { type BacktestResult, backtest } from '../core/backtest/backtest.ts';
import type { AlertBudget } from '../core/calibration/alert-budget.ts';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { readBandChunks } from '../core/model/band-chunk.ts';
import { findAlertBudget } from '../store/alert-budgets-table.ts';
import { listAnomalies } from '../store/anomalies-table.ts';
import { readBands } from '../store/bands-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { MINUTE_MS, noise, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 30_000 });

const STEP_MS = 5 * MINUTE_MS;
/** A night in which Berlin's clock is put back lies among the judged days. */
const START_MS = Date.parse('2026-10-19T00:00:00Z');
const LEARNED_MS = 4 * DAY_MS + 9 * HOUR_MS;
const END_MS = START_MS + 9 * DAY_MS;
/** Now and then, but within the hour that a night's fit may take. */
const RUN_AT_HOURS = [0.1, 0.7, 1.3, 8, 13.5, 24];
const POLICY = { trees: 10, treeSampleSize: 64, zone: 'Europe/Berlin' };

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

/** A daily rhythm with noise; an anomaly over a night's fit, a new level, an outage, missing values and pauses. */
function valueAt(timeMs: number): number | undefined {
  const hour = (timeMs - START_MS) / HOUR_MS;
  const usual = 8 * Math.sin((2 * Math.PI * hour) / 24) + noise(timeMs);
  if (hour > 60 && hour < 61) return undefined;
  if (hour > 112 && hour < 112.5) return usual + 14;
  if (hour > 143.2 && hour < 145.7) return usual - 20;
  if (hour > 160 && hour < 163) return undefined;
  if (hour > 165 && hour < 165.4) return Number.NaN;
  if (hour > 180) return usual + 25;
  return usual;
}

function backtested(alertBudget?: AlertBudget): BacktestResult {
  const times: number[] = [];
  const values: number[] = [];
  for (let timeMs = START_MS; timeMs <= END_MS; timeMs += STEP_MS) {
    const value = valueAt(timeMs);
    if (value === undefined) continue;
    times.push(timeMs);
    values.push(value);
  }
  return backtest(
    { names: ['load'], times: Float64Array.from(times), columns: [Float64Array.from(values)] },
    {
      learnRows: times.filter((timeMs) => timeMs <= START_MS + LEARNED_MS).length,
      policy: POLICY,
      fitWindowMs: 3 * DAY_MS,
      ...(alertBudget && { alertBudget }),
    },
  );
}

it.each([
  ['', undefined],
  [', within an alert budget', { max: 1, everyMs: 7 * DAY_MS }],
])(
  'judges a week as a backtest of the same samples does, also restarted every day%s',
  async (_title, alertBudget) => {
    const { zone, ...policy } = POLICY;
    const options = {
      stepMs: STEP_MS,
      historyMs: 30 * DAY_MS,
      fitWindowMs: 3 * DAY_MS,
      zone,
      policy,
      alertBudget,
    };
    const world = new TestWorld(database, { startMs: START_MS + LEARNED_MS, options });
    world.source.heldFromMs = START_MS;
    world.source.add('load', { host: 'a' }, valueAt);
    let engine = world.engine();
    await engine.detectOnce();
    await engine.trainOnce();
    for (let timeMs = START_MS + 4 * DAY_MS; timeMs < END_MS; timeMs += DAY_MS) {
      for (const hour of RUN_AT_HOURS) {
        await world.clock.advance(Math.max(0, timeMs + hour * HOUR_MS - world.clock.now()));
        await engine.detectOnce();
        await engine.trainOnce();
      }
      await engine.stop();
      engine = world.engine();
    }
    const { rows, episodes } = backtested(alertBudget);
    const anomalies = await listAnomalies(database, {}, { skip: 0, limit: 100 });
    const found = anomalies.rows.map((row) => ({
      kind: row.kind,
      openedAtMs: row.openedAtMs,
      startedAtMs: row.startedAtMs,
      endedAtMs: row.endedAtMs ?? Number.NaN,
      ending: row.context['ending'],
      peak: {
        timeMs: row.timestampMs,
        value: row.value,
        expected: row.expectedValue,
        lower: row.lower,
        upper: row.upper,
        ratio: row.deviationRatio,
      },
      confidence: row.confidence,
    }));
    const expected = episodes.map(
      ({ kind, openedAtMs, startedAtMs, endedAtMs, ending, peak, confidence }) => {
        return { kind, openedAtMs, startedAtMs, endedAtMs, ending, peak, confidence };
      },
    );
    expect(found.toSorted(byOpening)).toEqual(expected.toSorted(byOpening));
    expect(found.length).toBeGreaterThanOrEqual(alertBudget ? 1 : 3);
    const stored = await findAlertBudget(database);
    expect(stored?.strictness ?? 1).toSatisfy((one: number) =>
      alertBudget ? one > 1.1 : one === 1,
    );

    const range = { startMs: START_MS, endMs: END_MS + 1 };
    const bands = readBandChunks(await readBands(database, 1, range));
    const judged = rows.value
      .map((_, row) => row)
      .filter((row) => !Number.isNaN(rows.value[row] ?? 0));
    for (const column of ['expected', 'lower', 'upper'] as const) {
      const columnOf = Float32Array.from(judged, (row) => rows[column][row] ?? Number.NaN);
      expect(bands[column], column).toEqual(columnOf);
    }
    const scores = Float32Array.from(judged, (row) => rows.score[row] ?? Number.NaN);
    bands.ratio.forEach((ratio, i) => expect(scoreOf(ratio)).toBeCloseTo(scores[i] ?? 0, 6));
  },
);

const HOST = { host: 'web-1' };
const LEARN_DAYS = 6;

/** Load at whole hours, and between them on a straight line; two days each that go apart for hours without leaving their range. */
function knot(hour: number, seed: number): number {
  const isApart = [7, 9].some((day) => hour >= 24 * day + 12 && hour < 24 * day + 15);
  return isApart
    ? seed === 2
      ? -1.5
      : 1.5
    : Math.max(-2, Math.min(2, noise(hour * HOUR_MS) - 10));
}

/** What the members of a host tell: memory follows CPU, but for the hours in which it does not; disk has its own trouble. */
const MEMBERS: Readonly<Record<string, (timeMs: number) => number | undefined>> = {
  cpu: (timeMs) => 50 + 10 * load(timeMs, 1) + 0.5 * noise(timeMs, 1),
  memory: (timeMs) => (inGap(timeMs) ? undefined : 8 + load(timeMs, 2) + 0.05 * noise(timeMs, 2)),
  disk: (timeMs) =>
    20 + noise(timeMs, 3) + (timeMs > TROUBLE_MS && timeMs < TROUBLE_MS + HOUR_MS ? 30 : 0),
};
const TROUBLE_MS = START_MS + 8.3 * DAY_MS;

function load(timeMs: number, seed: number): number {
  const hour = (timeMs - START_MS) / HOUR_MS;
  const part = hour - Math.floor(hour);
  return (1 - part) * knot(Math.floor(hour), seed) + part * knot(Math.floor(hour) + 1, seed);
}

function inGap(timeMs: number): boolean {
  return Math.abs(timeMs - START_MS - 8 * DAY_MS) < HOUR_MS;
}

it('judges the series of a host together as a backtest judges the columns of one table, also restarted', async () => {
  const names = Object.keys(MEMBERS);
  const learnedUntilMs = START_MS + LEARN_DAYS * DAY_MS;
  const times = Float64Array.from(
    { length: (10 * DAY_MS) / STEP_MS + 1 },
    (_, i) => START_MS + i * STEP_MS,
  );
  const columns = names.map((name) => times.map((timeMs) => MEMBERS[name]?.(timeMs) ?? Number.NaN));
  const { zone, ...policy } = POLICY;
  const options = {
    stepMs: STEP_MS,
    historyMs: 30 * DAY_MS,
    fitWindowMs: 3 * DAY_MS,
    zone,
    policy,
  };
  const queries = names.map((name) => ({ alias: name, expr: name }));
  const world = new TestWorld(database, {
    startMs: learnedUntilMs,
    options: { ...options, queries },
  });
  world.source.heldFromMs = START_MS;
  for (const name of names) world.source.add(name, HOST, (timeMs) => MEMBERS[name]?.(timeMs));
  let engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  for (let dayMs = learnedUntilMs; dayMs < START_MS + 10 * DAY_MS; dayMs += DAY_MS) {
    for (const hour of [0.1, 0.7, 1.3, 8, 13.5, 24]) {
      await world.clock.advance(Math.max(0, dayMs + hour * HOUR_MS - world.clock.now()));
      await engine.detectOnce();
      await engine.trainOnce();
    }
    await engine.stop();
    engine = world.engine();
  }
  const result = backtest(
    { names, times, columns },
    {
      learnRows: times.filter((timeMs) => timeMs <= learnedUntilMs).length,
      policy: POLICY,
      fitWindowMs: options.fitWindowMs,
    },
  );
  const { rows } = await listAnomalies(database, {}, { skip: 0, limit: 100 });
  const found = rows.map(({ kind, openedAtMs, startedAtMs, endedAtMs, deviationRatio, value }) => {
    return { kind, openedAtMs, startedAtMs, endedAtMs, deviationRatio, value };
  });
  const combinations = result.episodes.filter(({ kind }) => kind === 'combination');
  const expected = [...combinations, ...result.columns.flat()].map(
    ({ kind, openedAtMs, startedAtMs, endedAtMs, peak }) => {
      const { ratio: deviationRatio, value } = peak;
      return { kind, openedAtMs, startedAtMs, endedAtMs, deviationRatio, value };
    },
  );
  expect(found.toSorted(byOpening)).toEqual(expected.toSorted(byOpening));
  expect(combinations).toHaveLength(2);
  expect(result.columns.flat().length).toBeGreaterThan(0);
  expect(world.said).toEqual([]);
});

const byOpening = (a: { openedAtMs: number }, b: { openedAtMs: number }): number =>
  a.openedAtMs - b.openedAtMs;
