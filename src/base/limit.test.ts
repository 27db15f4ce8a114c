import { expect, test } from 'vitest';
import { limit } from './limit.ts';

test('limit() runs no more than it may, in order, and goes on after a failure', async () => {
  const limited = limit(2);
  const started: number[] = [];
  let running = 0;
  let peak = 0;
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((id) =>
      limited(async () => {
        started.push(id);
        peak = Math.max(peak, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        if (id === 2) throw new Error('failed');
        return id;
      }),
    ),
  );
  expect(peak).toBe(2);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});

test('limit() refuses a count that would never run anything', () => {
  expect(() => limit(0)).toThrow(RangeError);
});
