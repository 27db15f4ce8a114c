import { expect, test } from 'vitest';
import { moved, spanOf, widened } from './span-of.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1000 * HOUR_MS;
const asked = (query: string) => spanOf(new URL(`http://host/series/1${query}`), NOW_MS);

test('spanOf() reads a span up to now, six hours when none is named', () => {
  expect(asked('')).toEqual({ startMs: NOW_MS - 6 * HOUR_MS, endMs: NOW_MS });
  expect(asked('?span=24h')).toEqual({ startMs: NOW_MS - 24 * HOUR_MS, endMs: NOW_MS });
  expect(asked('?span=9y')).toEqual({ startMs: NOW_MS - 6 * HOUR_MS, endMs: NOW_MS });
});

test('spanOf() reads a part that was drawn, and leaves aside one that makes no sense', () => {
  expect(asked('?from=5&to=9')).toEqual({ startMs: 5, endMs: 9 });
  expect(asked('?from=9&to=5').endMs).toBe(NOW_MS);
});

test('moved() and widened() stay before now', () => {
  const span = { startMs: 100, endMs: 200 };
  expect(moved(span, -1, 1000)).toEqual({ startMs: 50, endMs: 150 });
  expect(moved(span, 1, 1000)).toEqual({ startMs: 150, endMs: 250 });
  expect(moved(span, 1, 220)).toEqual({ startMs: 120, endMs: 220 });
  expect(widened(span, 1000)).toEqual({ startMs: 50, endMs: 250 });
  expect(widened(span, 210)).toEqual({ startMs: 10, endMs: 210 });
});
