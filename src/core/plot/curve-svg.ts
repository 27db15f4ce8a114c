import { SEVERITIES } from '../anomalies/severity.ts';
import type { Curve } from './curve.ts';
import { drawAxes, drawLearned } from './draw-axes.ts';
import { drawMarks, drawShade, washed } from './draw-marks.ts';
import { drawBand, drawExpected, drawLine } from './draw-series.ts';
import { GLYPH, HEIGHT, pageOf, RIGHT, WIDTH } from './page.ts';
import { extremes } from './thin.ts';
import { element, textElement } from './xml.ts';

const MOST_DESCRIBED = 20;

const STYLE = `
svg{--ground:#fff;--ink:#1b2330;--soft:#566273;--line:#e3e7ed;--curve:#1a5ab8;--low:#43678c;--medium:#b97900;--high:#d9540d;--critical:#c4122f}
@media(prefers-color-scheme:dark){svg{--ground:#10141a;--ink:#e6eaf0;--soft:#9aa6b5;--line:#262e39;--curve:#82b4ff;--low:#9dbbd8;--medium:#f0b94d;--high:#ff9460;--critical:#ff7488}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
.title{font-size:16px;font-weight:600;fill:var(--ink)}.strong{fill:var(--ink);font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}
.ground{fill:var(--ground)}.grid{stroke:var(--line)}.learned{fill:var(--soft);opacity:.08}
.band{fill:var(--curve);opacity:.16}.expected{fill:none;stroke:var(--soft);stroke-dasharray:4 3}
.curve,.odd{fill:none;stroke:var(--curve);stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}.odd{stroke:inherit;stroke-width:2}
.event{stroke:var(--ink);stroke-dasharray:2 3}.wash{opacity:.2}
${SEVERITIES.map((name) => `.${name}{fill:var(--${name});stroke:var(--${name})}`).join('')}rect{stroke:none}`;

/** One series as an SVG that stands alone and follows the reader's light or dark. */
export function curveSvg(curve: Curve): string {
  const page = pageOf(curve);
  const points = extremes(curve, page.columns);
  const washes = washed(page, curve);
  const { title, subtitle, shades } = curve;
  const described = shades.slice(0, MOST_DESCRIBED).map(({ sentence }) => `${sentence}.`);
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${title}: ${subtitle}`,
  };
  const parts = [
    textElement('desc', {}, described.join(' ')),
    element('style', {}, STYLE),
    element('rect', { class: 'ground', width: WIDTH, height: HEIGHT, rx: 10 }),
    textElement('text', { class: 'title', x: 20, y: 31 }, title),
    textElement('text', { class: 'end', x: RIGHT, y: 31 }, subtitle),
    drawLegend(curve),
    ...drawAxes(page, curve),
    drawLearned(page, curve),
    drawBand(page, curve),
    drawExpected(page, curve),
    drawLine(page, points, 'curve'),
    ...washes.map((wash) => drawShade(page, wash, points)),
    ...drawMarks(page, curve),
  ];
  return `${element('svg', root, `\n${parts.filter((part) => part !== '').join('\n')}\n`)}\n`;
}

function drawLegend({ shades, expected, lower }: Curve): string {
  const there = SEVERITIES.filter((name) => shades.some(({ severity }) => severity === name));
  const keys = [
    { text: 'measured', kind: 'curve' },
    ...(known(expected) ? [{ text: 'expected', kind: 'expected' }] : []),
    ...(known(lower) ? [{ text: 'usual range', kind: 'band' }] : []),
    ...there.map((name) => ({ text: `${name} anomaly`, kind: name })),
  ];
  let x = 20;
  const drawn = keys.map(({ text, kind }) => {
    const sign =
      kind === 'curve' || kind === 'expected'
        ? element('path', { class: kind, d: `M${x},50h16` })
        : element('rect', { class: kind, x, y: 45, width: 16, height: 10, rx: 2 });
    const said = textElement('text', { x: x + 22, y: 54 }, text);
    x += 22 + Math.ceil(text.length * GLYPH) + 18;
    return sign + said;
  });
  return drawn.join('');
}

function known(values: Float64Array): boolean {
  return values.some((value) => !Number.isNaN(value));
}
