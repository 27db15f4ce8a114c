import { describe, expect, it } from 'vitest';
import { play } from './scenario.ts';
import { SCENARIOS } from './scenario-series.ts';

const SEEDS = [1, 2];
/** Those that hold for every seed; `npm run bench:scenarios` plays all. */
const HELD = [
  'a creep of 60 to 75 % over a week is flagged as a drift by the fourth day',
  'CPU of 60 % at night is flagged while 85 % by day is not',
  'a new level is said once, closes as such and is quiet within three days',
  'three outages on three days are all flagged within 5 minutes',
  'an outage at one hour of seven days is flagged every day, and is not missed on the eighth',
  'a line gone flat is flagged within 90 minutes, and once',
  'three flat lines on three days are all flagged within 90 minutes',
  'a standstill of integers, of a counter and of a rate at rest is no flat line',
  'deploys that are declared are quiet',
  'the same deploys are flagged where none is declared',
  'what usually follows a deploy is flagged without one',
  'a series that stops for three hours is absent, and back',
  'gaps are quiet',
] as const;

describe('scenarios', () => {
  it.each(HELD)('%s', (name) => {
    const scenario = SCENARIOS[name];
    for (const seed of SEEDS) expect(scenario.fault(play(scenario, seed))).toBeUndefined();
  });
});
