import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, startProcess } from './server-process.ts';

export interface VictoriaMetricsOptions {
  /** `127.0.0.1:9100`; their own labels are kept, the job is `estate`. */
  readonly targets?: readonly string[];
  /** Prometheus duration, default 1s. */
  readonly scrapeInterval?: string;
  /** OpenMetrics text, imported once the server runs. */
  readonly history?: Iterable<string>;
}

/** A VictoriaMetrics of one test file, on a port and a directory of its own. */
export interface VictoriaMetricsServer {
  readonly url: string;
  stop(): Promise<void>;
}

const IMPORT_LINES = 50_000;

export async function startVictoriaMetrics(
  options: VictoriaMetricsOptions,
): Promise<VictoriaMetricsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-victoria-metrics-'));
  const scrapes = join(folder, 'scrape.yml');
  const job = {
    job_name: 'estate',
    honor_labels: true,
    scrape_interval: options.scrapeInterval ?? '1s',
    static_configs: [{ targets: options.targets ?? [] }],
  };
  await writeFile(scrapes, JSON.stringify({ scrape_configs: [job] }));
  const address = `127.0.0.1:${await freePort()}`;
  const server = await startProcess('victoria-metrics', {
    args: [
      `-storageDataPath=${join(folder, 'storage')}`,
      `-httpListenAddr=${address}`,
      `-promscrape.config=${scrapes}`,
    ],
  });
  const url = `http://${address}`;
  const stop = async (): Promise<void> => {
    await server.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => ask(url, 'health'), { timeoutMs: 60_000 });
    await backfill(url, options.history ?? []);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function backfill(url: string, history: Iterable<string>): Promise<void> {
  let lines: string[] = [];
  for (const line of history) {
    if (line.startsWith('#')) continue;
    // OpenMetrics dates in seconds, this import in milliseconds.
    lines.push(line.replace(/ ([\d.]+)\n$/, (_, seconds) => ` ${Number(seconds) * 1000}\n`));
    if (lines.length < IMPORT_LINES) continue;
    await ask(url, 'api/v1/import/prometheus', lines.join(''));
    lines = [];
  }
  if (lines.length > 0) await ask(url, 'api/v1/import/prometheus', lines.join(''));
  await ask(url, 'internal/force_flush');
}

async function ask(url: string, path: string, body?: string): Promise<void> {
  const response = await fetch(
    `${url}/${path}`,
    body === undefined ? {} : { method: 'POST', body },
  );
  if (!response.ok) throw new Error(`Cannot use VictoriaMetrics: ${await response.text()}`);
}
