import type { RuleScope as WireScope } from '../contract/rule.ts';
import { hasLabels } from '../core/context/declared-event.ts';
import type { Labels } from '../core/labels.ts';
import { labelsOfAnomaly } from '../engine/past-occurrence.ts';
import type { StoredAnomaly } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import { findQuery } from '../store/queries-table.ts';
import type { RuleScope } from '../store/rules-table.ts';
import { findSeries } from '../store/series-table.ts';
import { ApiError, unusable } from './api-error.ts';

/** What a person asks a rule to be about, seen from the anomaly that it is made for. */
export type AskedScope = 'series' | 'query' | { readonly match: Labels };

/** The scope that suits an anomaly; 422 when there is none. */
export function scopeAround(anomaly: StoredAnomaly, asked: AskedScope): RuleScope {
  const { id, seriesId, metricId } = anomaly;
  if (seriesId === null || metricId === null) {
    const message = `Cannot propose a rule for anomaly ${id}: another program reported it, rules are about what SAIMon finds`;
    throw new ApiError(422, 'validation', message);
  }
  if (asked === 'series') return { kind: 'series', seriesId };
  if (asked === 'query') return { kind: 'query', metricId };
  if (!hasLabels(labelsOfAnomaly(anomaly), asked.match)) {
    const message = `Cannot use labels ${JSON.stringify(asked.match)}: anomaly ${id} has not all of them`;
    throw unusable(['scope', 'match'], message);
  }
  return { kind: 'labels', matchers: asked.match };
}

/** What the scope of a rule names, with what is known of it. */
export interface FoundScope {
  readonly scope: RuleScope;
  readonly metricName: string | null;
  readonly labels: Labels;
  readonly unit: string;
}

/** Looks up what a scope names; 422 when there is no such series or metric. */
export async function findScope(db: Queryable, scope: WireScope): Promise<FoundScope> {
  if (scope.kind === 'series') {
    const seriesId = scope.series_id;
    const series = await findSeries(db, seriesId);
    if (!series) throw unusable(['body', 'scope', 'series_id'], unknown('series', seriesId));
    return { ...series, scope: { kind: 'series', seriesId } };
  }
  if (scope.kind === 'query') {
    const query = await findQuery(db, scope.metric_name);
    if (!query) {
      throw unusable(['body', 'scope', 'metric_name'], unknown('metric', scope.metric_name));
    }
    const { id: metricId, alias, unit } = query;
    return { scope: { kind: 'query', metricId }, metricName: alias, labels: {}, unit };
  }
  const found = { metricName: null, labels: {}, unit: '' };
  return { ...found, scope: { kind: 'labels', matchers: scope.match } };
}

function unknown(what: string, key: string | number): string {
  return `Cannot make a rule for ${what} ${JSON.stringify(key)}: there is none`;
}
