import { describe, expect, it } from 'vitest';
import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import { FitCalendar } from './fit-calendar.ts';

const berlin = new CivilTime('Europe/Berlin');
const nightly = new FitCalendar(berlin, { startMs: 2 * HOUR_MS, everyMs: DAY_MS });
const at = (iso: string) => Date.parse(iso);
const endAfter = (iso: string) => new Date(nightly.endOf(nightly.numberAt(at(iso)))).toISOString();

describe('a fit', () => {
  it('sees what came before its hour and judges from an hour later on', () => {
    expect(endAfter('2026-11-22T12:00:00Z')).toBe('2026-11-22T01:00:00.000Z');
    const number = nightly.numberAt(at('2026-11-22T01:00:00Z'));
    expect(nightly.numberAt(at('2026-11-22T00:59:59Z'))).toBe(number - 1);
    expect(nightly.inForceAt(at('2026-11-22T01:59:59Z'))).toBe(number - 1);
    expect(nightly.inForceAt(at('2026-11-22T02:00:00Z'))).toBe(number);
    expect(nightly.forceOf(number)).toBe(at('2026-11-22T02:00:00Z'));
  });

  it('ends when the clock passes its hour, where that does not exist or comes twice', () => {
    expect(endAfter('2026-03-29T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(endAfter('2026-10-25T12:00:00Z')).toBe('2026-10-25T00:00:00.000Z');
  });

  it('comes into force halfway to the next where they follow each other closely', () => {
    const often = new FitCalendar(berlin, { startMs: 0, everyMs: HOUR_MS });
    const number = often.numberAt(at('2026-11-22T12:00:00Z'));
    expect(often.endOf(number)).toBe(at('2026-11-22T12:00:00Z'));
    expect(often.forceOf(number)).toBe(at('2026-11-22T12:30:00Z'));
  });
});
