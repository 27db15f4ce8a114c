import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Bands } from '../../../src/contract/series.ts';
import { quantity } from '../format/quantity.ts';
import { THEME_CHANGED } from '../theme.ts';
import { chartOptions, type Shade } from './chart-options.ts';

interface BandChartProps {
  readonly bands: Bands;
  readonly unit: string;
  readonly shades: readonly Shade[];
  readonly onZoom: (startMs: number, endMs: number) => void;
}

const HEIGHT = 300;

/** One series: its curve in the band of what was expected. */
export function BandChart({ bands, unit, shades, onZoom }: BandChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  // The chart lives longer than one drawing: it asks for the latest.
  const latest = useRef({ shades, onZoom });
  latest.current = { shades, onZoom };

  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const options = chartOptions({
      unit,
      shades: () => latest.current.shades,
      onZoom: (startMs, endMs) => latest.current.onZoom(startMs, endMs),
      size: { width: element.clientWidth, height: HEIGHT },
    });
    const drawn = new uPlot(options, columnsOf(bands), element);
    chart.current = drawn;
    const redraw = (): void => drawn.redraw(false);
    const resized = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
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
  }, [unit]);

  useEffect(() => chart.current?.setData(columnsOf(bands)), [bands, shades]);

  return <div class="chart" ref={place} role="img" aria-label={told(bands, unit)} />;
}

function columnsOf({ times, lower, upper, expected, value }: Bands): uPlot.AlignedData {
  return [times, lower, upper, expected, value];
}

/** The chart in words. */
function told({ value }: Bands, unit: string): string {
  const known = value.filter((one) => one !== null);
  if (known.length === 0) return 'No samples in this span';
  const [low, high] = [
    known.reduce((a, b) => Math.min(a, b)),
    known.reduce((a, b) => Math.max(a, b)),
  ];
  return `Curve from ${quantity(low, unit)} to ${quantity(high, unit)}, last ${quantity(known.at(-1), unit)}`;
}
