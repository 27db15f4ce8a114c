import type { Database, Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';

/** Who named a query, the strongest word first: a weaker one never changes the row of a stronger one. */
export type QueryOrigin = 'config' | 'api' | 'preset' | 'discovered';

export interface QueryDefinition {
  readonly alias: string;
  readonly expr: string;
  readonly metricType?: string;
  readonly description?: string;
  readonly unit?: string;
  /** The policy as the configuration spells it. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface StoredQuery {
  readonly id: number;
  readonly alias: string;
  readonly expr: string;
  readonly metricType: string;
  readonly description: string;
  readonly unit: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly origin: QueryOrigin;
  readonly active: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const columns = `id, alias, expr, metric_type as "metricType", description, unit, options, origin, active,
  created_at as "createdAtMs", updated_at as "updatedAtMs"`;

const rankOf = (origin: string) =>
  `array_position(array['discovered', 'preset', 'api', 'config'], ${origin})`;

/**
 * Makes the named queries exist and be active. A row of a stronger origin stays as it is while it is active.
 * Gives the rows as they now stand, in the order asked, and which of them are new.
 */
export async function saveQueries(
  db: Database,
  origin: QueryOrigin,
  definitions: readonly QueryDefinition[],
): Promise<{ queries: StoredQuery[]; added: StoredQuery[] }> {
  const unique = new Map(definitions.map((definition) => [definition.alias, definition]));
  const written = await db.query<{ id: number; added: boolean }>(
    `insert into queries as q (alias, expr, metric_type, description, unit, options, origin)
     select alias, expr, coalesce("metricType", 'gauge'), coalesce(description, ''), coalesce(unit, ''),
       coalesce(options, '{}'), $1
     from jsonb_to_recordset($2::jsonb)
       as d(alias text, expr text, "metricType" text, description text, unit text, options jsonb)
     on conflict (alias) do update set expr = excluded.expr, metric_type = excluded.metric_type,
       description = excluded.description, unit = excluded.unit, options = excluded.options,
       origin = excluded.origin, active = true, updated_at = now()
     where (not q.active or ${rankOf('excluded.origin')} >= ${rankOf('q.origin')})
       and (q.expr, q.metric_type, q.description, q.unit, q.options, q.origin, q.active)
         is distinct from (excluded.expr, excluded.metric_type, excluded.description, excluded.unit,
           excluded.options, excluded.origin, true)
     returning id, xmax = 0 as added`,
    [origin, JSON.stringify([...unique.values()])],
  );
  const added = new Set(written.filter((row) => row.added).map((row) => row.id));
  const rows = await db.query<StoredQuery>(
    `select ${columns} from queries where alias in (select jsonb_array_elements_text($1::jsonb))`,
    [JSON.stringify([...unique.keys()])],
  );
  const byAlias = new Map(rows.map((row) => [row.alias, row]));
  const queries = [...unique.keys()].flatMap((alias) => byAlias.get(alias) ?? []);
  return { queries, added: queries.filter((query) => added.has(query.id)) };
}

/** Keeps queries that nobody asked to watch yet: inactive rows; those of a known alias stay. Gives the new ones. */
export async function proposeQueries(
  db: Queryable,
  origin: QueryOrigin,
  definitions: readonly QueryDefinition[],
): Promise<StoredQuery[]> {
  return db.query<StoredQuery>(
    `insert into queries (alias, expr, metric_type, description, unit, origin, active)
     select alias, expr, coalesce("metricType", 'gauge'), coalesce(description, ''), coalesce(unit, ''),
       $1, false
     from jsonb_to_recordset($2::jsonb)
       as d(alias text, expr text, "metricType" text, description text, unit text)
     on conflict (alias) do nothing
     returning ${columns}`,
    [origin, JSON.stringify(definitions)],
  );
}

/** Deactivates the queries of an origin that it no longer names; their anomalies and models stay. */
export async function deactivateQueriesExcept(
  db: Queryable,
  origin: QueryOrigin,
  aliases: readonly string[],
): Promise<StoredQuery[]> {
  return db.query<StoredQuery>(
    `update queries set active = false, updated_at = now()
     where origin = $1 and active and alias not in (select jsonb_array_elements_text($2::jsonb))
     returning ${columns}`,
    [origin, JSON.stringify(aliases)],
  );
}

/** Switches one query on or off; undefined when there is none of that name. */
export async function setQueryActive(
  db: Queryable,
  alias: string,
  active: boolean,
): Promise<StoredQuery | undefined> {
  const rows = await db.query<StoredQuery>(
    `update queries set active = $2, updated_at = now() where alias = $1 returning ${columns}`,
    [alias, active],
  );
  return rows[0];
}

/** Removes a query with everything known of its series: anomalies, models, bands. */
export async function deleteQuery(db: Queryable, alias: string): Promise<boolean> {
  const rows = await db.query('delete from queries where alias = $1 returning id', [alias]);
  return rows.length > 0;
}

export async function listActiveQueries(db: Queryable): Promise<StoredQuery[]> {
  return db.query<StoredQuery>(`select ${columns} from queries where active order by id`);
}

export async function listQueries(
  db: Queryable,
  { skip, limit, activeOnly = false }: PageRequest & { readonly activeOnly?: boolean },
): Promise<Page<StoredQuery>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredQuery>(
      `select ${columns} from queries where active or not $3
       order by id desc offset $1 limit $2`,
      [skip, limit, activeOnly],
    ),
    db.query<{ total: number }>('select count(*) as total from queries where active or not $1', [
      activeOnly,
    ]),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

export async function findQuery(db: Queryable, alias: string): Promise<StoredQuery | undefined> {
  const rows = await db.query<StoredQuery>(`select ${columns} from queries where alias = $1`, [
    alias,
  ]);
  return rows[0];
}

export async function findQueryById(db: Queryable, id: number): Promise<StoredQuery | undefined> {
  const rows = await db.query<StoredQuery>(`select ${columns} from queries where id = $1`, [id]);
  return rows[0];
}
