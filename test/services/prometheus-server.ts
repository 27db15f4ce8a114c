import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { eventually, freePort, startProcess } from './server-process.ts';

export interface PrometheusOptions {
  /** `127.0.0.1:9100`; their own labels are kept (`honor_labels`), the job is `estate`. None: history is all there is. */
  readonly targets: readonly string[];
  /** Prometheus duration, default 1s. */
  readonly scrapeInterval?: string;
  /** OpenMetrics text, which becomes blocks before the server starts. */
  readonly history?: Iterable<string>;
  /** Takes remote write. */
  readonly receiver?: boolean;
  /** Addresses of SAIMon, scraped once it is there. */
  readonly saimon?: readonly string[];
}

/** A Prometheus of one test file, on a port and a directory of its own. */
export interface PrometheusServer {
  readonly url: string;
  /** Values of an instant query, in the order of the answer. */
  values(query: string): Promise<number[]>;
  stop(): Promise<void>;
}

const Answer = z.object({
  data: z.object({
    result: z.array(z.object({ value: z.tuple([z.number(), z.coerce.number()]) })),
  }),
});

/** Starts Prometheus and waits until it has scraped every target. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-prometheus-'));
  const storage = join(folder, 'storage');
  if (options.history !== undefined) await backfill(options.history, { folder, storage });
  const config = join(folder, 'prometheus.yml');
  const job = {
    job_name: 'estate',
    honor_labels: true,
    scrape_interval: options.scrapeInterval ?? '1s',
    scrape_timeout: '1s',
    static_configs: [{ targets: options.targets }],
  };
  const own = {
    job_name: 'saimon',
    scrape_interval: job.scrape_interval,
    scrape_timeout: '1s',
    static_configs: [{ targets: options.saimon ?? [] }],
    // As deploy/prometheus/prometheus.yml has it: results come by remote write.
    metric_relabel_configs: [
      {
        source_labels: ['__name__'],
        regex: 'saimon_(anomaly_score|y|yhat|yhat_lower|yhat_upper)',
        action: 'drop',
      },
    ],
  };
  await writeFile(config, JSON.stringify({ scrape_configs: [job, own] }));
  const address = `127.0.0.1:${await freePort()}`;
  const server = await startProcess('prometheus', {
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${storage}`,
      `--web.listen-address=${address}`,
      ...(options.receiver === true ? ['--web.enable-remote-write-receiver'] : []),
    ],
  });
  const url = `http://${address}`;
  const values = (query: string): Promise<number[]> => ask(url, query);
  const stop = async (): Promise<void> => {
    await server.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => allUp(url, options.targets.length), { timeoutMs: 60_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, values, stop };
}

async function backfill(
  history: Iterable<string>,
  { folder, storage }: { readonly folder: string; readonly storage: string },
): Promise<void> {
  const path = join(folder, 'history.txt');
  const file = createWriteStream(path);
  for (const line of history) {
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  // Without long blocks an import takes minutes.
  const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=192h'];
  await promisify(execFile)('promtool', [...blocks, path, storage]);
}

async function ask(url: string, query: string): Promise<number[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  if (!response.ok) throw new Error(`Cannot query ${query}: ${await response.text()}`);
  const { data } = Answer.parse(await response.json());
  return data.result.map(({ value }) => value[1]);
}

async function allUp(url: string, count: number): Promise<void> {
  const [up = 0] = await ask(url, 'sum(up{job="estate"})');
  if (up !== count) throw new Error(`Cannot use Prometheus: ${up} of ${count} targets are up`);
}
