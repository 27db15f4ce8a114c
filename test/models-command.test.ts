import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../src/api/test-api.ts';
import { saveQueries } from '../src/store/queries-table.ts';
import { saveTrainings } from '../src/store/save-trainings.ts';
import { ensureSeries } from '../src/store/series-table.ts';
import { saimon } from './saimon-process.ts';

let server: TestApi;
let url: string;

beforeAll(async () => {
  server = await openTestApi();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
  const { database } = server;
  const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
  const labelled = [{ labels: { instance: 'a' }, stepMs: 15_000 }];
  const [series] = await ensureSeries(database, queries[0]?.id ?? 0, labelled);
  const comparison = {
    why: 'on the recent past the new version raises 2 false alarms, the one in force 1',
    challenger: { false_alarms: 2 },
    champion: { false_alarms: 1 },
  };
  for (const metrics of [{}, {}, { comparison }]) {
    const detector = { kind: 'zscore', snapshot: Uint8Array.of(1), config: {}, metrics };
    await saveTrainings(database, [
      {
        seriesId: series?.id ?? 0,
        trainedAtMs: TEST_NOW_MS,
        detectors: [detector],
        wins: !('comparison' in metrics),
      },
    ]);
  }
});
afterAll(() => server.close());

const models = (...words: string[]) => saimon(['models', ...words, '--url', url]);

test('saimon models lists versions with how they were judged, puts one back and has it trained', async () => {
  const { code, stdout, stderr } = await models('versions', '1');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^ID +MODEL +VERSION +IN FORCE +TRAINED +FALSE ALARMS +WHY$/);
  expect(lines[1]).toMatch(/^3 .*2026-11-22\.3 +never .*2 \(before 1\) +on the recent past/);
  expect(lines[2]).toMatch(/^2 .*2026-11-22\.2 +by training +2026-11-22 12:00 +–$/);
  expect(lines[3]).toMatch(/^1 .*2026-11-22\.1 +before/);
  const [back, gone, trained, bad] = await Promise.all([
    models('rollback', '3'),
    models('rollback', '99'),
    models('train', '1'),
    models('versions', 'all'),
  ]);
  expect(back.stdout).toContain('Version 2026-11-22.1 is in force');
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('there is none') });
  expect(trained.stdout).toContain('Training queued');
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('expected an id') });
  const active = await models('list', '--active', '--json');
  expect(JSON.parse(active.stdout)).toMatchObject({
    total: 1,
    models: [{ id: 1, activated_by: 'person' }],
  });
});
