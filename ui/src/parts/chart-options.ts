import type uPlot from 'uplot';
import { quantity } from '../format/quantity.ts';
import { moment, tickTexts } from '../format/time.ts';
import { drawMarks, drawShades, type Marks } from './draw-marks.ts';
import { drawnColour } from './drawn-colour.ts';

/** A part of time, in epoch milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface ChartOptions {
  readonly unit: string;
  /** What is asked for at each drawing, as it is then. */
  readonly latest: () => { readonly marks: Marks; readonly span: Span };
  /** Somebody drew over a span to see it closer. */
  readonly onZoom: (span: Span) => void;
  readonly size: { readonly width: number; readonly height: number };
  /** A small one of many: no legend, few ticks, a cursor shared with all of the same key. */
  readonly shared?: string | undefined;
}

/** Of the columns: time, lower, upper, expected, what was before, value. */
const COLOURS = ['--soft', '--band-edge', '--band', '--expected', '--past', '--curve'] as const;

/** Of an axis of bytes: 1, 2, 5, 10 … 500 of each unit, instead of 19.07 MiB. */
const BYTE_STEPS = [0, 1, 2, 3, 4, 5].flatMap((power) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * 1024 ** power),
);

/** A curve, what was expected of it, the band around that, another one to compare with, and shaded spans. */
export function chartOptions(options: ChartOptions): uPlot.Options {
  const { unit, latest, onZoom, size, shared } = options;
  const told = (chart: uPlot, value: number | null, column: number, at: number | null): string =>
    quantity(at === null ? lastOf(chart, column) : value, unit);
  const line = { points: { show: false }, value: told };
  return {
    ...size,
    ms: 1,
    // Its marks are styled, not drawn: they follow a change of theme by themselves.
    legend: {
      show: shared === undefined,
      markers: { stroke: (_chart, index) => `var(${COLOURS[index] ?? '--soft'})` },
    },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      y: shared === undefined,
      ...(shared !== undefined && { sync: { key: shared } }),
    },
    scales: {
      x: {
        time: true,
        range: () => [latest().span.startMs, latest().span.endMs],
      },
    },
    axes: axesOf(unit, shared !== undefined),
    padding: shared === undefined ? [18, 22, null, null] : [6, 8, 4, null],
    series: [
      { label: 'Time', value: (_chart, time) => (time === null ? 'latest' : moment(time)) },
      { ...line, label: 'Lower', stroke: ink('--band-edge'), width: 1 },
      {
        ...line,
        label: 'Band',
        stroke: ink('--band-edge'),
        width: 1,
        value: (chart, value, column, at) =>
          `${told(chart, at === null ? null : (chart.data[1]?.[at] ?? null), 1, at)} to ${told(chart, value, column, at)}`,
      },
      { ...line, label: 'Expected', stroke: ink('--expected'), width: 1.5, dash: [5, 4] },
      { ...line, label: 'A week before', stroke: ink('--past'), width: 1.2 },
      {
        label: 'Value',
        stroke: ink('--curve'),
        width: 1.5,
        points: shared === undefined ? { size: 4, fill: ink('--curve') } : { show: false },
        value: told,
      },
    ],
    bands: [{ series: [2, 1], fill: ink('--band') }],
    hooks: {
      drawClear: [(chart) => drawShades(chart, latest().marks.shades)],
      draw: [(chart) => drawMarks(chart, latest().marks.marks, shared === undefined)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width > 4) {
            const [startMs, endMs] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
            onZoom({ startMs, endMs });
          }
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function axesOf(unit: string, isSmall: boolean): uPlot.Axis[] {
  const axis = { stroke: ink('--soft'), ticks: { show: false } };
  return [
    {
      ...axis,
      show: !isSmall,
      grid: { show: false },
      space: 70,
      values: (_chart, ticks, _axis, _space, everyMs) => tickTexts(ticks, everyMs),
    },
    {
      ...axis,
      grid: { stroke: ink('--line'), width: 1 },
      size: 78,
      space: isSmall ? 34 : 40,
      ...(unit.startsWith('bytes') && { incrs: BYTE_STEPS }),
      values: (_chart, ticks) => ticks.map((tick) => quantity(tick, unit)),
    },
  ];
}

/** Of a column at the latest sample: beyond it there are expectations only. */
function lastOf({ data }: uPlot, column: number): number | null {
  const at = data.at(-1)?.findLastIndex((value) => value !== null && value !== undefined) ?? -1;
  return data[column]?.[at] ?? null;
}

/** Asked for at each drawing, so that a change of theme shows. */
function ink(property: string): (chart: uPlot) => string {
  return (chart) => drawnColour(chart.root, property);
}
