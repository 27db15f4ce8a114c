import { parseDuration } from '../../base/duration.ts';
import { Page } from '../../contract/paging.ts';
import {
  NewQuery,
  Query,
  QueryAlias,
  QueryChange,
  QueryDeleted,
  QueryList,
} from '../../contract/query.ts';
import { SourceError } from '../../sources/errors.ts';
import {
  findQuery,
  listQueries,
  type StoredQuery,
  saveQueries,
  setQueryActive,
} from '../../store/queries-table.ts';
import { ApiError, notFound, ofConfiguration, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { queryOf } from '../wire/metric.ts';

const TAGS = ['queries'];
const TRIAL_STEP_MS = 60_000;

export function queryRoutes(
  api: FastifyApi,
  {
    database,
    source,
    engine,
    clock,
  }: Pick<ApiDependencies, 'database' | 'source' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/queries',
    {
      schema: {
        tags: TAGS,
        summary: 'Queries, newest first',
        querystring: Page,
        response: { 200: QueryList },
      },
    },
    async ({ query: { skip, limit } }) => {
      const { total, rows } = await listQueries(database, { skip, limit });
      return { total, skip, limit, queries: rows.map(queryOf) };
    },
  );

  api.get(
    '/api/v1/queries/:alias',
    { schema: { tags: TAGS, summary: 'One query', params: QueryAlias, response: { 200: Query } } },
    async ({ params: { alias } }) => queryOf(await getQuery(alias)),
  );

  api.post(
    '/api/v1/queries',
    {
      config: { changesItself: true },
      schema: { tags: TAGS, summary: 'Watch a query', body: NewQuery, response: { 201: Query } },
    },
    async (request, reply) => {
      const { alias, ...change } = request.body;
      const known = await findQuery(database, alias);
      if (known?.active)
        throw new ApiError(
          409,
          'conflict',
          `Cannot add query "${alias}": it exists, change it with PUT`,
        );
      await check(change);
      void reply.status(201);
      return request.change(() => write(alias, change));
    },
  );

  api.put(
    '/api/v1/queries/:alias',
    {
      config: { changesItself: true },
      schema: {
        tags: TAGS,
        summary: 'Change a query, or override one of a preset',
        params: QueryAlias,
        body: QueryChange,
        response: { 200: Query },
      },
    },
    async (request) => {
      const { alias } = request.params;
      const { origin } = await getQuery(alias);
      if (origin === 'config') throw ofConfiguration(`query "${alias}"`, 'change');
      await check(request.body);
      return request.change(() => write(alias, request.body));
    },
  );

  api.delete(
    '/api/v1/queries/:alias',
    {
      schema: {
        tags: TAGS,
        summary: 'Watch it no longer; what was learned is kept',
        params: QueryAlias,
        response: { 200: QueryDeleted },
      },
    },
    async ({ params: { alias } }) => {
      const { origin } = await getQuery(alias);
      if (origin === 'config' || origin === 'preset')
        throw ofConfiguration(`query "${alias}"`, 'remove');
      await setQueryActive(database, alias, false);
      engine.notifyQueriesChanged();
      return { message: 'Query removed: its anomalies and models are kept', alias };
    },
  );

  async function getQuery(alias: string): Promise<StoredQuery> {
    const query = await findQuery(database, alias);
    if (!query) throw notFound('query', alias);
    return query;
  }

  async function check({ expr, options: { step, missing } }: QueryChange): Promise<void> {
    if (step !== undefined) checkDuration(step, ['step']);
    if (typeof missing === 'object') checkDuration(missing.after, ['missing', 'after']);
    await tryOut(expr);
  }

  async function write(alias: string, { active, metric_type: metricType, ...rest }: QueryChange) {
    await saveQueries(database, 'api', [{ alias, metricType, ...rest }]);
    if (!active) await setQueryActive(database, alias, false);
    engine.notifyQueriesChanged();
    return queryOf(await getQuery(alias));
  }

  /** Asks the source once, so that a wrong expression is refused here and not found failing later. */
  async function tryOut(expr: string): Promise<void> {
    const atMs = Math.floor(clock.now() / TRIAL_STEP_MS) * TRIAL_STEP_MS;
    try {
      await source.queryRange({ expr, startMs: atMs, endMs: atMs, stepMs: TRIAL_STEP_MS });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'rejected' || error.code === 'too_many_series')
        throw unusable(['body', 'expr'], error.message);
    }
  }
}

function checkDuration(text: string, path: readonly string[]): void {
  try {
    parseDuration(text);
  } catch (error) {
    throw unusable(
      ['body', 'options', ...path],
      error instanceof Error ? error.message : String(error),
    );
  }
}
