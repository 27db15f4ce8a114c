import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { SeriesModel, trainSeriesModel } from './series-model.ts';
import { compareVersions, type Trial } from './version-trial.ts';

const STEP = 300_000;
const START = Date.UTC(2026, 10, 2);
const POLICY = { ...DEFAULT_POLICY, stepMs: STEP };
const A_DAY = DAY_MS / STEP;

function daily(days: number, seed: number, from = START): Samples {
  const rng = seededRng(seed);
  const times = Float64Array.from({ length: days * A_DAY }, (_, i) => from + i * STEP);
  const values = times.map(
    (timeMs) => 100 + 30 * Math.sin((2 * Math.PI * timeMs) / DAY_MS) + 2 * gaussian(rng),
  );
  return { times, values };
}

/** A day with an outage of two hours, after a week. */
function tried(over: Partial<Trial> = {}) {
  const model = trainSeriesModel(POLICY, daily(7, 1), 1);
  const samples = daily(1, 2, START + 7 * DAY_MS);
  samples.values.fill(10, 100, 124);
  const trial = {
    policy: POLICY,
    state: model.snapshot(),
    samples,
    events: [],
    known: [],
    ...over,
  };
  return { model, trial, champion: model.fittedDetectors() };
}

describe('compareVersions()', () => {
  it('lets both versions judge as live detection does, and counts what touches nothing known', () => {
    const { model, trial, champion } = tried();
    const alike = compareVersions(champion, champion, trial);
    const { times, values } = trial.samples;
    times.forEach((timeMs, i) => model.observe(timeMs, values[i] ?? Number.NaN));
    const episodes = model.drainEpisodes();
    const figures = {
      falseAlarms: episodes.length,
      falseSamples: episodes.reduce((sum, { samples }) => sum + samples, 0),
    };
    expect(episodes.length).toBeGreaterThan(0);
    expect(alike).toEqual({
      fromMs: START + 7 * DAY_MS,
      untilMs: START + 8 * DAY_MS - STEP,
      samples: A_DAY,
      champion: figures,
      challenger: figures,
    });
    const known = [{ startMs: times[110] ?? 0, endMs: times[112] ?? 0 }];
    expect(compareVersions(champion, champion, { ...trial, known }).champion.falseAlarms).toBe(
      episodes.length - 1,
    );
  });

  it('sees versions that were fitted on other things raise other things', () => {
    const { trial, champion: sharp } = tried();
    // Fitted on movements beside which nothing else matters.
    const deaf = new SeriesModel(POLICY);
    const { times, values } = daily(7, 1);
    deaf.fit({ times, values: values.map((value) => 1e6 * value) }, 1);
    const { champion, challenger } = compareVersions(deaf.fittedDetectors(), sharp, trial);
    expect(challenger).not.toEqual(champion);
  });

  it('refuses a state or a part that it cannot read', () => {
    const { trial, champion } = tried();
    const bad = [{ kind: 'zscore', snapshot: Uint8Array.of(1) }];
    expect(() => compareVersions(champion, bad, trial)).toThrow(RangeError);
    const state = trial.state.slice(0, 100);
    expect(() => compareVersions(champion, champion, { ...trial, state })).toThrow(RangeError);
  });
});
