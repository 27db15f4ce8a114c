/** Epoch milliseconds as a timestamptz parameter. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** The same where the time may be unknown. */
export function isoTimeOrNull(timeMs: number | null | undefined): string | null {
  return timeMs === null || timeMs === undefined || Number.isNaN(timeMs) ? null : isoTime(timeMs);
}

/** Numbers as an int[] parameter. */
export function arrayText(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

/** A number inside a jsonb parameter: JSON has no word for NaN and the infinities, PostgreSQL reads text. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
