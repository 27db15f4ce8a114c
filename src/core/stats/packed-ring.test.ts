import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { PackedRing } from './packed-ring.ts';

/** A ring of 480 with values from number `first` on. */
function ringOf(values: readonly number[], first = 0): PackedRing {
  const ring = new PackedRing(480);
  values.forEach((value, i) => ring.put(first + i, value));
  return ring;
}

describe('a packed ring', () => {
  it('gives back the newest values, a spike within a hundredth of itself and the calm around it closer', () => {
    const rng = seededRng(1);
    const values = Array.from({ length: 5000 }, (_, i) => (i % 48 === 7 ? 1e6 : 5 + gaussian(rng)));
    const ring = ringOf(values, -1000);
    values.forEach((value, i) => {
      if (i < 4520) return;
      const miss = Math.abs(ring.at(i - 1000) - value);
      expect(miss).toBeLessThan(value === 1e6 ? 1e4 : 10);
    });
  });

  it('says how far off it may be', () => {
    const values = Array.from({ length: 400 }, (_, i) => i ** 2 * Math.sin(i));
    const ring = ringOf(values);
    values.forEach((value, i) => {
      expect(Math.abs(ring.at(i) - value)).toBeLessThanOrEqual(ring.slack(i) + 1e-6 * 400 ** 2);
    });
    expect(ring.slack(10)).toBeLessThan(400 ** 2 / 100);
    expect([ring.slack(-1), ring.slack(399), ring.at(-1), ring.at(500)]).toEqual([
      0,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('is exact for what is constant, and for a block that is not full', () => {
    const ring = ringOf(Array.from({ length: 100 }, (_, i) => (i < 96 ? 42 : i / 7)));
    expect(ring.at(10)).toBe(42);
    expect(ring.at(98)).toBe(Math.fround(14));
  });

  it('knows what is missing, was left out or was erased', () => {
    const ring = ringOf(Array.from({ length: 90 }, (_, i) => (i === 3 ? Number.NaN : i)));
    ring.put(300, 1);
    ring.erase(80, 301);
    for (const number of [3, 80, 200, 300]) expect(ring.at(number)).toBeNaN();
    expect(Math.abs(ring.at(79) - 79)).toBeLessThan(0.24);
  });

  it('goes on from its state as the original', () => {
    const original = ringOf(Array.from({ length: 700 }, (_, i) => Math.sin(i)));
    const out = new StateWriter('RING', 1);
    original.save(out);
    const copy = new PackedRing(480);
    copy.load(new StateReader(out.finish(), 'RING', 1));
    for (const ring of [original, copy]) for (let i = 700; i < 760; i++) ring.put(i, i);
    for (let i = 280; i < 760; i++) expect(copy.at(i)).toBe(original.at(i));
  });
});
