import { expect, it } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Boundaries } from './boundaries.ts';

const STEP_MS = 60_000;
const DAYS = 10;
const SAMPLES = (DAYS * 24 * HOUR_MS) / STEP_MS;

/** Boundaries of a series in which one sample an hour is odd by itself, more or less: by 3 to 4.5 times `oddity`. */
function taught(stepMs = STEP_MS, oddity = 1): Boundaries {
  const boundaries = new Boundaries(stepMs);
  const anHour = HOUR_MS / stepMs;
  for (let i = 0; i < DAYS * 24 * anHour; i++) {
    const odd = oddity * (3 + (Math.floor(i / anHour) % 7) / 4);
    boundaries.take(i % anHour === 30 ? odd : 0.3 + 0.1 * (i % 5), DAYS);
    boundaries.learn(i * stepMs, false);
  }
  boundaries.refit();
  boundaries.take(0.3, DAYS);
  return boundaries;
}

function ratios(boundaries: Boundaries, evidence: readonly number[]): number[] {
  return evidence.map((each) => {
    boundaries.take(each, DAYS);
    return boundaries.ratio;
  });
}

it('what lasts is anomalous with its fourth sample, far below what one sample must reach', () => {
  const [first = 0, , third = 0, fourth = 0, , sixth = 0] = ratios(taught(), Array(6).fill(3));
  expect(first).toBeLessThan(0.6);
  expect(third).toBeLessThan(0.6);
  expect(fourth).toBeGreaterThan(1);
  expect(sixth).toBe(fourth);
});

it('what lasts is no worse by more than one than a sample of the same evidence', () => {
  const boundaries = taught();
  const lasting = ratios(boundaries, Array(7).fill(18)).at(-1) ?? 0;
  const single = 18 / boundaries.single;
  expect(lasting).toBeGreaterThan(single);
  expect(lasting).toBeLessThan(single + 1);
});

it('one sample is anomalous by itself only above the boundary that the odd ones before have set', () => {
  const boundaries = taught();
  const [usual = 0] = ratios(boundaries, [4.5]);
  expect(usual).toBeLessThan(1);
  const [larger = 0] = ratios(boundaries, [1.01 * boundaries.single]);
  expect(larger).toBeCloseTo(1.01, 9);
});

it('at a short step the boundary may be higher, but what lies beyond it counts as much', () => {
  const minute = taught(STEP_MS, 4);
  const short = taught(STEP_MS / 12, 4);
  expect(short.single).toBeGreaterThan(minute.single + 1);
  for (const boundaries of [minute, short]) {
    const [less = 0, more = 0] = ratios(boundaries, [15, 16]);
    expect(more - less).toBeCloseTo(1 / minute.single, 9);
  }
});

it.each([STEP_MS, STEP_MS / 12])(
  'evidence is told back from its ratio, a sample every %d ms',
  (stepMs) => {
    const boundaries = taught(stepMs);
    for (const ratio of [0.5, 1, 1.7]) {
      const [back] = ratios(boundaries, [boundaries.evidenceAt(ratio)]);
      expect(back).toBeCloseTo(ratio, 9);
    }
  },
);

it('the first sample that is back is not anomalous for those before it', () => {
  expect(ratios(taught(), [5, 5, 5, 5, 5, 0.1]).at(-1)).toBeLessThan(0.1);
});

it('nothing lasts any more when the trouble is over', () => {
  const boundaries = taught();
  ratios(boundaries, [3, 3, 3, 3]);
  boundaries.calm();
  const [again = 0] = ratios(boundaries, [3]);
  expect(again).toBeLessThan(1);
});

it('what is explained teaches no more than what would be normal', () => {
  const [plain, explained] = [false, true].map((isExplained) => {
    const boundaries = taught();
    for (let i = 0; i < SAMPLES; i++) {
      boundaries.take(i % 60 < 30 ? 20 : 0.5, DAYS);
      boundaries.learn(SAMPLES * STEP_MS + i * STEP_MS, isExplained);
    }
    boundaries.refit();
    boundaries.calm();
    return ratios(boundaries, Array(7).fill(6)).at(-1) ?? 0;
  });
  expect(explained).toBeGreaterThan(plain ?? 0);
});

it('continues from its bytes as if it had not stopped', () => {
  const boundaries = taught();
  ratios(boundaries, [3, 3, 3]);
  const out = new StateWriter('TEST', 1);
  boundaries.save(out);
  const copy = new Boundaries(STEP_MS);
  copy.load(new StateReader(out.finish(), 'TEST', 1));
  const next = [3, 2.5, 9, 0.2, 1];
  expect(ratios(copy, next)).toEqual(ratios(boundaries, next));
});
