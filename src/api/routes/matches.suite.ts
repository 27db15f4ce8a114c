import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorBody } from '../../contract/error-body.ts';
import { Matches } from '../../contract/matches.ts';
import { saveQueries, setQueryActive } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { groupAnomalies, openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function matchesSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    const { database } = server;
    const { queries } = await saveQueries(database, 'config', [
      { alias: 'load', expr: 'load', options: { tags: { team: 'shop' } } },
      { alias: 'unwatched', expr: 'old' },
    ]);
    const [metricId = 0, unwatched = 0] = queries.map(({ id }) => id);
    const wanted = ['web-1', 'web-2', 'db-1'].map((instance) => {
      return { labels: { instance }, stepMs: 60_000 };
    });
    const series = await ensureSeries(database, metricId, wanted);
    await ensureSeries(database, unwatched, wanted);
    await setQueryActive(database, 'unwatched', false);
    await saveDetection(
      database,
      series.slice(0, 1).map(({ id: seriesId, labels }) => ({
        seriesId,
        metricId,
        labels,
        scoredFromMs: null,
        scoredUntilMs: TEST_NOW_MS,
        episodes: [sampleEpisode(TEST_NOW_MS)],
        bands: [],
      })),
    );
    await groupAnomalies(database);
  }, 30_000);
  afterAll(() => server.close());

  const ask = (...matchers: string[]) => {
    const asked = matchers.map((one) => `matcher=${encodeURIComponent(one)}`);
    return server.call('GET', `/api/v1/matches?${asked.join('&')}`);
  };

  test('matchers tell which open incidents and which watched series they meet', async () => {
    const { status, body } = await ask('team="shop"', 'instance=~"web-.*"');
    expect(status).toBe(200);
    expect(Matches.parse(body)).toEqual({
      sentence: 'Meets 2 series (load of web-1, load of web-2) and 1 open incident',
      meets_nothing: false,
      incidents: { total: 1, whole: 1, first: [{ id: 1, title: 'load of web-1', whole: true }] },
      series: {
        total: 2,
        first: [
          { id: 1, labels: { __name__: 'load', team: 'shop', instance: 'web-1' } },
          { id: 2, labels: { __name__: 'load', team: 'shop', instance: 'web-2' } },
        ],
      },
      lost: [],
    });
    expect((await ask()).body).toMatchObject({ series: { total: 3 }, incidents: { total: 1 } });
  });

  test('what meets nothing is named, as it is most likely mistyped', async () => {
    expect((await ask('instance="web-9"', 'severity="high"')).body).toMatchObject({
      sentence: 'Meets nothing: nothing has instance="web-9"',
      meets_nothing: true,
      lost: ['instance="web-9"'],
    });
    expect((await ask('__name__="unwatched"')).body).toMatchObject({ meets_nothing: true });
  });

  test('a matcher that cannot be read is 422 and named by its place', async () => {
    const { status, body } = await ask('instance="web-1"', 'instance=~"("');
    expect(status).toBe(422);
    expect(ErrorBody.parse(body).detail).toMatchObject([
      { loc: ['query', 'matcher', 1], msg: expect.stringContaining('Cannot use pattern "("') },
    ]);
  });
}
