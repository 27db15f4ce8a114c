/** A function of one value and of numbers that bound it. */
export interface ValueFunction {
  readonly bounds: number;
  apply(value: number, bounds: readonly number[]): number;
}

const plain = (apply: (value: number) => number): ValueFunction => ({ bounds: 0, apply });

/** Functions applied to each value by itself. A NaN bound gives NaN. */
export const VALUE_FUNCTIONS: ReadonlyMap<string, ValueFunction> = new Map([
  ['abs', plain(Math.abs)],
  ['ceil', plain(Math.ceil)],
  ['floor', plain(Math.floor)],
  ['exp', plain(Math.exp)],
  ['ln', plain(Math.log)],
  ['log2', plain(Math.log2)],
  ['log10', plain(Math.log10)],
  ['sqrt', plain(Math.sqrt)],
  ['clamp_min', { bounds: 1, apply: (value, [low = Number.NaN]) => Math.max(value, low) }],
  ['clamp_max', { bounds: 1, apply: (value, [high = Number.NaN]) => Math.min(value, high) }],
]);
