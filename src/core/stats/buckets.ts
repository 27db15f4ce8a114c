const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);
/** Position of the word that holds sign, exponent and the first bits of the fraction. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const KNOWN = new Map<string, Buckets>();

export interface HistogramRange {
  /** Values below 2^lowest share one bucket. */
  readonly lowest: number;
  readonly octaves: number;
  /** Buckets per octave are 2^bits, of equal width within it. */
  readonly bits: number;
}

/**
 * Logarithmic buckets for values >= 0: the first holds all below the range, the last one all above. The bucket of a value
 * comes straight from the bits of the floating-point number, without a logarithm.
 */
export class Buckets {
  readonly count: number;
  readonly #shift: number;
  readonly #first: number;
  readonly #edges: Float64Array;

  private constructor({ lowest, octaves, bits }: HistogramRange) {
    const within = octaves << bits;
    const perOctave = 1 << bits;
    this.count = within + 2;
    this.#shift = 20 - bits;
    this.#first = (1023 + lowest) << bits;
    this.#edges = Float64Array.from({ length: within + 3 }, (_, bucket) => {
      if (bucket === 0) return 0;
      const position = Math.min(bucket - 1, within);
      return (
        2 ** (lowest + Math.floor(position / perOctave)) * (1 + (position % perOctave) / perOctave)
      );
    });
  }

  /** Those of a range are the same for all who ask. */
  static of(range: HistogramRange): Buckets {
    const key = `${range.lowest} ${range.octaves} ${range.bits}`;
    const known = KNOWN.get(key) ?? new Buckets(range);
    KNOWN.set(key, known);
    return known;
  }

  /** Number of the bucket of a value. */
  of(value: number): number {
    FLOAT[0] = value;
    const bucket = (WORDS[HIGH] >>> this.#shift) - this.#first + 1;
    return bucket < 0 ? 0 : bucket >= this.count ? this.count - 1 : bucket;
  }

  /** Lower edge of a bucket; 0 for the first, the end of the range for the last and the one after it. */
  edge(bucket: number): number {
    return this.#edges[bucket];
  }
}
