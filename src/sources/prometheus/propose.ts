import type { QueryProposal } from '../source.ts';

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
}

type MetricType = QueryProposal['metricType'];

/** Constants, clocks and what the scraper says of itself: nothing in them to learn. */
const SKIPPED =
  /^(?:up|ALERTS|ALERTS_FOR_STATE|scrape_.*)$|_(?:info|created|timestamp|timestamp_seconds|start_time_seconds|boot_time_seconds)$/;
/** How a program runs, not what it does: proposed last. */
const INTERNAL = /^(?:go|process|promhttp|prometheus|python|vm|nodejs|net_conntrack)_/;
const PART = /_(?:bucket|count|sum)$/;
const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const NOT_NEGATIVE = [0, Number.MAX_SAFE_INTEGER] as const;

/**
 * A query or two for each of `names` by its type; types that `metadata` does not tell are guessed from
 * the names. What a program says of its own workings comes last.
 */
export function proposeQueries(
  names: Iterable<string>,
  metadata: ReadonlyMap<string, MetricMetadata>,
  rateWindow: string,
): QueryProposal[] {
  const held = new Set(names);
  const families = new Map<string, MetricType>();
  for (const name of [...held].toSorted()) {
    if (SKIPPED.test(name)) continue;
    const family = familyOf(name, held, metadata);
    families.set(family, typeOf(family, held, metadata));
  }
  const proposals = [...families].flatMap(([family, type]) => {
    const help = metadata.get(family) ?? metadata.get(family.replace(/_total$/, ''));
    return propose(family, type, rateWindow).map((proposal) => ({
      ...proposal,
      description: help?.help || `${proposal.description} ${family}`,
    }));
  });
  return proposals.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ alias }: QueryProposal): number {
  return INTERNAL.test(alias) ? 1 : 0;
}

/** The histogram or summary that `name` is a part of, or itself. */
function familyOf(
  name: string,
  held: ReadonlySet<string>,
  metadata: ReadonlyMap<string, MetricMetadata>,
): string {
  const base = name.replace(PART, '');
  if (base === name) return name;
  const type = metadata.get(base)?.type;
  const whole = held.has(`${base}_sum`) && held.has(`${base}_count`);
  if (type === 'histogram' || type === 'summary') return base;
  return whole && !metadata.has(name) ? base : name;
}

function typeOf(
  family: string,
  held: ReadonlySet<string>,
  metadata: ReadonlyMap<string, MetricMetadata>,
): MetricType {
  const known = metadata.get(family)?.type ?? metadata.get(family.replace(/_total$/, ''))?.type;
  if (known === 'gauge' || known === 'counter') return known;
  const whole = held.has(`${family}_sum`) && held.has(`${family}_count`);
  if (whole) return held.has(`${family}_bucket`) ? 'histogram' : 'summary';
  return family.endsWith('_total') ? 'counter' : 'unknown';
}

function propose(family: string, metricType: MetricType, rateWindow: string): QueryProposal[] {
  const alias = family.replaceAll(/[^a-zA-Z0-9_:]/g, '_');
  const rate = (suffix: string) => `rate(${selector(family + suffix)}[${rateWindow}])`;
  const unit = unitOf(family);
  const flow = {
    alias: `${alias.replace(/_total$/, '')}_rate`,
    metricType,
    description: 'Rate of',
    dataRange: NOT_NEGATIVE,
  };
  const size = { metricType, dataRange: NOT_NEGATIVE, unit };
  if (metricType === 'counter') return [{ ...flow, expr: rate(''), unit: unitOfRate(unit) }];
  if (metricType === 'histogram') {
    return [
      { ...flow, expr: rate('_count'), unit: 'count/s' },
      {
        ...size,
        alias: `${alias}_p95`,
        expr: `histogram_quantile(0.95, ${rate('_bucket')})`,
        description: '95 % stay under this value of',
      },
    ];
  }
  if (metricType === 'summary') {
    return [
      { ...flow, expr: rate('_count'), unit: 'count/s' },
      {
        ...size,
        alias: `${alias}_avg`,
        expr: `${rate('_sum')} / ${rate('_count')}`,
        description: 'Average of',
      },
    ];
  }
  return [{ alias, expr: selector(family), metricType, description: 'Value of', unit }];
}

function selector(name: string): string {
  return PLAIN_NAME.test(name) ? name : `{__name__=${JSON.stringify(name)}}`;
}

function unitOf(family: string): string {
  const suffix = /_(bytes|seconds|ratio|percent)(?:_total)?$/.exec(family);
  return suffix?.[1] ?? '';
}

/** Seconds spent per second are a share of time. */
function unitOfRate(unit: string): string {
  if (unit === 'bytes') return 'bytes/s';
  return unit === 'seconds' ? 'ratio' : 'count/s';
}
