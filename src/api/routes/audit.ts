import { AuditEntry, AuditList, AuditQuery } from '../../contract/audit.ts';
import { listAudit } from '../../store/audit-table.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { iso } from '../wire/iso.ts';

const Via = AuditEntry.shape.via;

export function auditRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/audit',
    {
      schema: {
        tags: ['audit'],
        summary: 'Who changed what, newest first',
        querystring: AuditQuery,
        response: { 200: AuditList },
      },
    },
    async ({ query: { skip, limit, start_time: startMs, end_time: endMs, ...filter } }) => {
      const chosen = { ...filter, startMs, endMs };
      const { total, rows } = await listAudit(database, chosen, { skip, limit });
      const entries = rows.map(({ atMs, via, before, after, ...entry }) => ({
        ...entry,
        at: iso(atMs),
        via: Via.parse(via),
        before: before && { ...before },
        after: after && { ...after },
      }));
      return { total, skip, limit, entries };
    },
  );
}
