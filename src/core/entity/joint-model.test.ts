import { describe, expect, it } from 'vitest';
import { CivilTime, DAY_MS } from '../civil-time.ts';
import { EVIDENCE_VIEWS } from '../model/evidence-views.ts';
import { gaussian, seededRng } from '../random.ts';
import type { JointEpisode } from './joint-episodes.ts';
import { JointModel } from './joint-model.ts';

const STEP_MS = 300_000;
const START_MS = Date.UTC(2026, 10, 1);
const MEMBERS = [11, 12, 13];
const OPTIONS = { stepMs: STEP_MS, civil: new CivilTime('UTC') };

/** Load that wanders; the first two members follow it, the third one does not. Row `i` is asked for in order. */
function host(seed: number): () => Float64Array {
  const random = seededRng(seed);
  let load = 0;
  return () => {
    load = 0.97 * load + 0.24 * gaussian(random);
    const noise = (): number => 0.2 * gaussian(random);
    return Float64Array.of(load + noise(), load + noise(), gaussian(random));
  };
}

interface Play {
  readonly days: number;
  readonly model?: JointModel;
  readonly fromDay?: number;
  /** Changes a row in place. */
  readonly spoil?: (row: Float64Array, day: number) => void;
  /** Days from and to which a member is anomalous by itself. */
  readonly odd?: readonly [number, number];
  readonly rows?: () => Float64Array;
  /** What a view of every member says, 0 unless given. */
  readonly said?: (day: number, view: number) => number;
}

/** Plays a host and gives each combination in its latest form. */
function play({ days, fromDay = 0, ...options }: Play): JointEpisode[] {
  const { model = new JointModel(MEMBERS, OPTIONS), rows = host(1) } = options;
  const [oddFrom, oddTo] = options.odd ?? [Number.NaN, Number.NaN];
  const found = new Map<number, JointEpisode>();
  for (let i = Math.round((fromDay * DAY_MS) / STEP_MS); i < (days * DAY_MS) / STEP_MS; i++) {
    const day = (i * STEP_MS) / DAY_MS;
    const values = rows();
    options.spoil?.(values, day);
    model.observe(START_MS + i * STEP_MS, {
      evidence: Float64Array.from(
        { length: EVIDENCE_VIEWS * values.length },
        (_, at) => options.said?.(day, at % EVIDENCE_VIEWS) ?? 0,
      ),
      values,
      odd: day >= oddFrom && day < oddTo,
      judgementOf: (member) => ({
        value: values[member] ?? Number.NaN,
        expected: 0,
        lower: -4,
        upper: 4,
      }),
    });
    for (const one of model.drain()) found.set(one.openedAtMs, one);
  }
  return [...found.values()];
}

/** Of every view something else. */
function saidByViews(day: number, view: number): number {
  return ((1 + view) * day) % 0.5;
}

/** For two hours of the tenth day the second member goes against the first, both inside their usual range. */
function apart(row: Float64Array, day: number): void {
  if (day >= 10 && day < 10 + 2 / 24) row.set([1.6, -1.6]);
}

/** The same on the second day. */
function apartEarly(row: Float64Array, day: number): void {
  apart(row, day + 8.8);
}

/** From the tenth day on the first two members are apart by three more than before. */
function away(row: Float64Array, day: number): void {
  if (day >= 10) row.set([(row[0] ?? 0) + 1.5, (row[1] ?? 0) - 1.5]);
}

/** From the tenth day on the second member falls where the first one rises. */
function turned(row: Float64Array, day: number): void {
  if (day >= 10) row[1] = -(row[1] ?? 0);
}

function kinds(found: readonly JointEpisode[]): string[] {
  return found.map(({ kind }) => kind);
}

