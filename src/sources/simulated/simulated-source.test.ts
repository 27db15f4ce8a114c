import { expect, test } from 'vitest';
import { describeSource } from '../source.suite.ts';
import { fixedFaults } from './faults.ts';
import { createSimulatedSource } from './simulated-source.ts';

const START_MS = Date.UTC(2026, 10, 23, 9, 30);
const clock = { now: () => START_MS + 40_000, sleep: async () => {} };
const source = createSimulatedSource({ seed: 1, startMs: START_MS, clock, faults: fixedFaults() });
const range = { startMs: START_MS - 60_000, endMs: START_MS + 60_000, stepMs: 15_000 };

describeSource('the simulated estate', async () => ({
  source,
  expr: 'node_cpu_busy',
  emptyExpr: 'no_such_metric',
  badExpr: 'rate(node_cpu_busy[5m])',
  startMs: START_MS - 60_000,
  endMs: START_MS,
  stepMs: 15_000,
  stop: async () => {},
}));

test('a bare name answers every series of that metric, aligned with the request, until now', async () => {
  const { series, warnings } = await source.queryRange({ expr: 'node_cpu_busy', ...range });
  expect(series.map(({ labels }) => labels['instance'])).toEqual(['web-1', 'web-2', 'db-1']);
  expect([...(series[0]?.samples.times ?? [])].map((timeMs) => timeMs - START_MS)).toEqual([
    -60_000, -45_000, -30_000, -15_000, 0, 15_000, 30_000,
  ]);
  expect(warnings).toEqual([]);
});

test.each([
  ['shop_request_rate{route="/cart"}', ['/cart']],
  ['shop_request_rate{route!="/cart",}', ['/', '/checkout']],
  ['shop_request_rate{route=~"/c.*"}', ['/cart', '/checkout']],
  ['shop_request_rate{ route !~ "/c.*", route="/" }', ['/']],
  ['shop_request_rate{instance="web-1"}', []],
  ['no_such_metric', []],
])('%s selects %j', async (expr, expected) => {
  const { series } = await source.queryRange({ expr, ...range });
  expect(series.map(({ labels }) => labels['route'])).toEqual(expected);
});

test.each(['rate(shop_request_rate[5m])', 'a{b=c}', 'a{b=~"("}', ''])(
  '%j is refused',
  async (expr) => {
    await expect(source.queryRange({ expr, ...range })).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('expected a metric name with label matchers'),
    });
  },
);

test('there is nothing before the history, and steps stay aligned', async () => {
  const startMs = START_MS - 20 * 86_400_000;
  const { series } = await source.queryRange({ expr: 'db_connections', ...range, startMs });
  const first = series[0]?.samples.times[0] ?? 0;
  expect(first).toBe(START_MS - 14 * 86_400_000);
});

test('a dropout is a gap', async () => {
  const labels = { instance: 'db-1' };
  const faults = fixedFaults([
    {
      kind: 'dropout',
      startMs: START_MS - 30_000,
      endMs: START_MS,
      title: 'Connections dropout on db-1',
      targets: [{ metric: 'db_connections', labels, delayMs: 0 }],
    },
  ]);
  const gappy = createSimulatedSource({ seed: 1, startMs: START_MS, clock, faults });
  const { series } = await gappy.queryRange({ expr: 'db_connections', ...range });
  expect([...(series[0]?.samples.times ?? [])].map((timeMs) => timeMs - START_MS)).toEqual([
    -60_000, -45_000, 0, 15_000, 30_000,
  ]);
});

test('every preset has an answer', async () => {
  for (const { expr } of await source.presets()) {
    expect((await source.queryRange({ expr, ...range })).series.length).toBeGreaterThan(0);
  }
});

test('two weeks of a metric are there at 15 s, without holes', async () => {
  const startMs = START_MS - 14 * 86_400_000;
  const { series } = await source.queryRange({ expr: 'node_cpu_busy', ...range, startMs });
  for (const { samples } of series) expect(samples.times).toHaveLength(14 * 5760 + 3);
});
