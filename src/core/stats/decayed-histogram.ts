import type { StateReader, StateWriter } from '../state.ts';
import { Buckets, type HistogramRange } from './buckets.ts';
import { type Lodging, Room } from './room.ts';

/**
 * A histogram of values >= 0 with logarithmic buckets in which old values fade: a value counts half after `halfLife`
 * later ones. Or several of them, which are told apart by their number.
 */
export class DecayedHistogram {
  readonly buckets: Buckets;
  readonly #growth: number;
  readonly #room: Room;
  /** Where it begins in the room: among the singles what each bucket weighs, among the floats what the newest value does. */
  readonly #at: number;
  readonly #newestAt: number;

  constructor(
    range: HistogramRange,
    halfLife: number,
    { room, count }: Lodging = { room: new Room(), count: 1 },
  ) {
    this.buckets = Buckets.of(range);
    this.#growth = 2 ** (1 / halfLife);
    this.#room = room;
    this.#at = room.reserveSingles(count * this.buckets.count);
    this.#newestAt = room.reserveFloats(count);
    room.floats.fill(1, this.#newestAt, this.#newestAt + count);
  }

  /** What the values of a bucket weigh, in a unit of its own. */
  weight(bucket: number, which = 0): number {
    return this.#room.singles[this.#place(which) + bucket];
  }

  /** The same of all values. */
  allWeight(which = 0): number {
    let sum = 0;
    for (let bucket = 0; bucket < this.buckets.count; bucket++) sum += this.weight(bucket, which);
    return sum;
  }

  push(value: number, which = 0): void {
    const { floats, singles } = this.#room;
    const newest = floats[this.#newestAt + which] * this.#growth;
    floats[this.#newestAt + which] = newest;
    singles[this.#place(which) + this.buckets.of(value)] += newest;
    // Single precision holds new counts beside old ones up to about 2^24.
    if (newest > 1_000_000) this.#rescale(which);
  }

  /** Values of full weight that the histogram amounts to. */
  total(which = 0): number {
    return this.allWeight(which) / this.#room.floats[this.#newestAt + which];
  }

  /** Value below which the share `level` (0..1) of all weight lies; 0 while empty. */
  quantile(level: number, which = 0): number {
    const { buckets } = this;
    const rank = this.allWeight(which) * level;
    let below = 0;
    for (let bucket = 0; bucket < buckets.count; bucket++) {
      const weight = this.weight(bucket, which);
      if (below + weight >= rank && weight > 0) {
        const low = buckets.edge(bucket);
        return low + (buckets.edge(bucket + 1) - low) * ((rank - below) / weight);
      }
      below += weight;
    }
    return 0;
  }

  save(out: StateWriter, which = 0): void {
    const { floats, singles } = this.#room;
    out.float(floats[this.#newestAt + which]);
    out.singles(singles.subarray(this.#place(which), this.#place(which + 1)));
  }

  load(state: StateReader, which = 0): void {
    this.#room.floats[this.#newestAt + which] = state.float();
    const weights = state.singles();
    if (weights.length !== this.buckets.count) {
      throw new RangeError(
        `Cannot read histogram: ${weights.length} buckets, expected ${this.buckets.count}`,
      );
    }
    this.#room.singles.set(weights, this.#place(which));
  }

  #rescale(which: number): void {
    const { floats, singles } = this.#room;
    const end = this.#place(which + 1);
    for (let i = this.#place(which); i < end; i++) singles[i] /= floats[this.#newestAt + which];
    floats[this.#newestAt + which] = 1;
  }

  #place(which: number): number {
    return this.#at + which * this.buckets.count;
  }
}
