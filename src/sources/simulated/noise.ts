import { gaussian, seededRng } from '../../core/random.ts';

/** A signal over time: a pure function of epoch milliseconds, quickest when times rise. */
export type Signal = (timeMs: number) => number;

/** A 32-bit number from a seed and a name, so that every series has noise of its own. */
export function seedOf(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Unit normal noise as monitored systems have it: half of it new every second, the rest lasts minutes to hours. */
export function livelyNoise(seed: number): Signal {
  const white = whiteNoise(seed);
  const minutes = smoothNoise(seed + 1, 2 * 60_000);
  const hour = smoothNoise(seed + 2, 20 * 60_000);
  const watch = smoothNoise(seed + 3, 4 * 3_600_000);
  return (timeMs) =>
    0.7 * white(timeMs) + 0.5 * minutes(timeMs) + 0.4 * hour(timeMs) + 0.3162 * watch(timeMs);
}

/** Unit normal noise that moves smoothly from one value to the next within `periodMs`. */
export function smoothNoise(seed: number, periodMs: number): Signal {
  let cell = Number.NaN;
  let from = 0;
  let to = 0;
  return (timeMs) => {
    const position = timeMs / periodMs;
    const index = Math.floor(position);
    if (index !== cell) {
      from = normalAt(seed, index);
      to = normalAt(seed, index + 1);
      cell = index;
    }
    const x = position - index;
    const weight = x * x * (3 - 2 * x);
    // Half-way between two values the variance would be half: divide by the norm of the weights.
    const norm = Math.sqrt(weight * weight + (1 - weight) * (1 - weight));
    return (from + weight * (to - from)) / norm;
  };
}

function whiteNoise(seed: number): Signal {
  return (timeMs) => normalAt(seed, Math.floor(timeMs / 1000));
}

/** A standard normal number for a place in time: a hash chooses from a table. */
function normalAt(seed: number, index: number): number {
  let hash = Math.imul(index ^ seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16) ^ seed, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return NORMAL[(hash ^ (hash >>> 16)) & 0xffff] ?? 0;
}

const NORMAL = normalTable();

function normalTable(): Float64Array {
  const rng = seededRng(1);
  return Float64Array.from({ length: 65_536 }, () => gaussian(rng));
}
