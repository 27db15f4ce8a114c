import type { Clock } from '../../base/clock.ts';
import type { QueryProposal, RangeRequest, Source } from '../source.ts';
import { createEstate, type Estate, type EstateOptions } from './estate.ts';
import { type EstateMetric, METRICS } from './inventory.ts';
import { parseSelector } from './selector.ts';

export interface SimulatedSourceOptions extends EstateOptions {
  readonly clock: Clock;
}

/** A source over the simulated estate; it knows its history and nothing after the clock's now. */
export function createSimulatedSource(options: SimulatedSourceOptions): Source {
  const estate = createEstate(options);
  const proposals = METRICS.map(toProposal);
  return {
    kind: 'simulated',
    async queryRange(request) {
      request.signal?.throwIfAborted();
      const selector = parseSelector(request.expr);
      const times = timesOf(request, estate, options.clock);
      const chosen = estate.series.filter(
        ({ metric, labels }) => metric.name === selector.name && selector.matches(labels),
      );
      const series = chosen.map((one) => ({
        labels: one.labels,
        samples: withoutGaps(times, estate.values(one, times)),
      }));
      return { series: series.filter(({ samples }) => samples.times.length > 0), warnings: [] };
    },
    async health() {
      return { healthy: true, detail: `Simulated estate of ${estate.series.length} series` };
    },
    presets: async () => proposals,
    discover: async () => proposals,
    async close() {},
  };
}

function toProposal(metric: EstateMetric): QueryProposal {
  const { name, description, unit, range, minDeviation } = metric;
  const meant = { description, unit, dataRange: range, minDeviation };
  return { alias: name, expr: name, metricType: 'gauge', ...meant };
}

function timesOf(
  { startMs, endMs, stepMs }: RangeRequest,
  estate: Estate,
  clock: Clock,
): Float64Array {
  const missed = Math.ceil((estate.beginMs - startMs) / stepMs);
  const firstMs = startMs + Math.max(0, missed) * stepMs;
  const lastMs = Math.min(endMs, clock.now());
  const count = Math.max(0, Math.floor((lastMs - firstMs) / stepMs) + 1);
  return Float64Array.from({ length: count }, (_, row) => firstMs + row * stepMs);
}

/** A value that is not there is absent, as in an answer of Prometheus. */
function withoutGaps(times: Float64Array, values: Float64Array) {
  if (!values.includes(Number.NaN)) return { times, values };
  const present = (_: number, row: number): boolean => !Number.isNaN(values[row]);
  return { times: times.filter(present), values: values.filter(present) };
}
