import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedWaitMs, settlementOf, type TryOptions } from './settlement-of.ts';

const NOW = 1_000_000;
const first = { attempts: 1, createdAtMs: NOW };
const failed = { kind: 'failed', reason: 'busy' } as const;
const options: TryOptions = {
  outcome: failed,
  nowMs: NOW,
  resendEveryMs: null,
  retryForMs: 86_400_000,
  chance: 0,
};

test.each([
  [1, 1000],
  [2, 2000],
  [5, 16_000],
  [20, 300_000],
])('after try %i that failed the next one comes in %i ms', (attempts, waitMs) => {
  expect(settlementOf({ ...first, attempts }, options)).toEqual({
    kind: 'again',
    reason: 'busy',
    atMs: NOW + waitMs,
  });
});

test('chance takes off half of the wait at most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, chance) => {
        const settled = settlementOf({ ...first, attempts }, { ...options, chance });
        const waitMs = settled.kind === 'again' ? settled.atMs - NOW : Number.NaN;
        const fullMs = Math.min(300_000, 1000 * 2 ** (attempts - 1));
        expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
        expect(waitMs).toBeLessThanOrEqual(fullMs);
      },
    ),
  );
});

test('a channel is left alone for as long as it asks, an hour at most', () => {
  const asked = (retryAfterMs: number) => ({ ...failed, retryAfterMs });
  expect(settlementOf(first, { ...options, outcome: asked(90_000) })).toMatchObject({
    atMs: NOW + 90_000,
  });
  expect(askedWaitMs(asked(1e9))).toBe(3_600_000);
  expect(askedWaitMs(failed)).toBe(0);
});

test('it is over when it was taken, refused, or tried for too long', () => {
  const sent = { kind: 'sent' } as const;
  expect(settlementOf(first, { ...options, outcome: sent, resendEveryMs: 60_000 })).toEqual({
    kind: 'sent',
    resendAtMs: NOW + 60_000,
  });
  const refused = { kind: 'refused', reason: 'no such hook' } as const;
  expect(settlementOf(first, { ...options, outcome: refused })).toEqual({
    kind: 'failed',
    reason: 'no such hook',
  });
  const late = { attempts: 9, createdAtMs: NOW - 86_400_000 };
  expect(settlementOf(late, options)).toEqual({
    kind: 'failed',
    reason: 'busy; given up after 9 tries',
  });
});
