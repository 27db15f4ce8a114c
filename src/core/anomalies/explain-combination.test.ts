import { expect, it } from 'vitest';
import { combinationTitle, explainCombination } from './explain-combination.ts';

const NOON_MS = Date.UTC(2026, 10, 22, 12);
const MINUTE_MS = 60_000;
const subject = {
  entity: { instance: 'web-1' },
  parts: [
    { name: 'cpu', share: 0.612 },
    { name: 'memory', share: 0.3 },
    { name: 'disk', share: 0.06 },
    { name: 'network', share: 0.02 },
  ],
  leader: 'cpu',
  unit: 'ratio',
  zone: 'UTC',
};
const peak = { timeMs: NOON_MS, value: 0.4, expected: 0.62, lower: 0.3, upper: 0.9, ratio: 2 };
const episode = {
  kind: 'combination' as const,
  openedAtMs: NOON_MS - 10 * MINUTE_MS,
  startedAtMs: NOON_MS - 10 * MINUTE_MS,
  lastAtMs: NOON_MS,
  endedAtMs: Number.NaN,
  open: true,
  peak,
  direction: 'shape' as const,
  samples: 3,
  confidence: 0.8,
  detectors: [],
};

it('says which series of what go together unusually, with the part of each that has one', () => {
  expect(combinationTitle(subject)).toBe(
    'cpu, memory and disk of web-1 move in an unusual combination',
  );
  expect(explainCombination(episode, subject)).toBe(
    'cpu, memory and disk of web-1 move in an unusual combination for 10 minutes so far (since 11:50); ' +
      'cpu contributes 61 %, memory 30 % and disk 6 %. None of them is unusual by itself. ' +
      'At 12:00 cpu was 40 %, usual is 62 %. Confidence 80 %.',
  );
});

it('names two at least, and no value where none is known', () => {
  const parts = [
    { name: 'cpu', share: 0.97 },
    { name: 'memory', share: 0.03 },
  ];
  const unknown = { ...peak, expected: Number.NaN };
  expect(explainCombination({ ...episode, peak: unknown }, { ...subject, parts })).toContain(
    'cpu contributes 97 % and memory 3 %. None of them is unusual by itself. Confidence',
  );
});
