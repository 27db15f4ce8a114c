import { assert as assertProperty, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from './policy.ts';
import { SeriesModel, trainSeriesModel } from './series-model.ts';
import { Trouble } from './trouble.ts';

const MINUTE = 60_000;
const HALF_DAY = 720;

/** Plays values, one a minute, beside an expected 10 whose band reaches 3; what each changed, by minute. */
function play(trouble: Trouble, values: readonly number[], from = 0): string[] {
  const recent = [10, 10, 10, 10];
  return values.flatMap((value, i) => {
    recent.push(value);
    const mean = recent.slice(-5).reduce((sum, one) => sum + one, 0) / 5;
    const change = trouble.next(sampleAt(from + i, value), {
      isAnomalous: Math.abs(value - 10) > 3,
      expected: 10,
      reach: 3,
      miss: () => mean - 10,
    });
    return change === undefined ? [] : [`${change} ${from + i}`];
  });
}

function sampleAt(minute: number, value: number) {
  const rest = { expected: 10, lower: 7, upper: 13, ratio: 0, flagged: false };
  return { timeMs: minute * MINUTE, value, ...rest };
}

function minutes(...parts: readonly (readonly [value: number, times: number])[]): number[] {
  return parts.flatMap(([value, times]) => Array.from({ length: times }, () => value));
}

describe('Trouble', () => {
  it('begins with an anomalous sample and is over with the fifth that is home, since the first', () => {
    const trouble = new Trouble();
    expect(play(trouble, minutes([10, 3], [30, 40], [10, 20]))).toEqual(['began 3', 'returned 47']);
    expect(trouble.backSinceMs).toBe(43 * MINUTE);
  });

  it('is not over while it is away, however calm', () => {
    const trouble = new Trouble();
    play(trouble, minutes([10, 3], [30, 4]));
    const calm = { isAnomalous: false, expected: 10, reach: 3, miss: () => 20 };
    for (let minute = 7; minute < 100; minute++) {
      expect(trouble.next(sampleAt(minute, 30), calm)).toBeUndefined();
    }
    expect(trouble.isAway).toBe(true);
    expect(trouble.backSinceMs).toBeNaN();
  });

  it('is how the series is after a day', () => {
    const trouble = new Trouble();
    const changes = play(trouble, minutes([30, 3 * HALF_DAY]));
    expect(changes).toEqual(['began 0', `accustomed ${2 * HALF_DAY}`]);
    expect(trouble.isExample).toBe(true);
  });

  it('settles where it is calm, not home, and nearer to that than to the trouble', () => {
    const trouble = new Trouble();
    play(trouble, minutes([10, 3], [30, 4]));
    const near = { isAnomalous: false, expected: 10, reach: 3, miss: () => 5 };
    const changes = Array.from({ length: 16 }, (_, i) => trouble.next(sampleAt(7 + i, 15), near));
    expect(changes.findIndex((change) => change === 'settled')).toBe(14);
  });

  it('gives three samples as examples of what is usual, and none more', () => {
    const trouble = new Trouble();
    const examples = minutes([10, 2], [30, 10]).map((value, minute) => {
      play(trouble, [value], minute);
      return trouble.isExample;
    });
    expect(examples.map(Number).join('')).toBe('111110000000');
  });

  it('comes back from what was saved as it was, wherever that was', () => {
    assertProperty(
      property(integer({ min: 0, max: 60 }), (cut) => {
        const values = minutes([10, 3], [30, 30], [13.5, 2], [10, 30]);
        const [straight, before, after] = [new Trouble(), new Trouble(), new Trouble()];
        const whole = play(straight, values);
        const head = play(before, values.slice(0, cut));
        const out = new StateWriter('TEST', 1);
        before.save(out);
        after.load(new StateReader(out.finish(), 'TEST', 1));
        // The mean of five is the caller's: only where none of the five is from before the cut it is the same.
        if (cut > 3 && cut < 40) return;
        expect([...head, ...play(after, values.slice(cut), cut)]).toEqual(whole);
        expect(after.backSinceMs).toBe(straight.backSinceMs);
      }),
    );
  });
});

const STEP = 300_000;
const POLICY: SeriesPolicy = { ...DEFAULT_POLICY, stepMs: STEP };
const LEARNED = (4 * DAY_MS) / STEP;

function usual(row: number, rng: () => number): number {
  return 100 + 20 * Math.sin((2 * Math.PI * row * STEP) / DAY_MS) + 2 * gaussian(rng);
}

function trained(): SeriesModel {
  const rng = seededRng(4);
  const times = Float64Array.from({ length: LEARNED }, (_, i) => i * STEP);
  return trainSeriesModel(POLICY, { times, values: times.map((_, i) => usual(i, rng)) }, 1);
}

function copyOf(model: SeriesModel): SeriesModel {
  const copy = new SeriesModel(POLICY);
  copy.restore(model.snapshot());
  for (const { kind, snapshot } of model.fittedDetectors()) copy.adopt(kind, snapshot);
  copy.resumeEpisodes(JSON.parse(JSON.stringify(model.episodeStates())));
  return copy;
}

const timeOf = (row: number): number => (LEARNED + row) * STEP;

/** What 90 less from the twentieth row on make of so many rows. */
function outage(length: number): (row: number) => number {
  return (row) => (row >= 20 && row < 20 + length ? -90 : 0);
}

describe('a series in trouble', () => {
  const model = trained();
  const untroubled = copyOf(model);
  const expected = replay(untroubled, () => 0, 160);

  it.each([8, 24, 72])(
    'expects in %d samples of outage, and after, what it would have',
    (length) => {
      const troubled = copyOf(model);
      const course = replay(troubled, outage(length), 160);
      const strays = course.map((value, row) => Math.abs(value - (expected[row] ?? 0)));
      expect(Math.max(...strays)).toBeLessThan(3);
      const [episode, ...others] = troubled.drainEpisodes();
      expect(others).toEqual([]);
      expect(episode).toMatchObject({
        startedAtMs: timeOf(20),
        endedAtMs: timeOf(20 + length),
        open: false,
      });
    },
  );

  it('is checkpointed at any moment of it without a trace', () => {
    const spoil = outage(40);
    const straight = copyOf(model);
    replay(straight, spoil, 100);
    assertProperty(
      property(integer({ min: 1, max: 99 }), (cut) => {
        const head = copyOf(model);
        replay(head, spoil, cut);
        const tail = copyOf(head);
        replay(tail, spoil, 100, cut);
        expect(tail.snapshot()).toEqual(straight.snapshot());
        expect(tail.episodeStates()).toEqual(straight.episodeStates());
      }),
      { numRuns: 25 },
    );
  });
});

/** Observes `usual` plus what spoils it, from row to row after the learned ones; what was expected of each. */
function replay(
  model: SeriesModel,
  spoil: (row: number) => number,
  until: number,
  from = 0,
): number[] {
  const rng = seededRng(8);
  const values = Array.from({ length: until }, (_, row) => usual(LEARNED + row, rng) + spoil(row));
  return values.slice(from).map((value, i) => {
    model.observe(timeOf(from + i), value);
    return model.last.expected;
  });
}
