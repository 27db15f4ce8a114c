/** A source of uniform numbers in [0, 1). */
export type Rng = () => number;

/**
 * A seeded uniform generator (mulberry32): the same 32-bit `seed` gives the same numbers on every
 * machine, so that a fit is repeatable.
 */
export function seededRng(seed: number): Rng {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal number from two uniform ones (Box and Muller, 1958). */
export function gaussian(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}
