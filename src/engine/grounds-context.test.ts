import { expect, it } from 'vitest';
import type { Grounds } from '../core/anomalies/contribution.ts';
import { groundsContext } from './grounds-context.ts';

const GROUNDS: Grounds = {
  contributions: [
    { name: 'jump_from_5', ratio: 3 },
    { name: 'pattern', ratio: 1, features: [{ name: 'value', share: 1 }] },
  ],
  background: {
    learnedSinceMs: Date.UTC(2026, 10, 1),
    samples: 4000,
    coverage: 0.98765,
    gaps: 2,
    longestGapMs: 90_000,
  },
  pastWeeks: [41, null],
};

it('tells the grounds of an anomaly in words, shares and seconds', () => {
  expect(groundsContext(GROUNDS)).toEqual({
    contributions: [
      {
        name: 'jump_from_5',
        detector: 'zscore',
        meaning: 'off the last 5 samples',
        ratio: 3,
        share: 0.75,
      },
      {
        name: 'pattern',
        detector: 'isolation_forest',
        meaning: 'a pattern that hardly ever occurred',
        ratio: 1,
        share: 0.25,
        features: [{ name: 'value', share: 1 }],
      },
    ],
    training: { since: '2026-11-01T00:00:00.000Z', samples: 4000 },
    data_quality: { coverage: 0.9877, gaps: 2, longest_gap_seconds: 90 },
    past_weeks: [
      { weeks_ago: 1, value: 41 },
      { weeks_ago: 2, value: null },
    ],
  });
});

it('names a condition after itself and tells no weeks that it does not know', () => {
  const contributions = [{ name: 'flat_line', ratio: 1.5 }];
  const told = groundsContext({ ...GROUNDS, contributions, pastWeeks: [] });
  expect(told.contributions).toEqual([
    { name: 'flat_line', detector: 'flat_line', meaning: 'flat line', ratio: 1.5, share: 1 },
  ]);
  expect(told).not.toHaveProperty('past_weeks');
});
