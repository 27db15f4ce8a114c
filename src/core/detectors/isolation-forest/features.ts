import { DAY_MS } from '../../civil-time.ts';
import { quantileSorted } from '../../stats/quantile.ts';

const SCALES = [5, 10, 30] as const;
const LONGEST = 30;

/** Features of one sample: value, mean, deviation and distance to the mean at 5, 10 and 30 samples, time of day. */
export const FEATURES = 12;

/** Where a series lies and how far it spreads, in its own unit; `scale` > 0. */
export interface Scaling {
  readonly location: number;
  readonly scale: number;
}

/** Median and scaled MAD of the finite values; a series that hardly varies falls back to a wider measure. */
export function robustScaling(values: Float64Array): Scaling {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return { location: 0, scale: 1 };
  const location = quantileSorted(sorted, 0.5);
  const distances = sorted.map((value) => Math.abs(value - location)).sort();
  const scale =
    1.4826 * quantileSorted(distances, 0.5) ||
    quantileSorted(distances, 0.99) ||
    Math.abs(location);
  return { location, scale: Number.isFinite(scale) && scale > 0 ? scale : 1 };
}

/** The contextual features of one series, sample by sample. */
export class FeatureWindow {
  /** Features of the latest `peek` or `learn`; the same array is reused. */
  readonly row = new Float32Array(FEATURES);
  readonly #scaling: Scaling;
  /** Every value stands twice, so that the last ones are always one contiguous stretch. */
  readonly #values = new Float64Array(2 * LONGEST);
  #next = 0;
  #count = 0;

  /** `recent`: raw values to begin with, oldest first, as `recent()` gave them. */
  constructor(scaling: Scaling, recent: Float64Array = new Float64Array(0)) {
    this.#scaling = scaling;
    for (const value of recent) this.learn(value);
  }

  /** Features that a value at this civil time of day would have, as if it were the latest. Learns nothing. */
  peek(value: number, localMsOfDay: number): Float32Array {
    const { row } = this;
    const { location, scale } = this.#scaling;
    const newest = this.#next + LONGEST - 1;
    // Distances to the value itself: their squares stay exact however far the series lies from zero.
    let sum = 0;
    let squares = 0;
    let used = 1;
    let column = 1;
    for (const length of SCALES) {
      const until = Math.min(length - 1, this.#count);
      for (; used <= until; used++) {
        const distance = this.#values[newest - used + 1] - value;
        sum += distance;
        squares += distance * distance;
      }
      const mean = sum / used;
      row[column] = (value + mean - location) / scale;
      row[column + 1] = Math.sqrt(Math.max(0, squares / used - mean * mean)) / scale;
      row[column + 2] = -mean / scale;
      column += 3;
    }
    row[0] = (value - location) / scale;
    const angle = (2 * Math.PI * localMsOfDay) / DAY_MS;
    row[column] = Math.sin(angle);
    row[column + 1] = Math.cos(angle);
    return row;
  }

  /** Takes one sample into the window; NaN is left out. */
  learn(value: number): void {
    if (Number.isNaN(value)) return;
    this.#values[this.#next] = value;
    this.#values[this.#next + LONGEST] = value;
    this.#next = (this.#next + 1) % LONGEST;
    if (this.#count < LONGEST) this.#count++;
  }

  /** The last raw values, oldest first: the whole state. */
  recent(): Float64Array {
    const end = this.#next + LONGEST;
    return this.#values.slice(end - this.#count, end);
  }
}

/** Batch: one row of FEATURES numbers per value, as a window would have given them; NaN values give NaN rows. */
export function featureRows(
  values: Float64Array,
  localMsOfDay: ArrayLike<number>,
  scaling: Scaling,
): Float32Array {
  const rows = new Float32Array(values.length * FEATURES);
  const window = new FeatureWindow(scaling);
  for (let i = 0; i < values.length; i++) {
    rows.set(window.peek(values[i], localMsOfDay[i]), i * FEATURES);
    window.learn(values[i]);
  }
  return rows;
}
