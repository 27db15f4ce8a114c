import { formatValue } from '../anomalies/format-value.ts';
import {
  CivilTime,
  civilFromDays,
  DAY_MS,
  daysFromCivil,
  HOUR_MS,
  weekday,
} from '../civil-time.ts';

export interface Tick {
  /** Epoch milliseconds, or a value. */
  readonly at: number;
  readonly text: string;
  /** Begins a day among hours, a year among months. */
  readonly strong?: boolean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

const MINUTE_MS = 60_000;
const STEPS_MS = [
  ...[1, 2, 5, 10, 30].map((seconds) => 1000 * seconds),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => MINUTE_MS * minutes),
  ...[1, 2, 3, 6, 12].map((hours) => HOUR_MS * hours),
  ...[1, 2, 7, 14].map((days) => DAY_MS * days),
];
const STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];
const MONTH_MS = 30.4 * DAY_MS;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONDAY = 1;

/** At most `most` round civil times of a zone. */
export function timeTicks({ from, to }: Range, zone: string, most: number): Tick[] {
  const civil = new CivilTime(zone);
  const least = (to - from) / most;
  const step = STEPS_MS.find((size) => size >= least);
  const range = { from: civil.toLocal(from), to: civil.toLocal(to) };
  const ticks = step === undefined ? monthTicks(range, least) : clockTicks(range, step);
  return ticks
    .map((tick) => ({ ...tick, at: fromLocal(civil, tick.at) }))
    .filter(({ at }) => at >= from && at <= to);
}

/** At most `most` round values of a unit. */
export function valueTicks({ from, to }: Range, unit: string, most: number): Tick[] {
  const size = Math.max(Math.abs(from), Math.abs(to));
  const scale = scaleOf(unit, size);
  const step = roundUp((to - from) / most / scale) * scale;
  if (!(step > 0) || !Number.isFinite(step)) return [{ at: from, text: formatValue(from, unit) }];
  const digits = Math.min(12, Math.max(3, Math.ceil(Math.log10(size / step)) + 1));
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.max(0, Math.floor(to / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: formatValue(at, unit, { digits }) };
  });
}

/** What a unit's values are counted in at this size, so that their steps are round. */
function scaleOf(unit: string, size: number): number {
  if (unit.startsWith('bytes')) {
    return 1024 ** Math.min(5, Math.floor(Math.log2(Math.max(1, size)) / 10));
  }
  return unit === 'seconds' && size >= 120 ? 60 : 1;
}

/** The next of 1, 2, 5, 10, 20 … */
function roundUp(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const lead = [1, 2, 5].find((factor) => factor * power >= size * (1 - 1e-9)) ?? 10;
  return lead * power;
}

function clockTicks({ from, to }: Range, step: number): Tick[] {
  // Weeks begin on Monday.
  const origin = step >= 7 * DAY_MS ? (MONDAY - weekday(0)) * DAY_MS : 0;
  const ticks: Tick[] = [];
  for (let at = origin + Math.ceil((from - origin) / step) * step; at <= to; at += step) {
    const midnight = at % DAY_MS === 0;
    if (step >= DAY_MS) ticks.push({ at, text: dayText(at) });
    else if (midnight) ticks.push({ at, text: dayText(at), strong: true });
    else ticks.push({ at, text: clockText(at, step) });
  }
  return ticks;
}

function monthTicks({ from, to }: Range, least: number): Tick[] {
  const step = STEPS_MONTHS.find((months) => months * MONTH_MS >= least) ?? 240;
  const first = civilFromDays(Math.floor(from / DAY_MS));
  const ticks: Tick[] = [];
  for (let month = Math.ceil((12 * first.year + first.month - 1) / step) * step; ; month += step) {
    const [year, index] = [Math.floor(month / 12), month % 12];
    const at = daysFromCivil(year, index + 1, 1) * DAY_MS;
    if (at > to) return ticks;
    ticks.push(
      index === 0 ? { at, text: String(year), strong: true } : { at, text: MONTHS[index] ?? '' },
    );
  }
}

function dayText(localMs: number): string {
  const { month, day } = civilFromDays(Math.floor(localMs / DAY_MS));
  return `${day} ${MONTHS[month - 1]}`;
}

/** The moment at which the clock on the wall shows `localMs`. */
function fromLocal(civil: CivilTime, localMs: number): number {
  const guess = localMs - (civil.toLocal(localMs) - localMs);
  return localMs - (civil.toLocal(guess) - guess);
}

function clockText(localMs: number, step: number): string {
  const seconds = Math.floor(localMs / 1000) % 86_400;
  const shown = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return shown
    .slice(0, step < MINUTE_MS ? 3 : 2)
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
