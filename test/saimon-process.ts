import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly input?: string;
}

/** A started program; its output so far is in `stdout` and `stderr`. */
export class SaimonProcess {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;

  constructor(commandLine: readonly string[], options: StartOptions = {}) {
    const { PATH = '' } = process.env;
    this.child = spawn(process.execPath, [PROGRAM, ...commandLine], {
      cwd: options.folder,
      env: { PATH, ...options.environment },
      stdio: 'pipe',
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin?.end(options.input ?? '');
    this.finished = once(this.child, 'close').then(() => ({
      code: this.child.exitCode,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Ends it and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }
}

/** Runs the built program to its end. */
export function saimon(commandLine: readonly string[], options?: StartOptions): Promise<Finished> {
  return new SaimonProcess(commandLine, options).finished;
}

/** Asks until `check` is content with the answer; the last answer otherwise. */
export async function eventually<T>(
  ask: () => Promise<T>,
  check: (answer: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > endMs) throw error;
      return undefined;
    });
    if (answer !== undefined && (check(answer) || Date.now() > endMs)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
