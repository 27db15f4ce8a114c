import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleEpisode } from '../src/api/sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../src/api/test-api.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../src/engine/engine-options.ts';
import { saveQueries } from '../src/store/queries-table.ts';
import { saveDetection } from '../src/store/save-detection.ts';
import { regroupIncidents, withIncidents } from '../src/store/save-incidents.ts';
import { ensureSeries } from '../src/store/series-table.ts';
import { saimon } from './saimon-process.ts';

let server: TestApi;
let url: string;

beforeAll(async () => {
  server = await openTestApi();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
  const { database } = server;
  const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
  const metricId = queries[0]?.id ?? 0;
  const labels = { instance: 'web-1' };
  const [series] = await ensureSeries(database, metricId, [{ labels, stepMs: 60_000 }]);
  await saveDetection(database, [
    {
      seriesId: series?.id ?? 0,
      metricId,
      labels,
      scoredFromMs: null,
      scoredUntilMs: TEST_NOW_MS,
      episode: {},
      episodes: [sampleEpisode(TEST_NOW_MS)],
      bands: [],
    },
  ]);
  await withIncidents(database, (tx) =>
    regroupIncidents(tx, { ...DEFAULT_ENGINE_OPTIONS.incidents, nowMs: TEST_NOW_MS }),
  );
}, 30_000);
afterAll(() => server.close());

const ask = (...words: string[]) => saimon([...words, '--url', url]);

test('saimon incidents lists, shows and changes an incident, and audit says who did it', async () => {
  const [listed, none] = await Promise.all([
    ask('incidents', 'list'),
    ask('incidents', 'list', '--status', 'resolved'),
  ]);
  expect(listed.stdout).toMatch(/^ID +STATUS +SEVERITY .*\n1 +open +high .* 1 +cpu of web-1\n$/);
  expect(none.stdout).toBe('No incident\n');

  const noted = await ask('incidents', 'note', '1', 'disk replaced');
  expect(noted.stdout).toBe('Note added\n');
  const resolved = await ask('incidents', 'resolve', '1');
  expect(resolved).toMatchObject({ code: 0, stdout: 'Incident resolved\n' });
  const [{ stdout: shown }, audit, merged, absent] = await Promise.all([
    ask('incidents', 'show', '1'),
    ask('audit', '--subject', 'incidents/1'),
    ask('incidents', 'merge', '1', '1'),
    ask('incidents', 'show', 'last'),
  ]);
  expect(shown).toMatch(/^Incident 1: cpu of web-1\nhigh, since .* UTC, resolved at .* by \w+\n/);
  expect(shown).toMatch(/\n100 % .* cpu\{instance=web-1\}\n/);
  expect(shown).toMatch(/ note .* disk replaced\n/);
  expect(audit.stdout.match(/incidents\/1\n/g)).toHaveLength(2);
  expect(merged.stderr).toContain('Cannot merge incident 1 into itself');
  expect(absent).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"saimon incidents list"'),
  });
});

test('saimon calendars reads a file, lists and takes back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-calendars-'));
  const file = join(folder, 'days-off.csv');
  await writeFile(file, '2026-12-24, Christmas Eve\n12-25, Christmas\n');
  await writeFile(join(folder, 'bad.csv'), 'tomorrow, Holiday\n');
  const [added, bad] = await Promise.all([
    ask('calendars', 'add', file),
    ask('calendars', 'add', join(folder, 'bad.csv')),
  ]);
  await rm(folder, { recursive: true });
  expect(added.stdout).toBe('Calendar 1 kept: the days of days-off.csv are like a weekend\n');
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('tomorrow') });
  expect((await ask('calendars', 'list')).stdout).toMatch(/\n1 +days-off\.csv .* api /);
  expect((await ask('calendars', 'remove', '1')).stdout).toContain('like any other');
  const gone = join(folder, 'gone.csv');
  const missing = await ask('calendars', 'add', gone);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining(gone) });
});
