import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from './server-process.ts';

export type Row = Record<string, unknown>;

/** A line of its log. */
export interface LogLine {
  /** 30 = info, 40 = warn, 50 = error. */
  readonly level: number;
  readonly msg: string;
}

/** The built program as a user runs it, with a configuration and a data directory of its own. */
export interface RunningSaimon {
  readonly url: string;
  /** The folder of all it has learned and found. */
  readonly data: string;
  /** JSON of a route below /api/v1. */
  get(path: string): Promise<Row>;
  series(): Promise<Row[]>;
  anomalies(): Promise<Row[]>;
  /** What it has printed so far. */
  output(): string;
  /** The same as lines of its log. */
  lines(): LogLine[];
  /** Ends it with a signal; SIGKILL leaves it no time for anything. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Runs it again on the same configuration and data. */
  again(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** Beside those of a server with its own port and folder. */
  readonly args?: readonly string[];
  /** Default a free one. */
  readonly port?: number;
  /** The data of another, ended by now, to begin with a copy of. */
  readonly data?: string;
}

export async function runSaimon(
  config: object,
  environment: Record<string, string> = {},
  options: RunOptions = {},
): Promise<RunningSaimon> {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-e2e-'));
  const file = join(folder, 'saimon.yml');
  await writeFile(file, JSON.stringify(config));
  const data = join(folder, 'data');
  if (options.data !== undefined) await cp(options.data, data, { recursive: true });
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const args = [
    'dist/cli/main.js',
    'serve',
    '--config',
    file,
    '--port',
    `${port}`,
    '--data-dir',
    data,
    ...(options.args ?? []),
  ];
  let child: ChildProcess | undefined;
  let printed = '';

  const again = async (): Promise<void> => {
    const started = spawn(process.execPath, args, { env: { ...process.env, ...environment } });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    await eventually(() => ask(`${url}/-/healthy`), { timeoutMs: 60_000 });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await again();
  const get = async (path: string): Promise<Row> => JSON.parse(await ask(`${url}/api/v1${path}`));
  return {
    url,
    data,
    get,
    series: async () => (await get('/series'))['series'] as Row[],
    anomalies: async () => (await get('/anomalies'))['anomalies'] as Row[],
    output: () => printed,
    lines: () => printed.split('\n').flatMap(logLine),
    end,
    again,
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function logLine(line: string): LogLine[] {
  return line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as LogLine] : [];
}

async function ask(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}: ${body}`);
  return body;
}
