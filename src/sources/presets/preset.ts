import { formatDuration } from '../../base/duration.ts';
import type { QueryProposal } from '../source.ts';

export interface PresetQuery {
  readonly proposal: QueryProposal;
  /** Metrics that must be there for the query to have an answer. */
  readonly requires: readonly string[];
}

/** Queries worth watching over one exporter; `rateWindow` is what counters are rated over, `5m`. */
export type Preset = (rateWindow: string) => readonly PresetQuery[];

/** Four samples bridge one lost scrape; a longer window would only make detection slower. */
export function rateWindowOf(samplingPeriodMs: number): string {
  return formatDuration(Math.max(4 * samplingPeriodMs, 60_000));
}
