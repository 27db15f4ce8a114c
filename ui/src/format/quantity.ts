const MISSING = '–';
/** A number and its unit stay on one line. */
const GAP = '\u00a0';

const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const compact = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, notation: 'compact' });

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A value as people read it in the unit of its query: 0.123 of `ratio` is 12.3 %, 2048 of `bytes` is 2 KiB. */
export function quantity(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  switch (unit) {
    case '':
      return number(value);
    case 'ratio':
      return `${number(value * 100)}${GAP}%`;
    case 'percent':
      return `${number(value)}${GAP}%`;
    case 'seconds':
      return seconds(value);
    case 'ms':
    case 'milliseconds':
      return seconds(value / 1000);
    case 'bytes':
      return bytes(value);
    case 'bytes/s':
      return `${bytes(value)}/s`;
    case 'count':
      return number(value);
    case 'count/s':
      return `${number(value)}${GAP}/s`;
    default:
      return `${number(value)}${GAP}${unit}`;
  }
}

/** 0..1 as a whole percentage. */
export function percentage(share: number): string {
  return `${Math.round(share * 100)}${GAP}%`;
}

function number(value: number): string {
  // Beyond a few decimals it is the noise of a subtraction, not a size.
  if (Math.abs(value) < 1e-9) return '0';
  return (Math.abs(value) >= 1e5 ? compact : plain).format(value);
}

function bytes(value: number): string {
  const power = Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10);
  const step = Math.min(BYTES.length - 1, power);
  return `${number(value / 1024 ** step)}${GAP}${BYTES[step] ?? ''}`;
}

function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return `0${GAP}s`;
  if (size < 1e-3) return `${number(value * 1e6)}${GAP}µs`;
  if (size < 1) return `${number(value * 1e3)}${GAP}ms`;
  if (size < 120) return `${number(value)}${GAP}s`;
  if (size < 7200) return `${number(value / 60)}${GAP}min`;
  return size < 172_800 ? `${number(value / 3600)}${GAP}h` : `${number(value / 86_400)}${GAP}d`;
}
