import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/config/load-config.ts';
import { engineSettings } from '../../src/app/engine-settings.ts';
import { ManualClock } from '../../src/base/manual-clock.ts';
import { backtestSettings } from '../../src/cli/backtest-settings.ts';
import { scoreOf } from '../../src/core/anomalies/severity.ts';
import { backtest } from '../../src/core/backtest/backtest.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/civil-time.ts';
import { readBandChunks } from '../../src/core/model/band-chunk.ts';
import { gaussian, type Rng, seededRng } from '../../src/core/random.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createTelemetry } from '../../src/engine/telemetry.ts';
import { createTrainingWorkers } from '../../src/engine/workers/training-workers.ts';
import { readCsv } from '../../src/sources/csv/read-csv.ts';
import { createPrometheusSource } from '../../src/sources/prometheus/prometheus-source.ts';
import { listAnomalies } from '../../src/store/anomalies-table.ts';
import { readBands } from '../../src/store/bands-table.ts';
import { listSeries } from '../../src/store/series-table.ts';
import { openTestDatabase } from '../../src/store/test-database.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';

/**
 * The same week of one-minute samples, once through Prometheus and the engine, with a restart, and once through CSV
 * files and `saimon backtest`: the same anomalies, the same bands.
 */
const ZONE = 'Europe/Berlin';
const STEP_MS = 60_000;
/** In the judged week Berlin's clock is put back. */
const START_MS = Date.parse('2026-10-12T00:00:00Z');
const LEARNED = (8 * DAY_MS) / STEP_MS + 1;
const ROWS = (15 * DAY_MS) / STEP_MS;

/** Hours of a day (UTC) at which the engine runs: at night within the hour that a fit may take. */
const RUN_AT_HOURS = [0.1, 1.2, 2.1, 8, 16, 24];

const wave = (day: number): number => Math.sin(2 * Math.PI * day);
const within = (day: number, fromDay: number, hours: number): boolean =>
  day >= fromDay && day < fromDay + hours / 24;
const lunch = (day: number, fromHour: number): number => {
  const hour = (day % 1) * 24;
  return hour > fromHour && hour < fromHour + 1 ? 150 : 0;
};

/** What each series tells by the day; NaN is a sample that says there is none, undefined none at all. */
const STORIES: Readonly<Record<string, (day: number, rng: Rng) => number | undefined>> = {
  jump: (day, rng) => 60 + 10 * wave(day) + 2 * gaussian(rng) + (within(day, 10.4, 0.3) ? 45 : 0),
  lunch: (day, rng) =>
    50 + lunch(day, 12) + (within(day, 11, 24) ? lunch(day, 3) : 0) + 4 * gaussian(rng),
  outage: (day, rng) => {
    const out = [9.02, 10.3, 12.99].some((fromDay) => within(day, fromDay, 0.5));
    return out ? 0 : 300 + 80 * wave(day) + 12 * gaussian(rng);
  },
  level: (day, rng) => 40 + 3 * gaussian(rng) + (day > 10.2 ? 30 : 0),
  drift: (day, rng) => 60 + 2 * wave(day) + 2 * gaussian(rng) + (day > 9 ? 2.5 * (day - 9) : 0),
  missing: (day, rng) => {
    const value = Math.round(5 + 3 * Math.abs(gaussian(rng)));
    return rng() < 0.01 || within(day, 9.6, 3) ? Number.NaN : value + (within(day, 13, 1) ? 40 : 0);
  },
  frozen: (day, rng) => (within(day, 11.6, 4) ? 20.25 : 20 + 2 * wave(day) + gaussian(rng)),
  silent: (day, rng) => {
    const value = 20 + 5 * wave(day) + gaussian(rng);
    const gone = within(day, 5, 2) || within(day, 9.7, 4) || within(day, 12.3, 1);
    return gone ? undefined : value + (within(day, 13.5, 0.5) ? 25 : 0);
  },
};
const NAMES = Object.keys(STORIES);

