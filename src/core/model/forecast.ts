import { DAY_MS } from '../civil-time.ts';
import { type LimitForecast, NINE_TENTHS, type Trend } from '../detectors/drift-trend.ts';
import type { DriftCondition } from './drift-condition.ts';
import type { EvidencePanel } from './evidence-panel.ts';
import type { Judgement } from './judgement.ts';

/** What is asked of a forecast. */
export interface ForecastRequest {
  /** How far to look ahead of the latest sample. */
  readonly horizonMs: number;
  readonly stepMs: number;
  /** Limits of the metric to look out for; default: those of its data range. */
  readonly limits?: readonly number[];
}

/** Where a series is going: columns of equal length, one entry a step after its latest sample. */
export interface Forecast {
  readonly times: Float64Array;
  readonly expected: Float64Array;
  /** Between `lower` and `upper` nine of ten samples are expected. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The slow movement that is carried on; absent where the level stays. */
  readonly trend?: Trend;
  readonly reaches?: LimitForecast;
}

interface Parts {
  readonly panel: Pick<EvidencePanel, 'forecast' | 'usualReach'>;
  readonly drift: Pick<DriftCondition, 'course' | 'forecastLimit' | 'spread'>;
  readonly clip: (value: number) => number;
}

/**
 * The pattern of the past goes on, and so does the slow movement of the level. The interval begins as wide as samples
 * usually spread, levels wander from day to day like a random walk, and an error of the slope grows with the time.
 */
export function forecastOf(
  { panel, drift, clip }: Parts,
  {
    last,
    horizonMs,
    stepMs,
    limits,
  }: Required<ForecastRequest> & { readonly last: Readonly<Judgement> },
): Forecast {
  const course = drift.course();
  const { sinceMs, perDay, perDayError } = course?.trend ?? STILL;
  const moved = (timeMs: number): number =>
    timeMs > sinceMs ? (perDay * (timeMs - sinceMs)) / DAY_MS : 0;
  const near = panel.usualReach(last.value);
  const spread = NINE_TENTHS * (course?.spread ?? drift.spread);
  const daily = Number.isNaN(spread) ? near : spread;
  const length = Math.floor(horizonMs / stepMs);
  const times = Float64Array.from({ length }, (_, i) => last.timeMs + (i + 1) * stepMs);
  const middle = times.map((timeMs) => panel.forecast(timeMs, moved));
  const reach = times.map((timeMs) => {
    const days = (timeMs - last.timeMs) / DAY_MS;
    return Math.hypot(near, daily * Math.sqrt(days), NINE_TENTHS * perDayError * days);
  });
  const reaches = course && drift.forecastLimit(course, limits);
  return {
    times,
    expected: middle.map(clip),
    lower: middle.map((value, i) => clip(value - reach[i])),
    upper: middle.map((value, i) => clip(value + reach[i])),
    ...(course && { trend: course.trend }),
    ...(reaches && { reaches }),
  };
}

const STILL = { sinceMs: Number.POSITIVE_INFINITY, perDay: 0, perDayError: 0 };
