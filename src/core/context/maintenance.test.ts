import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { DeclaredEvent } from './declared-event.ts';
import { excludedSpans, maintenanceAt, parseWeeklyHours } from './maintenance.ts';

const ZONE = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);

function event(startMs: number, endMs = startMs, labels = {}): DeclaredEvent {
  return { startMs, endMs, kind: 'deploy', title: '', labels };
}

describe('parseWeeklyHours()', () => {
  it('reads days, ranges of days, lists and every day', () => {
    expect(parseWeeklyHours('sun 02:00-04:00')).toEqual({
      weekdays: [0],
      fromMs: 2 * HOUR_MS,
      toMs: 4 * HOUR_MS,
    });
    expect(parseWeeklyHours('fri-mon 22:30-06:00').weekdays).toEqual([0, 1, 5, 6]);
    expect(parseWeeklyHours('Sat,Tue 00:00-24:00')).toEqual({
      weekdays: [2, 6],
      fromMs: 0,
      toMs: DAY_MS,
    });
    expect(parseWeeklyHours('daily 3:00 - 3:30').weekdays).toHaveLength(7);
  });

  it.each([
    '',
    'sun',
    'sun 2-4',
    'noday 02:00-04:00',
    'sun 25:00-26:00',
    'sun 02:00-02:00',
    'sun 02:70-03:00',
  ])('refuses %j', (text) => {
    expect(() => parseWeeklyHours(text)).toThrow(/Cannot read weekly hours/);
  });
});

describe('maintenanceAt()', () => {
  const nightly = {
    title: 'Backups',
    matchers: { host: 'db-1' },
    when: parseWeeklyHours('mon-fri 22:00-06:00'),
  };

  it('finds the weekly window by civil time, also the part after midnight', () => {
    const labels = { host: 'db-1', job: 'node' };
    const friday = maintenanceAt([nightly], labels, {
      timeMs: at('2026-11-28T05:30:00+01:00'),
      zone: ZONE,
    });
    expect(friday).toEqual({
      window: nightly,
      span: { startMs: at('2026-11-27T22:00:00+01:00'), endMs: at('2026-11-28T06:00:00+01:00') },
    });
    for (const outside of [
      '2026-11-28T06:00:00+01:00',
      '2026-11-28T23:00:00+01:00',
      '2026-11-27T21:59:59+01:00',
    ]) {
      expect(maintenanceAt([nightly], labels, { timeMs: at(outside), zone: ZONE })).toBeUndefined();
    }
  });

  it('concerns only series that have all its labels', () => {
    const timeMs = at('2026-11-26T23:00:00+01:00');
    expect(maintenanceAt([nightly], { host: 'db-2' }, { timeMs, zone: ZONE })).toBeUndefined();
    expect(maintenanceAt([nightly], {}, { timeMs, zone: ZONE })).toBeUndefined();
  });
});

describe('excludedSpans()', () => {
  const range = { startMs: at('2026-03-23T00:00:00Z'), endMs: at('2026-03-30T00:00:00Z') };

  it('joins planned work and what follows events, cut to the range', () => {
    const { startMs } = range;
    const spans = excludedSpans(
      {
        windows: [
          {
            title: '',
            matchers: {},
            when: { startMs: startMs - HOUR_MS, endMs: startMs + HOUR_MS },
          },
          { title: '', matchers: { host: 'b' }, when: { startMs, endMs: range.endMs } },
        ],
        events: [
          event(startMs + HOUR_MS),
          event(startMs + 5 * HOUR_MS, startMs + 8 * HOUR_MS),
          event(startMs + 20 * HOUR_MS, startMs + 20 * HOUR_MS, { host: 'b' }),
        ],
        afterEventsMs: HOUR_MS / 2,
        zone: ZONE,
      },
      { host: 'a' },
      range,
    );
    expect(spans.map((span) => [span.startMs - startMs, span.endMs - startMs])).toEqual([
      [0, 1.5 * HOUR_MS],
      [5 * HOUR_MS, 8 * HOUR_MS],
    ]);
  });

  it('keeps weekly hours on the wall clock when summer time begins', () => {
    const weekly = { title: '', matchers: {}, when: parseWeeklyHours('sat,sun 04:00-05:00') };
    const spans = excludedSpans(
      { windows: [weekly], events: [], afterEventsMs: 0, zone: ZONE },
      {},
      range,
    );
    expect(spans.map(({ startMs }) => new Date(startMs).toISOString())).toEqual([
      '2026-03-28T03:00:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ]);
  });
});
