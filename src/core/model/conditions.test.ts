import { describe, expect, it } from 'vitest';
import type { EpisodeKind } from '../anomalies/episode.ts';
import type { Condition } from './condition.ts';
import { Conditions } from './conditions.ts';

const STEP_MS = 60_000;
const BACKGROUND = { learnedSinceMs: 0, samples: 1, coverage: 1, gaps: 0, longestGapMs: 0 };

/** A trouble whose ratio is the value of the sample. */
function stated(kind: EpisodeKind): Condition {
  const last = { timeMs: 0, value: 0, expected: 0, lower: 0, upper: 0, ratio: 0, flagged: false };
  return {
    kind,
    last,
    confidence: 1,
    observe: ({ timeMs, value }) => void Object.assign(last, { timeMs, ratio: value }),
    save: () => {},
    load: () => {},
  };
}

/** Kinds and peaks of what opens at ratios of 1.5, 1.8 and 0. */
function opened(strictness: number): [EpisodeKind, number][] {
  const conditions = new Conditions([stated('drift'), stated('flat_line')], { stepMs: STEP_MS });
  conditions.strictness = strictness;
  [1.5, 1.8, 0].forEach((value, i) => {
    const sample = { timeMs: i * STEP_MS, value, expected: 0, lower: 0, upper: 0 };
    conditions.observe({ ...sample, ratio: 0, flagged: false }, i * STEP_MS);
    conditions.raise(() => BACKGROUND);
  });
  return conditions.drain().map(({ kind, peak }) => [kind, peak.ratio]);
}

describe('Conditions', () => {
  it('are as strict as an alert budget asks where they have a boundary: a drift, but not a flat line', () => {
    expect(opened(1)).toEqual([
      ['drift', 1.8],
      ['flat_line', 1.8],
    ]);
    expect(opened(1.2)).toEqual([
      ['drift', 1.5],
      ['flat_line', 1.8],
    ]);
    expect(opened(2)).toEqual([['flat_line', 1.8]]);
  });

  it('tell what a drift would be at the boundary itself', () => {
    const conditions = new Conditions([stated('drift')], { stepMs: STEP_MS });
    conditions.strictness = 3;
    const sample = { timeMs: 0, value: 1.5, expected: 0, lower: 0, upper: 0 };
    conditions.observe({ ...sample, ratio: 0, flagged: false }, 0);
    expect([conditions.ratio, conditions.peak]).toEqual([0.5, 1.5]);
  });
});
