import type { EpisodeKind } from '../core/anomalies/episode.ts';
import type { Labels } from '../core/labels.ts';
import type { RuleEffect } from '../core/rules/effect.ts';
import type { RuleCondition } from '../core/rules/rule.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';

export type RuleStatus = 'proposed' | 'accepted' | 'off' | 'rejected' | 'removed';

/** What a rule is about: one series, all of a query, or what has all of these labels. */
export type RuleScope =
  | { readonly kind: 'series'; readonly seriesId: number }
  | { readonly kind: 'query'; readonly metricId: number }
  | { readonly kind: 'labels'; readonly matchers: Labels };

export interface RuleDraft {
  readonly anomalyKind: EpisodeKind;
  readonly condition: RuleCondition;
  readonly scope: RuleScope;
  /** For people. */
  readonly sentence: string;
  readonly status: 'proposed' | 'accepted';
  readonly anomalyId: number | null;
  /** When it was made. */
  readonly effect: RuleEffect;
  readonly reason: string;
  readonly createdBy: string;
}

/** A rule that acts. */
export interface RuleInForce extends Pick<RuleDraft, 'anomalyKind' | 'condition' | 'sentence'> {
  readonly id: number;
  readonly scope: RuleScope;
}

export interface StoredRule extends Omit<RuleDraft, 'status'> {
  readonly id: number;
  readonly status: RuleStatus;
  readonly metricName: string | null;
  readonly createdAtMs: number;
  readonly decidedBy: string | null;
  readonly decidedAtMs: number | null;
  /** Anomalies that it keeps quiet, and how many of them a person called true. */
  readonly acted: number;
  readonly actedOnConfirmed: number;
  /** When the latest of them opened. */
  readonly lastActedAtMs: number | null;
}

interface ScopeColumns {
  readonly seriesId: number | null;
  readonly metricId: number | null;
  readonly matchers: Labels | null;
}

const scopeColumns = `r.series_id as "seriesId", r.metric_id as "metricId", r.matchers`;

const columns = `r.id, r.anomaly_kind as "anomalyKind", r.condition, ${scopeColumns}, r.sentence, r.status,
  r.anomaly_id as "anomalyId", r.effect, r.reason, r.created_by as "createdBy", r.created_at as "createdAtMs",
  r.decided_by as "decidedBy", r.decided_at as "decidedAtMs",
  (select q.alias from queries q where q.id = coalesce(r.metric_id,
     (select s.query_id from series s where s.id = r.series_id))) as "metricName",
  acts.acted, acts.confirmed as "actedOnConfirmed", acts.last_at as "lastActedAtMs"`;

const tables = `rules r cross join lateral (
  select count(*) as acted, count(*) filter (where is_confirmed) as confirmed, max(opened_at) as last_at
  from anomalies a where a.quieted_by = r.id) acts`;

export async function insertRule(db: Queryable, draft: RuleDraft): Promise<number> {
  const { scope, status } = draft;
  const rows = await db.query<{ id: number }>(
    `insert into rules (anomaly_kind, condition, series_id, metric_id, matchers, sentence, status, anomaly_id,
       effect, reason, created_by, decided_by, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $12::text is null then null else now() end)
     returning id`,
    [
      draft.anomalyKind,
      JSON.stringify(draft.condition),
      ...scopeParameters(scope),
      draft.sentence,
      status,
      draft.anomalyId,
      JSON.stringify(draft.effect),
      draft.reason,
      draft.createdBy,
      status === 'accepted' ? draft.createdBy : null,
    ],
  );
  return only(rows).id;
}

export async function findRule(db: Queryable, id: number): Promise<StoredRule | undefined> {
  const rows = await db.query<Row>(`select ${columns} from ${tables} where r.id = $1`, [id]);
  return rows[0] && withScope(rows[0]);
}

