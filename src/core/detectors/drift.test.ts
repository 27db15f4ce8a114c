import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, type Rng, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Drift } from './drift.ts';
import { fitTrend, forecastLimit } from './drift-trend.ts';

const STEP = 900_000;
const START = Date.UTC(2026, 10, 2);
const SEEDS = [1, 2, 3];

type Signal = (day: number, rng: Rng) => number;

interface Sighting {
  readonly day: number;
  readonly drift: Drift;
}

/** Every judgement at which a drift was open. */
function sightings(days: number, signal: Signal, seed = 1): Sighting[] {
  const rng = seededRng(seed);
  const drift = new Drift();
  const seen: Sighting[] = [];
  for (let timeMs = START; timeMs < START + days * DAY_MS; timeMs += STEP) {
    const day = (timeMs - START) / DAY_MS;
    const value = signal(day, rng);
    if (!Number.isNaN(value) && drift.learn(timeMs, value) && drift.open) {
      seen.push({ day, drift: copyOf(drift) });
    }
  }
  return seen;
}

function copyOf(drift: Drift): Drift {
  const copy = new Drift();
  copy.load(new StateReader(bytesOf(drift), 'DRFT', 1));
  return copy;
}

function bytesOf(drift: Drift): Uint8Array {
  const out = new StateWriter('DRFT', 1);
  drift.save(out);
  return out.finish();
}

function daily(day: number): number {
  return 8 * Math.sin(2 * Math.PI * day);
}

function weekend(day: number): number {
  return Math.floor(day) % 7 > 4 ? -10 : 0;
}

/** 60 to 75 within the week after `from`, then 75. */
function creep(from: number): Signal {
  return (day, rng) =>
    60 + (15 / 7) * Math.min(7, Math.max(0, day - from)) + daily(day) + 3 * gaussian(rng);
}

describe('Drift', () => {
  it.each([8, 14, 28])('sees a creep within four days after %d days of history', (history) => {
    for (const seed of SEEDS) {
      const [first] = sightings(history + 8, creep(history), seed);
      expect(first?.day).toBeGreaterThan(history);
      expect(first?.day).toBeLessThan(history + 4);
    }
  });

  it('says since when and how fast', () => {
    for (const seed of SEEDS) {
      const at = sightings(28, creep(20), seed).find(({ day }) => day > 24);
      expect(at?.drift.trend.perDay).toBeGreaterThan(1.7);
      expect(at?.drift.trend.perDay).toBeLessThan(2.6);
      expect(at?.drift.trend.sinceMs).toBeGreaterThan(START + 19.2 * DAY_MS);
      expect(at?.drift.trend.sinceMs).toBeLessThan(START + 20.8 * DAY_MS);
      expect(at?.drift.base).toBeGreaterThan(59);
      expect(at?.drift.base).toBeLessThan(61);
    }
  });

  it('goes on while the creep does, measured against what was before it', () => {
    const seen = sightings(40, creep(20)).map(({ day }) => day);
    expect(seen.some((day) => day > 27)).toBe(true);
    // Three days after the creep has stopped the level is the usual one.
    expect(Math.max(...seen)).toBeLessThan(31);
  });

  it('sees a creep through a quieter weekend', () => {
    for (const seed of SEEDS) {
      const [first] = sightings(24, (day, rng) => creep(16)(day, rng) + weekend(day), seed);
      expect(first?.day).toBeGreaterThan(16);
      expect(first?.day).toBeLessThan(20);
    }
  });

  const quiet: Record<string, () => Signal> = {
    'Gaussian noise': () => (_, rng) => 50 + 5 * gaussian(rng),
    'a daily sine': () => (day, rng) => 50 + daily(day) + gaussian(rng),
    'a weekday pattern': () => (day, rng) => (Math.floor(day) % 7 > 4 ? 60 : 100) + gaussian(rng),
    "a counter's rate": () => (_, rng) => Math.floor(20 + 20 * rng()) / 300,
    'lognormal noise': () => (_, rng) => Math.exp(gaussian(rng)),
    'random integers': () => (_, rng) => Math.floor(4 * rng()),
    'rare events': () => (_, rng) => (rng() < 0.01 ? 1 : 0),
    'a constant': () => () => 42,
    'a leak with restarts every two days': () => (day, rng) => 20 + 30 * (day % 2) + gaussian(rng),
    'growth that always was': () => (day, rng) => 100 + day + gaussian(rng),
    'a step': () => (day, rng) => (day < 20 ? 50 : 70) + gaussian(rng),
    'a level that changes from day to day': () => {
      let [today, level] = [-1, 0];
      return (day, rng) => {
        if (Math.floor(day) !== today) level = 5 * gaussian(rng);
        today = Math.floor(day);
        return 100 + level + gaussian(rng);
      };
    },
    'a level that wanders within a day': () => {
      let level = 0;
      return (_, rng) => {
        level = 0.98 * level + gaussian(rng);
        return 50 + level;
      };
    },
    'gaps and a daily sine': () => (day, rng) =>
      day % 3 < 0.6 || rng() < 0.1 ? Number.NaN : 50 + daily(day) + gaussian(rng),
  };
  it.each(Object.keys(quiet))('stays quiet on %s for eight weeks', (kind) => {
    for (const seed of SEEDS) {
      expect(sightings(56, quiet[kind]?.() ?? daily, seed)).toEqual([]);
    }
  });

  it('is the same after a rest as bytes at any moment', () => {
    const signal = creep(12);
    assert(
      property(integer({ min: 1, max: 20 * 96 - 1 }), (rests) => {
        const rng = seededRng(7);
        const whole = new Drift();
        let rested = new Drift();
        for (let i = 0; i < 20 * 96; i++) {
          const value = signal(i / 96, rng);
          whole.learn(START + i * STEP, value);
          if (i === rests) rested = copyOf(rested);
          rested.learn(START + i * STEP, value);
        }
        expect(bytesOf(rested)).toEqual(bytesOf(whole));
        expect(rested.trend).toEqual(whole.trend);
      }),
      { numRuns: 10 },
    );
  });

  it('takes less than 1.2 KB at rest', () => {
    expect(bytesOf(new Drift()).length).toBeLessThan(1200);
  });
});

