import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Bands } from '../../../src/contract/series.ts';
import { quantity } from '../format/quantity.ts';
import { THEME_CHANGED } from '../theme.ts';
import { chartOptions, type Span } from './chart-options.ts';
import type { Marks } from './draw-marks.ts';

export type Columns = Pick<Bands, 'times' | 'lower' | 'upper' | 'expected' | 'value'> & {
  /** The curve that is laid over it, such as that of a week before. */
  readonly past?: Bands['value'];
};

interface BandChartProps {
  readonly columns: Columns;
  readonly unit: string;
  readonly span: Span;
  readonly marks: Marks;
  readonly onZoom: (span: Span) => void;
  /** Makes it a small one whose cursor is that of all others of the same key. */
  readonly shared?: string;
}

const HEIGHT = 320;
const SMALL_HEIGHT = 96;

/** One series: its curve in the band of what was expected. */
export function BandChart({ columns, unit, span, marks, onZoom, shared }: BandChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  // The chart lives longer than one drawing: it asks for the latest.
  const latest = useRef({ marks, span, onZoom, columns });
  latest.current = { marks, span, onZoom, columns };
  const height = shared === undefined ? HEIGHT : SMALL_HEIGHT;
  const hasPast = columns.past !== undefined;

  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const options = chartOptions({
      unit,
      latest: () => latest.current,
      onZoom: (drawn) => latest.current.onZoom(drawn),
      size: { width: element.clientWidth, height },
      shared,
    });
    const drawn = new uPlot(options, drawnColumns(latest.current.columns), element);
    chart.current = drawn;
    const redraw = (): void => drawn.redraw(false);
    const resized = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    addEventListener(THEME_CHANGED, redraw);
    return () => {
      removeEventListener(THEME_CHANGED, redraw);
      dark.removeEventListener('change', redraw);
      resized.disconnect();
      drawn.destroy();
    };
  }, [unit, height, shared]);

  useEffect(
    () => chart.current?.setData(drawnColumns(columns)),
    [columns, marks, span.startMs, span.endMs],
  );

  return (
    <div
      class={`chart ${shared === undefined ? '' : 'small'} ${hasPast ? '' : 'without-past'}`}
      ref={place}
      role="img"
      aria-label={told(columns, unit)}
    />
  );
}

function drawnColumns({ times, lower, upper, expected, past, value }: Columns): uPlot.AlignedData {
  return [times, lower, upper, expected, past ?? times.map(() => null), value];
}

/** The chart in words. */
function told({ value }: Columns, unit: string): string {
  const known = value.filter((one) => one !== null);
  if (known.length === 0) return 'No samples in this span';
  const [low, high] = [
    known.reduce((a, b) => Math.min(a, b)),
    known.reduce((a, b) => Math.max(a, b)),
  ];
  return `Curve from ${quantity(low, unit)} to ${quantity(high, unit)}, last ${quantity(known.at(-1), unit)}`;
}
