// P4: loading 200 series x 7 days from a real Prometheus, through query_range with JSON.parse and through
// the source with its byte scanner, in one run. Run it with `npm run bench:load`.
import { performance } from 'node:perf_hooks';
import { createPrometheusSource } from '../src/sources/prometheus/prometheus-source.ts';
import { startNodeExporter } from '../test/services/node-exporter-server.ts';
import { startPrometheus } from '../test/services/prometheus-server.ts';
import { median } from './rounds.ts';

const SERIES = 200;
const STEP_S = 15;
const STEPS = (7 * 86_400) / STEP_S;
const CHUNK_STEPS = 10_000;
const ROUNDS = 5;
const END_S = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S - 600;
const START_S = END_S - (STEPS - 1) * STEP_S;

interface Answer {
  readonly data: { readonly result: readonly { readonly values: [number, string][] }[] };
}

interface Load {
  readonly ms: number;
  readonly cpuMs: number;
  readonly samples: number;
  readonly sum: number;
}

/** Rates as they come: most with 15 to 17 digits. */
function* history(): Iterable<string> {
  yield '# TYPE load gauge\n';
  for (let series = 0; series < SERIES; series++) {
    for (let step = 0; step < STEPS; step++) {
      const value = (series + 1) * (1 + Math.sin(step / 500) / 3) + ((step * 7919) % 1000) / 3e4;
      yield `load{instance="host-${series}"} ${value} ${START_S + step * STEP_S}\n`;
    }
  }
  yield '# EOF\n';
}

async function byJsonParse(url: string): Promise<Load> {
  return measure(async () => {
    let samples = 0;
    let sum = 0;
    const columns: Float64Array[] = [];
    for (let step = 0; step < STEPS; step += CHUNK_STEPS) {
      const last = Math.min(step + CHUNK_STEPS, STEPS) - 1;
      const body = new URLSearchParams({
        query: 'load',
        start: String(START_S + step * STEP_S),
        end: String(START_S + last * STEP_S),
        step: String(STEP_S),
      });
      const response = await fetch(`${url}/api/v1/query_range`, {
        method: 'POST',
        body,
        headers: { 'Accept-Encoding': 'identity' },
      });
      const { data }: Answer = JSON.parse(await response.text());
      for (const { values } of data.result) {
        columns.push(Float64Array.from(values, ([time]) => Math.round(time * 1000)));
        const column = Float64Array.from(values, ([, value]) => Number(value));
        columns.push(column);
        samples += column.length;
        for (const value of column) sum += value;
      }
    }
    return { samples, sum };
  });
}

async function byScanner(url: string): Promise<Load> {
  const source = createPrometheusSource({ url, timeoutMs: 300_000 });
  const load = await measure(async () => {
    const range = { startMs: START_S * 1000, endMs: END_S * 1000, stepMs: STEP_S * 1000 };
    const { series } = await source.queryRange({ expr: 'load', ...range });
    // Summed chunk by chunk as on the other side, so that rounding is the same.
    let samples = 0;
    let sum = 0;
    for (let step = 0; step < STEPS; step += CHUNK_STEPS) {
      for (const one of series) {
        const column = one.samples.values.subarray(step, step + CHUNK_STEPS);
        samples += column.length;
        for (const value of column) sum += value;
      }
    }
    return { samples, sum };
  });
  await source.close();
  return load;
}

async function measure(load: () => Promise<{ samples: number; sum: number }>): Promise<Load> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const loaded = await load();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, ...loaded };
}

async function main(): Promise<void> {
  const exporter = await startNodeExporter();
  const prometheus = await startPrometheus({ targets: [exporter.target], history: history() });
  try {
    const pairs: { theirs: Load; ours: Load }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const pair = {
        theirs: await byJsonParse(prometheus.url),
        ours: await byScanner(prometheus.url),
      };
      if (pair.theirs.sum !== pair.ours.sum || pair.ours.samples !== SERIES * STEPS) {
        throw new Error(`Cannot compare: ${JSON.stringify(pair)}, expected equal sums`);
      }
      if (round > 0) pairs.push(pair);
    }
    const of = (pick: (pair: { theirs: Load; ours: Load }) => number) => median(pairs.map(pick));
    const lines = [
      `${SERIES} series x 7 days, ${SERIES * STEPS} samples, ${ROUNDS} rounds, sums equal`,
      `query_range + JSON.parse  ${of(({ theirs }) => theirs.ms).toFixed(0)} ms, own CPU ${of(({ theirs }) => theirs.cpuMs).toFixed(0)} ms`,
      `source with byte scanner  ${of(({ ours }) => ours.ms).toFixed(0)} ms, own CPU ${of(({ ours }) => ours.cpuMs).toFixed(0)} ms`,
      `ratio of wall time        ${of(({ theirs, ours }) => theirs.ms / ours.ms).toFixed(2)}`,
      `ratio of own CPU          ${of(({ theirs, ours }) => theirs.cpuMs / ours.cpuMs).toFixed(2)}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await prometheus.stop();
    await exporter.stop();
  }
}

await main();
