import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeriesContext } from '../../contract/series-context.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function seriesContextSuite(): void {
  let server: TestApi;
  let seriesId: number;

  beforeAll(async () => {
    server = await openTestApi();
    const options = { tags: { team: 'shop' } };
    const query = { alias: 'rate', expr: 'rate', options };
    const { queries } = await saveQueries(server.database, 'config', [query]);
    const labels = { service: 'cart' };
    const [one] = await ensureSeries(server.database, queries[0]?.id ?? 0, [
      { labels, stepMs: 15_000 },
    ]);
    seriesId = one?.id ?? 0;
  }, 30_000);
  afterAll(() => server.close());

  const told = async (query: string) =>
    SeriesContext.parse(
      (await server.call('GET', `/api/v1/series/${seriesId}/context?${query}`)).body,
    );

  test('events and planned work that concern a series are told, weekly work each time', async () => {
    for (const service of ['cart', 'mail'])
      await server.call('POST', '/api/v1/events', {
        title: service,
        labels: { service },
        started_at: '2026-11-20T10:00:00Z',
      });
    for (const team of ['shop', 'data'])
      await server.call('POST', '/api/v1/maintenance-windows', {
        title: team,
        match: { team },
        weekly: 'thu,sat 23:00-01:00',
      });
    expect(await told('start=2026-11-19&end=2026-11-22')).toMatchObject({
      series_id: seriesId,
      events: [{ title: 'cart', started_at: '2026-11-20T10:00:00.000Z' }],
      // 19 November 2026 is a Thursday.
      planned: [
        { title: 'shop', start: '2026-11-19T23:00:00.000Z', end: '2026-11-20T01:00:00.000Z' },
        { title: 'shop', start: '2026-11-21T23:00:00.000Z', end: '2026-11-22T01:00:00.000Z' },
      ],
    });
    expect(await told('')).toMatchObject({ events: [] });
  });

  test('a span that is backward or longer than 400 days is 422, an unknown series 404', async () => {
    const path = `/api/v1/series/${seriesId}/context`;
    for (const query of ['start=2026-11-22&end=2026-11-19', 'start=2020-01-01'])
      expect((await server.call('GET', `${path}?${query}`)).status).toBe(422);
    expect((await server.call('GET', '/api/v1/series/999/context')).status).toBe(404);
  });
}
