import { expect, it } from 'vitest';
import { CivilTime, DAY_MS, HOUR_MS, weekday } from './civil-time.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);

it('toLocal() follows summer time', () => {
  const berlin = new CivilTime('Europe/Berlin');
  expect(berlin.toLocal(utc('2026-01-15T12:00:00')) % DAY_MS).toBe(13 * HOUR_MS);
  expect(berlin.toLocal(utc('2026-07-15T12:00:00')) % DAY_MS).toBe(14 * HOUR_MS);
  expect(berlin.toLocal(utc('2026-03-29T00:59:59')) % DAY_MS).toBe(2 * HOUR_MS - 1000);
  expect(berlin.toLocal(utc('2026-03-29T01:00:00')) % DAY_MS).toBe(3 * HOUR_MS);
});

it('toLocal() knows zones of half and quarter hours', () => {
  expect(new CivilTime('Asia/Kathmandu').toLocal(utc('2026-01-01T00:00:00')) % DAY_MS).toBe(
    5.75 * HOUR_MS,
  );
  expect(new CivilTime('UTC').toLocal(123_456_789)).toBe(123_456_789);
});

it('weekday() counts from Sunday, before 1970 too', () => {
  expect(weekday(utc('2026-11-22T10:00:00'))).toBe(0);
  expect(weekday(utc('2026-11-23T00:00:00'))).toBe(1);
  expect(weekday(utc('1969-12-31T23:00:00'))).toBe(3);
});

it('CivilTime refuses a zone that does not exist', () => {
  expect(() => new CivilTime('Mars/Olympus')).toThrow('Cannot use time zone "Mars/Olympus"');
});
