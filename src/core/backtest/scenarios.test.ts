import { describe, expect, it } from 'vitest';
import { play } from './scenario.ts';
import { SCENARIOS } from './scenario-series.ts';

const SEEDS = [1, 2];
describe('scenarios', () => {
  it.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
    for (const seed of SEEDS) expect(scenario.fault(play(scenario, seed))).toBeUndefined();
  });
});
