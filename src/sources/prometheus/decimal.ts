import type { ByteCursor } from './byte-cursor.ts';

const ZERO = 0x30;
const DOT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
/** The powers of ten that a double holds exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** 2^27 + 1 splits a double into two halves whose products are exact (Dekker, 1971). */
const SPLITTER = 134217729;
/** Texts of numbers are shorter. */
const LONGEST = 400;

/**
 * Reads the number at the cursor as Number() would, bit for bit, but without making a string of it in
 * nearly all cases: up to 19 digits and a power of ten up to 22. NaN, +Inf and -Inf are read too.
 */
export function readDecimal(cursor: ByteCursor): number {
  const { bytes } = cursor;
  const start = cursor.at;
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative) at++;
  // Digits 1 to 15 in `high` and 16 to 19 in `low`: both exact.
  let high = 0;
  let low = 0;
  let digits = 0;
  let fraction = 0;
  let dotAt = -1;
  for (; ; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits < 15) high = high * 10 + digit;
      else low = low * 10 + digit;
      // Leading zeros do not count.
      if (digits > 0 || digit > 0) digits++;
      if (dotAt >= 0) fraction++;
    } else if (digit === DOT - ZERO && dotAt < 0) dotAt = at;
    else break;
  }
  const from = negative ? start + 1 : start;
  const plain = at > from && dotAt !== from && dotAt !== at - 1 && !goesOn(bytes[at] ?? 0);
  if (!plain || digits > 19 || fraction > 22) return readSlowly(cursor);
  cursor.at = at;
  let value = 0;
  if (digits <= 15) value = fraction === 0 ? high : high / (TENS[fraction] ?? 1);
  else {
    value = divide(high, low, TENS[digits - 15] ?? 1, TENS[fraction] ?? 1);
    if (Number.isNaN(value)) {
      cursor.at = start;
      return readSlowly(cursor);
    }
  }
  return negative ? -value : value;
}

/**
 * The double next to (high * scale + low) / divisor, or NaN where double-double arithmetic cannot tell
 * which of two neighbours is next.
 */
function divide(high: number, low: number, scale: number, divisor: number): number {
  const product = high * scale;
  const whole = product + low;
  // What `whole` lost: the error of the product and that of the sum, both exact.
  const rest = productError(high, scale, product) + (low - (whole - product));
  const quotient = whole / divisor;
  const back = quotient * divisor;
  const remainder = whole - back - productError(quotient, divisor, back) + rest;
  const correction = remainder / divisor;
  const doubt = Math.abs(correction) * 2 ** -46 + quotient * 2 ** -100;
  const value = quotient + (correction - doubt);
  return value === quotient + (correction + doubt) ? value : Number.NaN;
}

/** a * b − product, exact. */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

function upperHalf(value: number): number {
  const split = value * SPLITTER;
  return split - (split - value);
}

/** Whether a number goes on with `byte`: an exponent, a sign, letters. */
function goesOn(byte: number): boolean {
  return byte === DOT || byte === PLUS || byte === MINUS || (byte | 0x20) >= 0x61;
}

function readSlowly(cursor: ByteCursor): number {
  const start = cursor.at;
  let end = start;
  while (end - start < LONGEST && belongs(cursor.bytes[end] ?? 0)) end++;
  const text = cursor.bytes.toString('latin1', start, end);
  const value = numberOf(text);
  if (value === undefined) throw cursor.mismatch('a number');
  cursor.at = end;
  return value;
}

function belongs(byte: number): boolean {
  return (byte >= ZERO && byte <= ZERO + 9) || goesOn(byte);
}

function numberOf(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
