import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { JointDistance } from './joint-distance.ts';

const OPTIONS = { stepMs: 60_000, smallest: { absolute: 1e-12, relative: 0.005 } };

/** Two series that move together, and a third that does not. */
function trained(rows = 2000): JointDistance {
  const joint = new JointDistance(3, OPTIONS);
  const random = seededRng(3);
  for (let i = 0; i < rows; i++) {
    const shared = gaussian(random);
    const noise = (): number => 0.1 * gaussian(random);
    joint.learn(Float64Array.of(shared + noise(), shared + noise(), gaussian(random)));
  }
  joint.refit();
  return joint;
}

function copied(joint: JointDistance): JointDistance {
  const out = new StateWriter('TEST', 1);
  joint.save(out);
  const copy = new JointDistance(3, OPTIONS);
  copy.load(new StateReader(out.finish(), 'TEST', 1));
  return copy;
}

describe('JointDistance', () => {
  it('is small for what moves together as usual and large for what breaks with it inside its range', () => {
    const joint = trained();
    const together = joint.measure(Float64Array.of(1.5, 1.5, 0));
    const apart = joint.measure(Float64Array.of(1.5, -1, 0));
    // Variance 2.02 + 0.05 along the common direction, 0.01 + 0.05 across it.
    expect(together).toBeCloseTo((1.5 * Math.SQRT2) / Math.sqrt(2.06), 0);
    expect(apart).toBeGreaterThan(3 * together);
  });

  it('gives the largest share to the series that goes against the others', () => {
    const joint = new JointDistance(3, OPTIONS);
    const random = seededRng(4);
    for (let i = 0; i < 2000; i++) {
      const shared = gaussian(random);
      const noise = (): number => 0.1 * gaussian(random);
      joint.learn(Float64Array.of(shared + noise(), shared + noise(), shared + noise()));
    }
    joint.refit();
    joint.measure(Float64Array.of(1, 1, -1));
    const [first = 0, second = 0, third = 0] = joint.shares();
    // Alone, the third would set everything right; either of the others only a quarter of it.
    expect(third).toBeCloseTo(2 / 3, 1);
    expect(first).toBeCloseTo(second, 1);
    expect(first + second + third).toBeCloseTo(1, 12);
    expect([...copied(new JointDistance(3, OPTIONS)).shares()]).toEqual([0, 0, 0]);
  });

  it('takes a series without a sample as being where it usually is', () => {
    const joint = trained();
    expect(joint.measure(Float64Array.of(Number.NaN, Number.NaN, Number.NaN))).toBe(0);
    expect(joint.measure(Float64Array.of(0, 0, Number.NaN))).toBeLessThan(0.2);
  });

  it('knows nothing before 200 rows', () => {
    const joint = trained(199);
    expect(joint.known).toBe(false);
    expect(joint.measure(Float64Array.of(9, -9, 9))).toBe(0);
  });

  it('goes on where it was saved', () => {
    const joint = trained();
    const copy = copied(joint);
    const row = Float64Array.of(1, -2, 4);
    for (const one of [joint, copy]) one.learn(row);
    for (const one of [joint, copy]) one.refit();
    expect(copy.measure(row)).toBe(joint.measure(row));
  });

  it('keeps what it knows when series come and go', () => {
    const joint = trained();
    const row = Float64Array.of(1.5, -1, 0.3);
    const grown = joint.regrouped([2, -1, 0, 1]);
    // The new one is expected to scatter by 1 on its own.
    expect(grown.measure(Float64Array.of(0.3, 0, 1.5, -1))).toBeCloseTo(joint.measure(row), 6);
    const shrunk = joint.regrouped([0, 2]);
    expect(shrunk.measure(Float64Array.of(0, 0))).toBeLessThan(0.2);
  });

  it('refuses what belongs to another number of series', () => {
    const out = new StateWriter('TEST', 1);
    new JointDistance(2, OPTIONS).save(out);
    const load = () => trained().load(new StateReader(out.finish(), 'TEST', 1));
    expect(load).toThrow('Cannot read joint distance: it has 2 entries, expected 3');
  });
});
