import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnomalyStored } from '../src/contract/anomaly.ts';
import { SeriesList } from '../src/contract/series.ts';
import { eventually, SaimonProcess, saimon } from './saimon-process.ts';
import { freePort } from './services/server-process.ts';

// One life of a service, told in order: each test continues where the one before ended.

const READY_MS = 60_000;
let folder: string;
let port: number;
let running: SaimonProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-serve-'));
  port = await freePort();
  configure('1s');
});
afterAll(async () => {
  await running?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function configure(inferEvery: string): void {
  writeFileSync(
    join(folder, 'saimon.yml'),
    `reader: {sampling_period: 1s}\nschedulers: {infer_every: ${inferEvery}}\nserver: {port: ${port}}\n`,
  );
}

function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`);
}

function reload(): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/-/reload`, { method: 'POST' });
}

async function listSeries() {
  return SeriesList.parse(await (await get('/api/v1/series?limit=1000')).json());
}

async function serve(): Promise<SaimonProcess> {
  running = new SaimonProcess(['serve'], { folder });
  const ready = await eventually(
    async () => (await get('/-/ready')).status,
    (status) => status === 200,
    READY_MS,
  );
  expect(ready, running.stdout + running.stderr).toBe(200);
  return running;
}

test('serve watches this host, whose series are learning at once', {
  timeout: READY_MS + 30_000,
}, async () => {
  await serve();
  expect(await (await get('/health')).json()).toMatchObject({
    status: 'healthy',
    service: 'saimon',
  });
  const { series } = await eventually(
    listSeries,
    (list) => list.series.some(({ state, samples_seen: seen }) => state === 'learning' && seen > 1),
    30_000,
  );
  expect(series.some(({ state }) => state === 'learning')).toBe(true);
  const { code, stdout } = await saimon(['status'], { folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/node_load1\S* +learning/);
});

test('a second process is refused the port, and the data folder on another port', async () => {
  const [samePort, sameFolder] = await Promise.all([
    saimon(['serve', '--data-dir', join(folder, 'other')], { folder }),
    saimon(['serve', '--port', '0'], { folder }),
  ]);
  expect(samePort.code).toBe(1);
  expect(samePort.stderr).toBe(
    `saimon: Cannot listen on 127.0.0.1:${port}: the port is taken, stop what holds it or choose another with --port\n`,
  );
  expect(sameFolder.code).toBe(1);
  expect(sameFolder.stderr).toContain(`process ${running?.child.pid}`);
  expect(sameFolder.stderr.trim().split('\n')).toHaveLength(1);
});

async function report(hour: number): Promise<number> {
  const query = `metric_name=shop&timestamp=2026-11-22T${hour}:00:00Z&value=9&expected_value=3&anomaly_score=0.9&severity=high`;
  const address = `http://127.0.0.1:${port}/api/v1/anomalies?${query}`;
  return AnomalyStored.parse(await (await fetch(address, { method: 'POST' })).json()).anomaly_id;
}

test('explain tells why an anomaly is one and which earlier ones resemble it', async () => {
  const [before, id] = [await report(10), await report(11)];
  const { code, stdout } = await saimon(['explain', String(id)], { folder });
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('shop went up to 9, expected 3 at that time, at 11:00.');
  expect(stdout).toMatch(new RegExp(`^ *\\d+ % +${before} .* 2026-11-22 10:00:00`, 'm'));
  expect(stdout).toContain('Not kept with it: normal_would_be, contributions');
  const [unknown, wrong] = await Promise.all([
    saimon(['explain', '999999'], { folder }),
    saimon(['explain', 'x'], { folder }),
  ]);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('refused with 404') });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('expected its number') });
});

test('a reload takes over a good configuration and keeps the old one where it is bad', async () => {
  configure('2s');
  expect((await reload()).status).toBe(200);
  configure('soon');
  const refused = await reload();
  expect(refused.status).toBe(500);
  expect(await refused.text()).toContain(
    'saimon.yml:2:27 schedulers.infer_every: expected a duration',
  );
  expect(await (await get('/metrics')).text()).toContain('saimon_config_last_reload_successful 0');
  configure('1s');
  running?.child.kill('SIGHUP');
  const metrics = await eventually(
    async () => (await get('/metrics')).text(),
    (text) => text.includes('saimon_config_last_reload_successful 1'),
  );
  expect(metrics).toContain('saimon_config_last_reload_successful 1');
});

test('killed at any moment it goes on where it was', { timeout: READY_MS + 30_000 }, async () => {
  const before = await listSeries();
  await running?.end('SIGKILL');
  await serve();
  const first = before.series.at(-1);
  const after = await eventually(listSeries, ({ series }) =>
    series.some(
      ({ id, samples_seen: seen }) => id === first?.id && seen >= (first?.samples_seen ?? 0),
    ),
  );
  expect(after.total).toBe(before.total);
  const same = after.series.find(({ id }) => id === first?.id);
  expect(same?.samples_seen).toBeGreaterThanOrEqual(first?.samples_seen ?? Number.NaN);
});

test('asked to stop it ends cleanly, and its data can be copied and restored', {
  timeout: 60_000,
}, async () => {
  const stopped = await running?.end('SIGTERM');
  expect(stopped).toMatchObject({ code: 0, stderr: '' });
  const copy = join(folder, 'copy.tar.gz');
  expect(await saimon(['backup', copy], { folder })).toMatchObject({ code: 0, stderr: '' });
  const elsewhere = ['--data-dir', join(folder, 'restored')];
  expect(await saimon(['restore', copy, ...elsewhere], { folder })).toMatchObject({ code: 0 });
  const refused = await saimon(['restore', copy, ...elsewhere], { folder });
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('--force');
});
