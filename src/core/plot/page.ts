import type { Curve } from './curve.ts';
import { type Columns, extremes, means, type Point } from './thin.ts';
import type { Range } from './ticks.ts';

/** The page in pixels, and in it the field that the curve is drawn in. */
export const WIDTH = 960;
export const HEIGHT = 340;
export const LEFT = 78;
export const RIGHT = WIDTH - 20;
export const TOP = 72;
export const BOTTOM = HEIGHT - 42;
/** Roughly one character of the text. */
export const GLYPH = 6.8;

/** Where on the page times and values are. */
export interface Page {
  readonly columns: Columns;
  readonly values: Range;
  /** Points farther apart are not joined. */
  readonly gapMs: number;
  x(timeMs: number): number;
  y(value: number): number;
}

export function pageOf(curve: Curve): Page {
  const { from, to } = curve.range;
  const values = valueRange(curve);
  const columns = { startMs: from, endMs: to, count: RIGHT - LEFT };
  return {
    columns,
    values,
    gapMs: Math.max(3.5 * curve.stepMs, (3 * (to - from)) / columns.count),
    x: (timeMs) => LEFT + share(timeMs, curve.range) * (RIGHT - LEFT),
    y: (value) => Math.min(BOTTOM, Math.max(TOP, BOTTOM - share(value, values) * (BOTTOM - TOP))),
  };
}

/** A point as paths have it. */
export function place(page: Page, { timeMs, value }: Point): string {
  return `${px(page.x(timeMs))},${px(page.y(value))}`;
}

/** A tenth of a pixel is as fine as anybody sees. */
export function px(value: number): number {
  return Math.round(10 * value) / 10;
}

function share(at: number, { from, to }: Range): number {
  return (at - from) / (to - from);
}

/** All values, and of the band what lies no farther from them than they spread: it may be endless. */
function valueRange(curve: Curve): Range {
  const shown = { startMs: curve.range.from, endMs: curve.range.to };
  const ends = extremes(curve, { ...shown, count: 1 }).map(({ value }) => value);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (!Number.isFinite(high - low)) return { from: 0, to: 1 };
  const spread = high - low || Math.abs(high) || 1;
  const edge = (values: Float64Array): number[] =>
    means({ times: curve.times, values }, { ...shown, count: 200 }).map(({ value }) => value);
  const from = Math.max(Math.min(low, ...edge(curve.lower)), low - spread);
  const to = Math.min(Math.max(high, ...edge(curve.upper)), high + spread);
  const room = 0.06 * (to - from || spread);
  // What is never negative is drawn from zero up at the lowest, whatever its band.
  return { from: low >= 0 ? Math.max(0, from - room) : from - room, to: to + room };
}
