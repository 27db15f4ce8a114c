import * as z from 'zod';

/** Numbers from here on are milliseconds, below it seconds: 1e11 s is the year 5138, 1e11 ms is 1973. */
const MILLISECONDS_FROM = 1e11;
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const NUMBER = /^\d+(\.\d+)?$/;
// A `+` of an unescaped query arrives as a space, so the offset's sign may be one.
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?:([Zz])|([+\- ])(\d{2}):?(\d{2}))?)?$/;

/** Epoch milliseconds of an ISO 8601 text (UTC when it names no offset) or a unix time; undefined when it is neither. */
export function parseTime(given: string | number): number | undefined {
  const text = String(given).trim();
  const timeMs = NUMBER.test(text) ? ofUnix(Number(text)) : ofIso(text);
  return timeMs !== undefined && timeMs >= 0 && timeMs <= LATEST_MS ? timeMs : undefined;
}

function ofUnix(time: number): number {
  return Math.round(time >= MILLISECONDS_FROM ? time : time * 1000);
}

function ofIso(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const part = (index: number): number => Number(parts[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHours, offsetMinutes] = [part(10), part(11)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59)
    return undefined;
  const midnightMs = Date.UTC(year, month - 1, day);
  // 30 February rolls over into March: such a date does not exist.
  if (new Date(midnightMs).getUTCMonth() !== month - 1 || day === 0) return undefined;
  const offset = (parts[9] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  return (
    midnightMs + ((hour * 60 + minute - offset) * 60 + second) * 1000 + Math.floor(part(7) * 1000)
  );
}

/** A time as a client may write it; epoch milliseconds once parsed. */
export const TimeInput = z
  .union([z.string(), z.number()])
  .transform((given, context) => {
    const timeMs = parseTime(given);
    if (timeMs !== undefined) return timeMs;
    context.addIssue({
      code: 'custom',
      message: `Cannot read time "${String(given).slice(0, 40)}": expected ISO 8601 such as 2026-11-22T10:00:00Z, or unix seconds`,
      params: { type: 'datetime_parsing' },
    });
    return z.NEVER;
  })
  .describe('ISO 8601 (UTC when it names no offset) or unix seconds');

/** A time as we write it: ISO 8601 in UTC. */
export const Time = z.iso.datetime({ offset: true });
