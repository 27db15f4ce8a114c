import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Standardization } from './standardization.ts';

function learned(value: (i: number) => number, count = 168): Standardization {
  const standardization = new Standardization(1);
  for (let i = 0; i < count; i++) standardization.learn(0, 2 * i * HOUR_MS, value(i));
  standardization.refit();
  return standardization;
}

describe('Standardization', () => {
  it('counts in standard deviations of normal noise', () => {
    const random = seededRng(1);
    const standardization = learned(() => 50 + 4 * gaussian(random));
    expect(standardization.of(0, 58)).toBeGreaterThan(1.6);
    expect(standardization.of(0, 58)).toBeLessThan(2.4);
  });

  it('says nothing before it has a day', () => {
    expect(learned((i) => i, 11).of(0, 1000)).toBe(0);
  });

  it('gives a constant a spread of a 200th of it', () => {
    expect(learned(() => 10).of(0, 10.05)).toBeCloseTo(1, 9);
  });

  it('gives anything else a distance of 20 where it is always zero', () => {
    expect(learned(() => 0).of(0, -1)).toBe(-20);
    expect(learned(() => 0).of(0, 0)).toBe(0);
  });

  it('keeps series apart, also when others come', () => {
    const pair = new Standardization(2);
    for (let i = 0; i < 84; i++) {
      pair.learn(0, 2 * i * HOUR_MS, i % 7);
      pair.learn(1, 2 * i * HOUR_MS, 100 * (i % 5));
    }
    pair.refit();
    const grown = pair.regrouped([1, -1, 0]);
    expect(grown.of(0, 250)).toBe(pair.of(1, 250));
    expect(grown.of(1, 250)).toBe(0);
    expect(grown.of(2, 5)).toBe(pair.of(0, 5));
  });

  it('goes on where it was saved', () => {
    const original = learned((i) => i % 7, 180);
    const out = new StateWriter('TEST', 1);
    original.save(out);
    const copy = new Standardization(1);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (const one of [original, copy]) {
      one.learn(0, 800 * HOUR_MS, 100);
      one.refit();
    }
    expect(copy.of(0, 3.3)).toBe(original.of(0, 3.3));
  });
});
