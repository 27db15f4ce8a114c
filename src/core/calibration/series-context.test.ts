import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { FamiliarSize } from './familiar-size.ts';
import { HourlyScale } from './hourly-scale.ts';
import { Persistence } from './persistence.ts';

const STEP_MS = 300_000;

describe('HourlyScale', () => {
  it('believes a third, in logarithms, of how much more a loud hour scatters', () => {
    const scale = new HourlyScale(STEP_MS);
    const random = seededRng(1);
    for (let timeMs = 0; timeMs < 14 * DAY_MS; timeMs += STEP_MS) {
      const hour = (timeMs % DAY_MS) / HOUR_MS;
      scale.learn(timeMs, gaussian(random) * (hour >= 8 && hour < 20 ? 8 : 1), 1e-6);
    }
    const noon = scale.factor(12 * HOUR_MS, 1e-6);
    const night = scale.factor(2 * HOUR_MS, 1e-6);
    expect(noon / night).toBeGreaterThan(1.7);
    expect(noon / night).toBeLessThan(2.3);
  });

  it('says nothing before it knows an hour of three days', () => {
    const scale = new HourlyScale(STEP_MS);
    for (let timeMs = 0; timeMs < 2 * DAY_MS; timeMs += STEP_MS) scale.learn(timeMs, 5, 1e-6);
    expect(scale.factor(HOUR_MS, 1e-6)).toBe(1);
  });
});

function after(days: number, timesADay: number): FamiliarSize {
  const familiar = new FamiliarSize(STEP_MS);
  const every = Math.round(DAY_MS / STEP_MS / timesADay);
  for (let i = 0; i < (days * DAY_MS) / STEP_MS; i++)
    familiar.learn(i * STEP_MS, i % every === 0 ? 40 : 1);
  return familiar;
}

describe('FamiliarSize', () => {
  it('knows spikes that come four times a day, and not those that come once', () => {
    expect(after(7, 4).covers(40)).toBe(true);
    expect(after(7, 1).covers(40)).toBe(false);
  });

  it('tells kinds of deviations apart', () => {
    const familiar = new FamiliarSize(STEP_MS, { room: new Room(), count: 2 });
    for (let i = 0; i < (7 * DAY_MS) / STEP_MS; i++) {
      familiar.learn(i * STEP_MS, 40);
      familiar.learn(i * STEP_MS, 2, 1);
    }
    expect([familiar.covers(40), familiar.covers(40, { which: 1 })]).toEqual([true, false]);
    expect(familiar.covers(2, { which: 1 })).toBe(true);
  });

  it('knows nothing in its first three days', () => {
    expect(after(2, 4).covers(1)).toBe(false);
  });

  it('goes on where it was saved', () => {
    const familiar = after(7, 4);
    const out = new StateWriter('TEST', 1);
    familiar.save(out);
    const copy = new FamiliarSize(STEP_MS);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    expect([10, 40, 60, 80].map((size) => copy.covers(size))).toEqual(
      [10, 40, 60, 80].map((size) => familiar.covers(size)),
    );
  });
});

describe('Persistence', () => {
  it('keeps what fades from peaks of two sizes apart, both below 1', () => {
    const [small, large] = [2, 20].map((peak) => {
      const persistence = new Persistence(STEP_MS, { peakHalfLife: 8 });
      persistence.next(peak);
      return persistence.next(0.2);
    });
    expect(small).toBeLessThan(large ?? 0);
    expect(large).toBeLessThan(1);
  });

  it('adds what lasts to an anomalous ratio, and leaves a normal one normal, in its order', () => {
    const persistence = new Persistence(STEP_MS);
    const first = persistence.next(1.5);
    let last = first;
    for (let i = 0; i < 72; i++) last = persistence.next(1.5);
    expect(first).toBeCloseTo(1.51, 2);
    expect(last).toBeCloseTo(1.5 + 0.75, 1);
    // 0.6 and 0.75 are 0.45 beyond 0.9, of which 0.45 / 2.45 of the room below 1 is taken.
    expect(persistence.next(0.6)).toBeCloseTo(0.918, 2);
    expect(persistence.next(0)).toBeLessThan(0.9);
  });
});
