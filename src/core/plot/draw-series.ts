import type { Curve } from './curve.ts';
import { type Page, place } from './page.ts';
import { means, type Point } from './thin.ts';
import { element } from './xml.ts';

/** From the lower to the upper limit. */
export function drawBand(page: Page, curve: Curve): string {
  const upper = pieces(thinned(page, curve, curve.upper), page.gapMs);
  const lower = pieces(thinned(page, curve, curve.lower), page.gapMs);
  // Where one of them is missing there is no band to be filled.
  if (upper.length === 0 || upper.length !== lower.length) return '';
  const outlines = upper.map((piece, i) => [...piece, ...lower[i].toReversed()]);
  return element('path', {
    class: 'band',
    d: outlines.map((outline) => `${pathOf(page, outline)}Z`).join(''),
  });
}

export function drawExpected(page: Page, curve: Curve): string {
  return drawLine(page, thinned(page, curve, curve.expected), 'expected');
}

/** Joins points, but not over a gap. */
export function drawLine(page: Page, points: readonly Point[], kind: string): string {
  const paths = pieces(points, page.gapMs).map((piece) =>
    // One sample alone is a dot.
    pathOf(page, piece.length === 1 ? [...piece, ...piece] : piece),
  );
  return paths.length === 0 ? '' : element('path', { class: kind, d: paths.join('') });
}

/** One point each two pixels: what is expected has no peaks that could be lost. */
function thinned({ columns }: Page, { times }: Curve, values: Float64Array): Point[] {
  return means({ times, values }, { ...columns, count: Math.ceil(columns.count / 2) });
}

function pathOf(page: Page, points: readonly Point[]): string {
  return `M${points.map((point) => place(page, point)).join('L')}`;
}

function pieces(points: readonly Point[], gapMs: number): Point[][] {
  const found: Point[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point.timeMs - lastMs > gapMs) found.push([]);
    found[found.length - 1].push(point);
    lastMs = point.timeMs;
  }
  return found;
}
