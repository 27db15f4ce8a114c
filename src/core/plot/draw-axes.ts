import type { Curve } from './curve.ts';
import { BOTTOM, GLYPH, HEIGHT, LEFT, type Page, px, RIGHT, TOP, WIDTH } from './page.ts';
import { type Range, type Tick, timeTicks, valueTicks } from './ticks.ts';
import { element, textElement } from './xml.ts';

const MOST_TIMES = 12;
const MOST_VALUES = 5;

/** Lines of round values, civil times below, and from when to when it goes. */
export function drawAxes(page: Page, { range, unit, zone }: Curve): string[] {
  const values = valueTicks(page.values, unit, MOST_VALUES).flatMap(({ at, text }) => [
    element('path', { class: 'grid', d: `M${LEFT},${px(page.y(at))}H${RIGHT}` }),
    textElement('text', { class: 'end', x: LEFT - 8, y: px(page.y(at) + 4) }, text),
  ]);
  const times = timeTicks(range, zone, MOST_TIMES).flatMap((tick) => timeTick(page, tick));
  const place = { class: 'end', x: RIGHT, y: HEIGHT - 7 };
  return [...values, ...times, textElement('text', place, spanText(range, zone))];
}

/** The ground of what was only learned. */
export function drawLearned(page: Page, { judgedFromMs, range }: Curve): string {
  if (!(judgedFromMs > range.from)) return '';
  const width = page.x(Math.min(judgedFromMs, range.to)) - LEFT;
  const place = { x: LEFT, y: TOP, width: px(width), height: BOTTOM - TOP };
  const ground = element('rect', { class: 'learned', ...place });
  if (width < 60) return ground;
  return ground + textElement('text', { x: LEFT + 8, y: TOP + 17 }, 'learned');
}

function timeTick(page: Page, { at, text, strong }: Tick): string[] {
  const x = page.x(at);
  const mark = element('path', { class: 'grid', d: `M${px(x)},${BOTTOM}v5` });
  if (x + (text.length * GLYPH) / 2 > WIDTH) return [mark];
  const place = { class: strong ? 'middle strong' : 'middle', x: px(x), y: BOTTOM + 18 };
  return [mark, textElement('text', place, text)];
}

function spanText({ from, to }: Range, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return `${format.format(from)} to ${format.format(to)}, ${zone}`;
}
