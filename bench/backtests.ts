// P10: the command `backtest` over every file of a folder of labelled series. Run it with
// `npm run bench:backtests -- FOLDER [EVALUATOR]`: FOLDER holds manifest.json, which lists `files` with name, file, rows,
// metrics and trainRows; EVALUATOR is a Python script that takes --manifest and --scores.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { print } from './rounds.ts';

const Manifest = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      rows: z.number(),
      metrics: z.array(z.string()),
      trainRows: z.number(),
    }),
  ),
});

const [, , folder, evaluator] = process.argv;
if (folder === undefined) {
  throw new RangeError(
    'Cannot run backtests: no folder is named, give one that holds manifest.json',
  );
}
const manifest = join(folder, 'manifest.json');
const { files } = Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')));
const valuesOf = ({ rows, metrics }: (typeof files)[number]): number => rows * metrics.length;
const scores = mkdtempSync(join(tmpdir(), 'saimon-backtests-'));
try {
  // The largest first, so that no processor is left with one of them at the end.
  const waiting = files.toSorted((one, other) => valuesOf(other) - valuesOf(one));
  const values = files.reduce((sum, file) => sum + valuesOf(file), 0);
  const began = performance.now();
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(waiting)));
  const seconds = (performance.now() - began) / 1000;
  print(
    `${files.length} files, ${values} values: ${seconds.toFixed(1)} s, ${(values / seconds).toFixed(0)} values a second` +
      ` on ${availableParallelism()} processors, one start of the program a file`,
  );
  if (evaluator !== undefined) {
    await run('/usr/bin/python3', [evaluator, '--manifest', manifest, '--scores', scores]);
  }
} finally {
  rmSync(scores, { recursive: true });
}

/** Takes files from `waiting` until none is left. */
async function work(waiting: typeof files): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const out = join(scores, `${next.name}.csv`);
    const input = join(folder ?? '', next.file);
    const options = ['--learn-rows', `${next.trainRows}`, '--workers', '1', '--out', out];
    await run(process.execPath, ['dist/cli/main.js', 'backtest', input, ...options], 'ignore');
    if (!readdirSync(scores).includes(`${next.name}.csv`)) {
      throw new Error(`Cannot find the scores of ${next.name}: expected ${out}`);
    }
  }
}

/** Shows what the program says when it is the evaluator, or when it fails. */
async function run(
  command: string,
  args: readonly string[],
  output: 'ignore' | 'inherit' = 'inherit',
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', output, 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code]: unknown[] = await once(child, 'close');
  if (code === 0) return;
  throw new Error(`Cannot go on: ${command} ${args.join(' ')} ended with ${String(code)}: ${said}`);
}
