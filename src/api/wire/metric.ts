import type { Metric } from '../../contract/metric.ts';
import type { Query } from '../../contract/query.ts';
import type { StoredQuery } from '../../store/queries-table.ts';
import { iso } from './iso.ts';

export function queryOf(row: StoredQuery): Query {
  return {
    id: row.id,
    alias: row.alias,
    expr: row.expr,
    metric_type: row.metricType,
    description: row.description,
    unit: row.unit,
    options: row.options,
    origin: row.origin,
    active: row.active,
    created_at: iso(row.createdAtMs),
    updated_at: iso(row.updatedAtMs),
  };
}

/** A query as the original's metric; its labels are the query's own tags. */
export function metricOf(row: StoredQuery): Metric {
  return {
    id: row.id,
    name: row.alias,
    metric_type: row.metricType,
    description: row.description,
    labels: tagsOf(row.options['tags']),
    created_at: iso(row.createdAtMs),
    updated_at: iso(row.updatedAtMs),
    query: row.expr,
    unit: row.unit,
    origin: row.origin,
    active: row.active,
  };
}

function tagsOf(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null) return {};
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
