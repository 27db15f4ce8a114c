import type { Judgement } from '../model/judgement.ts';

/**
 * How far the abnormal samples of an episode went so far: each figure is that of the worst sample in its respect, so none
 * ever falls. All are finite, so that JSON keeps them.
 */
export interface Reach {
  /** Largest distance from what was expected. */
  readonly distance: number;
  /** The same as a part of what was expected. */
  readonly relative: number;
  /** The same in widths of the band on its side: 1 is its limit. */
  readonly widths: number;
}

type Measured = Pick<Judgement, 'value' | 'expected' | 'lower' | 'upper'>;

export function reachOf({ value, expected, lower, upper }: Readonly<Measured>): Reach {
  const distance = Math.abs(value - expected);
  const width = Math.abs((value > expected ? upper : lower) - expected);
  return {
    distance: finite(distance),
    relative: finite(distance / Math.abs(expected)),
    widths: finite(distance / width),
  };
}

/** What two of them reach together. */
export function farther(one: Reach, other: Reach): Reach {
  return {
    distance: Math.max(one.distance, other.distance),
    relative: Math.max(one.relative, other.relative),
    widths: Math.max(one.widths, other.widths),
  };
}

/** Nothing there is 0; beyond every measure is the largest number. */
function finite(size: number): number {
  return Number.isNaN(size) ? 0 : Math.min(size, Number.MAX_VALUE);
}
