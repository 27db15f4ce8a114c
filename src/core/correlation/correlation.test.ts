import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { coMovementOf } from './co-movement.ts';
import { BIN_MS, MISSING, type Profile, profileOf } from './profile.ts';

const START_MS = Date.UTC(2026, 10, 16);
const WEEK = (7 * DAY_MS) / BIN_MS;
const DAY = DAY_MS / BIN_MS;

/** A value every five minutes of a week. */
function week(valueAt: (bin: number) => number, bins = WEEK): Samples {
  const times = Float64Array.from({ length: bins }, (_, bin) => START_MS + bin * BIN_MS);
  return { times, values: times.map((_, bin) => valueAt(bin)) };
}

function profile(valueAt: (bin: number) => number, bins = WEEK): Profile {
  const made = profileOf(week(valueAt, bins));
  if (!made) throw new RangeError('No profile');
  return made;
}

/** Normal noise, the same for the same seed and bin, in which so much of each bin lasts into the next. */
function noise(seed: number, lasting = 0): (bin: number) => number {
  const rng = seededRng(seed);
  let last = 0;
  const values = Array.from({ length: WEEK + 2 * DAY }, () => {
    last = lasting * last + gaussian(rng);
    return last;
  });
  return (bin) => values[bin + DAY] ?? Number.NaN;
}

const rush = (bin: number) => (bin % DAY > 100 && bin % DAY < 150 ? 30 : 0);
const isFourthDay = (bin: number) => bin >= 3 * DAY && bin < 4 * DAY;
const movingAt = (bins: readonly number[]) => profile((bin) => (bins.includes(bin) ? 1 : 0));

const officeHours = (bin: number) => (bin < 5 * DAY && bin % DAY > 100 && bin % DAY < 200 ? 50 : 0);

/** Whether so many short outages of both tie two series that have nothing else in common. */
function tiedByOutages(outages: number): boolean {
  const [own, others, rng] = [noise(21), noise(22), seededRng(outages)];
  const down = new Set(Array.from({ length: outages }, () => Math.floor(WEEK * rng())));
  const a = profile((bin) => own(bin) + (down.has(bin) ? 40 : 0));
  const b = profile((bin) => others(bin) + (down.has(bin) ? 30 : 0));
  return coMovementOf(a, b) !== undefined;
}

const tied = (a: Profile | undefined, b: Profile | undefined) => a && b && coMovementOf(a, b);
const bothMovingAt = (...bins: readonly number[]) => tied(movingAt(bins), movingAt(bins));

