import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../src/api/test-api.ts';
import { saimon } from './saimon-process.ts';

let server: TestApi;
let url: string;

beforeAll(async () => {
  server = await openTestApi();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
}, 30_000);
afterAll(() => server.close());

const ask = (...words: string[]) => saimon([...words, '--url', url]);

test('saimon events declares, lists and takes back', async () => {
  const words = ['events', 'add', 'deploy', 'api v1.2', '--labels', 'service=api'];
  const added = await ask(...words, '--start', '2026-11-22T11:00:00Z', '--key', 'build 7');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).toBe('Event 1 declared: deploy at 2026-11-22 11:00\n');
  const listed = await ask('events', 'list', '--kind', 'deploy');
  expect(listed.stdout).toMatch(/^ID +KIND +TITLE +STARTED +ENDED +LABELS +FROM +BY\n/);
  expect(listed.stdout).toMatch(
    /\n1 +deploy +api v1\.2 +2026-11-22 11:00 +– +service=api +api +\w+\n$/,
  );
  const [removed, bad] = await Promise.all([
    ask('events', 'remove', '1'),
    ask('events', 'remove', 'latest'),
  ]);
  expect(removed.stdout).toContain('Event removed');
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('"saimon events list"') });
  expect((await server.call('GET', '/api/v1/events')).body).toMatchObject({ total: 0 });
});

test('saimon maintenance plans work, and status says while it is on', async () => {
  const start = ['--start', '2026-11-22T11:30:00Z', '--for', '1h'];
  const [once, early] = await Promise.all([
    ask('maintenance', 'add', 'Upgrade', '--match', 'host=db-1', ...start),
    ask('maintenance', 'add', '--end', '2026-11-22T10:00:00Z'),
  ]);
  expect(once.stdout).toMatch(
    /^Maintenance window \d planned: 2026-11-22 11:30 to 2026-11-22 12:30$/m,
  );
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot end the work at'),
  });
  const dry = await ask('maintenance', 'add', '--match', 'host=db-9', '--dry-run');
  expect(dry.stdout).toBe('Meets nothing: nothing has host="db-9"\n');
  const { stdout } = await ask('maintenance', 'list');
  expect(stdout).toMatch(/Upgrade +2026-11-22 11:30 to 2026-11-22 12:30 +on +host=db-1 +api /);
  expect((await ask('status')).stdout).toContain(
    'planned work Upgrade on host=db-1 lets it alert nobody (until 2026-11-22 12:30 UTC)',
  );
  const id = /(\d) +Upgrade/.exec(stdout)?.[1] ?? '';
  expect((await ask('maintenance', 'remove', id)).stdout).toContain('anomalies alert again');
  expect((await server.call('GET', '/api/v1/maintenance-windows')).body['total']).toBe(0);
});
