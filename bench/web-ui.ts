// What the web UI costs: bytes, first paint, drawing 40,000 points, a year of a series. Run it with `npm run bench:ui`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { chartColumns } from '../src/api/bands.ts';
import { BandRecorder, readBandChunks } from '../src/core/model/band-chunk.ts';
import { NO_SAMPLES } from '../src/core/series.ts';
import { readBands, writeBands } from '../src/store/bands-table.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { openEmbedded } from '../src/store/pglite.ts';
import { saveQueries } from '../src/store/queries-table.ts';
import { ensureSeries } from '../src/store/series-table.ts';
import { openBrowser } from '../test/services/browser.ts';
import { freePort } from '../test/services/server-process.ts';
import { median, print } from './rounds.ts';
import { startShownEstate } from './shown-estate.ts';

const ROUNDS = 7;
const POINTS = 40_000;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 86_400_000;

for (const file of ['main.js', 'main.css']) {
  const bytes = await readFile(`dist/ui/${file}`);
  print(
    `${file}: ${(bytes.length / 1e3).toFixed(1)} kB, gzipped ${(gzipSync(bytes).length / 1e3).toFixed(1)} kB`,
  );
}
print(`a year of bands read and made columns: ${await bandsOfYearMs()} ms`);
const browser = await openBrowser();
const estate = await startShownEstate(await freePort());
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  print(`first paint of the overview: ${await firstPaintMs(page, `${estate.url}/`)} ms`);
  print(
    `a year of a series that holds 16 days, from click to curve: ${await yearMs(page, estate.url)} ms`,
  );
} finally {
  await estate.stop();
}
const largePort = await freePort();
const large = await serveLarge(largePort);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  print(
    `${POINTS} points with their band drawn: ${await drawMs(page, `http://127.0.0.1:${largePort}`)} ms`,
  );
} finally {
  large.close();
  large.closeAllConnections();
  await browser.close();
}

async function repeated(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await measure());
  return Math.round(median(times));
}

function firstPaintMs(page: Page, url: string): Promise<number> {
  return repeated(async () => {
    await page.goto(url);
    await page.locator('h1').first().waitFor();
    return Number(
      await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime`),
    );
  });
}

/** 525,600 minutes of bands, kept, read and made columns of 500 steps: all that the answer takes beside the source. */
async function bandsOfYearMs(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-bench-'));
  const workerUrl = new URL('../../store/pglite-worker.js', import.meta.url);
  const database = await openEmbedded({ dataDir: folder, workerUrl });
  try {
    await migrate(database);
    const startMs = Math.floor((Date.now() - YEAR_MS) / HOUR_MS) * HOUR_MS;
    const seriesId = await fillYear(database, startMs);
    const range = {
      startMs,
      endMs: startMs + YEAR_MS,
      stepMs: Math.ceil(YEAR_MS / 500 / 60_000) * 60_000,
    };
    return await repeated(async () => {
      const begun = performance.now();
      const bands = readBandChunks(await readBands(database, seriesId, range));
      chartColumns(range, { bands, samples: NO_SAMPLES, peaks: [] });
      return performance.now() - begun;
    });
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
}

async function fillYear(database: Database, startMs: number): Promise<number> {
  const { queries } = await saveQueries(database, 'api', [{ alias: 'year', expr: 'year' }]);
  const wanted = [{ labels: {}, stepMs: 60_000 }];
  const [{ id }] = await ensureSeries(database, queries[0].id, wanted);
  const recorder = new BandRecorder();
  for (let minute = 0; minute < YEAR_MS / 60_000; minute++) {
    const timeMs = startMs + minute * 60_000;
    const expected = 5 + Math.sin(minute / 229);
    recorder.add({
      timeMs,
      value: expected,
      expected,
      lower: 3,
      upper: 8,
      ratio: 0.2,
      flagged: false,
    });
  }
  const found = { seriesId: id, metricId: queries[0].id, labels: {}, episodes: [] };
  const scored = { scoredFromMs: null, scoredUntilMs: startMs + YEAR_MS };
  await writeBands(database, [{ ...found, ...scored, bands: recorder.drain() }]);
  return id;
}

function yearMs(page: Page, url: string): Promise<number> {
  return repeated(async () => {
    await page.goto(`${url}/series/1?span=6h`);
    await page.getByRole('img', { name: /^Curve from/ }).waitFor();
    const answered = page.waitForResponse((answer) => answer.url().includes('/bands'));
    const begun = performance.now();
    await page.getByRole('link', { name: '1y', exact: true }).click();
    await answered;
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    return performance.now() - begun;
  });
}

/** The built UI over answers with as many points as asked: what is measured is the browser's work alone. */
async function serveLarge(port: number): Promise<Server> {
  const files = new Map([
    ['/main.js', { type: 'text/javascript', body: await readFile('dist/ui/main.js') }],
    ['/main.css', { type: 'text/css', body: await readFile('dist/ui/main.css') }],
  ]);
  const page = { type: 'text/html', body: await readFile('dist/ui/index.html') };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://any').pathname;
    const { type, body } = path.startsWith('/api/')
      ? { type: 'application/json', body: JSON.stringify(largeAnswer(path) ?? {}) }
      : (files.get(path) ?? page);
    response.setHeader('content-type', type).end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

function largeAnswer(path: string): object | undefined {
  const endMs = Math.floor(Date.now() / 60_000) * 60_000;
  const none = { total: 0, skip: 0, limit: 0, anomalies: [], models: [], events: [], planned: [] };
  if (path === '/api/v1/series/1')
    return {
      id: 1,
      metric_name: 'large',
      labels: {},
      unit: 'ratio',
      state: 'ready',
      reason: '',
      query: 'large',
      step_seconds: 60,
      samples_seen: POINTS,
      progress: 1,
      anomalies_7d: 0,
      drift: null,
      last_sample_at: null,
    };
  if (path !== '/api/v1/series/1/bands')
    return /anomalies|models|context/.test(path) ? none : undefined;
  const times = Array.from({ length: POINTS }, (_, i) => endMs - (POINTS - i) * 10_000);
  const value = times.map((_, i) => 0.5 + 0.3 * Math.sin(i / 500) + 0.02 * Math.sin(i * 12.9898));
  const moved = (by: number) => value.map((one) => one + by);
  return {
    times,
    value,
    expected: moved(0.01),
    lower: moved(-0.1),
    upper: moved(0.1),
    warnings: [],
  };
}

/** A chart of another width is laid out and drawn anew, points and band; told by the browser's own clock. */
async function drawMs(page: Page, url: string): Promise<number> {
  await page.goto(`${url}/series/1?span=7d`);
  await page.getByRole('img', { name: /^Curve from/ }).waitFor();
  let width = 900;
  return repeated(async () => {
    width = width === 900 ? 1000 : 900;
    return Number(
      await page.evaluate(`new Promise((done) => requestAnimationFrame(() => {
        const begun = performance.now();
        document.querySelector('.curve').style.width = '${width}px';
        // Its width is told to the chart in this frame; the timer runs after it was drawn.
        setTimeout(() => done(performance.now() - begun));
      }))`),
    );
  });
}
