import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { BlockBoundary } from './block-boundary.ts';
import { Channel } from './channel.ts';
import { topThree } from './evidence.ts';
import { TailCalibration } from './tail-calibration.ts';

const RANGE = { lowest: -3, octaves: 11, bits: 3 };

function exponential(values: number, seed: number): TailCalibration {
  const rng = seededRng(seed);
  const tail = new TailCalibration(RANGE, 1e5);
  for (let i = 0; i < values; i++) tail.learn(-Math.log(1 - rng()));
  tail.refit(100);
  return tail;
}

describe('TailCalibration', () => {
  it('gives -log10 of the tail probability of exponential values, in the bulk and far out', () => {
    const tail = exponential(20_000, 3);
    expect(tail.evidence(Math.LN2)).toBeCloseTo(Math.log10(2), 1);
    expect(tail.evidence(Math.log(1000))).toBeGreaterThan(2.5);
    expect(tail.evidence(Math.log(1000))).toBeLessThan(3.7);
    expect(tail.evidence(Math.log(1e5))).toBeGreaterThan(4);
  });
  it('grows with the deviation and inverts', () => {
    const tail = exponential(5000, 4);
    let before = -1;
    for (let z = 0; z < 40; z += 0.37) {
      expect(tail.evidence(z)).toBeGreaterThanOrEqual(before);
      before = tail.evidence(z);
    }
    expect(tail.evidence(tail.deviationAt(5))).toBeCloseTo(5, 6);
  });
  it('is not taught by a hundredth of anomalies that they are normal', () => {
    const rng = seededRng(5);
    const tail = new TailCalibration(RANGE, 1e5);
    for (let i = 0; i < 10_000; i++) tail.learn(i % 150 === 0 ? 60 : -Math.log(1 - rng()));
    tail.refit(100);
    expect(tail.evidence(60)).toBeGreaterThan(8);
  });
  it('says nothing before it has learned', () => {
    expect(new TailCalibration(RANGE, 100).evidence(1e9)).toBe(0);
  });
});

describe('Channel', () => {
  it('gives the same evidence at every scale of the metric', () => {
    const evidence = [1e-9, 1, 1e12].map((unit) => {
      const rng = seededRng(7);
      const [channel] = Channel.several(1, 60_000);
      if (!channel) return Number.NaN;
      for (let i = 0; i < 5000; i++) channel.learn((rng() - rng()) * unit, 1e-12 * unit);
      channel.refit();
      return channel.evidence(3 * unit, 1e-12 * unit);
    });
    expect(evidence[0]).toBeCloseTo(evidence[1] ?? 0, 6);
    expect(evidence[2]).toBeCloseTo(evidence[1] ?? 0, 6);
    expect(evidence[1]).toBeGreaterThan(3);
  });
});

function after(hours: number, highest: (hour: number) => number): BlockBoundary {
  const boundary = new BlockBoundary(60_000);
  for (let hour = 0; hour < hours; hour++) boundary.learn(hour * HOUR_MS, highest(hour));
  boundary.refit();
  return boundary;
}

describe('BlockBoundary', () => {
  it('rises with what the series reaches by itself and falls with age', () => {
    const calm = after(600, (hour) => 1 + (hour % 7) * 0.05);
    const lively = after(600, (hour) => 2 + (hour % 7) * 0.3);
    expect(lively.at(28)).toBeGreaterThan(calm.at(28));
    expect(calm.at(28)).toBeLessThan(calm.at(0));
  });
  it('is not moved by anomalies in a tenth of the hours', () => {
    const calm = after(600, (hour) => 1 + (hour % 7) * 0.05);
    const struck = after(600, (hour) => (hour % 10 === 0 ? 50 : 1 + (hour % 7) * 0.05));
    expect(struck.at(28)).toBeLessThan(calm.at(28) * 1.3);
  });
  it('continues from its bytes as if it had not stopped', () => {
    const boundary = after(100, (hour) => 1 + (hour % 5) * 0.1);
    const out = new StateWriter('TEST', 1);
    boundary.save(out);
    const copy = new BlockBoundary(60_000);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (const each of [boundary, copy]) each.learn(101 * HOUR_MS, 9);
    boundary.refit();
    copy.refit();
    expect(copy.at(3)).toBe(boundary.at(3));
  });
});

it('topThree() is the mean of the three largest', () => {
  expect(topThree(Float64Array.of(1, 9, 2, 6, 3))).toBe(6);
});
