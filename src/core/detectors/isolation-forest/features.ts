import { DAY_MS } from '../../civil-time.ts';
import { quantileSorted, sortedDistances } from '../../stats/quantile.ts';
import { RollingMoments } from '../../stats/rolling-moments.ts';
import { Room } from '../../stats/room.ts';

const SCALES: readonly number[] = [5, 10, 30];
const LONGEST = 30;
/** Robust deviations from the centre up to which a value is taken as it is. */
const LINEAR_UP_TO = 10;
/** Samples that location and scale are taken from. */
const SAMPLED = 4096;

/** What each number of a feature row is: `mean of 5` is that of the last five samples. */
export const FEATURE_NAMES: readonly string[] = [
  'value',
  ...SCALES.flatMap((scale) => [
    `mean of ${scale}`,
    `scatter of ${scale}`,
    `distance from the mean of ${scale}`,
  ]),
  'time of day, sine',
  'time of day, cosine',
];
export const FEATURES = FEATURE_NAMES.length;
const ROW = new Float32Array(FEATURES);
const MOMENTS = new Float64Array(2 * SCALES.length);

/** Where a series lies and how far it spreads, in its own unit; `scale` > 0. */
export interface Scaling {
  readonly location: number;
  readonly scale: number;
}

/** Median and scaled MAD of the finite values; a series that hardly varies falls back to a wider measure. */
export function robustScaling(values: Float64Array): Scaling {
  const stride = Math.ceil(values.length / SAMPLED);
  const sampled = new Float64Array(Math.min(values.length, SAMPLED));
  let count = 0;
  for (let at = 0; at < values.length; at += stride) {
    if (Number.isFinite(values[at])) sampled[count++] = values[at];
  }
  if (count === 0) return { location: 0, scale: 1 };
  const sorted = sampled.subarray(0, count).toSorted();
  const location = quantileSorted(sorted, 0.5);
  const distances = sortedDistances(sorted, location);
  const scale =
    1.4826 * quantileSorted(distances, 0.5) ||
    quantileSorted(distances, 0.99) ||
    Math.abs(location);
  return { location, scale: Number.isFinite(scale) && scale > 0 ? scale : 1 };
}

/**
 * The contextual features of one series, sample by sample: the value, then mean, deviation and distance to
 * the mean over the last 5, 10 and 30 samples, all in robust deviations from the series' centre, and the
 * civil time of day as a point on a circle.
 *
 * Beyond 10 deviations values are compressed logarithmically: larger stays larger, but an outage of the
 * past does not fill the range in which trees cut, and so does not hide a small disturbance.
 */
export class FeatureWindow {
  readonly #moments: RollingMoments;
  readonly #room: Room;
  /** Where the newest raw values begin in the room, as a ring: kept so that another scaling can be applied to them. */
  readonly #rawAt: number;
  #scaling: Scaling;
  #next = 0;
  #count = 0;

  constructor(scaling: Scaling, room = new Room()) {
    this.#scaling = scaling;
    this.#moments = new RollingMoments(SCALES, room);
    this.#room = room;
    this.#rawAt = room.reserveFloats(LONGEST);
  }

  /** Begins anew, in this scaling, with raw values, oldest first, as `recent()` gave them. */
  restart(scaling: Scaling, recent: Float64Array): void {
    this.#scaling = scaling;
    this.#next = 0;
    this.#count = 0;
    this.#moments.clear();
    for (const value of recent) this.learn(value);
  }

  /**
   * Features of a value at this civil time of day (milliseconds since midnight) as if it were the latest.
   * Learns nothing. A missing value (NaN) has NaN for everything but the time. The same array is used for every window.
   */
  peek(value: number, localMsOfDay: number): Float32Array {
    const row = ROW;
    const scaled = this.#scaled(value);
    this.#moments.measure(scaled, MOMENTS);
    row[0] = scaled;
    let at = 1;
    for (let i = 0; i < MOMENTS.length; i += 2) {
      row[at++] = MOMENTS[i];
      row[at++] = MOMENTS[i + 1];
      row[at++] = scaled - MOMENTS[i];
    }
    const angle = (2 * Math.PI * localMsOfDay) / DAY_MS;
    row[at++] = Math.sin(angle);
    row[at] = Math.cos(angle);
    return row;
  }

  /** Takes one sample into the window; a missing or infinite one is left out. */
  learn(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#room.floats[this.#rawAt + this.#next] = value;
    this.#next = this.#next + 1 === LONGEST ? 0 : this.#next + 1;
    if (this.#count < LONGEST) this.#count++;
    this.#moments.push(this.#scaled(value));
  }

  /** The last 30 raw values, oldest first: the whole state. */
  recent(): Float64Array {
    const first = this.#next + LONGEST - this.#count;
    const { floats } = this.#room;
    return Float64Array.from(
      { length: this.#count },
      (_, i) => floats[this.#rawAt + ((first + i) % LONGEST)],
    );
  }

  #scaled(value: number): number {
    const deviations = (value - this.#scaling.location) / this.#scaling.scale;
    const distance = Math.abs(deviations);
    if (!(distance > LINEAR_UP_TO)) return deviations;
    const beyond = Math.log(Math.min(distance, Number.MAX_VALUE) / LINEAR_UP_TO);
    return Math.sign(deviations) * LINEAR_UP_TO * (1 + beyond);
  }
}

/** Batch: one row of FEATURES numbers per value, as a window would have given them; missing values give rows of NaN. */
export function featureRows(
  values: Float64Array,
  localMsOfDay: ArrayLike<number>,
  scaling: Scaling,
): Float32Array {
  return rowsAfter(new FeatureWindow(scaling), values, localMsOfDay);
}

/** The same for values that follow what `window` has seen; it learns them. */
export function rowsAfter(
  window: FeatureWindow,
  values: ArrayLike<number>,
  localMsOfDay: ArrayLike<number>,
): Float32Array {
  const rows = new Float32Array(values.length * FEATURES);
  for (let i = 0, at = 0; i < values.length; i++) {
    const row = window.peek(values[i], localMsOfDay[i]);
    for (let feature = 0; feature < FEATURES; feature++) rows[at++] = row[feature];
    window.learn(values[i]);
  }
  return rows;
}
