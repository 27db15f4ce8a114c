const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export interface ValueFormat {
  /** Significant digits, default 3. */
  readonly digits?: number;
}

/**
 * A value with its unit as people read it: `ratio` as percent, `bytes` in binary multiples, `seconds` down to µs; any
 * other unit follows the number. NaN is `unknown`.
 */
export function formatValue(value: number, unit: string, { digits = 3 }: ValueFormat = {}): string {
  if (Number.isNaN(value)) return 'unknown';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  switch (unit) {
    case 'ratio':
      return `${number(100 * value, digits)} %`;
    case 'percent':
      return `${number(value, digits)} %`;
    case 'bytes':
      return bytes(value, digits);
    case 'bytes/s':
      return `${bytes(value, digits)}/s`;
    case 'seconds':
      return seconds(value, digits);
    case 'count/s':
      return `${number(value, digits)}/s`;
    default:
      return unit === '' ? number(value, digits) : `${number(value, digits)} ${unit}`;
  }
}

/** From one value to another, `38 to 52 %`, `at most 2 s`; undefined where neither end is known. */
export function formatRange(
  [lower, upper]: readonly [number, number],
  unit: string,
  format?: ValueFormat,
): string | undefined {
  const low = formatValue(lower, unit, format);
  const high = formatValue(upper, unit, format);
  if (!Number.isFinite(lower)) return Number.isFinite(upper) ? `at most ${high}` : undefined;
  if (!Number.isFinite(upper)) return `at least ${low}`;
  if (low === high) return low;
  const [, lowNumber, lowUnit] = /^(\S+)( .+)$/.exec(low) ?? [];
  return lowUnit !== undefined && high.endsWith(lowUnit)
    ? `${lowNumber} to ${high}`
    : `${low} to ${high}`;
}

/** A difference of two values: of shares in percentage points. */
export function formatDifference(difference: number, unit: string): string {
  const by = formatValue(difference, unit);
  return unit === 'ratio' || unit === 'percent' ? by.replace(' %', ' percentage points') : by;
}

/** Thousands in full, no exponent where a person would not write one. */
function number(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15 || size < 1e-6) return value.toExponential(digits - 1);
  if (size < 1000) return String(Number(value.toPrecision(digits)));
  const decimals = Math.max(0, digits - Math.floor(Math.log10(size)) - 1);
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

function bytes(value: number, digits: number): string {
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1024 && unit < BINARY.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${number(scaled, digits)} ${BINARY[unit]}`;
}

function seconds(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 120) return `${number(value / 60, digits)} min`;
  if (size >= 1 || size === 0) return `${number(value, digits)} s`;
  return size >= 1e-3 ? `${number(value * 1e3, digits)} ms` : `${number(value * 1e6, digits)} µs`;
}
