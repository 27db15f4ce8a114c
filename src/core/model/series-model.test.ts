import { array, assert as assertProperty, constantFrom, double, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../calibration/hourly-peaks.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from './policy.ts';
import { SeriesModel, trainSeriesModel } from './series-model.ts';

const STEP = 120_000;
const START = Date.UTC(2026, 10, 2);
const POLICY: SeriesPolicy = { ...DEFAULT_POLICY, stepMs: STEP };

function daily(days: number, seed: number, from = START): Samples {
  const rng = seededRng(seed);
  const times = Float64Array.from({ length: (days * DAY_MS) / STEP }, (_, i) => from + i * STEP);
  const values = times.map(
    (timeMs) => 100 + 30 * Math.sin((2 * Math.PI * timeMs) / DAY_MS) + 2 * gaussian(rng),
  );
  return { times, values };
}

function trained(policy: SeriesPolicy = POLICY): SeriesModel {
  return trainSeriesModel(policy, daily(4, 1), 1);
}

function play(model: SeriesModel, { times, values }: Samples): number[] {
  return Array.from(times, (timeMs, i) => {
    model.observe(timeMs, values[i] ?? Number.NaN);
    return model.last.ratio;
  });
}

function samples(values: number[], from: number): Samples {
  return {
    times: Float64Array.from(values, (_, i) => from + i * STEP),
    values: Float64Array.from(values),
  };
}

const NEXT = START + 4 * DAY_MS;

describe('SeriesModel', () => {
  it('flags a jump once, with what was expected, its direction and who agreed', () => {
    const model = trained();
    const day = daily(0.5, 9, NEXT);
    for (let i = 200; i < 210; i++) day.values[i] = (day.values[i] ?? 0) + 60;
    play(model, day);
    const episodes = model.drainEpisodes();
    expect(episodes).toHaveLength(1);
    const [episode] = episodes;
    expect(episode).toMatchObject({
      openedAtMs: NEXT + 200 * STEP,
      direction: 'above',
      open: false,
    });
    const usual = 100 + 30 * Math.sin((2 * Math.PI * (episode?.peak.timeMs ?? 0)) / DAY_MS);
    expect(Math.abs((episode?.peak.expected ?? 0) - usual)).toBeLessThan(4);
    expect(episode?.peak.ratio).toBeGreaterThan(2.49);
    expect(episode?.detectors.map(({ detector }) => detector)).toContain('zscore');
    expect(model.drainEpisodes()).toEqual([]);
  });
  it('keeps with an episode what made its peak: parts that sum to its ratio, past and quality', () => {
    const model = trainSeriesModel(POLICY, daily(9, 1), 1);
    const from = START + 9 * DAY_MS;
    const day = daily(0.5, 9, from);
    for (let i = 200; i < 210; i++) day.values[i] = (day.values[i] ?? 0) + 60;
    play(model, day);
    const [episode] = model.drainEpisodes();
    const grounds = episode?.grounds;
    const parts = grounds?.contributions ?? [];
    expect(parts.reduce((sum, { ratio }) => sum + ratio, 0)).toBeCloseTo(
      episode?.peak.ratio ?? 0,
      9,
    );
    expect(parts.every(({ ratio }) => ratio > 0)).toBe(true);
    const pattern = parts.find(({ name }) => name === 'pattern');
    expect(pattern?.features?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const [lastWeek, ...before] = grounds?.pastWeeks ?? [];
    expect(Math.abs((lastWeek ?? 0) - (episode?.peak.expected ?? 0))).toBeLessThan(5);
    expect(before).toEqual([null, null, null]);
    expect(grounds?.background).toMatchObject({ learnedSinceMs: START, coverage: 1, gaps: 0 });
    expect(JSON.parse(JSON.stringify(grounds))).toEqual(grounds);
  });

  it('stays quiet on a day like the ones before', () => {
    const model = trained();
    play(model, daily(1, 5, NEXT));
    expect(model.drainEpisodes()).toEqual([]);
    expect(model.last.lower).toBeLessThan(model.last.expected);
    expect(model.last.upper).toBeGreaterThan(model.last.expected);
  });

  it.each([
    ['above_expected', 60, 1],
    ['above_expected', -60, 0],
    ['below_expected', 60, 0],
    ['below_expected', -60, 1],
  ] as const)(
    'with direction %s a step of %d and back makes %d episodes',
    (direction, by, episodes) => {
      const model = trained({ ...POLICY, direction });
      const day = daily(0.3, 9, NEXT);
      for (let i = 100; i < 104; i++) day.values[i] = (day.values[i] ?? 0) + by;
      play(model, day);
      expect(model.drainEpisodes()).toHaveLength(episodes);
    },
  );

  it('does not mind the way back from a side that nobody minds', () => {
    const found = (['both', 'below_expected'] as const).map((direction) => {
      const model = trained({ ...POLICY, direction });
      const day = daily(0.3, 9, NEXT);
      // An hour of far more, then half an hour of half of it: going down, and still above.
      for (let i = 100; i < 190; i++) day.values[i] = (day.values[i] ?? 0) + (i < 160 ? 200 : 100);
      play(model, day);
      return model.drainEpisodes().length;
    });
    expect(found).toEqual([1, 0]);
  });

  it('never calls a deviation below the minimum anomalous', () => {
    const model = trained({ ...POLICY, minDeviation: 80 });
    const day = daily(0.3, 9, NEXT);
    for (let i = 100; i < 104; i++) day.values[i] = (day.values[i] ?? 0) + 60;
    play(model, day);
    expect(model.drainEpisodes()).toEqual([]);
  });

  it('keeps the band within the range the metric can take', () => {
    const model = trained({ ...POLICY, dataRange: [0, 101] });
    play(model, daily(0.5, 9, NEXT));
    expect(model.last.upper).toBeLessThanOrEqual(101);
  });

  it('takes a stricter boundary for its band and ratio, not for what it learns of the usual', () => {
    const [usual, strict] = [trained(), trained()];
    strict.strictness = 2;
    const day = daily(0.2, 6, NEXT);
    for (let i = 100; i < 105; i++) day.values[i] = (day.values[i] ?? 0) + 12;
    for (let i = 0; i < day.times.length; i++) {
      for (const model of [usual, strict]) model.observe(day.times[i] ?? 0, day.values[i] ?? 0);
      expect(strict.momentaryRatio).toBeCloseTo(usual.momentaryRatio, 9);
      expect(strict.last.expected).toBe(usual.last.expected);
      expect(strict.last.upper).toBeGreaterThanOrEqual(usual.last.upper);
      expect(strict.last.ratio).toBeLessThanOrEqual(usual.last.ratio);
    }
    const [counts, same] = [usual, strict].map(({ peaks }) => {
      const reached = new Float64Array(LEVELS.length);
      return [peaks.countRuns(reached, { untilMs: NEXT + DAY_MS }), ...reached];
    });
    expect(counts).toEqual(same);
  });

  it('continues from its bytes exactly as it would have gone on', () => {
    const model = trained();
    play(model, daily(0.2, 6, NEXT));
    const copy = new SeriesModel(POLICY);
    for (const { kind, snapshot } of model.fittedDetectors()) copy.adopt(kind, snapshot);
    copy.restore(model.snapshot());
    const later = daily(1, 7, NEXT + 0.2 * DAY_MS);
    expect(play(copy, later)).toEqual(play(model, later));
    expect(copy.last).toEqual(model.last);
    expect(copy.snapshot()).toEqual(model.snapshot());
  });

  it('goes on with an open episode after a rest', () => {
    const model = trained();
    const day = daily(0.5, 9, NEXT);
    for (let i = 200; i < 230; i++) day.values[i] = (day.values[i] ?? 0) + 60;
    const head = { times: day.times.subarray(0, 205), values: day.values.subarray(0, 205) };
    const tail = { times: day.times.subarray(205), values: day.values.subarray(205) };
    play(model, head);
    const copy = new SeriesModel(POLICY);
    for (const { kind, snapshot } of model.fittedDetectors()) copy.adopt(kind, snapshot);
    copy.restore(model.snapshot());
    copy.resumeEpisodes(JSON.parse(JSON.stringify(model.episodeStates())));
    expect(copy.last.flagged).toBe(true);
    model.drainEpisodes();
    play(model, tail);
    play(copy, tail);
    expect(copy.drainEpisodes()).toEqual(model.drainEpisodes());
  });

  it('unlearns an outage that is over, also when it learns again what it saw before a restart', () => {
    const model = trained();
    const day = daily(1, 9, NEXT);
    day.values.fill(5, 200, 260);
    const before = { state: model.snapshot(), parts: model.fittedDetectors() };
    play(model, day);
    expect(model.drainEpisodes()).toMatchObject([{ open: false, ending: 'returned' }]);
    const copy = new SeriesModel(POLICY);
    copy.restore(before.state);
    for (const { kind, snapshot } of before.parts) copy.adopt(kind, snapshot);
    copy.resumeEpisodes(model.episodeStates());
    day.times.forEach((timeMs, i) => copy.absorb(timeMs, day.values[i] ?? Number.NaN));
    expect(copy.snapshot()).toEqual(model.snapshot());
  });

  it('neither judges nor learns a missing value or a time it has passed', () => {
    const model = trained();
    const before = model.snapshot();
    model.observe(NEXT, Number.NaN);
    model.observe(NEXT, Number.POSITIVE_INFINITY);
    model.observe(NEXT - 10 * STEP, 1e9);
    expect(model.last.ratio).toBe(0);
    model.observe(NEXT, 100);
    const straight = new SeriesModel(POLICY);
    for (const { kind, snapshot } of model.fittedDetectors()) straight.adopt(kind, snapshot);
    straight.restore(before);
    straight.observe(NEXT, 100);
    expect(model.snapshot()).toEqual(straight.snapshot());
  });

  it('never flags before it has been fitted', () => {
    const model = new SeriesModel(POLICY);
    const week = daily(3, 3);
    week.values[1000] = 1e6;
    expect(Math.max(...play(model, week))).toBe(0);
    expect(model.drainEpisodes()).toEqual([]);
    expect(model.confidence).toBeLessThan(0.2);
    expect(model.last.expected).not.toBeNaN();
  });

  it('stays quiet over gaps', () => {
    const model = trained();
    const week = daily(2, 8, NEXT);
    for (const [from, hours] of [
      [100, 1],
      [400, 6],
      [900, 0.2],
    ] as const) {
      week.values.fill(Number.NaN, from, from + (hours * HOUR_MS) / STEP);
    }
    play(model, week);
    expect(model.drainEpisodes()).toEqual([]);
  });

  it('bears any numbers without failing and without a ratio that is none', () => {
    const odd = oneof(
      double(),
      constantFrom(
        0,
        1e300,
        -1e300,
        5e-324,
        Number.MAX_VALUE,
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ),
    );
    assertProperty(
      property(
        array(odd, { minLength: 60, maxLength: 120 }),
        array(odd, { maxLength: 60 }),
        (past, next) => {
          const model = trainSeriesModel(POLICY, samples(past, START), 1);
          for (const ratio of play(model, samples(next, NEXT)))
            expect(ratio).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses state and models it cannot read', () => {
    const model = trained();
    expect(() => model.restore(model.snapshot().slice(0, 500))).toThrow(RangeError);
    expect(() => model.adopt('isolation_forest', Uint8Array.of(1, 2, 3))).toThrow(RangeError);
    expect(() => model.adopt('crystal_ball', Uint8Array.of())).toThrow(
      'Cannot adopt a model of kind "crystal_ball"',
    );
  });
});
