import { assert as assertProperty, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from './policy.ts';
import { SeriesModel } from './series-model.ts';

const POLICY: SeriesPolicy = { ...DEFAULT_POLICY, stepMs: 60_000, trees: 20 };

/** A history with pauses, missing values and stamps that stand still. */
function troubled(seed: number): Samples {
  const rng = seededRng(seed);
  let timeMs = Date.UTC(2026, 10, 2);
  const times = Float64Array.from({ length: 1500 }, () => {
    const luck = rng();
    timeMs += POLICY.stepMs * (luck < 0.002 ? 40 : luck < 0.004 ? 5 : luck < 0.006 ? 0 : 1);
    return timeMs;
  });
  const values = times.map(() => (rng() < 0.003 ? Number.NaN : 50 + 5 * gaussian(rng)));
  return { times, values };
}

it('learning a history at once leaves the same state as learning it sample by sample', () => {
  assertProperty(
    property(integer(), (seed) => {
      const history = troubled(seed);
      const [atOnce, oneByOne] = [new SeriesModel(POLICY), new SeriesModel(POLICY)];
      for (const model of [atOnce, oneByOne]) model.fit(history, seed);
      atOnce.learn(history);
      history.times.forEach((timeMs, i) => {
        oneByOne.absorb(timeMs, history.values[i] ?? Number.NaN);
      });
      oneByOne.settle();
      expect(atOnce.snapshot()).toEqual(oneByOne.snapshot());
      expect(atOnce.last).toEqual(oneByOne.last);
    }),
    { numRuns: 10 },
  );
});
