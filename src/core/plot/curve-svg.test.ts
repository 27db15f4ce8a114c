import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Curve } from './curve.ts';
import { curveSvg } from './curve-svg.ts';
import { BOTTOM, TOP } from './page.ts';

const START = Date.UTC(2026, 10, 2);

/** `rows` minutes of noise around 10 within a band from 7 to 13. */
function curveOf(rows: number, changed: Partial<Curve> = {}): Curve {
  const rng = seededRng(1);
  const column = (value: () => number) => Float64Array.from({ length: rows }, value);
  return {
    title: 'cpu',
    subtitle: 'no anomaly',
    unit: '',
    zone: 'UTC',
    times: Float64Array.from({ length: rows }, (_, i) => START + 60_000 * i),
    values: column(() => 10 + gaussian(rng)),
    expected: column(() => 10),
    lower: column(() => 7),
    upper: column(() => 13),
    stepMs: 60_000,
    judgedFromMs: START,
    range: { from: START, to: START + 60_000 * (rows - 1) },
    shades: [],
    marks: [],
    ...changed,
  };
}

/** Names of the elements that are opened and never closed, or closed in another order. */
function unclosed(svg: string): string[] {
  const open: string[] = [];
  for (const [, end, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end === '/') {
      if (open.pop() !== name) return [name];
    } else if (self !== '/') open.push(name);
  }
  return open;
}

/** In how many pieces the curve is drawn, of an SVG that ends with it. */
function pieces(svg: string): number {
  const [, path = ''] = /class="curve" d="(M\d[^"]*)"\/>\s*<\/svg>/.exec(svg) ?? [];
  return path.split('M').length - 1;
}

describe('curveSvg()', () => {
  it('keeps a spike of one sample, and its shade, among 40,000 and stays small', () => {
    const at = 27_123;
    const curve = curveOf(40_000, {
      shades: [
        {
          startMs: START + 60_000 * at,
          endMs: START + 60_000 * at,
          severity: 'high',
          sentence: 'cpu went up',
        },
      ],
    });
    curve.values[at] = 100;
    const svg = curveSvg(curve);
    expect(svg.length).toBeLessThan(100_000);
    const [, path = ''] =
      /class="curve" d="(M\d[^"]*)"/.exec(svg.slice(svg.indexOf('"band"'))) ?? [];
    const heights = path.split(/[ML]/).map((point) => Number(point.split(',')[1] ?? Number.NaN));
    // 6 % of room above the highest of all.
    const highest = Math.min(...heights.filter((y) => !Number.isNaN(y)));
    expect(highest).toBeCloseTo(TOP + (0.06 / 1.06) * (BOTTOM - TOP), -1);
    expect(svg).toContain('<title>high: cpu went up</title>');
    expect(/class="wash" x="662\.[0-9]" width="3"/.test(svg)).toBe(true);
    expect(unclosed(svg)).toEqual([]);
  });

  it('draws anomalies that share a pixel as the gravest one and says how many there are', () => {
    const shades = (['low', 'critical', 'medium'] as const).map((severity, i) => ({
      startMs: START + HOUR_MS + i,
      endMs: START + HOUR_MS + i,
      severity,
      sentence: severity,
    }));
    const svg = curveSvg(curveOf(10_080, { shades }));
    expect(svg.match(/class="wash"/g)).toHaveLength(1);
    expect(svg).toContain('<title>critical: critical (and 2 more)</title>');
  });

  it('says what names hold, whatever they hold', () => {
    const title = `a<b> & "c" 'd' \u0000\ud800`;
    const svg = curveSvg(curveOf(100, { title, marks: [{ timeMs: START, text: '</svg>' }] }));
    expect(svg).toContain('a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; \ufffd\ufffd</text>');
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
    expect(unclosed(svg)).toEqual([]);
  });

  it('breaks the line where samples are missing, and draws nothing of nothing', () => {
    const curve = curveOf(300);
    curve.values.fill(Number.NaN, 100, 150);
    expect(pieces(curveSvg(curve))).toBe(2);
    const nothing = new Float64Array(300).fill(Number.NaN);
    const bands = { expected: nothing, lower: nothing, upper: nothing };
    const svg = curveSvg(curveOf(300, { values: nothing, ...bands }));
    expect(pieces(svg)).toBe(0);
    expect(/NaN|usual range/.test(svg)).toBe(false);
  });

  it('draws an endless band no farther than the values spread, and nothing below zero', () => {
    const endless = new Float64Array(300).fill(Number.POSITIVE_INFINITY);
    const far = new Float64Array(300).fill(-1e9);
    const curve = curveOf(300, { upper: endless, lower: far });
    curve.values[0] = 0;
    const svg = curveSvg(curve);
    expect(/>0<\/text>/.test(svg)).toBe(true);
    expect(/Infinity|NaN|>-/.test(svg)).toBe(false);
  });

  it('follows the light and dark of the reader and asks for nothing from elsewhere', () => {
    const svg = curveSvg(curveOf(DAY_MS / HOUR_MS));
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|url\(|@import/,
    );
  });
});
