import { modulo } from './stats/modulo.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** The calendar a series lives by: civil time of one IANA zone. */
export class CivilTime {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat | undefined;
  #quarter = Number.NaN;
  #offsetMs = 0;

  /** RangeError for a zone the runtime does not know. */
  constructor(zone: string) {
    this.zone = zone;
    this.#format = zone === 'UTC' ? undefined : formatOf(zone);
  }

  /**
   * Civil milliseconds: `timeMs` moved by the zone's offset, so that its remainder by a day is the time
   * of day on the wall. Zones change their offset on quarter hours, so one look-up serves a quarter.
   */
  toLocal(timeMs: number): number {
    if (this.#format === undefined) return timeMs;
    const quarter = Math.floor(timeMs / 900_000);
    if (quarter !== this.#quarter) {
      this.#offsetMs = offsetAt(this.#format, quarter * 900_000);
      this.#quarter = quarter;
    }
    return timeMs + this.#offsetMs;
  }
}

/** Day of the week of civil milliseconds, 0 = Sunday. */
export function weekday(localMs: number): number {
  return modulo(Math.floor(localMs / DAY_MS) + 4, 7);
}

/** A format takes 40 KB: one serves all series of a zone. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known) return known;
  const format = newFormat(zone);
  FORMATS.set(zone, format);
  return format;
}

function newFormat(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new RangeError(
      `Cannot use time zone "${zone}": expected an IANA name such as Europe/Berlin`,
      { cause },
    );
  }
}

function offsetAt(format: Intl.DateTimeFormat, timeMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(timeMs)) part[type] = Number(value);
  const days = daysFromCivil(part['year'], part['month'], part['day']);
  const local =
    days * DAY_MS + part['hour'] * HOUR_MS + part['minute'] * 60_000 + part['second'] * 1000;
  return local - Math.floor(timeMs / 1000) * 1000;
}

/** Days since 1970-01-01 of a civil date, months from 1; undefined for one that does not exist. */
export function dayOf(year: number, month: number, day: number): number | undefined {
  const days = daysFromCivil(year, month, day);
  const there = civilFromDays(days);
  return there.month === month && there.day === day ? days : undefined;
}

/** Year, month (from 1) and day of days since 1970-01-01: the inverse of `daysFromCivil`. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524);
  const yearOfEra = Math.floor((dayOfEra - leaps + Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** Days since 1970-01-01 of a date of the Gregorian calendar, months from 1. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
