import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { isRestDay, readCalendar } from './calendar.ts';

const YEARS = { from: 2025, to: 2027 };

function dates(text: string, years = YEARS): string[] {
  return readCalendar(text, years).map(({ day, name }) =>
    `${new Date(day * DAY_MS).toISOString().slice(0, 10)} ${name}`.trim(),
  );
}

function ics(...events: string[][]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n');
}

describe('readCalendar()', () => {
  it('reads CSV, and a date without a year as every year', () => {
    expect(dates('date,name\n2026-12-24,Half a day\n12-25,Christmas\n')).toEqual([
      '2025-12-25 Christmas',
      '2026-12-24 Half a day',
      '2026-12-25 Christmas',
      '2027-12-25 Christmas',
    ]);
  });

  it('reads plain YAML, comments, quotes and bare dates', () => {
    const text =
      '---\n# office\n- 2026-05-01: Labour Day\n- "2026-05-02"\n2026-05-03: \'Sunday\' # kept\n';
    expect(dates(text)).toEqual(['2026-05-01 Labour Day', '2026-05-02', '2026-05-03 Sunday']);
  });

  it('leaves 29 February out of common years', () => {
    expect(dates('02-29 Leap day', { from: 2023, to: 2028 })).toEqual([
      '2024-02-29 Leap day',
      '2028-02-29 Leap day',
    ]);
  });

  it('reads all-day events of an iCalendar, over several days and folded lines', () => {
    const text = ics(
      ['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Winter\\, ', ' closed'],
      ['DTSTART:20261120T090000Z', 'SUMMARY:A meeting'],
    );
    expect(dates(text)).toEqual([
      '2026-12-24 Winter, closed',
      '2026-12-25 Winter, closed',
      '2026-12-26 Winter, closed',
    ]);
  });

  it('follows yearly rules by date, by weekday of a month, with an end and with exceptions', () => {
    const text = ics(
      [
        'DTSTART;VALUE=DATE:20200101',
        'RRULE:FREQ=YEARLY',
        'EXDATE;VALUE=DATE:20260101',
        'SUMMARY:New Year',
      ],
      [
        'DTSTART;VALUE=DATE:20191128',
        'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH',
        'SUMMARY:Thanksgiving',
      ],
      [
        'DTSTART;VALUE=DATE:20240527',
        'RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;UNTIL=20260601',
        'SUMMARY:Memorial Day',
      ],
      ['DTSTART;VALUE=DATE:20240801', 'RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=2', 'SUMMARY:Fair'],
    );
    expect(dates(text)).toEqual([
      '2025-01-01 New Year',
      '2025-05-26 Memorial Day',
      '2025-11-27 Thanksgiving',
      '2026-05-25 Memorial Day',
      '2026-08-01 Fair',
      '2026-11-26 Thanksgiving',
      '2027-01-01 New Year',
      '2027-11-25 Thanksgiving',
    ]);
  });

  it('names the line that cannot be read', () => {
    expect(() => dates('2026-12-25\n2026-13-01 Nothing')).toThrow(/line 2 .*"2026-13-01 Nothing"/);
    expect(() => dates('holidays:\n')).toThrow(/line 1/);
    expect(() => dates('')).toThrow(/holds no day from 2025 to 2027/);
    const weekly = ics(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=WEEKLY']);
    expect(() => dates(weekly)).toThrow(/line 5 .*FREQ=WEEKLY, expected FREQ=YEARLY/);
    expect(() => dates(ics(['DTSTART;VALUE=DATE:20260231']))).toThrow(/"20260231" is not a date/);
  });
});

describe('isRestDay()', () => {
  it('finds a day among ascending days', () => {
    expect([1, 2, 3, 9, 10].map((day) => isRestDay([2, 3, 10], day))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(isRestDay([], 1)).toBe(false);
  });
});
