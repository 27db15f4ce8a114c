import { describe, expect, it, vi } from 'vitest';
import { faultOf } from './scenario.ts';
import { SCENARIOS } from './scenario-series.ts';

const SEEDS = [1, 2];
vi.setConfig({ testTimeout: 90_000 });

describe('scenarios', () => {
  it.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
    for (const seed of SEEDS) expect(faultOf(scenario, seed)).toBeUndefined();
  });
});
