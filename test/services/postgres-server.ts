import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually, freePort, type ServerProcess, startProcess } from './server-process.ts';

/** A PostgreSQL server of one test file, on a port and in a folder of its own. */
export interface PostgresServer {
  readonly pid: number;
  /** Its address: the database `postgres` of the user `postgres`. */
  readonly url: string;
  /** Makes a database, a copy of `template` when it is named; gives its address. */
  createDatabase(template?: string): Promise<string>;
  /** Ends it as a crash would; start() brings it back with its rows. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgresServer(): Promise<PostgresServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'saimon-postgres-'));
  const account = accountFor(directory);
  const data = join(directory, 'data');
  const bin = binaries();
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-N'], {
    ...account,
    cwd: directory,
    stdio: 'ignore',
  });
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'max_connections=50'];
  const args = [
    '-D',
    data,
    '-p',
    `${port}`,
    '-k',
    directory,
    ...settings.flatMap((one) => ['-c', one]),
  ];
  let server: ServerProcess | undefined;
  let databases = 0;

  const ask = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    server = await startProcess(join(bin, 'postgres'), { args, ...account, cwd: directory });
    await eventually(() => ask('select 1'));
  };
  await start();
  return {
    get pid() {
      return server?.pid ?? 0;
    },
    url,
    async createDatabase(template) {
      databases += 1;
      const name = `saimon_${databases}`;
      await ask(`create database ${name}${template === undefined ? '' : ` template ${template}`}`);
      return url.replace(/postgres$/, name);
    },
    start,
    crash: async () => server?.stop('SIGQUIT'),
    async stop() {
      await server?.stop('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The newest PostgreSQL of Debian's folder, else the one of PATH. */
function binaries(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a))
    : [];
  if (versions[0] !== undefined) return join(root, versions[0], 'bin');
  return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
}

/** PostgreSQL refuses to run as root: root runs it as the user `postgres`. */
function accountFor(directory: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const account = { uid: idOf('-u'), gid: idOf('-g') };
  chownSync(directory, account.uid, account.gid);
  return account;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
