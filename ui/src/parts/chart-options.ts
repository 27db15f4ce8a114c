import type uPlot from 'uplot';
import { quantity } from '../format/quantity.ts';
import { dayOf, moment } from '../format/time.ts';
import { drawnColour } from './drawn-colour.ts';

/** Of the columns: time, lower, upper, expected, value. */
const COLOURS = ['--soft', '--band-edge', '--band-edge', '--expected', '--curve'] as const;
const DAY_MS = 86_400_000;

/** A span of time that is shaded, in epoch milliseconds. */
export interface Shade {
  readonly startMs: number;
  readonly endMs: number;
  readonly severity: string;
}

export interface ChartOptions {
  readonly unit: string;
  readonly shades: () => readonly Shade[];
  /** Somebody drew over a span to see it closer. */
  readonly onZoom: (startMs: number, endMs: number) => void;
  readonly size: { readonly width: number; readonly height: number };
}

/** A curve, what was expected of it, the band around that, and shaded spans. Columns: time, lower, upper, expected, value. */
export function chartOptions({ unit, shades, onZoom, size }: ChartOptions): uPlot.Options {
  const told = (_chart: uPlot, value: number | null): string => quantity(value, unit);
  const limit = { stroke: ink(COLOURS[1]), width: 1, points: { show: false }, value: told };
  const axis = { stroke: ink('--soft'), ticks: { show: false } };
  const grid = { stroke: ink('--line'), width: 1 };
  return {
    ...size,
    ms: 1,
    // Its marks are styled, not drawn: they follow a change of theme by themselves.
    legend: { markers: { stroke: (_chart, index) => `var(${COLOURS[index] ?? '--soft'})` } },
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 70,
        values: (_chart, ticks, _axis, _space, everyMs) =>
          ticks.map((tick) => (everyMs < DAY_MS ? moment(tick) : dayOf(tick)).replace(', ', '\n')),
      },
      {
        ...axis,
        grid,
        size: 78,
        values: (_chart, ticks) => ticks.map((tick) => quantity(tick, unit)),
      },
    ],
    series: [
      { label: 'Time', value: (_chart, time) => (time === null ? '–' : moment(time)) },
      { ...limit, label: 'Lower' },
      { ...limit, label: 'Upper' },
      {
        label: 'Expected',
        stroke: ink(COLOURS[3]),
        width: 1.5,
        dash: [5, 4],
        points: { show: false },
        value: told,
      },
      {
        label: 'Value',
        stroke: ink(COLOURS[4]),
        width: 1.5,
        points: { size: 4, fill: ink(COLOURS[4]) },
        value: told,
      },
    ],
    bands: [{ series: [2, 1], fill: ink('--band') }],
    hooks: {
      drawClear: [(chart) => drawShades(chart, shades())],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width > 4) onZoom(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function drawShades(chart: uPlot, shades: readonly Shade[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  for (const { startMs, endMs, severity } of shades) {
    const from = Math.max(bbox.left, chart.valToPos(startMs, 'x', true));
    const to = Math.min(bbox.left + bbox.width, chart.valToPos(endMs, 'x', true));
    if (to < bbox.left || from > bbox.left + bbox.width) continue;
    ctx.globalAlpha = 0.18;
    ctx.fillStyle = drawnColour(chart.root, `--${severity}`);
    // A short one stays visible however long the span.
    ctx.fillRect(from, bbox.top, Math.max(3, to - from), bbox.height);
  }
  ctx.restore();
}

/** Asked for at each drawing, so that a change of theme shows. */
function ink(property: string): (chart: uPlot) => string {
  return (chart) => drawnColour(chart.root, property);
}
