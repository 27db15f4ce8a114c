import { describe, expect, it } from 'vitest';
import { changesIn } from './changes.ts';

const MINUTE = 60_000;

/** Minutes at which a series of one value a minute changes; `undefined` where it is away. */
function minutes(values: readonly (number | undefined)[], since = 0): number[] {
  const there = values.flatMap((value, i) => (value === undefined ? [] : [[i * MINUTE, value]]));
  const samples = {
    times: Float64Array.from(there, ([timeMs]) => timeMs ?? 0),
    values: Float64Array.from(there, ([, value]) => value ?? 0),
  };
  return changesIn(samples, since).map((timeMs) => timeMs / MINUTE);
}

function gap(length: number): undefined[] {
  return Array.from({ length }, () => undefined);
}

describe('changesIn()', () => {
  it('finds a rise from zero, once', () => {
    expect(minutes([0, 0, 1, 1, 1, 0, 0, 1])).toEqual([2, 7]);
  });

  it('finds every other value above zero, such as a counter or a generation', () => {
    expect(minutes([3, 3, 4, 4, 2, 0])).toEqual([2, 4]);
  });

  it('finds a series that appears, but not one that was there from the first time asked for', () => {
    expect(minutes([...gap(6), 1, 1])).toEqual([6]);
    expect(minutes([1, 1, 1])).toEqual([]);
  });

  it('takes a short gap for a gap, a long one for an absence', () => {
    expect(minutes([1, ...gap(4), 1])).toEqual([]);
    expect(minutes([1, ...gap(6), 1])).toEqual([7]);
  });
});
