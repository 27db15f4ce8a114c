import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { missOfDays } from './seasonal-outlook.ts';
import { SmoothHistory } from './smooth-history.ts';

const STEP_MS = 300_000;
const DAY = DAY_MS / STEP_MS;

/** Ten days at 10, but at 50 from noon to one on some of them. */
function daysWithJobs(...jobs: readonly number[]): SmoothHistory {
  const history = new SmoothHistory(STEP_MS);
  for (let bin = 0; bin < 10 * DAY; bin++) {
    const hour = ((bin % DAY) * STEP_MS) / HOUR_MS;
    const isJob = hour >= 12 && hour < 13 && jobs.includes(Math.floor(bin / DAY));
    history.learn(bin * STEP_MS, isJob ? 50 : 10);
  }
  return history;
}

const at = (hour: number): number => 10 * DAY + (hour * HOUR_MS) / STEP_MS;

it('a level was met at this time where two of the last seven days had it', () => {
  expect(missOfDays(daysWithJobs(4, 9), at(12.5), 53)).toBeCloseTo(3, 4);
  expect(missOfDays(daysWithJobs(9), at(12.5), 53)).toBeCloseTo(43, 4);
  expect(missOfDays(daysWithJobs(1, 2), at(12.5), 53)).toBeCloseTo(43, 4);
});

it('a quarter of an hour earlier or later is the same time, three hours are not', () => {
  const history = daysWithJobs(4, 9);
  expect(missOfDays(history, at(11.75), 50)).toBeCloseTo(0, 4);
  expect(missOfDays(history, at(9), 50)).toBeCloseTo(40, 4);
});

it('nothing was met before two days are known', () => {
  const history = new SmoothHistory(STEP_MS);
  for (let bin = 0; bin < 1.5 * DAY; bin++) history.learn(bin * STEP_MS, 10);
  expect(missOfDays(history, 1.5 * DAY, 10)).toBe(Number.POSITIVE_INFINITY);
});
