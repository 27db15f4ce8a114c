import { Alert, AlertChanged, AlertList, AlertQuery } from '../../contract/alert.ts';
import { BigId, User } from '../../contract/paging.ts';
import { acknowledgeAlert, findAlert, listAlerts, resolveAlert } from '../../store/alerts-table.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { alertOf } from '../wire/alert.ts';

const TAGS = ['alerts'];

export function alertRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/alerts',
    {
      schema: {
        tags: TAGS,
        summary: 'Alerts, newest first',
        querystring: AlertQuery,
        response: { 200: AlertList },
      },
    },
    async ({ query: { skip, limit, ...filter } }) => {
      const { total, rows } = await listAlerts(database, filter, { skip, limit });
      return { total, skip, limit, alerts: rows.map(alertOf) };
    },
  );

  api.get(
    '/api/v1/alerts/:id',
    { schema: { tags: TAGS, summary: 'One alert', params: BigId, response: { 200: Alert } } },
    async ({ params: { id } }) => {
      const row = await findAlert(database, id);
      if (!row) throw notFound('alert', id);
      return alertOf(row);
    },
  );

  const changes = { acknowledge: acknowledgeAlert, resolve: resolveAlert };
  for (const [verb, change] of Object.entries(changes)) {
    api.post(
      `/api/v1/alerts/:id/${verb}`,
      {
        schema: {
          tags: TAGS,
          summary: 'Say that somebody looks at it, or that it is over',
          params: BigId,
          querystring: User,
          response: { 200: AlertChanged },
        },
      },
      async ({ params: { id }, query: { user } }) => {
        if (!(await change(database, id, user))) throw notFound('alert', id);
        return { message: `Alert ${verb}d`, alert_id: id };
      },
    );
  }
}
