import { expect, test } from 'vitest';
import { dateOf, dateText, daysAround, fillDays, spanOfDays, turned } from './calendar-days.ts';

// Days are those of the reader's zone, whichever the test runs in.
const at = (day: number, hour: number): string => new Date(2026, 10, day, hour).toISOString();

test('dateOf() reads a date, and is today without one', () => {
  expect(dateText(dateOf('2026-11-27', 0))).toBe('2026-11-27');
  expect(dateText(dateOf(null, new Date(2026, 2, 3, 23).getTime()))).toBe('2026-03-03');
});

test('daysAround() gives whole weeks from Monday on', () => {
  const friday = new Date(2026, 10, 27);
  expect(daysAround(friday, 'week').map(dateText)).toEqual([
    '2026-11-23',
    '2026-11-24',
    '2026-11-25',
    '2026-11-26',
    '2026-11-27',
    '2026-11-28',
    '2026-11-29',
  ]);
  // November 2026 begins on a Sunday and ends on a Monday: six weeks.
  const month = daysAround(friday, 'month').map(dateText);
  expect([month[0], month.at(-1), month.length]).toEqual(['2026-10-26', '2026-12-06', 42]);
});

test('turned() goes by weeks or months, not beyond a short one', () => {
  expect(dateText(turned(new Date(2026, 10, 27), 'week', 1))).toBe('2026-12-04');
  expect(dateText(turned(new Date(2026, 0, 31), 'month', 1))).toBe('2026-02-01');
});

test('fillDays() puts on every day what touches it, days off first', () => {
  const days = [new Date(2026, 10, 26), new Date(2026, 10, 27)];
  const common = { labels: {}, reason: '', created_by: 'ann', created_at: at(20, 0) };
  const filled = fillDays(days, {
    events: [
      {
        ...common,
        id: 1,
        kind: 'deploy',
        title: 'v2',
        source: 'api',
        started_at: at(27, 9),
        ended_at: null,
      },
    ],
    planned: [{ window_id: 1, title: '', start: at(26, 22), end: at(27, 2) }],
    days_off: [{ date: '2026-11-27', name: 'Founding day', calendar_id: 1, calendar: 'own' }],
  });
  expect(filled.map(({ entries }) => entries)).toEqual([
    [{ kind: 'planned', time: '22:00', text: 'planned work' }],
    [
      { kind: 'off', time: '', text: 'Founding day' },
      { kind: 'planned', time: '', text: 'planned work' },
      { kind: 'event', time: '09:00', text: 'deploy v2' },
    ],
  ]);
  expect(spanOfDays(days)).toEqual({
    startMs: new Date(2026, 10, 26).getTime(),
    endMs: new Date(2026, 10, 28).getTime(),
  });
});