/** Rules newest first; those that were removed only when asked for. */
export async function listRules(
  db: Queryable,
  { status }: { readonly status?: RuleStatus | undefined },
  { skip, limit }: PageRequest,
): Promise<Page<StoredRule>> {
  const chosen = `($1::text is null and r.status <> 'removed' or r.status = $1)`;
  const [rows, counted] = await Promise.all([
    db.query<Row>(
      `select ${columns} from ${tables} where ${chosen} order by r.id desc offset $2 limit $3`,
      [status ?? null, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total from rules r where ${chosen}`, [
      status ?? null,
    ]),
  ]);
  return { total: counted[0]?.total ?? 0, rows: rows.map(withScope) };
}

/** Rules that act, oldest first. */
export async function listRulesInForce(db: Queryable): Promise<RuleInForce[]> {
  return listRulesWith(db, ['accepted']);
}

/** Rules of these statuses, oldest first. */
export async function listRulesWith<Status extends RuleStatus>(
  db: Queryable,
  statuses: readonly Status[],
): Promise<(RuleInForce & { readonly status: Status })[]> {
  const rows = await db.query<
    Omit<RuleInForce, 'scope'> & ScopeColumns & { readonly status: Status }
  >(
    `select r.id, r.anomaly_kind as "anomalyKind", r.condition, r.sentence, r.status, ${scopeColumns}
     from rules r where r.status in (select jsonb_array_elements_text($1::jsonb)) order by r.id`,
    [JSON.stringify(statuses)],
  );
  return rows.map(withScope);
}

/** Keeps what a person decided of a rule; false when its status was none of `from`. */
export async function decideRule(
  db: Queryable,
  id: number,
  decision: {
    readonly from: readonly RuleStatus[];
    readonly to: RuleStatus;
    readonly user: string;
  },
): Promise<boolean> {
  const rows = await db.query(
    `update rules set status = $2, decided_by = $3, decided_at = now()
     where id = $1 and status in (select jsonb_array_elements_text($4::jsonb)) returning id`,
    [id, decision.to, decision.user, JSON.stringify(decision.from)],
  );
  return rows.length > 0;
}

/** Takes back what was proposed for an anomaly and not decided yet; of one scope only where one is given. */
export async function withdrawProposals(
  db: Queryable,
  anomalyId: number,
  { user, scope }: { readonly user: string; readonly scope?: RuleScope },
): Promise<void> {
  await db.query(
    `update rules set status = 'removed', decided_by = $2, decided_at = now()
     where anomaly_id = $1 and status = 'proposed' and ($3::boolean or (${sameScope(4)}))`,
    [anomalyId, user, scope === undefined, ...scopeParameters(scope)],
  );
}

/** Whether there is a rule of this scope and condition, whatever became of it, unless it was removed. */
export async function isKnownRule(
  db: Queryable,
  { anomalyKind, condition, scope }: Pick<RuleDraft, 'anomalyKind' | 'condition' | 'scope'>,
): Promise<boolean> {
  const rows = await db.query(
    `select id from rules where status <> 'removed' and anomaly_kind = $1 and condition = $2::jsonb
       and ${sameScope(3)} limit 1`,
    [anomalyKind, JSON.stringify(condition), ...scopeParameters(scope)],
  );
  return rows.length > 0;
}

/** Series, metric and matchers; all null without a scope. */
function scopeParameters(scope: RuleScope | undefined): unknown[] {
  return [
    scope?.kind === 'series' ? scope.seriesId : null,
    scope?.kind === 'query' ? scope.metricId : null,
    scope?.kind === 'labels' ? JSON.stringify(scope.matchers) : null,
  ];
}

/** Compares with scopeParameters from that parameter on. */
function sameScope(from: number): string {
  return `series_id is not distinct from $${from}::integer and metric_id is not distinct from $${from + 1}::integer
    and matchers is not distinct from $${from + 2}::jsonb`;
}

type Row = Omit<StoredRule, 'scope'> & ScopeColumns;

function withScope<Columns extends ScopeColumns>({
  seriesId,
  metricId,
  matchers,
  ...row
}: Columns): Omit<Columns, keyof ScopeColumns> & { readonly scope: RuleScope } {
  if (seriesId !== null) return { ...row, scope: { kind: 'series', seriesId } };
  if (metricId !== null) return { ...row, scope: { kind: 'query', metricId } };
  return { ...row, scope: { kind: 'labels', matchers: matchers ?? {} } };
}
