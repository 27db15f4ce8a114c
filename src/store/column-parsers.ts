/** What both drivers make of a column's text, by type oid: numbers where they have none, times as epoch milliseconds. */
export const COLUMN_PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [20, Number],
  [1700, Number],
  [1184, parseTimestamp],
  [17, parseBytes],
]);

/** `2026-11-22 21:30:50.38+00` as epoch milliseconds. */
function parseTimestamp(text: string): number {
  const iso = text.replace(' ', 'T');
  return Date.parse(/[+-]\d\d$/.test(iso) ? `${iso}:00` : iso);
}

// In memory of its own, never in Node's shared pool: a worker hands it over to another thread.
function parseBytes(text: string): Uint8Array {
  const bytes = Buffer.alloc((text.length - 2) / 2);
  bytes.write(text.slice(2), 'hex');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
