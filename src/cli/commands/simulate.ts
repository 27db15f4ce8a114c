import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { listenError } from '../../app/start-error.ts';
import { systemClock } from '../../base/clock.ts';
import { historyLines } from '../../sources/simulated/history.ts';
import { createSimulateServer } from '../../sources/simulated/simulate-server.ts';
import { UsageError } from '../failure.ts';
import type { GlobalOptions } from '../global-options.ts';
import { note, print, printJson } from '../output.ts';

export interface SimulateOptions extends GlobalOptions {
  readonly addr: string;
  readonly port: string;
  readonly seed: string;
  readonly history?: string;
}

/** `simulate` */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const port = wholeNumber(options.port, '--port', 65_535);
  const seed = wholeNumber(options.seed, '--seed', 2 ** 31);
  const startMs = systemClock.now();
  if (options.history !== undefined) await writeHistory(options.history, { seed, startMs });
  const server = createSimulateServer({
    host: options.addr,
    port,
    seed,
    clock: systemClock,
    startMs,
  });
  let url: string;
  try {
    url = await server.start();
  } catch (error) {
    throw listenError(error, `${options.addr}:${port}`);
  }
  if (options.json) printJson({ url: `${url}/metrics` });
  else print(`Simulated estate at ${url}/metrics, let Prometheus scrape it; Ctrl+C stops it`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.stop();
}

export function wholeNumber(text: string, flag: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new UsageError(`Cannot use ${flag} ${text}: expected a whole number from 0 to ${most}`);
  }
  return value;
}

async function writeHistory(
  file: string,
  options: { seed: number; startMs: number },
): Promise<void> {
  const stream = createWriteStream(file);
  await once(stream, 'open');
  for (const line of historyLines(options)) {
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  note(`History written: promtool tsdb create-blocks-from openmetrics ${file} DATA_DIR`);
}
