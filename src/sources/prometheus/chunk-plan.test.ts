import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chunk, probeChunk, restChunks } from './chunk-plan.ts';

const WEEK = { expr: 'up', startMs: 0, endMs: 40_319 * 15_000, stepMs: 15_000 };

test('the newest twenty steps are asked for first, then at most 10,000 or two million samples', () => {
  const probe = probeChunk(WEEK);
  expect(probe).toEqual({ startMs: 40_300 * 15_000, endMs: WEEK.endMs });
  if (!probe) return;
  const counts = (series: number) =>
    restChunks(WEEK, probe, series).map(({ startMs, endMs }) => (endMs - startMs) / 15_000 + 1);
  expect(counts(200)).toEqual([10_000, 10_000, 10_000, 10_000, 300]);
  expect(new Set(counts(10_000))).toEqual(new Set([200, 100]));
  expect(counts(0).every((steps) => steps <= 2_000)).toBe(true);
});

test('a range without a step is no question', () => {
  expect(probeChunk({ ...WEEK, startMs: 1, endMs: 14_999 })).toBeUndefined();
  expect(() => probeChunk({ ...WEEK, stepMs: 0 })).toThrow(RangeError);
});

test('chunks hold every step once', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 5_000 }),
      fc.nat({ max: 5_000 }),
      fc.integer({ min: 1, max: 50 }),
      fc.nat({ max: 5_000_000 }),
      (startMs, spanMs, stepMs, series) => {
        const request = { expr: 'up', startMs, endMs: startMs + spanMs, stepMs };
        const expected: number[] = [];
        for (let at = Math.ceil(startMs / stepMs) * stepMs; at <= request.endMs; at += stepMs) {
          expected.push(at);
        }
        const probe = probeChunk(request);
        const chunks: Chunk[] = probe ? [...restChunks(request, probe, series), probe] : [];
        const held = chunks.flatMap((chunk) => {
          const steps = (chunk.endMs - chunk.startMs) / stepMs + 1;
          return Array.from({ length: steps }, (_, step) => chunk.startMs + step * stepMs);
        });
        expect(held.toSorted((a, b) => a - b)).toEqual(expected);
      },
    ),
    { numRuns: 50 },
  );
});
