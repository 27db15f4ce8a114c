/** What a receiver makes of a request: the opposite of packSnappy() and encodeWriteRequest(), for tests. */
export interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timeMs: number, value: number])[];
}

export function unpackSnappy(packed: Uint8Array): Uint8Array {
  let at = 0;
  const take = () => packed[at++] ?? 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = take();
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const bytes: number[] = [];
  while (at < packed.length) {
    const tag = take();
    if ((tag & 3) === 0) {
      let less = tag >> 2;
      if (less === 60) less = take();
      else if (less === 61) less = take() | (take() << 8);
      for (let i = 0; i <= less; i++) bytes.push(take());
    } else {
      const distance = take() | (take() << 8);
      const from = bytes.length - distance;
      for (let i = 0; i <= tag >> 2; i++) bytes.push(bytes[from + i] ?? Number.NaN);
    }
  }
  if (bytes.length !== length) throw new RangeError(`Cannot unpack: ${bytes.length} of ${length}`);
  return Uint8Array.from(bytes);
}

export function readWriteRequest(bytes: Uint8Array): ReadSeries[] {
  return fields(bytes).map(([, series]) => {
    const parts = fields(series);
    const labels = parts
      .filter(([field]) => field === 1)
      .map(([, label]) => fields(label).map(([, text]) => Buffer.from(text).toString()));
    const samples = parts
      .filter(([field]) => field === 2)
      .map(([, sample]) => {
        const view = Buffer.from(sample);
        return [varintAt(sample, 10).value, view.readDoubleLE(1)] as const;
      });
    return { labels: Object.fromEntries(labels), samples };
  });
}

/** Number and bytes of each length-delimited field. */
function fields(bytes: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = varintAt(bytes, at + 1);
    found.push([(bytes[at] ?? 0) >> 3, bytes.subarray(length.end, length.end + length.value)]);
    at = length.end + length.value;
  }
  return found;
}

function varintAt(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  for (let at = from, factor = 1; ; at++, factor *= 0x80) {
    value += ((bytes[at] ?? 0) & 0x7f) * factor;
    if ((bytes[at] ?? 0) < 0x80) return { value, end: at + 1 };
  }
}
