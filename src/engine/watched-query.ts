import { parseDuration } from '../base/duration.ts';
import { SEVERITIES, type Severity } from '../core/anomalies/severity.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from '../core/model/policy.ts';
import type { QueryProposal } from '../sources/source.ts';
import type { QueryDefinition, StoredQuery } from '../store/queries-table.ts';
import type { EngineOptions } from './engine-options.ts';

/** An active query with its policy in the core's units. */
export interface WatchedQuery {
  readonly id: number;
  readonly alias: string;
  readonly expr: string;
  readonly unit: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly stepMs: number;
  readonly policy: SeriesPolicy;
  /** A person named it; others may find nothing, as a preset of what a machine does not have. */
  readonly named: boolean;
  /** How severe an absence is, where the query says it. */
  readonly absenceSeverity?: Severity;
  /** What a learned state is of: with another basis it is of no use. */
  readonly basis: string;
}

type Defaults = Pick<EngineOptions, 'stepMs' | 'zone' | 'policy'>;

/** RangeError when its options cannot be understood. */
export function watchQuery(stored: StoredQuery, defaults: Defaults): WatchedQuery {
  const { id, alias, expr, unit, description, options, origin } = stored;
  const named = origin === 'config' || origin === 'api';
  const { step, tags } = options;
  const stepMs = typeof step === 'string' ? parseDuration(step) : defaults.stepMs;
  const { zone } = defaults;
  const policy = { ...DEFAULT_POLICY, ...defaults.policy, ...queryPolicyOf(options), stepMs, zone };
  const basis = `${expr} | ${stepMs} ms | ${zone}`;
  const told = { id, alias, expr, unit, description, named, basis };
  const query = { ...told, tags: textsOf(tags), stepMs, policy };
  const severity = absenceOf(options)?.severity;
  return isSeverity(severity) ? { ...query, absenceSeverity: severity } : query;
}

/** The query that a source proposes, as the configuration would spell it. */
export function definitionOf(proposal: QueryProposal): QueryDefinition {
  const { dataRange, minDeviation, ...definition } = proposal;
  const options = {
    ...(dataRange && { data_range: dataRange }),
    ...(minDeviation !== undefined && { min_dev_from_expected: minDeviation }),
  };
  return { ...definition, options };
}

/** What the options of a query, as the configuration spells them, ask of its series. */
export function queryPolicyOf(options: StoredQuery['options']): Partial<SeriesPolicy> {
  const range = options['data_range'];
  const direction = options['detection_direction'];
  const deviation = options['min_dev_from_expected'];
  const relative = options['min_rel_dev_from_expected'];
  const { missing } = options;
  const after = absenceOf(options)?.after;
  return {
    ...(isRange(range) && { dataRange: range }),
    ...(isDirection(direction) && { direction }),
    ...(typeof deviation === 'number' && { minDeviation: deviation }),
    ...(typeof relative === 'number' && { minRelativeDeviation: relative }),
    ...((missing === 'ok' || missing === 'anomaly') && { missing }),
    ...(typeof after === 'string' && { missing: { afterMs: parseDuration(after) } }),
  };
}

function absenceOf({
  missing,
}: StoredQuery['options']): Partial<Record<'after' | 'severity', unknown>> | undefined {
  return typeof missing === 'object' && missing !== null ? missing : undefined;
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}

function isRange(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === 'number')
  );
}

function isDirection(value: unknown): value is SeriesPolicy['direction'] {
  return value === 'both' || value === 'above_expected' || value === 'below_expected';
}

function textsOf(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null) return {};
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
