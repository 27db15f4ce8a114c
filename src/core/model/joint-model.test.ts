import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { JointModel } from './joint-model.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { SeriesModel, trainSeriesModel } from './series-model.ts';

const STEP_MS = 300_000;
const POLICY = { ...DEFAULT_POLICY, stepMs: STEP_MS, trees: 20 };
const ROWS = (8 * DAY_MS) / STEP_MS;
const MEMBERS = 4;

/** Four series of one machine: three follow its load, the last goes its own way. */
function estate(): { times: Float64Array; columns: Float64Array[] } {
  const random = seededRng(11);
  const times = Float64Array.from({ length: ROWS }, (_, i) => i * STEP_MS);
  const columns = Array.from({ length: MEMBERS }, () => new Float64Array(ROWS));
  let load = 0;
  for (let row = 0; row < ROWS; row++) {
    load = 0.97 * load + 0.25 * gaussian(random);
    columns.forEach((column, i) => {
      column[row] = 50 + (i < 3 ? 10 * load : 0) + gaussian(random);
    });
  }
  return { times, columns };
}

function run(joint: JointModel, members: readonly SeriesModel[], rows: Iterable<number[]>): number {
  let ratio = 0;
  for (const [timeMs = 0, ...values] of rows) {
    members.forEach((member, i) => {
      if (member.absorb(timeMs, values[i] ?? Number.NaN)) joint.hear(i, member);
    });
    ratio = joint.judge(timeMs);
  }
  return ratio;
}

function trained() {
  const { times, columns } = estate();
  const members = columns.map((values, i) => {
    const model = new SeriesModel(POLICY);
    model.fit({ times, values }, i);
    return model;
  });
  const joint = new JointModel(MEMBERS, STEP_MS);
  const rows = Array.from(times, (timeMs, row) => [
    timeMs,
    ...columns.map((column) => column[row] ?? Number.NaN),
  ]);
  run(joint, members, rows);
  return { joint, members, end: ROWS * STEP_MS };
}

describe('JointModel', () => {
  it('is loud where one series leaves the company it always keeps, and names it', () => {
    const { joint, members, end } = trained();
    const usual = run(joint, members, [[end, 50, 50, 50, 50]]);
    expect(usual).toBeLessThan(1);
    const odd = run(joint, members, [
      [end + STEP_MS, 50, 75, 50, 50],
      [end + 2 * STEP_MS, 50, 75, 50, 50],
    ]);
    expect(odd).toBeGreaterThan(1);
    expect(joint.top).toBe(1);
    const shares = joint.contributions();
    expect(shares[1]).toBeGreaterThan(0.4);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('takes a row in which nothing was heard for a quiet one', () => {
    const { joint, members, end } = trained();
    expect(
      run(joint, members, [[end, Number.NaN, Number.NaN, Number.NaN, Number.NaN]]),
    ).toBeLessThan(1);
  });

  it('goes on where its snapshot was taken', () => {
    const { joint, members, end } = trained();
    const copy = new JointModel(MEMBERS, STEP_MS);
    copy.restore(joint.snapshot());
    const twins = members.map((member) => {
      const twin = trainSeriesModel(
        POLICY,
        { times: new Float64Array(0), values: new Float64Array(0) },
        1,
      );
      for (const { kind, snapshot } of member.fittedDetectors()) twin.adopt(kind, snapshot);
      twin.restore(member.snapshot());
      return twin;
    });
    const rows = Array.from({ length: 400 }, (_, i) => [
      end + i * STEP_MS,
      52,
      49,
      51,
      50 + (i % 9),
    ]);
    expect(run(copy, twins, rows)).toBe(run(joint, members, rows));
    expect(copy.contributions()).toEqual(joint.contributions());
  });

  it('refuses the snapshot of another number of members', () => {
    const snapshot = new JointModel(3, STEP_MS).snapshot();
    expect(() => new JointModel(2, STEP_MS).restore(snapshot)).toThrow(
      'Cannot read joint model: it has 3 members, expected 2',
    );
  });
});
