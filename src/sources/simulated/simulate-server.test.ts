import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEstate } from './estate.ts';
import { exportedSeries } from './exported-series.ts';
import { historyLines } from './history.ts';
import { createSimulateServer } from './simulate-server.ts';

const START_MS = Date.UTC(2026, 10, 23, 9, 30);
const OPTIONS = { seed: 1, startMs: START_MS, historyMs: 3_600_000 };
let nowMs = START_MS + 10_000;
const clock = { now: () => nowMs, sleep: async () => {} };
const server = createSimulateServer({
  port: 0,
  host: '127.0.0.1',
  ...OPTIONS,
  clock,
});
let address = '';
beforeAll(async () => {
  address = `${await server.start()}/metrics`;
});
afterAll(() => server.stop());

test('GET /metrics is Prometheus text with node_exporter names', async () => {
  const response = await fetch(address);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const page = await response.text();
  expect(page).toContain('# TYPE node_cpu_seconds_total counter\n');
  expect(page).toMatch(
    /^node_cpu_seconds_total\{instance="web-1",cpu="0",mode="idle"\} \d+(\.\d+)?$/m,
  );
  expect(page).toMatch(/^shop_requests_total\{route="\/cart",code="500"\} \d+(\.\d+)?$/m);
});

test('everything else is 404', async () => {
  expect((await fetch(new URL('/', address))).status).toBe(404);
  expect((await fetch(address, { method: 'POST' })).status).toBe(404);
});

test('the CPU spends every second in some mode', async () => {
  const idle = await lines(/^node_cpu_seconds_total\{instance="db-1"/);
  const total = [...idle.values()].reduce((sum, value) => sum + value, 0);
  expect(total).toBeCloseTo((OPTIONS.historyMs + 10_000) / 1000, 3);
});

test('the faults begun so far are told', () => {
  nowMs = START_MS + 41_000;
  expect(server.faults().at(-1)?.title).toBe('CPU jump on web-1');
});

test('counters never fall', () => {
  const estate = createEstate(OPTIONS);
  const times = Float64Array.from({ length: 600 }, (_, row) => START_MS + row * 1700);
  for (const { family, labels, values } of exportedSeries(estate)) {
    if (family.type !== 'counter') continue;
    const column = values(times).filter((value) => !Number.isNaN(value));
    expect(
      column.every((value, row) => row === 0 || value >= (column[row - 1] ?? 0)),
      family.name + JSON.stringify(labels),
    ).toBe(true);
  }
});

test('a counter has one value per time, whoever asked for what before', () => {
  const [backwards, forwards] = [createEstate(OPTIONS), createEstate(OPTIONS)].map((estate) =>
    exportedSeries(estate).find(({ family }) => family.name === 'db_queries_total'),
  );
  const times = Float64Array.of(START_MS, START_MS + 1000, START_MS + 600_000);
  const [third, second, first] = [2, 1, 0].map(
    (row) => backwards?.values(times.subarray(row, row + 1))[0],
  );
  expect([first, second, third]).toEqual([...(forwards?.values(times) ?? [])]);
});

test('the history is OpenMetrics text that the page continues', async () => {
  const startMs = START_MS;
  const text = [...historyLines({ ...OPTIONS, labels: { job: 'shop' } })];
  expect(text[0]).toBe('# HELP node_cpu_seconds Seconds the CPU spent in each mode.\n');
  expect(text[1]).toBe('# TYPE node_cpu_seconds counter\n');
  expect(text.at(-1)).toBe('# EOF\n');
  const last = text.findLast((line) => line.startsWith('db_queries_total'));
  const [, value, seconds] =
    /^db_queries_total\{instance="db-1",job="shop"\} (\S+) (\S+)\n$/.exec(last ?? '') ?? [];
  expect(Number(seconds)).toBe(startMs / 1000 - 15);
  const [live = 0] = (await lines(/^db_queries_total/)).values();
  const perSecond = (live - Number(value)) / ((nowMs - startMs) / 1000 + 15);
  expect(perSecond).toBeGreaterThan(100);
  expect(perSecond).toBeLessThan(1000);
});

async function lines(pattern: RegExp): Promise<Map<string, number>> {
  const page = await (await fetch(address)).text();
  const chosen = page.split('\n').filter((line) => pattern.test(line));
  return new Map(chosen.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}
