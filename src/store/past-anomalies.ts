import type { EpisodeKind } from '../core/anomalies/episode.ts';
import { anomalyColumns, type StoredAnomaly } from './anomalies-table.ts';
import type { Queryable } from './database.ts';
import { isoTime } from './parameters.ts';
import type { RuleScope } from './rules-table.ts';

/** An anomaly and what came of it. */
export interface JudgedAnomaly extends StoredAnomaly {
  /** Whether it raised an alert. */
  readonly alerted: boolean;
  /** Whether it fell into a recorded incident, one none of whose labels differs. */
  readonly inIncident: boolean;
}

export interface PastRange {
  readonly kind: EpisodeKind;
  readonly sinceMs: number;
  readonly most: number;
}

/** More false alarms than this are not looked at. */
const MOST_FALSE = 2000;

const judgedColumns = `${anomalyColumns}, exists (select from alerts where anomaly_id = a.id) as alerted,
  exists (select from truth_incidents t
    where t.removed_at is null and a.opened_at >= t.started_at - interval '1 hour'
      and a.opened_at <= coalesce(t.ended_at, 'infinity')
      and not exists (select from jsonb_each_text(t.labels) l
        where (coalesce(a.context -> 'tags', '{}') || a.labels) ->> l.key <> l.value)) as "inIncident"`;

/** What a rule of that scope could have acted on, newest first: anomalies of one kind that opened since. */
export async function anomaliesInScope(
  db: Queryable,
  scope: RuleScope,
  { kind, sinceMs, most }: PastRange,
): Promise<JudgedAnomaly[]> {
  const [chosen, parameter] = condition(scope);
  return db.query<JudgedAnomaly>(
    `select ${judgedColumns}
     from anomalies a left join queries q on q.id = a.metric_id
     where a.series_id is not null and ${chosen} and a.kind = $2 and a.opened_at >= $3
     order by a.opened_at desc, a.id desc limit $4`,
    [parameter, kind, isoTime(sinceMs), most],
  );
}

/** The newest anomalies that people called false and that opened since, newest first. */
export async function listFalseAlarms(db: Queryable, sinceMs: number): Promise<JudgedAnomaly[]> {
  return db.query<JudgedAnomaly>(
    `select ${judgedColumns} from anomalies a left join queries q on q.id = a.metric_id
     where a.is_confirmed = false and a.series_id is not null and a.opened_at >= $1
     order by a.opened_at desc, a.id desc limit ${MOST_FALSE}`,
    [isoTime(sinceMs)],
  );
}

function condition(scope: RuleScope): readonly [sql: string, parameter: unknown] {
  if (scope.kind === 'series') {
    return ['a.series_id = $1', scope.seriesId];
  }
  if (scope.kind === 'query') {
    return ['a.metric_id = $1', scope.metricId];
  }
  return [
    `(coalesce(a.context -> 'tags', '{}') || jsonb_build_object('__name__', q.alias) || a.labels) @> $1::jsonb`,
    JSON.stringify(scope.matchers),
  ];
}