describe('profileOf()', () => {
  it('keeps a byte for every five minutes of the last week, whatever the step', () => {
    const ownNoise = noise(1);
    const times = Float64Array.from({ length: 8 * 5760 }, (_, i) => START_MS + i * 15_000);
    const made = profileOf({
      times,
      values: times.map((_, i) => ownNoise(Math.floor(i / 20) % WEEK)),
    });
    expect(made?.startMs).toBe(START_MS + DAY_MS);
    expect(made?.surprises).toHaveLength(2016);
  });

  it('holds what neither the clock nor the bin before let expect, in its own units', () => {
    const own = noise(2);
    const { surprises } = profile(
      (bin) => 1e6 * (5 * Math.sin((2 * Math.PI * bin) / DAY) + own(bin)),
    );
    const sizes = surprises.map(Math.abs).toSorted();
    // Half of normal noise lies within 0.67 deviations: 13 steps of 20 to a deviation.
    expect(sizes[1008]).toBeGreaterThan(11);
    expect(sizes[1008]).toBeLessThan(16);
  });

  it('lets no outage count for more than six deviations', () => {
    const own = noise(3);
    const { surprises } = profile((bin) => own(bin) + (bin === 700 ? 1e9 : 0));
    expect(surprises[700]).toBe(127);
  });

  it('knows nothing of where samples are missing and of what was declared', () => {
    const own = noise(4);
    const samples = week((bin) => (bin === 50 ? Number.NaN : own(bin)));
    const spans = [{ startMs: START_MS + 100 * BIN_MS, endMs: START_MS + 102 * BIN_MS }];
    const made = profileOf(samples, spans);
    expect([50, 99, 100, 101, 104].map((bin) => made?.surprises[bin] === MISSING)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('says nothing of less than three days, of a constant and of no samples', () => {
    expect(profileOf(week(noise(5), 2.9 * DAY))).toBeUndefined();
    expect(profileOf(week(noise(5), 3.1 * DAY))).toBeDefined();
    expect(profileOf(week(() => 7))).toBeUndefined();
    expect(profileOf(week(noise(5), 0))).toBeUndefined();
    expect(profileOf(week(() => Number.NaN))).toBeUndefined();
  });
});

describe('coMovementOf()', () => {
  it('finds two series that share what moves them, and by how much the second one is late', () => {
    for (let seed = 0; seed < 30; seed++) {
      const [shared, own, others] = [noise(seed), noise(1000 + seed), noise(2000 + seed)];
      const late = seed % 6;
      const first = profile((bin) => shared(bin) + 0.5 * own(bin));
      const second = profile((bin) => 40 - 3 * (shared(bin - late) + 0.5 * others(bin)));
      const moved = coMovementOf(first, second);
      expect(moved?.lagMs, `seed ${seed}`).toBe(late * BIN_MS);
      // 1 / (1 + 0.25) of either is shared.
      expect(moved?.correlation).toBeCloseTo(-0.8, 0);
      expect(coMovementOf(second, first)?.lagMs).toBe(-late * BIN_MS || 0);
    }
  });

  it('finds a delay that is no whole number of bins', () => {
    const shared = noise(11);
    const first = profile(shared);
    const second = profile((bin) => 0.4 * shared(bin) + 0.6 * shared(bin - 1));
    const moved = coMovementOf(first, second);
    expect(moved?.lagMs).toBe(180_000);
    expect(moved?.correlation).toBeGreaterThan(0.8);
  });

  it('ties counters that only grow by what they grow by', () => {
    const shared = noise(12);
    const counter = (seed: number) => {
      const own = noise(seed);
      let total = 0;
      return profile((bin) => (total += 20 + shared(bin) + 0.3 * own(bin)));
    };
    expect(coMovementOf(counter(13), counter(14))).toMatchObject({ lagMs: 0 });
  });

  it('compares what both know although their weeks begin on different days', () => {
    const shared = noise(15);
    const all = Float64Array.from({ length: 9 * DAY }, (_, bin) => shared(bin - DAY));
    const from = (bins: number): Profile | undefined =>
      profileOf({
        times: Float64Array.from({ length: WEEK }, (_, i) => START_MS + (bins + i) * BIN_MS),
        values: all.slice(bins, bins + WEEK),
      });
    expect(tied(from(0), from(2 * DAY))).toMatchObject({ lagMs: 0 });
  });

  it('ties nothing that has only the clock in common, or inertia, or chance', () => {
    const kinds: ((seed: number) => Profile)[] = [
      (seed) => profile(noise(seed)),
      (seed) => profile(noise(seed, 0.95)),
      (seed) => profile(noise(seed, 1)),
      (seed) => {
        const own = noise(seed);
        return profile((bin) => 20 * Math.sin((2 * Math.PI * bin) / DAY) + rush(bin) + own(bin));
      },
      // A nightly job that is as restless as it is regular.
      (seed) => {
        const own = noise(seed, 0.9);
        return profile((bin) => (bin % DAY < 12 ? 50 * Math.exp(own(bin)) : 0.1 * own(bin)));
      },
      // A job of fifty minutes that starts with the clock.
      (seed) => {
        const own = noise(seed);
        return profile((bin) => (bin % 10 === 0 ? 8 : 0) + own(bin));
      },
    ];
    for (let seed = 0; seed < 200; seed++) {
      const kind = kinds[seed % kinds.length];
      const [a, b] = [kind?.(seed), kind?.(5000 + seed)];
      expect(tied(a, b), `seed ${seed}`).toBeUndefined();
    }
  });

  it('takes one outage of both for chance, and many for more', () => {
    expect([1, 5, 60].map(tiedByOutages)).toEqual([false, false, true]);
  });

  it('takes one restless day of both for no rule', () => {
    const [own, others, shared] = [noise(24), noise(25), noise(26)];
    const a = profile((bin) => own(bin) + (isFourthDay(bin) ? 9 * shared(bin) : 0));
    const b = profile((bin) => others(bin) + (isFourthDay(bin) ? 9 * shared(bin) : 0));
    expect(coMovementOf(a, b)).toBeUndefined();
  });

  it('takes what seldom moves for tied once it moved together on three days, not at one time of them', () => {
    expect(bothMovingAt(300, 700, 1500)).toBeDefined();
    expect(bothMovingAt(300, 301)).toBeUndefined();
    expect(bothMovingAt(300, 700)).toBeUndefined();
    expect(bothMovingAt(...[0, 2, 4].map((day) => day * DAY + 24))).toBeUndefined();
  });

  it('takes another habit of both at weekends for no tie', () => {
    const [own, others] = [noise(27), noise(28)];
    const a = profile((bin) => officeHours(bin) + own(bin));
    const b = profile((bin) => officeHours(bin) + others(bin));
    expect(coMovementOf(a, b)).toBeUndefined();
    expect(tied(profile(officeHours), profile(officeHours))).toBeUndefined();
  });

  it('says nothing where less than three days are common', () => {
    const shared = noise(23);
    const half = (isFirst: boolean) =>
      profile((bin) => (bin < WEEK / 2 + 100 === isFirst ? shared(bin) : Number.NaN));
    expect(coMovementOf(half(true), profile(shared))).toBeDefined();
    expect(coMovementOf(half(true), half(false))).toBeUndefined();
  });
});