const timeOf = (row: number): number => START_MS + row * STEP_MS;

/** One value a row. */
function told(name: string): (number | undefined)[] {
  const rng = seededRng(NAMES.indexOf(name) + 1);
  return Array.from({ length: ROWS }, (_, row) => STORIES[name]?.((row * STEP_MS) / DAY_MS, rng));
}

function* openMetrics(): Iterable<string> {
  yield '# TYPE story gauge\n';
  for (const name of NAMES) {
    for (const [row, value] of told(name).entries()) {
      if (value !== undefined) yield `story{name="${name}"} ${value} ${timeOf(row) / 1000}\n`;
    }
  }
  yield '# EOF\n';
}

/** What Prometheus answers for want of a sample: the last one, for five minutes. */
const LOOKBACK_ROWS = 5;

function csvOf(name: string, { lookback }: { readonly lookback: boolean }): string {
  const values = told(name);
  const lines = values.flatMap((value, row) => {
    const past = lookback ? values.slice(Math.max(0, row - LOOKBACK_ROWS), row + 1) : [value];
    const known = past.findLast((one) => one !== undefined);
    return known === undefined
      ? []
      : [`${timeOf(row) / 1000},${Number.isNaN(known) ? '' : known}\n`];
  });
  return `timestamp,value\n${lines.join('')}`;
}

