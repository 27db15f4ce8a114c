import type { QueryProposal } from '../source.ts';
import type { NewRawSeries, RawMetricType } from './sample-storage.ts';

/** Parts of histograms and summaries that no query asks by themselves, and what never changes. */
const NOT_WATCHED = /_(?:bucket|sum|created|info)$/;
const QUANTILES = 'quantile';

/** A query for each metric that was collected: counters as rates, histograms and summaries as rate and mean. */
export function proposeQueries(
  series: Iterable<NewRawSeries>,
  rateWindow: string,
): QueryProposal[] {
  const proposals = new Map<string, QueryProposal>();
  for (const { name, metricType, help, labels } of series) {
    if (NOT_WATCHED.test(name) || labels[QUANTILES] !== undefined) continue;
    for (const proposal of propose({ name, metricType, help }, rateWindow)) {
      proposals.set(proposal.alias, proposal);
    }
  }
  return [...proposals.values()].toSorted((a, b) => (a.alias < b.alias ? -1 : 1));
}

interface Metric {
  readonly name: string;
  readonly metricType: RawMetricType;
  readonly help: string;
}

function propose({ name, metricType, help }: Metric, rateWindow: string): QueryProposal[] {
  const rate = (metric: string) => `rate(${selectorOf(metric)}[${rateWindow}])`;
  if (metricType === 'gauge' || metricType === 'unknown') {
    const proposal = { alias: aliasOf(name), expr: selectorOf(name), unit: unitOf(name) };
    return [{ ...proposal, metricType, description: help || name }];
  }
  if (metricType === 'counter') {
    const base = name.replace(/_total$/, '');
    const unit = rateUnitOf(base);
    const description = `${help || base}, a second`;
    return [{ alias: aliasOf(`${base}_rate`), expr: rate(name), unit, metricType, description }];
  }
  if (!name.endsWith('_count')) return [];
  const base = name.replace(/_count$/, '');
  return [
    {
      alias: aliasOf(`${base}_rate`),
      expr: rate(name),
      metricType,
      unit: 'count/s',
      description: `${help || base}: how many a second`,
    },
    {
      alias: aliasOf(`${base}_mean`),
      expr: `${rate(`${base}_sum`)} / ${rate(name)}`,
      metricType,
      unit: unitOf(base),
      description: `${help || base}: mean`,
    },
  ];
}

/** A name that PromQL does not read bare goes into quotes. */
function selectorOf(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${JSON.stringify(name)}}`;
}

function aliasOf(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

function unitOf(name: string): string {
  return /_(bytes|seconds|ratio|percent)$/.exec(name)?.[1] ?? '';
}

/** Seconds a second are a share of time. */
function rateUnitOf(base: string): string {
  const unit = unitOf(base);
  if (unit === 'seconds') return 'ratio';
  return unit === 'bytes' ? 'bytes/s' : 'count/s';
}
