import type { Forecast } from '../../../src/contract/forecast.ts';
import type { Bands } from '../../../src/contract/series.ts';
import type { Wire } from '../api/wire.ts';
import type { Columns } from './band-chart.tsx';

type Ahead = Pick<Wire<typeof Forecast>, 'times' | 'expected' | 'lower' | 'upper'>;
type Before = Pick<Bands, 'times' | 'value'>;

/**
 * The columns of a chart: what was, then what is expected from there on, and over both what was `beforeMs` before.
 * A time of the chart shows the sample of the step that it lies in so long before.
 */
export function curveColumns(bands: Bands, { ahead, before, beforeMs }: CurveParts): Columns {
  const last = bands.times.at(-1) ?? Number.NEGATIVE_INFINITY;
  const from = ahead ? ahead.times.findIndex((time) => time > last) : -1;
  const more = <T>(column: readonly T[]): readonly T[] => (from < 0 ? [] : column.slice(from));
  const times = [...bands.times, ...more(ahead?.times ?? [])];
  const columns = {
    times,
    expected: [...bands.expected, ...more(ahead?.expected ?? [])],
    lower: [...bands.lower, ...more(ahead?.lower ?? [])],
    upper: [...bands.upper, ...more(ahead?.upper ?? [])],
    value: [...bands.value, ...more(ahead?.times ?? []).map(() => null)],
  };
  return before ? { ...columns, past: shifted(before, times, beforeMs) } : columns;
}

export interface CurveParts {
  readonly ahead?: Ahead | undefined;
  readonly before?: Before | undefined;
  readonly beforeMs: number;
}

function shifted({ times, value }: Before, at: readonly number[], beforeMs: number) {
  const [first = 0, second = first + 1] = times;
  const stepMs = second - first;
  return at.map((time) => value[Math.floor((time - beforeMs - first) / stepMs)] ?? null);
}
