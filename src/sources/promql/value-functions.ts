/** A function of one value and of numbers that go with it. */
export interface ValueFunction {
  /** Least and most numbers that go with it. */
  readonly parameters: readonly [number, number];
  apply(value: number, parameters: readonly number[]): number;
}

const plain = (apply: (value: number) => number): ValueFunction => ({ parameters: [0, 0], apply });

/** Functions applied to each value by itself. A NaN parameter gives NaN. */
export const VALUE_FUNCTIONS: ReadonlyMap<string, ValueFunction> = new Map([
  ['abs', plain(Math.abs)],
  ['ceil', plain(Math.ceil)],
  ['floor', plain(Math.floor)],
  ['exp', plain(Math.exp)],
  ['ln', plain(Math.log)],
  ['log2', plain(Math.log2)],
  ['log10', plain(Math.log10)],
  ['sqrt', plain(Math.sqrt)],
  ['sgn', plain(Math.sign)],
  ['clamp_min', { parameters: [1, 1], apply: (value, [low = Number.NaN]) => Math.max(value, low) }],
  [
    'clamp_max',
    { parameters: [1, 1], apply: (value, [high = Number.NaN]) => Math.min(value, high) },
  ],
  [
    'clamp',
    {
      parameters: [2, 2],
      apply: (value, [low = Number.NaN, high = Number.NaN]) => Math.max(low, Math.min(high, value)),
    },
  ],
  // Halves go up, and dividing by the inverse keeps 0.1 exact, as Prometheus has it.
  [
    'round',
    {
      parameters: [0, 1],
      apply: (value, [to = 1]) => Math.floor(value * (1 / to) + 0.5) / (1 / to),
    },
  ],
]);
