import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleEpisode } from '../../src/api/sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../../src/api/test-api.ts';
import { saveQueries } from '../../src/store/queries-table.ts';
import { saveDetection } from '../../src/store/save-detection.ts';
import { ensureSeries } from '../../src/store/series-table.ts';
import { saimon } from '../saimon-process.ts';

let server: TestApi;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-truth-'));
  server = await openTestApi();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
  const { database } = server;
  const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
  const metricId = queries[0]?.id ?? 0;
  const labels = { host: 'a' };
  const [series] = await ensureSeries(database, metricId, [{ labels, stepMs: 15_000 }]);
  await database.query(`update series set first_seen_at = '2026-11-15T12:00:00Z'`);
  const run = { scoredFromMs: null, scoredUntilMs: TEST_NOW_MS, bands: [] };
  const episodes = [sampleEpisode(TEST_NOW_MS)];
  await saveDetection(database, [
    { seriesId: series?.id ?? 0, metricId, labels, ...run, episodes },
  ]);
}, 30_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (...words: string[]) => saimon([...words, '--url', url]);

test('saimon truth imports what happened once, and saimon report holds the pages against it', async () => {
  const file = join(folder, 'incidents.csv');
  // The anomaly opened at 11:50.
  writeFileSync(
    file,
    'start,end,name,host\n2026-11-22 12:00,2026-11-22 12:30,cpu down,a\n2026-11-20 08:00,2026-11-20 09:00,missed one,\n',
  );
  expect((await ask('truth', 'import', file)).stdout).toBe('2 incidents read, 2 of them new\n');
  expect((await ask('truth', 'import', file)).stdout).toBe('2 incidents read, 0 of them new\n');
  const listed = await ask('truth', 'list');
  expect(listed.stdout).toMatch(/^ID +NAME +STARTED +ENDED +LABELS +FROM +BY\n\d +cpu down /);
  const page = join(folder, 'report.html');
  const { stdout, stderr } = await ask('report', '--report', page);
  expect(stderr).toBe(`Written to ${page}\n`);
  // It is noon: the incident of 12:00 begins when the report ends, so it is not one of the range.
  expect(stdout).toMatch(/^FROM +2026-11-15 12:00\nIncidents found +0 of 1\n/);
  await server.clock.advance(60 * 60_000);
  const later = await ask('report');
  expect(later.stdout).toMatch(/Incidents found +1 of 2\nRecall +50 %\nPrecision +100 %\n/);
  expect(later.stdout).toMatch(/\ncpu down +2026-11-22 12:00 +10 minutes before +cpu of a\n/);
  expect(readFileSync(page, 'utf8')).toContain('<!doctype html>');
  const id = /(\d+) +missed one/.exec(listed.stdout)?.[1] ?? '';
  expect((await ask('truth', 'remove', id)).stdout).toBe('Incident removed\n');
  expect((await ask('truth', 'import', file)).stdout).toBe('2 incidents read, 0 of them new\n');
  expect(JSON.parse((await ask('report', '--json')).stdout)).toMatchObject({ found: 1, missed: 0 });
});

test.each([
  [['report', '--lead', 'soon'], 'expected a duration'],
  [['report', '--since', 'ever'], 'expected a duration'],
  [['truth', 'import', 'nothing.csv'], 'no such file'],
  [['truth', 'remove', 'all'], 'expected an id'],
])('saimon %j is refused', async (words, reason) => {
  const { code, stderr } = await ask(...words);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(reason);
});
