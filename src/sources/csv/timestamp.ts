import type { CivilTime } from '../../core/civil-time.ts';

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
/** Unix seconds stay below this until the year 5138, unix milliseconds passed it in 1973. */
const SMALLEST_MILLISECONDS = 1e11;

/** Epoch milliseconds of unix seconds or, by their size, unix milliseconds. */
export function fromUnix(stamp: number): number {
  return isUnixSeconds(stamp) ? Math.round(stamp * 1000) : Math.round(stamp);
}

export function isUnixSeconds(stamp: number): boolean {
  return Math.abs(stamp) < SMALLEST_MILLISECONDS;
}

/** Epoch milliseconds of an ISO 8601 date and time; one without a zone is civil time. NaN for anything else. */
export function fromIso(text: string, civil: CivilTime): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // The 31st of February would roll over into March.
  if (new Date(date).getUTCDate() !== Number(day) || Number(month) > 12) return Number.NaN;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const wall = date + seconds * 1000 + Math.floor(Number(`0.${fraction}0`) * 1000 + 1e-6);
  return zone === undefined ? fromWall(wall, civil) : wall - offsetMs(zone);
}

/** The time at which the clocks of a zone show `wall`; of an hour that comes twice, one of both. */
function fromWall(wall: number, civil: CivilTime): number {
  const guess = wall - (civil.toLocal(wall) - wall);
  return wall - (civil.toLocal(guess) - guess);
}

function offsetMs(zone: string): number {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (parts === null) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return (parts[1] === '-' ? -minutes : minutes) * 60_000;
}
