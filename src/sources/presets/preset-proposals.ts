import type { QueryProposal } from '../source.ts';
import { nodeExporterPreset } from './node-exporter.ts';
import { type Preset, rateWindowOf } from './preset.ts';

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