describe('JointModel', () => {
  it('finds members that stop going together although each stays inside its range', () => {
    const found = play({ days: 11, spoil: apart });
    expect(found).toHaveLength(1);
    const [combination] = found;
    expect(combination).toMatchObject({ kind: 'combination', open: false, ending: 'returned' });
    expect(combination?.openedAtMs).toBeGreaterThanOrEqual(START_MS + 10 * DAY_MS);
    expect(combination?.openedAtMs).toBeLessThanOrEqual(START_MS + 10 * DAY_MS + 4 * STEP_MS);
    const accused = combination?.shares.slice(0, 2).map(({ member }) => member);
    expect(new Set(accused)).toEqual(new Set([11, 12]));
    expect(MEMBERS.slice(0, 2)).toContain(combination?.leader);
    const [first, second] = combination?.shares ?? [];
    expect((first?.share ?? 0) + (second?.share ?? 0)).toBeGreaterThan(0.9);
    expect(combination?.peak.timeMs).toBeLessThan(START_MS + 10 * DAY_MS + 27 * STEP_MS);
  });

  it.each([1, 2, 3, 4, 5])('finds nothing in six clean weeks (seed %i)', (seed) => {
    expect(play({ days: 42, rows: host(seed) })).toEqual([]);
  });

  it('calls it a deviation beside a member that is anomalous by itself, or has just been', () => {
    const odd: [number, number] = [9.999, 10 + 2 / 24];
    expect(kinds(play({ days: 11, spoil: apart, odd }))).toEqual(['deviation']);
    expect(kinds(play({ days: 11, spoil: apart, odd: [9.9, 9.999] }))).toEqual(['deviation']);
    expect(kinds(play({ days: 11, spoil: apart, odd: [9.8, 9.95] }))).toEqual(['combination']);
  });

  it('is loud where all members are a little odd at once', () => {
    const [found] = play({ days: 11, said: (day) => (day > 10 && day < 10.1 ? 0.6 : 0.1) });
    expect(found?.kind).toBe('combination');
    expect(found?.openedAtMs).toBe(START_MS + 10 * DAY_MS + STEP_MS);
    expect(found?.shares.map(({ share }) => Math.round(300 * share))).toEqual([100, 100, 100]);
  });

  it('takes for a habit what all members tell of every night', () => {
    const found = play({ days: 20, said: (day) => (day % 1 > 0.1 && day % 1 < 0.12 ? 0.6 : 0.1) });
    const days = found.map(({ openedAtMs }) => (openedAtMs - START_MS) / DAY_MS);
    // The first Sunday was before anything was known.
    expect(days.filter((day) => day > 8)).toEqual([]);
  });

  it('is as strict as an alert budget asks, and learns the same', () => {
    const [lax, strict] = [1, 8].map((strictness) => {
      const model = new JointModel(MEMBERS, OPTIONS);
      model.strictness = strictness;
      return { model, found: play({ days: 11, model, spoil: apart }) };
    });
    expect(lax?.found[0]?.peak.ratio).toBeLessThan(6);
    expect(strict?.found).toEqual([]);
    const next = [lax, strict].map((one) => {
      const model = one?.model ?? new JointModel(MEMBERS, OPTIONS);
      model.strictness = 1;
      return play({ days: 11.1, fromDay: 11, model })[0];
    });
    expect(next).toEqual([undefined, undefined]);
  });

  it('learns a new way to go together once it has lasted a day, and says it once', () => {
    const found = play({ days: 30, spoil: away });
    expect(found.map(({ ending }) => ending)).toEqual(['new_level']);
    const lasted = found.map(({ endedAtMs, openedAtMs }) => (endedAtMs - openedAtMs) / DAY_MS);
    expect(lasted[0]).toBeCloseTo(1, 1);
  });

  it('has got used within days to series that turn against each other', () => {
    const found = play({ days: 30, spoil: turned });
    expect(found.length).toBeGreaterThan(0);
    expect(found.at(-1)?.endedAtMs).toBeLessThan(START_MS + 15 * DAY_MS);
  });

  it('finds what comes back every day, every day', () => {
    const found = play({
      days: 17,
      spoil: (row, day) => apart(row, day < 10 ? day : 10 + (day % 1)),
    });
    expect(found).toHaveLength(7);
  });

  it('says nothing while it is learning', () => {
    expect(play({ days: 1.5, spoil: apartEarly })).toEqual([]);
  });

  it('goes on where it was saved, at any row', () => {
    const whole = new JointModel(MEMBERS, OPTIONS);
    const rows = host(1);
    play({ days: 10.03, model: whole, spoil: apart, rows, said: saidByViews });
    const copy = new JointModel(MEMBERS, OPTIONS);
    copy.restore(whole.snapshot(), JSON.parse(JSON.stringify(whole.state())));
    expect(copy.last).toEqual(whole.last);
    const rest: Float64Array[] = [];
    const kept = () => {
      const row = rows();
      rest.push(row.slice());
      return row;
    };
    const on = { fromDay: 10.03, days: 11, spoil: apart, said: saidByViews };
    const expected = play({ ...on, model: whole, rows: kept });
    const again = play({ ...on, model: copy, rows: () => rest.shift() ?? Float64Array.of() });
    expect(again).toEqual(expected);
    expect(expected.map(({ open }) => open)).toEqual([false]);
    expect(copy.snapshot()).toEqual(whole.snapshot());
  });

  it('passes over a time that was judged', () => {
    const model = new JointModel(MEMBERS, OPTIONS);
    play({ days: 2, model });
    const before = model.snapshot();
    play({ days: 1, model });
    expect(model.snapshot()).toEqual(before);
  });

  it('keeps what it knows when a member comes, and ends what is open when its leader goes', () => {
    const model = new JointModel(MEMBERS, OPTIONS);
    play({ days: 10 + 1 / 24, model, spoil: apart });
    expect(model.last.flagged).toBe(true);
    const leader = model.state().blame?.leader;
    model.regroup([10, ...MEMBERS]);
    expect(model.last.flagged).toBe(true);
    model.regroup([10, ...MEMBERS.filter((member) => member !== leader)]);
    expect(model.drain()).toMatchObject([{ open: false, ending: 'vanished', leader }]);
    expect(model.grown).toBe(true);
  });

  it('refuses a snapshot of other make', () => {
    const model = new JointModel(MEMBERS, OPTIONS);
    expect(() => model.restore(Uint8Array.of(1, 2, 3, 4, 5), model.state())).toThrow(RangeError);
    const other = new JointModel([1, 2], OPTIONS);
    expect(() => model.restore(other.snapshot(), other.state())).toThrow('it has 2 members');
  });
});
