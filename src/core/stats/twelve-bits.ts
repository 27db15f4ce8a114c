/** Bytes that so many numbers of 12 bits take: two of them share three. */
export function bytesOfTwelveBits(count: number): number {
  return Math.ceil(1.5 * count);
}

/** Puts a number of 12 bits (0 to 4095) at a place, counted in numbers. */
export function putTwelveBits(bytes: Uint8Array, place: number, value: number): void {
  const at = Math.floor(1.5 * place);
  if (place % 2 === 0) {
    bytes[at] = value;
    bytes[at + 1] = (bytes[at + 1] & 0xf0) | (value >> 8);
  } else {
    bytes[at] = (bytes[at] & 0x0f) | ((value & 0x0f) << 4);
    bytes[at + 1] = value >> 4;
  }
}

/** The first `count` numbers of 12 bits. */
export function takeTwelveBits(bytes: Uint8Array, count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, place) => {
    const at = Math.floor(1.5 * place);
    return place % 2 === 0
      ? bytes[at] | ((bytes[at + 1] & 0x0f) << 8)
      : (bytes[at] >> 4) | (bytes[at + 1] << 4);
  });
}
