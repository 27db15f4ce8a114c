import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { seededRng } from '../random.ts';
import { decideBudget, decisionAt, recentPastFrom, recentPastOf } from './alert-budget.ts';
import { DEFAULT_LEVEL, HourlyPeaks } from './hourly-peaks.ts';

const WEEK_MS = 7 * DAY_MS;
const END_MS = 100 * DAY_MS;
const NOW = { inForce: 1, others: 0 };

test('40 anomalies in the past 14 days and a budget of two a week: about the four highest are kept', () => {
  const past = recentPastOf([seriesWith(40, (i) => 1.02 + i / 20)], END_MS);
  const decision = decideBudget(past, { max: 2, everyMs: WEEK_MS }, NOW);
  expect(decision.found).toBe(40);
  expect(decision.days).toBe(14);
  expect(Math.abs(decision.kept - 4)).toBeLessThanOrEqual(1);
  expect(decision.expected).toBeLessThanOrEqual(2);
});

test('the same past in four series is four times as much', () => {
  const one = recentPastOf([seriesWith(10, () => 1.5)], END_MS);
  const four = recentPastOf(
    Array.from({ length: 4 }, () => seriesWith(10, () => 1.5)),
    END_MS,
  );
  const at = (past: typeof one, max: number) => decideBudget(past, { max, everyMs: WEEK_MS }, NOW);
  expect(four).toMatchObject({ series: 4, hours: 4 * 336 });
  expect(at(four, 100).expected).toBeCloseTo((40.5 / 10.5) * at(one, 100).expected, 9);
  expect(at(one, 6).strictness).toBeLessThan(1);
  expect(at(four, 6).strictness).toBeGreaterThan(1.5);
});

test('more budget never asks for a higher boundary, and a decision within it never expects more than it', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const rng = seededRng(seed);
    const series = Array.from({ length: 1 + Math.floor(rng() * 5) }, () =>
      seriesWith(Math.floor(rng() * 60), () => 0.7 - Math.log(1 - rng()) * rng()),
    );
    const past = recentPastOf(series, END_MS);
    const options = { inForce: 0.75 + 3 * rng(), others: Math.floor(4 * rng()) };
    let before = Number.POSITIVE_INFINITY;
    for (let max = 0; max < 50; max += 0.5) {
      const { strictness, expected, kept, found } = decideBudget(
        past,
        { max, everyMs: WEEK_MS },
        options,
      );
      expect(strictness).toBeLessThanOrEqual(before);
      if (strictness < 4) expect(expected).toBeLessThanOrEqual(max);
      if (strictness >= 1) expect(kept).toBeLessThanOrEqual(found);
      before = strictness;
    }
  }
});

test('counts never grow with the boundary, also where a long anomaly falls apart', () => {
  const series = new HourlyPeaks();
  series.learn(0, 0);
  for (let hour = 0; hour < 20; hour++)
    series.learn(END_MS + (hour - 20) * HOUR_MS, hour % 2 === 0 ? 3 : 0.9);
  const { counts } = recentPastOf([{ peaks: series }], END_MS);
  expect([...counts]).toEqual([...counts].toSorted((a, b) => b - a));
  expect(counts[0]).toBe(10);
});

test('what happened once or twice is not taken for the worst that can happen', () => {
  const short = recentPastOf([seriesWith(2, () => 1.5, 3)], END_MS);
  const { strictness } = decideBudget(short, { max: 1, everyMs: 28 * DAY_MS }, NOW);
  expect(strictness).toBeGreaterThan(1.5);
  expect(strictness).toBeLessThan(4);
});

test('a quiet past lets the boundary down to three quarters, no past lets it there too but for what else is found', () => {
  const quiet = recentPastOf([seriesWith(0, () => 0)], END_MS);
  expect(decideBudget(quiet, { max: 2, everyMs: WEEK_MS }, NOW).strictness).toBeCloseTo(0.749, 3);
  const none = recentPastOf([], END_MS);
  expect(decideBudget(none, { max: 2, everyMs: WEEK_MS }, NOW)).toMatchObject({
    expected: 0,
    found: 0,
    kept: 0,
    days: 0,
  });
});

test('anomalies that no boundary decides are spent first; a budget that cannot hold gets four times the boundary and says what to expect', () => {
  const past = recentPastOf([seriesWith(20, () => 1.5)], END_MS);
  const budget = { max: 2, everyMs: WEEK_MS };
  const alone = decideBudget(past, budget, NOW);
  const beside = decideBudget(past, budget, { inForce: 1, others: 7 });
  expect(beside.strictness).toBeGreaterThan(alone.strictness);
  const beyond = decideBudget(past, budget, { inForce: 1, others: 20 });
  expect(beyond.strictness).toBe(4);
  expect(beyond.expected).toBeGreaterThan(5);
});

test('a boundary in force that holds stays for what is little; it goes up at once', () => {
  const past = recentPastOf([seriesWith(40, (i) => 1.02 + i / 20)], END_MS);
  const budget = { max: 2, everyMs: WEEK_MS };
  const { strictness } = decideBudget(past, budget, NOW);
  const decide = (inForce: number) => decideBudget(past, budget, { inForce, others: 0 }).strictness;
  const levels = (by: number) => strictness * 2 ** (by / 24);
  expect(decide(levels(4))).toBeCloseTo(levels(4), 9);
  expect(decide(levels(5))).toBe(strictness);
  expect(decide(levels(-1))).toBe(strictness);
});

/** A series that has been looked at for 14 days (or the last of them), in which `anomalies` hours far from each other peak. */
function seriesWith(anomalies: number, peak: (i: number) => number, days = 14) {
  const peaks = new HourlyPeaks();
  const from = END_MS / HOUR_MS - 24 * days;
  const apart = Math.floor((24 * days) / Math.max(1, anomalies));
  peaks.learn((from - 72) * HOUR_MS, 0);
  for (let hour = 0; hour < 24 * days; hour++) {
    const i = Math.floor(hour / apart);
    const isPeak = hour % apart === 0 && i < anomalies;
    peaks.learn((from + hour) * HOUR_MS, isPeak ? peak(i) : 0.3);
  }
  return { peaks };
}

test('a decision sees what came before midnight and is in force from one o’clock to one o’clock', () => {
  const midnightMs = Date.UTC(2026, 10, 24);
  const lookBack = { startMs: midnightMs - 14 * DAY_MS, endMs: midnightMs };
  const decision = { lookBack, sinceMs: midnightMs + HOUR_MS };
  expect(decisionAt(midnightMs + HOUR_MS)).toEqual(decision);
  expect(decisionAt(midnightMs + DAY_MS + HOUR_MS - 1)).toEqual(decision);
  expect(decisionAt(midnightMs + HOUR_MS - 1).lookBack.endMs).toBe(midnightMs - DAY_MS);
});

test('where only large anomalies count, a lower boundary adds none', () => {
  const past = recentPastOf([seriesWith(40, (i) => 1.02 + i / 20)], END_MS);
  const large = recentPastFrom(past, 2);
  // 1.02 + i / 20 is 2 or more from i = 20 on.
  expect(large.counts[DEFAULT_LEVEL]).toBe(20);
  expect(Math.max(...large.counts)).toBe(20);
  expect(large.counts.at(-1)).toBe(past.counts.at(-1));
  const beyond = recentPastFrom(past, 50);
  expect(Math.max(...beyond.counts)).toBe(past.counts.at(-1));
});
