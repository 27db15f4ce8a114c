import type { Bands } from '../contract/series.ts';
import { scoreOf } from '../core/anomalies/severity.ts';
import type { BandColumns } from '../core/model/band-chunk.ts';
import type { Samples } from '../core/series.ts';
import type { Peak } from '../store/anomalies-table.ts';
import type { TimeRange } from './time-range.ts';

const BIN_MS = 60_000;

type Columns = Omit<Bands, 'series_id' | 'start' | 'end' | 'step' | 'warnings'>;

export interface ChartParts {
  readonly bands: BandColumns;
  readonly samples: Samples;
  /** Of its anomalies: each is shown, however long the steps. */
  readonly peaks: readonly Peak[];
}

/**
 * Columns for a chart over `range`. A step longer than a minute shows the bin with its highest ratio, and the sample of
 * an anomaly's peak instead of the one at its end, so that a short anomaly stays visible; a shorter step repeats its
 * minute's band.
 */
export function chartColumns(range: TimeRange, { bands, samples, peaks }: ChartParts): Columns {
  const steps = Math.floor((range.endMs - range.startMs) / range.stepMs) + 1;
  const empty = (): Float64Array => new Float64Array(steps).fill(Number.NaN);
  const [value, expected, lower, upper, ratio] = [empty(), empty(), empty(), empty(), empty()];
  for (let bin = 0; bin < bands.times.length; bin++) {
    const binRatio = bands.ratio[bin] ?? Number.NaN;
    for (const step of stepsOf(bands.times[bin] ?? Number.NaN, range, steps)) {
      if ((ratio[step] ?? Number.NaN) >= binRatio) continue;
      expected[step] = bands.expected[bin] ?? Number.NaN;
      lower[step] = bands.lower[bin] ?? Number.NaN;
      upper[step] = bands.upper[bin] ?? Number.NaN;
      ratio[step] = binRatio;
    }
  }
  for (let index = 0; index < samples.times.length; index++) {
    const step = Math.floor(((samples.times[index] ?? Number.NaN) - range.startMs) / range.stepMs);
    if (step >= 0 && step < steps) value[step] = samples.values[index] ?? Number.NaN;
  }
  for (const peak of range.stepMs > BIN_MS ? peaks : []) {
    const step = Math.floor((peak.timestampMs - range.startMs) / range.stepMs);
    // Ratios of bands are of single precision: of the same sample either may be the higher one.
    if (step < 0 || step >= steps || (ratio[step] ?? 0) > peak.deviationRatio * 1.000_001) continue;
    value[step] = peak.value;
    expected[step] = peak.expectedValue;
    lower[step] = peak.lower ?? Number.NaN;
    upper[step] = peak.upper ?? Number.NaN;
    ratio[step] = peak.deviationRatio;
  }
  return {
    times: Array.from({ length: steps }, (_, step) => range.startMs + step * range.stepMs),
    value: Array.from(value, orNull),
    expected: Array.from(expected, shortened),
    lower: Array.from(lower, shortened),
    upper: Array.from(upper, shortened),
    ratio: Array.from(ratio, shortened),
    score: Array.from(ratio, (r) => (Number.isNaN(r) ? null : shortened(scoreOf(r)))),
  };
}

/** The steps that a bin of one minute belongs to: one, or several when steps are shorter than it. */
function* stepsOf(binMs: number, { startMs, stepMs }: TimeRange, steps: number): Generator<number> {
  const first = (binMs - startMs) / stepMs;
  const long = stepMs >= BIN_MS;
  const from = long ? Math.floor(first) : Math.ceil(first);
  const to = long ? from : Math.ceil(first + BIN_MS / stepMs) - 1;
  for (let step = Math.max(0, from); step <= Math.min(to, steps - 1); step++) yield step;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Seven digits: more are noise of the packed columns. */
function shortened(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
