import { expect, test } from 'vitest';
import { CivilTime, DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { FitCalendar, type FitTimes } from '../core/model/fit-calendar.ts';
import { fitDueAt } from './fit-calendar.ts';

const berlin = new CivilTime('Europe/Berlin');
const nightly = { startMs: 2 * HOUR_MS, everyMs: DAY_MS };
const occasion = (iso: string, times: FitTimes = nightly) =>
  fitDueAt(Date.parse(iso), { calendar: new FitCalendar(berlin, times), ...times }).occasion;

test('a night begins at 02:00 of the civil day', () => {
  expect(occasion('2026-11-22T00:59:59Z')).toBe('night 2026-11-21');
  expect(occasion('2026-11-22T01:00:00Z')).toBe('night 2026-11-22');
});

test('the night without a 02:00 begins when the clock has passed it', () => {
  expect(occasion('2026-03-29T00:59:59Z')).toBe('night 2026-03-28');
  // 01:00 UTC is 03:00 in Berlin on that day.
  expect(occasion('2026-03-29T01:00:00Z')).toBe('night 2026-03-29');
});

test('the night with two 02:00 is one occasion', () => {
  expect(occasion('2026-10-24T23:59:59Z')).toBe('night 2026-10-24');
  expect(occasion('2026-10-25T00:00:00Z')).toBe('night 2026-10-25');
  // The second 02:30: between the two the civil time has stepped back, but not below 02:00.
  expect(occasion('2026-10-25T01:30:00Z')).toBe('night 2026-10-25');
});

test('trainings may be further apart than a day, or closer', () => {
  const weekly = { startMs: 2 * HOUR_MS, everyMs: 7 * DAY_MS };
  const names = new Set(
    Array.from({ length: 14 }, (_, day) =>
      occasion(new Date(Date.UTC(2026, 10, 1 + day, 12)).toISOString(), weekly),
    ),
  );
  expect(names.size).toBeLessThanOrEqual(3);
  const often = { startMs: 2 * HOUR_MS, everyMs: 6 * HOUR_MS };
  expect(occasion('2026-11-22T08:10:00Z', often)).toBe('fit 2026-11-22 08:00');
});
