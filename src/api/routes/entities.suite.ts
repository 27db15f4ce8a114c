import { afterAll, beforeAll, expect, test } from 'vitest';
import { EntityList } from '../../contract/entity.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveEntities } from '../../store/save-entities.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function entitiesSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  test('entities are listed with their series and the part of each', async () => {
    const labels = { instance: 'web-1:9100' };
    const ids: number[] = [];
    for (const alias of ['cpu_of_entity', 'memory_of_entity']) {
      const { queries } = await saveQueries(server.database, 'config', [{ alias, expr: alias }]);
      const id = queries.find((query) => query.alias === alias)?.id ?? 0;
      const rows = await ensureSeries(server.database, id, [{ labels, stepMs: 60_000 }]);
      ids.push(...rows.map((row) => row.id));
    }
    const [cpu = 0, memory = 0] = ids;
    await saveEntities(server.database, [
      {
        labels: { instance: 'web-1' },
        members: ids,
        judgedFromMs: null,
        judgedUntilMs: TEST_NOW_MS,
        deviationRatio: 1.25,
        contributions: [{ seriesId: memory, share: 0.61 }],
        state: Uint8Array.of(1),
        episode: {},
        findings: [],
      },
    ]);
    const { body } = await server.call('GET', '/api/v1/entities');
    expect(EntityList.parse(body)).toEqual({
      total: 1,
      skip: 0,
      limit: 100,
      entities: [
        {
          id: expect.any(Number),
          labels: { instance: 'web-1' },
          judged_until: '2026-11-22T12:00:00.000Z',
          deviation_ratio: 1.25,
          members: [
            { series_id: memory, metric_name: 'memory_of_entity', labels, share: 0.61 },
            { series_id: cpu, metric_name: 'cpu_of_entity', labels, share: 0 },
          ],
        },
      ],
    });
    expect((await server.call('GET', '/api/v1/entities?limit=0')).status).toBe(422);
    const none = await server.call('GET', '/api/v1/entities?skip=1');
    expect(none.body).toMatchObject({ total: 1, entities: [] });
  });
}
