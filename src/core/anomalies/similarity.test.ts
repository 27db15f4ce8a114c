import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { type Likeness, similarityOf } from './similarity.ts';

const JUMP: Likeness = {
  direction: 'above',
  size: 4,
  durationMs: 9 * 60_000,
  localMs: 3 * DAY_MS,
  shares: new Map([
    ['jump_from_5', 0.6],
    ['pattern', 0.4],
  ]),
};

describe('similarityOf()', () => {
  it('is 1 for the same thing and the same both ways round', () => {
    expect(similarityOf(JUMP, JUMP)).toBeCloseTo(1, 12);
    expect(similarityOf(JUMP, { ...JUMP, localMs: JUMP.localMs + 7 * DAY_MS })).toBeCloseTo(1, 12);
    const other = { ...JUMP, size: 9, durationMs: 0, localMs: 0, direction: 'below' };
    expect(similarityOf(JUMP, other)).toBeCloseTo(similarityOf(other, JUMP), 12);
  });
  it('loses of each part what differs', () => {
    const drops = (change: Partial<Likeness>) => 1 - similarityOf(JUMP, { ...JUMP, ...change });
    expect(drops({ direction: 'below' })).toBeCloseTo(0.2, 9);
    expect(drops({ size: 1 })).toBeCloseTo(0.2 * 0.75, 9);
    // 10 minutes against 1, each with the minute that does not count.
    expect(drops({ durationMs: 0 })).toBeCloseTo(0.15 * 0.9, 9);
    expect(drops({ localMs: JUMP.localMs + 3 * HOUR_MS })).toBeCloseTo(0.15 * (1 - 1 / Math.E), 9);
    expect(drops({ localMs: JUMP.localMs - 2 * DAY_MS })).toBeCloseTo(0.15 / 2, 9);
    expect(drops({ shares: new Map([['pattern', 1]]) })).toBeCloseTo(0.3 * 0.6, 9);
  });
  it('leaves out what one of them does not know', () => {
    const unknown = { direction: undefined, size: undefined, durationMs: undefined };
    expect(similarityOf(JUMP, { ...JUMP, ...unknown, shares: new Map() })).toBeCloseTo(1, 12);
    expect(similarityOf({ ...JUMP, size: 0 }, { ...JUMP, size: 0 })).toBeCloseTo(1, 12);
  });
});
