import { DAY_MS } from '../civil-time.ts';
import { gaussian, type Rng } from '../random.ts';
import type { Signal } from './scenario.ts';

/** Series on which nothing ever happens, by kind. For tests and benchmarks: nothing of it is in the product. */
export const CLEAN_SERIES: Readonly<Record<string, (rng: Rng, stepMs: number) => Signal>> = {
  Gaussian: (rng) => () => 50 + 5 * gaussian(rng),
  sine: (rng) => (day) => 100 + 20 * Math.sin(2 * Math.PI * day) + 3 * gaussian(rng),
  constant: () => () => 42,
  // A rate of 30 events a second, counted.
  counter: (rng, stepMs) => {
    const expected = (30 * stepMs) / 1000;
    return () => Math.round(expected + Math.sqrt(expected) * gaussian(rng)) / (stepMs / 1000);
  },
  lognormal: (rng) => () => Math.exp(1 + 0.6 * gaussian(rng)),
  bursty: (rng) => () => 20 + gaussian(rng) + (rng() < 0.01 ? 15 + 30 * rng() : 0),
  'small integers': (rng) => () => Math.floor(4 * rng()),
  'with gaps': (rng, stepMs) => {
    const stepsADay = DAY_MS / stepMs;
    let gap = 0;
    return (day) => {
      const value = 100 + 20 * Math.sin(2 * Math.PI * day) + 3 * gaussian(rng);
      // About three pauses a day, most of them short, and single samples missing.
      if (gap > 0) gap--;
      else if (rng() < 3 / stepsADay) gap = Math.ceil((stepsADay / 12) * rng() ** 3);
      return gap > 0 || rng() < 0.01 ? Number.NaN : value;
    };
  },
};
