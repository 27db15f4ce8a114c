import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { DEFAULT_POLICY } from '../model/policy.ts';
import { SeriesModel } from '../model/series-model.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { Succession } from './succession.ts';

const STEP = 300_000;
const A_DAY = DAY_MS / STEP;
const START = Date.UTC(2026, 10, 2);
const END = START + 8 * DAY_MS;
const rng = seededRng(1);
const times = Float64Array.from({ length: 8 * A_DAY }, (_, i) => START + i * STEP);
const values = times.map(() => 100 + 2 * gaussian(rng));
// Four dips on the last day.
for (const hour of [4, 9, 14, 19])
  values.fill(60, 7 * A_DAY + 12 * hour, 7 * A_DAY + 12 * hour + 3);
const history: Samples = { times, values };

/** The night after a day with dips, of which the version in force has seen what makes it deaf. */
function night(known: { startMs: number; endMs: number }[]) {
  const model = new SeriesModel({ ...DEFAULT_POLICY, stepMs: STEP });
  const versions = new Succession(model);
  const until = 7 * A_DAY;
  const week = { times: times.subarray(0, until), values: values.subarray(0, until) };
  versions.fit(week, { without: [], known: [], seed: 1 });
  model.learn(week);
  versions.begin();
  model.fit({ ...week, values: week.values.map((value) => 1e6 * value) }, 1);
  for (let i = until; i < times.length; i++) model.observe(times[i] ?? 0, values[i] ?? 0);
  const before = model.fittedDetectors();
  versions.fit(history, { without: [], known, seed: 2 });
  return { before, after: model.fittedDetectors() };
}

describe('a succession', () => {
  it('keeps the version in force where a new one raises more false alarms on the day before', () => {
    const { before, after } = night([]);
    expect(after).toEqual(before);
  });

  it('takes over the new one where what it raises is known', () => {
    const { before, after } = night([{ startMs: START + 7 * DAY_MS, endMs: END }]);
    expect(after).not.toEqual(before);
    expect(after.find(({ kind }) => kind === 'zscore')?.metrics['median']).toBeCloseTo(100, 0);
  });

  it('keeps the version in force where too little is left to fit on', () => {
    const model = new SeriesModel({ ...DEFAULT_POLICY, stepMs: STEP });
    const versions = new Succession(model);
    const all = [{ startMs: START, endMs: END }];
    versions.fit(history, { without: all, known: [], seed: 1 });
    expect(model.fitted).toBe(true);
    const before = model.fittedDetectors();
    versions.begin();
    versions.fit(history, { without: all, known: [], seed: 2 });
    expect(model.fittedDetectors()).toEqual(before);
  });
});