const { config } = loadConfig({ environment: {} });
let folder: string;
let prometheus: PrometheusServer;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
const seriesIds = new Map<string, number>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-equal-'));
  prometheus = await startPrometheus({ targets: [], history: openMetrics() });
  database = await openTestDatabase();
  await live();
  const { rows } = await listSeries(database, {}, { skip: 0, limit: 100 });
  for (const { id, labels } of rows) seriesIds.set(labels['name'] ?? '', id);
});
afterAll(async () => {
  await prometheus.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function live(): Promise<void> {
  const clock = new ManualClock(timeOf(LEARNED - 1) + 1000);
  const source = createPrometheusSource({ url: prometheus.url });
  const workers = createTrainingWorkers({
    url: new URL('../../dist/engine/workers/train-worker.js', import.meta.url),
  });
  const said: string[] = [];
  const say = (_: object, message: string): void => void said.push(message);
  const logger = { debug() {}, info() {}, warn: say, error: say };
  const telemetry = createTelemetry(new Registry(), { version: 'test' });
  const queries = [{ alias: 'story', expr: 'story' }];
  const options = { ...engineSettings(config), zone: ZONE, stepMs: STEP_MS, queries };
  const begin = () =>
    createEngine({ database, source, clock, logger, telemetry, workers, options });
  let engine = begin();
  await engine.detectOnce();
  await engine.trainOnce();
  for (let dayMs = timeOf(LEARNED - 1); dayMs < timeOf(ROWS); dayMs += DAY_MS) {
    for (const hour of RUN_AT_HOURS) {
      await clock.advance(dayMs + hour * HOUR_MS - clock.now());
      await engine.detectOnce();
      await engine.trainOnce();
    }
    if (dayMs !== timeOf(LEARNED - 1) + 2 * DAY_MS) continue;
    await engine.stop();
    engine = begin();
  }
  await engine.stop();
  await workers.close();
  await source.close();
  expect(said).toEqual([]);
}

async function liveEpisodes(name: string) {
  const filter = { seriesId: seriesIds.get(name) ?? 0 };
  const { rows } = await listAnomalies(database, filter, { skip: 0, limit: 100 });
  return rows
    .map((row) => ({
      kind: row.kind,
      openedAtMs: row.openedAtMs,
      startedAtMs: row.startedAtMs,
      endedAtMs: row.endedAtMs ?? Number.NaN,
      ending: row.context['ending'],
      peak: {
        timeMs: row.timestampMs,
        value: row.value,
        expected: row.expectedValue,
        lower: row.lower,
        upper: row.upper,
        ratio: row.deviationRatio,
      },
      confidence: row.confidence,
    }))
    .toSorted(byOpening);
}

async function backtested(name: string, { lookback }: { readonly lookback: boolean }) {
  const file = join(folder, `${name}.csv`);
  await writeFile(file, csvOf(name, { lookback }));
  const { frame } = await readCsv(file, { zone: ZONE });
  const learnRows = frame.times.filter((timeMs) => timeMs < timeOf(LEARNED)).length;
  const { episodes } = backtest(frame, { ...backtestSettings(config, ZONE), learnRows });
  const found = episodes.map(
    ({ kind, openedAtMs, startedAtMs, endedAtMs, ending, peak, confidence }) => {
      const { timeMs, value, expected, lower, upper, ratio } = peak;
      const at = { timeMs, value, expected, lower, upper, ratio };
      return { kind, openedAtMs, startedAtMs, endedAtMs, ending, peak: at, confidence };
    },
  );
  return { file, learnRows, episodes: found.toSorted(byOpening) };
}

const byOpening = (
  a: { openedAtMs: number; kind: string },
  b: { openedAtMs: number; kind: string },
): number => a.openedAtMs - b.openedAtMs || a.kind.localeCompare(b.kind);

/** Columns of the file that `saimon backtest` wrote, of rows that have a value. */
async function scoresOf(file: string, learnRows: number): Promise<number[][]> {
  const out = `${file}.scores`;
  const args = ['backtest', file, '--learn-rows', `${learnRows}`, '--tz', ZONE, '--out', out];
  await promisify(execFile)(process.execPath, ['dist/cli/main.js', ...args]);
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  return lines
    .map((line) => line.split(','))
    .filter(([, value]) => value !== '')
    .map((cells) => cells.map(Number));
}

describe.each(NAMES)('the series of the story "%s"', (name) => {
  it('has the same anomalies and bands through Prometheus as through a CSV', async () => {
    const { file, learnRows, episodes } = await backtested(name, { lookback: true });
    expect(await liveEpisodes(name)).toEqual(episodes);
    expect(episodes.length, 'anomalies of a story with trouble').toBeGreaterThanOrEqual(1);

    const scores = await scoresOf(file, learnRows);
    const range = { startMs: START_MS, endMs: timeOf(ROWS) };
    const bands = readBandChunks(await readBands(database, seriesIds.get(name) ?? 0, range));
    const columnOf = (at: number) => Float32Array.from(scores, (row) => row[at] ?? Number.NaN);
    expect(bands.times).toEqual(Float64Array.from(scores, (row) => (row[0] ?? 0) * 1000));
    expect(bands.expected).toEqual(columnOf(2));
    expect(bands.lower).toEqual(columnOf(3));
    expect(bands.upper).toEqual(columnOf(4));
    const apart = bands.ratio.map((ratio, row) => scoreOf(ratio) - (scores[row]?.[5] ?? 0));
    expect(Math.max(...apart.map(Math.abs))).toBeLessThan(1e-6);
  });
});

it('a gap that Prometheus fills for five minutes gives the anomalies of one that a CSV leaves empty, minutes apart', async () => {
  const { episodes } = await backtested('silent', { lookback: false });
  const found = await liveEpisodes('silent');
  expect(found.map(({ kind }) => kind)).toEqual(episodes.map(({ kind }) => kind));
  for (const [i, { openedAtMs, endedAtMs, peak }] of found.entries()) {
    const other = episodes[i];
    expect(Math.abs(openedAtMs - (other?.openedAtMs ?? 0))).toBeLessThanOrEqual(5 * STEP_MS);
    expect(Math.abs(endedAtMs - (other?.endedAtMs ?? 0))).toBeLessThanOrEqual(10 * STEP_MS);
    expect(Math.abs(peak.ratio / (other?.peak.ratio ?? 0) - 1)).toBeLessThan(0.05);
  }
});
