import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A program of the system that a test started; stopped by its own id. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program; what it says is shown only when it fails to start. */
export async function startProcess(
  command: string,
  options: { readonly args: readonly string[] } & SpawnOptions,
): Promise<ServerProcess> {
  const { args, ...spawnOptions } = options;
  const child: ChildProcess = spawn(command, args, { ...spawnOptions, stdio: 'ignore' });
  await once(child, 'spawn');
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    async stop(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Asks again until `attempt` succeeds; throws its last error after `timeoutMs`. */
export async function eventually<T>(
  attempt: () => Promise<T>,
  { timeoutMs = 15_000, everyMs = 50 } = {},
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
