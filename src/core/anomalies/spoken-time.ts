import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';

const MINUTE_MS = 60_000;
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', 1000],
] as const;

/** A duration as people say it, in its two largest units: `12 minutes`, `1 hour 5 minutes`. Less than a second is `a moment`. */
export function spokenDuration(durationMs: number): string {
  const first = UNITS.findIndex(([, size]) => durationMs >= size);
  const unit = UNITS[first];
  if (unit === undefined) return 'a moment';
  const whole = Math.floor(durationMs / unit[1]);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((durationMs % unit[1]) / next[1]) : 0;
  return next && rest > 0
    ? `${counted(whole, unit[0])} ${counted(rest, next[0])}`
    : counted(whole, unit[0]);
}

function counted(count: number, unit: string): string {
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

/** Civil time of day, `14:02`. */
export function timeOfDay(timeMs: number, zone: string): string {
  const local = new CivilTime(zone).toLocal(timeMs);
  const minutes = Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
  return `${two(Math.floor(minutes / (HOUR_MS / MINUTE_MS)))}:${two(minutes % 60)}`;
}

/** Civil date, `17 Nov 2026`. */
export function dateOf(timeMs: number, zone: string): string {
  const format = { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(timeMs);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
