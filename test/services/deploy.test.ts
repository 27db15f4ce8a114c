import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';

const run = promisify(execFile);
const DEPLOY = join(import.meta.dirname, '../../deploy');
const has = (command: string): boolean => {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('the user that Grafana reads PostgreSQL with', () => {
  let postgres: PostgresServer;
  let grafana: Client;

  beforeAll(async () => {
    postgres = await startPostgresServer();
    const { port } = new URL(postgres.url);
    const environment = {
      ...process.env,
      PGHOST: '127.0.0.1',
      PGPORT: port,
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'postgres',
      GRAFANA_DATABASE_PASSWORD: "it's secret",
    };
    await run('sh', [join(DEPLOY, 'postgres/grafana-reader.sh')], { env: environment });
    const migrate = ['dist/cli/main.js', 'migrate'];
    await run(process.execPath, migrate, { env: { ...process.env, DATABASE_URL: postgres.url } });
    grafana = new Client({ connectionString: postgres.url.replace('postgres@', 'grafana@') });
    await grafana.connect();
  });
  afterAll(async () => {
    await grafana.end();
    await postgres.stop();
  });

  it('reads what SAIMon makes later', async () => {
    expect((await grafana.query('select * from anomalies')).rows).toEqual([]);
  });

  it('changes nothing', async () => {
    const insert = `insert into queries (alias, expr, origin) values ('x', 'x', 'api')`;
    await expect(grafana.query(insert)).rejects.toThrow('permission denied');
    await expect(grafana.query('create table mine (id integer)')).rejects.toThrow(
      'permission denied',
    );
  });
});

describe('saimon.service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'saimon-unit-'));
  const unit = join(folder, 'saimon.service');
  beforeAll(() => {
    // The program is not installed where the unit expects it.
    const text = readFileSync(join(DEPLOY, 'systemd/saimon.service'), 'utf8');
    writeFileSync(unit, text.replace('/usr/bin/saimon', process.execPath));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.runIf(has('systemd-analyze'))(
    'is a unit without a mistake (needs systemd-analyze)',
    async () => {
      const { stderr } = await run('systemd-analyze', ['verify', unit]);
      expect(stderr).not.toContain('saimon.service');
    },
  );

  it.runIf(has('systemd-analyze'))(
    'is little exposed, 2.0 of 10 at most (needs systemd-analyze)',
    async () => {
      await run('systemd-analyze', ['security', '--offline=yes', '--threshold=20', unit]);
    },
  );
});

describe('Kubernetes', () => {
  it.runIf(has('kubectl'))('is built by kustomize (needs kubectl)', async () => {
    const { stdout } = await run('kubectl', ['kustomize', join(DEPLOY, 'kubernetes')]);
    expect(stdout.match(/^kind: /gm)).toHaveLength(8);
    expect(stdout).toMatch(/image: saimon:\d/);
  });
});
