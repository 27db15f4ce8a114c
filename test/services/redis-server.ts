import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { eventually, freePort, type ServerProcess, startProcess } from './server-process.ts';

/** A Redis server of one test file, on a port of its own; it keeps nothing when it stops. */
export interface RedisServer {
  readonly pid: number;
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  let server: ServerProcess | undefined;

  const start = async (): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), 'saimon-redis-'));
    const running = await startProcess('redis-server', { args: [...args, '--dir', directory] });
    server = {
      pid: running.pid,
      async stop(signal) {
        await running.stop(signal);
        rmSync(directory, { recursive: true, force: true });
      },
    };
    await eventually(() => ping(url));
  };
  await start();
  return {
    get pid() {
      return server?.pid ?? 0;
    },
    url,
    start,
    stop: async () => server?.stop('SIGTERM'),
  };
}

async function ping(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
