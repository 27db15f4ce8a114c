import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Coverage } from './coverage.ts';

const STEP = 60_000;

function fed(minutes: number, missing: (minute: number) => boolean = () => false): Coverage {
  const coverage = new Coverage(STEP);
  for (let minute = 0; minute < minutes; minute++) {
    if (!missing(minute)) coverage.learn(minute * STEP);
  }
  return coverage;
}

describe('Coverage', () => {
  it('is whole where every sample came, also for a series of an hour', () => {
    const whole = { coverage: 1, gaps: 0, longestGapMs: 0 };
    expect(fed(60).ofPastDay()).toEqual(whole);
    expect(fed(5 * 1440 + 17).ofPastDay()).toEqual(whole);
  });
  it('says what share came and how long the longest pause was', () => {
    const { coverage, gaps, longestGapMs } = fed(1440, (m) => m >= 600 && m < 744).ofPastDay();
    expect(coverage).toBeCloseTo(0.9, 9);
    expect({ gaps, longestGapMs }).toEqual({ gaps: 1, longestGapMs: 145 * STEP });
  });
  it('forgets what was a day ago, also after a pause of days', () => {
    expect(fed(4000, (m) => m > 100 && m < 300).ofPastDay().gaps).toBe(0);
    const back = fed(10_000, (m) => m > 100 && m < 9940).ofPastDay();
    expect(back.gaps).toBe(1);
    expect(back.coverage).toBeCloseTo(60 / 1420, 9);
  });
  it('goes on after a rest as if it had not stopped', () => {
    const [first, second] = [fed(1000, (m) => m % 7 === 0), new Coverage(STEP)];
    const out = new StateWriter('TEST', 1);
    first.save(out);
    second.load(new StateReader(out.finish(), 'TEST', 1));
    for (const one of [first, second]) one.learn(1000 * STEP + 3 * HOUR_MS);
    expect(second.ofPastDay()).toEqual(first.ofPastDay());
  });
  it('knows nothing before the first sample', () => {
    expect(new Coverage(STEP).ofPastDay()).toEqual({ coverage: 0, gaps: 0, longestGapMs: 0 });
  });
});
