import { SEVERITIES } from '../anomalies/severity.ts';
import type { Curve, Shade } from './curve.ts';
import { drawLine } from './draw-series.ts';
import { BOTTOM, GLYPH, LEFT, type Page, px, RIGHT, TOP } from './page.ts';
import type { Point } from './thin.ts';
import { element, textElement } from './xml.ts';

/** A short anomaly stays visible however long the span. */
const LEAST_WIDTH = 3;
const CAP = 4;

/** Anomalies between two pixels. */
interface Washed {
  readonly from: number;
  to: number;
  endMs: number;
  gravest: Shade;
  more: number;
}

/** Anomalies that would lie on each other are drawn as the gravest of them. */
export function washed(page: Page, { shades, range }: Curve): Washed[] {
  const found: Washed[] = [];
  for (const shade of shades.toSorted((a, b) => a.startMs - b.startMs)) {
    if (shade.endMs < range.from || shade.startMs > range.to) continue;
    const from = Math.min(page.x(Math.max(range.from, shade.startMs)), RIGHT - LEAST_WIDTH);
    const to = Math.max(from + LEAST_WIDTH, page.x(Math.min(range.to, shade.endMs)));
    const { endMs } = shade;
    const before = found.at(-1);
    if (before === undefined || from >= before.to) {
      found.push({ from, to, endMs, gravest: shade, more: 0 });
      continue;
    }
    before.to = Math.max(before.to, to);
    before.endMs = Math.max(before.endMs, endMs);
    before.more++;
    if (rank(shade) > rank(before.gravest)) before.gravest = shade;
  }
  return found;
}

/** The ground of an anomaly and, over it, its part of the curve. */
export function drawShade(page: Page, wash: Washed, points: readonly Point[]): string {
  const { from, to, endMs, gravest, more } = wash;
  const box = { x: px(from), width: px(to - from), y: TOP };
  const others = more > 0 ? ` (and ${more} more)` : '';
  const inside = points.filter(({ timeMs }) => timeMs >= gravest.startMs && timeMs <= endMs);
  return element(
    'g',
    { class: gravest.severity },
    [
      textElement('title', {}, `${gravest.severity}: ${gravest.sentence}${others}`),
      element('rect', { class: 'wash', ...box, height: BOTTOM - TOP }),
      element('rect', { ...box, height: CAP }),
      drawLine(page, inside, 'odd'),
    ].join(''),
  );
}

/** A line with its name at each declared event. */
export function drawMarks(page: Page, { marks, range }: Curve): string[] {
  let freeFrom = LEFT;
  return marks.flatMap(({ timeMs, text }) => {
    if (timeMs < range.from || timeMs > range.to) return [];
    const x = page.x(timeMs);
    const line = { class: 'event', d: `M${px(x)},${TOP}V${BOTTOM}` };
    const mark = element('path', line, textElement('title', {}, text));
    const end = x + text.length * GLYPH + 8;
    // A name that would cover the one before is left out: its line remains.
    if (x < freeFrom || end > RIGHT) return [mark];
    freeFrom = end;
    return [mark, textElement('text', { x: px(x + 4), y: BOTTOM - 6 }, text)];
  });
}

function rank({ severity }: Shade): number {
  return SEVERITIES.indexOf(severity);
}
