const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
/** Where a double's high and low words lie in a Uint32Array over it. */
export const HIGH_WORD = LITTLE_ENDIAN ? 1 : 0;
export const LOW_WORD = LITTLE_ENDIAN ? 0 : 1;

/** The doubles' bits, two words each: see HIGH_WORD and LOW_WORD. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}
