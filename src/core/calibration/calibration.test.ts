import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { BlockBoundary, SINGLE } from './block-boundary.ts';
import { Channels } from './channels.ts';
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

describe('Channels', () => {
  it('gives the same evidence at every scale of the metric', () => {
    const evidence = [1e-9, 1, 1e12].map((unit) => {
      const rng = seededRng(7);
      const channels = new Channels(60_000);
      for (let i = 0; i < 5000; i++) channels.learn(0, (rng() - rng()) * unit, 1e-12 * unit);
      channels.refit();
      return channels.evidence(0, 3 * unit, 1e-12 * unit);
    });
    expect(evidence[0]).toBeCloseTo(evidence[1] ?? 0, 6);
    expect(evidence[2]).toBeCloseTo(evidence[1] ?? 0, 6);
    expect(evidence[1]).toBeGreaterThan(3);
  });
  it('keeps the views of a series apart, also over a rest', () => {
    const rng = seededRng(8);
    const [several, copy] = [0, 1].map(() => new Channels(60_000, { room: new Room(), count: 3 }));
    const alone = [0, 1, 2].map(() => new Channels(60_000));
    if (!several || !copy) throw new Error('Cannot test: no channels');
    for (let i = 0; i < 3000; i++) {
      for (const [view, channels] of alone.entries()) {
        const residual = (rng() - rng()) * 10 ** view;
        several.learn(view, residual, 1e-9);
        channels.learn(0, residual, 1e-9);
      }
    }
    for (const channels of [several, ...alone]) channels.refit();
    const out = new StateWriter('TEST', 1);
    several.save(out);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (const [view, channels] of alone.entries()) {
      for (const residual of [0.1, 1, 5, 40]) {
        const evidence = channels.evidence(0, residual, 1e-9);
        expect(several.evidence(view, residual, 1e-9)).toBe(evidence);
        expect(copy.evidence(view, residual, 1e-9)).toBe(evidence);
      }
    }
  });
});

function after(hours: number, highest: (hour: number) => number): BlockBoundary {
  const boundary = new BlockBoundary(60_000, SINGLE);
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
  it('believes of a few hours only what is high', () => {
    const untaught = new BlockBoundary(60_000, SINGLE).at(0);
    expect(after(4, () => 1).at(0)).toBe(untaught);
    expect(after(4, () => 9).at(0)).toBeGreaterThan(9);
    expect(after(1, () => 9).at(0)).toBeGreaterThan(9);
    // The second hour has only begun.
    expect(after(2, (hour) => (hour === 0 ? 3 : 0.1)).at(0)).toBe(untaught);
  });
  it('stays within what lasting trouble reaches once habits are known', () => {
    const restless = after(120, (hour) => (hour % 3 === 0 ? 20 : 2));
    expect(restless.at(3)).toBeGreaterThan(100);
    expect(restless.at(5)).toBeLessThan(14);
  });
  it('asks more of a sample where many come in an hour', () => {
    const [often, seldom, rarely] = [15_000, 60_000, 300_000].map((stepMs) => {
      const boundary = new BlockBoundary(stepMs, SINGLE);
      for (let hour = 0; hour < 400; hour++) boundary.learn(hour * HOUR_MS, 9 + (hour % 7));
      boundary.refit();
      return boundary.at(1000);
    });
    expect([seldom, rarely]).toEqual([SINGLE.largest, SINGLE.largest]);
    expect(often).toBeCloseTo(SINGLE.largest + 1.6 * Math.log10(4), 9);
  });
  it('is not moved by anomalies in a tenth of the hours', () => {
    const calm = after(600, (hour) => 1 + (hour % 7) * 0.05);
    const struck = after(600, (hour) => (hour % 10 === 0 ? 50 : 1 + (hour % 7) * 0.05));
    expect(struck.at(28)).toBeLessThan(calm.at(28) * 1.3);
  });
  it('keeps every block as it was, whatever comes after it', () => {
    const [even, odd] = [600, 601].map((hours) =>
      after(hours, (hour) => 1 + (hour % 7) * 0.05).at(28),
    );
    expect(even).toBeCloseTo(odd ?? 0, 2);
    expect(after(672, () => 3).at(28)).toBe(after(700, () => 3).at(28));
  });
  it('continues from its bytes as if it had not stopped', () => {
    const boundary = after(101, (hour) => 1 + (hour % 5) * 0.1);
    const out = new StateWriter('TEST', 1);
    boundary.save(out);
    const copy = new BlockBoundary(60_000, SINGLE);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (const each of [boundary, copy]) each.learn(102 * HOUR_MS, 9);
    boundary.refit();
    copy.refit();
    expect(copy.at(3)).toBe(boundary.at(3));
  });
});

it('topThree() is the mean of the three largest', () => {
  expect(topThree(Float64Array.of(1, 9, 2, 6, 3))).toBe(6);
});
