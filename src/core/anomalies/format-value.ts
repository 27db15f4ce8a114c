const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/**
 * A value with its unit as people read it: `ratio` as percent, `bytes` in binary multiples, `seconds` down to µs; any
 * other unit follows the number. NaN is `unknown`.
 */
export function formatValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return 'unknown';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  switch (unit) {
    case 'ratio':
      return `${digits(100 * value)} %`;
    case 'percent':
      return `${digits(value)} %`;
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 'seconds':
      return seconds(value);
    case 'count/s':
      return `${digits(value)}/s`;
    default:
      return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
  }
}

/** Three significant digits, thousands in full, no exponent where a person would not write one. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15 || size < 1e-6) return value.toExponential(2);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function bytes(value: number): string {
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1024 && unit < BINARY.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${digits(scaled)} ${BINARY[unit]}`;
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size >= 120) return `${digits(value / 60)} min`;
  if (size >= 1 || size === 0) return `${digits(value)} s`;
  return size >= 1e-3 ? `${digits(value * 1e3)} ms` : `${digits(value * 1e6)} µs`;
}
