import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleEpisode } from '../../src/api/sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../../src/api/test-api.ts';
import { saveQueries } from '../../src/store/queries-table.ts';
import { saveDetection } from '../../src/store/save-detection.ts';
import { ensureSeries } from '../../src/store/series-table.ts';
import { saimon } from '../saimon-process.ts';

let server: TestApi;
let url: string;

beforeAll(async () => {
  server = await openTestApi();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
  const { database } = server;
  const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
  const labels = { host: 'a' };
  const metricId = queries[0]?.id ?? 0;
  const [series] = await ensureSeries(database, metricId, [{ labels, stepMs: 15_000 }]);
  const episodes = [sampleEpisode(TEST_NOW_MS)];
  const run = { scoredFromMs: null, scoredUntilMs: TEST_NOW_MS, bands: [], episodes };
  await saveDetection(database, [{ seriesId: series?.id ?? 0, metricId, labels, ...run }]);
}, 30_000);
afterAll(() => server.close());

const rules = (...words: string[]) => saimon(['rules', ...words, '--url', url]);

test('saimon rules proposes with the effect, accepts, lists, switches off and removes', async () => {
  const proposed = await rules('propose', '1');
  expect(proposed).toMatchObject({ code: 0, stderr: '' });
  expect(proposed.stdout).toMatch(
    /^NO +WOULD QUIET +OF +ALERTS FEWER +FALSE +TRUE LOST +WHAT\n1 +1 +1 +1 +0 +0 +\S/,
  );
  // 8 × 1.1
  expect(proposed.stdout).toContain('deviations smaller than 8.8 of cpu (host=a)');
  const [accepted, beyond, bad] = await Promise.all([
    rules('propose', '1', '--match', 'host=a', '--accept', '1'),
    rules('propose', '1', '--accept', '9'),
    rules('propose', 'all'),
  ]);
  expect(accepted.stdout).toMatch(/^Rule 1 acts from the next detection run on: .* host=a\n$/);
  expect(beyond).toMatchObject({ code: 2, stderr: expect.stringContaining('expected 1 to') });
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('expected an id') });
  const listed = await rules('list');
  expect(listed.stdout).toMatch(/^ID +STATUS +QUIETS +ACTED +ON TRUE ONES +LAST +BY\n1 +accepted /);
  expect((await rules('disable', '1')).stdout).toBe('Rule switched off\n');
  expect((await rules('accept', '1')).stdout).toBe('Rule accepted\n');
  expect((await rules('remove', '1')).stdout).toBe('Rule removed\n');
  expect((await rules('list')).stdout).toBe('There is no rule\n');
  expect(await rules('accept', '1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('it is removed'),
  });
});
