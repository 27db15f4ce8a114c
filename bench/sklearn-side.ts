import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SklearnSide {
  readonly version: string;
  /** Runs `train` or `detect` on the first `count` values; milliseconds by Python's own clock. */
  run(command: 'train' | 'detect', count: number): Promise<number>;
  close(): void;
}

/** Starts bench/sklearn_anchor.py over `values`. PYTHON chooses the interpreter, and so the version of scikit-learn. */
export async function openSklearn(values: Float64Array): Promise<SklearnSide> {
  const folder = mkdtempSync(join(tmpdir(), 'saimon-bench-'));
  const file = join(folder, 'values.f64');
  writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const python = spawn(process.env['PYTHON'] ?? '/usr/bin/python3', ['bench/sklearn_anchor.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<Record<string, unknown>> => {
    python.stdin.write(`${line}\n`);
    const answer = await answers.next();
    if (answer.done) throw new Error(`Cannot run "${line}" in Python: it ended without an answer`);
    const fields: Record<string, unknown> = JSON.parse(answer.value);
    return fields;
  };
  const loaded = await ask(`load ${file}`);
  return {
    version: String(loaded['sklearn']),
    run: async (command, count) => Number((await ask(`${command} ${count}`))['ms']),
    close: () => {
      python.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}
