import { formatDuration } from '../../base/duration.ts';
import type { QueryProposal } from '../source.ts';
import { nodeExporterPreset } from './node-exporter.ts';

export interface PresetQuery {
  readonly proposal: QueryProposal;
  /** Metrics that must be there for the query to have an answer. */
  readonly requires: readonly string[];
}

/** Queries worth watching over one exporter; `rateWindow` is what counters are rated over, `5m`. */
export type Preset = (rateWindow: string) => readonly PresetQuery[];

const PRESETS: readonly Preset[] = [nodeExporterPreset];

/** The queries of every preset whose metrics are all among `metrics`, the names that a source holds. */
export function presetProposals(
  metrics: ReadonlySet<string>,
  samplingPeriodMs: number,
): QueryProposal[] {
  const rateWindow = rateWindowOf(samplingPeriodMs);
  return PRESETS.flatMap((preset) => preset(rateWindow))
    .filter(({ requires }) => requires.every((metric) => metrics.has(metric)))
    .map(({ proposal }) => proposal);
}

/** Four samples bridge one lost scrape; a longer window would only make detection slower. */
export function rateWindowOf(samplingPeriodMs: number): string {
  return formatDuration(Math.max(4 * samplingPeriodMs, 60_000));
}
