import type { StateReader, StateWriter } from '../state.ts';

const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);
/** Position of the word that holds sign, exponent and the first bits of the fraction. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

export interface HistogramRange {
  /** Values below 2^lowest share one bucket. */
  readonly lowest: number;
  readonly octaves: number;
  /** Buckets per octave are 2^bits, of equal width within it. */
  readonly bits: number;
}

export interface HistogramPlace {
  readonly weights: Float32Array;
  readonly at: number;
}

export function bucketsOf({ octaves, bits }: HistogramRange): number {
  return (octaves << bits) + 2;
}

/**
 * A histogram of values >= 0 with logarithmic buckets in which old values fade: a value counts half after `halfLife`
 * later ones. The bucket comes straight from the bits of the floating-point number, without a logarithm.
 */
export class DecayedHistogram {
  readonly buckets: number;
  /** Of this histogram from `#at` on; bucket 0 holds all below the range, the last one all above. */
  readonly #weights: Float32Array;
  readonly #at: number;
  readonly #growth: number;
  readonly #shift: number;
  readonly #first: number;
  readonly #edges: Float64Array;
  #weight = 1;

  /** `place`: where it is in memory that it shares with others, `bucketsOf(range)` entries of 0. */
  constructor(range: HistogramRange, halfLife: number, place?: HistogramPlace) {
    this.buckets = bucketsOf(range);
    this.#weights = place?.weights ?? new Float32Array(this.buckets);
    this.#at = place?.at ?? 0;
    this.#growth = 2 ** (1 / halfLife);
    this.#shift = 20 - range.bits;
    this.#edges = edgesOf(range);
    this.#first = (1023 + range.lowest) << range.bits;
  }

  bucket(value: number): number {
    FLOAT[0] = value;
    const bucket = (WORDS[HIGH] >>> this.#shift) - this.#first + 1;
    return bucket < 0 ? 0 : bucket >= this.buckets ? this.buckets - 1 : bucket;
  }

  /** What the values of a bucket weigh, in a unit of its own. */
  weight(bucket: number): number {
    return this.#weights[this.#at + bucket];
  }

  /** The same of all values. */
  allWeight(): number {
    let sum = 0;
    for (let bucket = 0; bucket < this.buckets; bucket++) sum += this.weight(bucket);
    return sum;
  }

  /** Lower edge of a bucket; 0 for the first, the end of the range for the last and the one after it. */
  edge(bucket: number): number {
    return this.#edges[bucket];
  }

  push(value: number): void {
    this.#weight *= this.#growth;
    this.#weights[this.#at + this.bucket(value)] += this.#weight;
    // Single precision holds new counts beside old ones up to about 2^24.
    if (this.#weight > 1_000_000) this.#rescale();
  }

  /** Values of full weight that the histogram amounts to. */
  total(): number {
    return this.allWeight() / this.#weight;
  }

  /** Value below which the share `level` (0..1) of all weight lies; 0 while empty. */
  quantile(level: number): number {
    const rank = this.allWeight() * level;
    let below = 0;
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      const weight = this.weight(bucket);
      if (below + weight >= rank && weight > 0) {
        const low = this.edge(bucket);
        return low + (this.edge(bucket + 1) - low) * ((rank - below) / weight);
      }
      below += weight;
    }
    return 0;
  }

  clear(): void {
    this.#weights.fill(0, this.#at, this.#at + this.buckets);
    this.#weight = 1;
  }

  save(out: StateWriter): void {
    out.float(this.#weight);
    out.singles(this.#weights.subarray(this.#at, this.#at + this.buckets));
  }

  load(state: StateReader): void {
    this.#weight = state.float();
    const weights = state.singles();
    if (weights.length !== this.buckets) {
      throw new RangeError(
        `Cannot read histogram: ${weights.length} buckets, expected ${this.buckets}`,
      );
    }
    this.#weights.set(weights, this.#at);
  }

  #rescale(): void {
    const end = this.#at + this.buckets;
    for (let i = this.#at; i < end; i++) this.#weights[i] /= this.#weight;
    this.#weight = 1;
  }
}

const EDGES = new Map<string, Float64Array>();

/** Edges of a range, computed once for all histograms that have it. */
function edgesOf({ lowest, octaves, bits }: HistogramRange): Float64Array {
  const key = `${lowest} ${octaves} ${bits}`;
  const known = EDGES.get(key);
  if (known) return known;
  const perOctave = 1 << bits;
  const buckets = octaves * perOctave;
  const edges = Float64Array.from({ length: buckets + 3 }, (_, bucket) => {
    if (bucket === 0) return 0;
    const position = Math.min(bucket - 1, buckets);
    return (
      2 ** (lowest + Math.floor(position / perOctave)) * (1 + (position % perOctave) / perOctave)
    );
  });
  EDGES.set(key, edges);
  return edges;
}
