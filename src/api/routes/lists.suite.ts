import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function listsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    for (const severity of ['low', 'high', 'critical'])
      await server.call('POST', '/api/v1/anomalies', {
        metric_name: `m_${severity}`,
        timestamp: 1_795_000_000,
        value: 1,
        anomaly_score: 0.9,
        severity,
      });
  }, 30_000);
  afterAll(() => server.close());

  /** Path of each list and the name of its rows. */
  const LISTS = [
    ['anomalies', 'anomalies'],
    ['metrics', 'metrics'],
    ['queries', 'queries'],
    ['models', 'models'],
    ['training-jobs', 'jobs'],
    ['alerts', 'alerts'],
    ['incidents', 'incidents'],
    ['series', 'series'],
    ['events', 'events'],
    ['maintenance-windows', 'maintenance_windows'],
    ['calendars', 'calendars'],
  ] as const;

  test('every list returns its envelope, whatever the page', async () => {
    const pages = fc.record({
      list: fc.constantFrom(...LISTS),
      skip: fc.integer({ min: -2, max: Number.MAX_SAFE_INTEGER }),
      limit: fc.integer({ min: -1, max: 1002 }),
    });
    await fc.assert(
      fc.asyncProperty(pages, async ({ list: [list, rows], skip, limit }) => {
        const url = `/api/v1/${list}?skip=${skip}&limit=${limit}`;
        const { status, body } = await server.call('GET', url);
        const legal = skip >= 0 && limit >= 1 && limit <= 1000;
        expect(status).toBe(legal ? 200 : 422);
        if (!legal) return;
        const total = Number(body['total']);
        expect(body).toMatchObject({ skip, limit });
        expect(body[rows]).toHaveLength(Math.max(0, Math.min(limit, total - skip)));
      }),
      { numRuns: 60 },
    );
  });

  test.each(LISTS)('GET /api/v1/%s has its defaults', async (list, rows) => {
    const { body } = await server.call('GET', `/api/v1/${list}`);
    expect(body).toMatchObject({ total: expect.any(Number), skip: 0, limit: 100 });
    expect(Array.isArray(body[rows])).toBe(true);
  });
}
