import { describe, expect, it } from 'vitest';
import { alertStarts } from './alert-starts.ts';
import type { BacktestRows } from './backtest-rows.ts';
import { countEvents, eventRates } from './event-metrics.ts';
import { nabPart, nabScore } from './nab-score.ts';
import { scoreFile } from './score-file.ts';
import { groupFigures, meanFigures } from './scorecard.ts';
import { topCauses } from './top-cause.ts';
import { truthEvents } from './truth-events.ts';

const STEP = 300_000;

/** Rows five minutes apart. */
function rowsOf(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => row * STEP);
}

/** 1 at the rows, 0 elsewhere. */
function marks(count: number, rows: readonly number[]): Uint8Array {
  const marked = new Uint8Array(count);
  for (const row of rows) marked[row] = 1;
  return marked;
}

/** 10 learned rows, then 289: a day. */
function judged(flagged: readonly number[], labelled: readonly number[]) {
  const flag = marks(289, flagged);
  const empty = new Float64Array(289);
  const rows: BacktestRows = {
    value: empty,
    expected: empty,
    lower: empty,
    upper: empty,
    score: Float64Array.from(flag),
    flag,
  };
  const times = rowsOf(299);
  const labels = marks(
    299,
    labelled.map((row) => row + 10),
  );
  const frame = { times, names: ['a'], columns: [times] };
  return scoreFile(frame, rows, { labels, learnRows: 10, stepMs: STEP, vusWindow: 0 });
}

describe('truthEvents()', () => {
  it('joins labels three steps apart and lets an alert miss them by two', () => {
    expect(truthEvents(rowsOf(30), marks(30, [5, 8, 12, 29]), { stepMs: STEP })).toEqual([
      { first: 5, last: 8, from: 3, to: 10 },
      { first: 12, last: 12, from: 10, to: 14 },
      { first: 29, last: 29, from: 27, to: 29 },
    ]);
  });

  it('takes official windows as they are, and only those that hold a row', () => {
    const windows = [
      [2 * STEP, 4 * STEP],
      [100 * STEP, 101 * STEP],
    ] as const;
    expect(truthEvents(rowsOf(10), new Uint8Array(10), { stepMs: STEP, windows })).toEqual([
      { first: 2, last: 4, from: 2, to: 4 },
    ]);
  });
});

describe('alertStarts()', () => {
  it('tells again every hour, and anew after more than three steps', () => {
    const flags = marks(40, [...Array.from({ length: 13 }, (_, i) => 2 + i), 17, 21]);
    // Row 14 is an hour after row 2; row 17 is three steps behind row 14, row 21 four behind row 17.
    expect(alertStarts(rowsOf(40), flags, STEP)).toEqual([2, 14, 21]);
  });
});

describe('countEvents()', () => {
  it('counts what was met, how late, and alerts that met nothing', () => {
    const times = rowsOf(60);
    const events = truthEvents(times, marks(60, [10, 11, 12, 30, 50]), { stepMs: STEP });
    const counts = countEvents(times, marks(60, [2, 12, 29, 40]), { events, stepMs: STEP });
    // Met: row 12, two steps late; row 29, one step early. Events hold 7 + 5 + 5 of 60 rows.
    expect(counts).toMatchObject({ events: 3, detected: 2, falseAlarms: 2 });
    expect(counts.delaysMs).toEqual([2 * STEP, 0]);
    expect(counts.quietShare).toBeCloseTo(43 / 60, 12);
    expect(eventRates(counts)).toEqual({ precision: 0.5, recall: 2 / 3, f1: 4 / 7 });
  });

  it('has no rates without events and alarms', () => {
    const counts = countEvents(rowsOf(5), new Uint8Array(5), { events: [], stepMs: STEP });
    expect(eventRates(counts)).toEqual({
      precision: Number.NaN,
      recall: Number.NaN,
      f1: Number.NaN,
    });
  });
});

describe('the score of NAB', () => {
  const windows = [[10 * STEP, 14 * STEP]] as const;
  const partOf = (rows: readonly number[]) =>
    nabPart(rowsOf(20), marks(20, rows), { windows, stepMs: STEP });

  it('is 100 for an alert at the first row of the window and 0 for silence', () => {
    expect(nabScore([partOf([10])])).toBeCloseTo(100, 12);
    expect(nabScore([partOf([])])).toBe(0);
  });

  it('takes 0.11 for an alarm before any window, less for one behind, and nothing in the first 15 %', () => {
    expect(partOf([5]).gain).toBeCloseTo(-0.11, 12);
    // Half a width (4 rows) behind the window: 2 / (1 + e^2.5) − 1.
    expect(partOf([16]).gain).toBeCloseTo(0.11 * -0.848_283_64, 8);
    expect(partOf([1]).gain).toBe(0);
  });

  it('gives a later alert within the window less', () => {
    // One row before the end of five: 1 + σ(−0.4) / σ(−1).
    const points = (2 / (1 + Math.exp(-2)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    expect(partOf([13]).gain).toBeCloseTo(1 + points, 12);
  });
});

describe('topCauses()', () => {
  it('asks for the column named at the highest score of each event that has rows', () => {
    const rows = {
      times: rowsOf(4),
      score: Float64Array.of(0.2, 0.9, 0.3, 0.8),
      topColumn: Uint16Array.of(0, 1, 2, 0),
    };
    const causes = [
      { fromMs: 0, toMs: 2 * STEP, columns: [1, 2] },
      { fromMs: 2 * STEP, toMs: 3 * STEP, columns: [2] },
      { fromMs: 9 * STEP, toMs: 9 * STEP, columns: [0] },
    ];
    expect(topCauses(causes, rows)).toEqual([true, false]);
  });
});

describe('a scorecard', () => {
  it('counts the events of a group together and takes the mean of its VUS-PR', () => {
    const group = groupFigures([judged([100, 200], [100]), judged([], []), judged([], [20])]);
    expect(group).toMatchObject({
      files: 3,
      events: 2,
      falseAlarms: 1,
      precision: 0.5,
      recall: 0.5,
    });
    // Two rows of one score hold the only label: 1/2. Nothing told apart: 1/289. The second file has no label.
    expect(group.vusPr).toBeCloseTo((0.5 + 1 / 289) / 2, 12);
    expect(group.falseAlarmsPerDay).toBeCloseTo(1 / (2 * (284 / 289) + 1), 12);
    expect(group.medianDelayMs).toBe(0);
    expect(group.topCause).toBeNaN();
  });

  it('gives every group the same weight', () => {
    const good = groupFigures([judged([100], [100])]);
    const poor = groupFigures([judged([200], [100]), judged([], [100])]);
    expect(meanFigures([good, poor])).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 });
  });
});