describe('fitTrend()', () => {
  it('finds the bend and the slope of a line from zero', () => {
    // Three hours a block: 0.5 a block for two days, nothing before.
    const trend = fitTrend((back) => Math.max(0, 16 - back) * 0.5, {
      untilMs: 10 * DAY_MS,
      spread: 1,
    });
    expect(trend.sinceMs).toBe(8 * DAY_MS);
    expect(trend.perDay).toBeCloseTo(4, 9);
    expect(trend.risen).toBeCloseTo(8, 9);
    // Days at distances 1 and 2 from the bend: 1 / sqrt(1 + 4).
    expect(trend.perDayError).toBeCloseTo(0.4472, 4);
  });
});

describe('forecastLimit()', () => {
  const trend = { sinceMs: 0, perDay: 2, perDayError: 0, untilMs: DAY_MS, risen: 2 };

  it('says when a rise meets the upper limit and a fall the lower one', () => {
    const level = { level: 80, spread: 0, limits: [0, 100] };
    expect(forecastLimit(trend, level)).toEqual({
      limit: 100,
      atMs: 11 * DAY_MS,
      earliestMs: 11 * DAY_MS,
      latestMs: 11 * DAY_MS,
    });
    expect(forecastLimit({ ...trend, perDay: -2 }, level)).toMatchObject({
      limit: 0,
      atMs: 41 * DAY_MS,
    });
  });
  it('gives an interval that is open when the trend may be none', () => {
    const sure = { level: 80, spread: 1, limits: [100] };
    const forecast = forecastLimit({ ...trend, perDayError: 0.5 }, sure);
    expect(forecast?.earliestMs).toBeLessThan(11 * DAY_MS);
    expect(forecast?.latestMs).toBeGreaterThan(11 * DAY_MS);
    expect(forecastLimit({ ...trend, perDayError: 2 }, sure)).not.toHaveProperty('latestMs');
  });
  it('knows no limit where there is none and is there where it was passed', () => {
    expect(forecastLimit(trend, { level: 1, spread: 0, limits: [] })).toBeUndefined();
    expect(forecastLimit(trend, { level: 101, spread: 0, limits: [100] })?.atMs).toBe(DAY_MS);
  });
});
