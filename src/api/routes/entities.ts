import { type Entity, EntityList } from '../../contract/entity.ts';
import { Page } from '../../contract/paging.ts';
import { type ListedEntity, listEntities } from '../../store/entities-table.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { remembered } from '../remembered.ts';
import { iso } from '../wire/iso.ts';

export function entityRoutes(
  api: FastifyApi,
  { database, cache }: Pick<ApiDependencies, 'database' | 'cache'>,
): void {
  api.get(
    '/api/v1/entities',
    {
      schema: {
        tags: ['entities'],
        summary: 'Machines, pods and services whose series are judged together, by their labels',
        querystring: Page,
        response: { 200: EntityList },
      },
    },
    async ({ query }) =>
      remembered(cache, { group: 'entities', key: query }, async () => {
        const { total, rows } = await listEntities(database, query);
        return { total, ...query, entities: rows.map(entityOf) };
      }),
  );
}

function entityOf({ id, labels, judgedUntilMs, deviationRatio, members }: ListedEntity): Entity {
  return {
    id,
    labels,
    judged_until: iso(judgedUntilMs),
    deviation_ratio: deviationRatio,
    members: members.map((member) => ({
      series_id: member.seriesId,
      metric_name: member.metricName,
      labels: member.labels,
      share: member.share,
    })),
  };
}
