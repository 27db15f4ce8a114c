import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { ManualClock } from './manual-clock.ts';
import { retry } from './retry.ts';

/** A clock that only writes down how long it was asked to sleep. */
function sleeplessClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    async sleep(ms) {
      slept.push(ms);
    },
  };
}

const failing = (times: number) => {
  let calls = 0;
  return async () => {
    if (++calls <= times) throw new Error(`failure ${calls}`);
    return calls;
  };
};

test('retry() doubles the wait up to its maximum and gives the first success', async () => {
  const clock = sleeplessClock();
  const options = { attempts: 6, baseMs: 100, maxMs: 500, jitter: 0, clock };
  expect(await retry(failing(4), options)).toBe(5);
  expect(clock.slept).toEqual([100, 200, 400, 500]);
});

test('retry() throws the last error when attempts are used up', async () => {
  const options = { attempts: 3, baseMs: 1, maxMs: 1, clock: sleeplessClock() };
  await expect(retry(failing(9), options)).rejects.toThrow('failure 3');
});

test('retry() does not repeat what would not help', async () => {
  const options = { attempts: 3, baseMs: 1, maxMs: 1, retryable: () => false };
  await expect(retry(failing(9), options)).rejects.toThrow('failure 1');
});

test('retry() waits as long as was asked, but never above its maximum', async () => {
  const clock = sleeplessClock();
  const asked = [7, 300, 9_000];
  const options = { attempts: 4, baseMs: 10, maxMs: 1_000, jitter: 0, clock };
  await retry(failing(3), { ...options, askedWaitMs: () => asked.shift() });
  expect(clock.slept).toEqual([10, 300, 1_000]);
});

test('retry() takes off at most the random share', async () => {
  const clock = sleeplessClock();
  await retry(failing(20), { attempts: 21, baseMs: 100, maxMs: 100, jitter: 0.3, clock });
  expect(Math.min(...clock.slept)).toBeGreaterThanOrEqual(70);
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(100);
  expect(new Set(clock.slept).size).toBeGreaterThan(1);
});

test('retry() stops waiting when its signal aborts', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const clock = new ManualClock();
  const outcome = retry(failing(9), { attempts: 9, baseMs: 60_000, maxMs: 60_000, signal, clock });
  await clock.advance(0);
  expect(clock.sleeping).toBe(1);
  controller.abort(new Error('stopping'));
  await expect(outcome).rejects.toThrow('stopping');
});
