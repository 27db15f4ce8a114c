import { expect, test } from 'vitest';
import { createEstate } from './estate.ts';
import { createFaultPlan } from './fault-plan.ts';
import { type Fault, type FaultKind, fixedFaults } from './faults.ts';

const START_MS = Date.UTC(2026, 10, 23, 9, 30);
const MINUTE_MS = 60_000;
const labels = { instance: 'web-1' };
const times = Float64Array.from({ length: 41 }, (_, row) => START_MS + row * 15_000);

/** CPU of web-1 over ten minutes, disturbed from the fourth to the eighth, beside its quiet self. */
function cpuWith(kind: FaultKind): { quiet: Float64Array; faulty: Float64Array } {
  const fault: Fault = {
    kind,
    startMs: START_MS + 4 * MINUTE_MS,
    endMs: START_MS + 8 * MINUTE_MS,
    title: 'test',
    targets: [{ metric: 'node_cpu_busy', labels, delayMs: 0 }],
  };
  const [quiet, faulty] = [fixedFaults(), fixedFaults([fault])].map((faults) => {
    const estate = createEstate({ seed: 1, startMs: START_MS, faults });
    const series = estate.series[0];
    return series ? estate.values(series, times) : new Float64Array(0);
  });
  if (quiet === undefined || faulty === undefined) throw new RangeError('No values');
  return { quiet, faulty };
}

const inWindow = (row: number) => row >= 16 && row < 32;

test.each<FaultKind>([
  'jump',
  'spike_burst',
  'level_shift',
  'creep',
  'flat_line',
  'dropout',
  'combination',
  'cascade',
])('a fault of kind %s disturbs its window and nothing else', (kind) => {
  const { quiet, faulty } = cpuWith(kind);
  faulty.forEach((value, row) => {
    if (!inWindow(row)) expect(value).toBe(quiet[row]);
  });
  expect(faulty.some((value, row) => inWindow(row) && value !== quiet[row])).toBe(true);
});

test('a jump lifts CPU by 40 points for the whole window', () => {
  const { quiet, faulty } = cpuWith('jump');
  for (let row = 16; row < 32; row += 1) expect(faulty[row]).toBeCloseTo((quiet[row] ?? 0) + 0.4);
});

test('a creep grows from nothing to nearly a full fault', () => {
  const { quiet, faulty } = cpuWith('creep');
  expect((faulty[16] ?? 0) - (quiet[16] ?? 0)).toBeCloseTo(0);
  expect((faulty[24] ?? 0) - (quiet[24] ?? 0)).toBeCloseTo(0.2);
});

test('spikes come and go: one of three samples', () => {
  const { quiet, faulty } = cpuWith('spike_burst');
  const spikes = faulty.filter((value, row) => value > (quiet[row] ?? 0) + 0.3);
  expect(spikes).toHaveLength(6);
});

test('a flat line repeats one value, a dropout gives none', () => {
  expect(new Set(cpuWith('flat_line').faulty.subarray(16, 32)).size).toBe(1);
  expect(
    cpuWith('dropout')
      .faulty.subarray(16, 32)
      .every((value) => Number.isNaN(value)),
  ).toBe(true);
});

test('an unusual combination stays within usual values', () => {
  const { quiet, faulty } = cpuWith('combination');
  const highest = faulty.reduce((top, value) => Math.max(top, value), 0);
  expect(highest).toBeLessThan(0.75);
  expect(Math.abs((faulty[20] ?? 0) - (quiet[20] ?? 0))).toBeGreaterThan(0.1);
});

test('the first live fault is a CPU jump on web-1 within 35 to 40 s of the start', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const [first] = createFaultPlan(seed, START_MS)
      .until(START_MS + MINUTE_MS)
      .filter(({ startMs }) => startMs > START_MS);
    expect(first?.title).toBe('CPU jump on web-1');
    expect(first?.startMs).toBeGreaterThanOrEqual(START_MS + 35_000);
    expect(first?.startMs).toBeLessThanOrEqual(START_MS + 40_000);
  }
});

test('the history holds two old faults and is quiet otherwise', () => {
  const old = createFaultPlan(1, START_MS).until(START_MS);
  expect(old.map(({ title }) => title)).toEqual([
    'Cascade over web-2',
    'Replication lag level shift on db-1',
  ]);
  expect(old.every(({ endMs }) => endMs < START_MS - 5 * 86_400_000)).toBe(true);
});

test('live faults last one to five minutes, a dropout until its silence is an absence, with two to five minutes of peace between, every kind in turn', () => {
  const live = createFaultPlan(7, START_MS)
    .until(START_MS + 3_600_000 * 3)
    .filter(({ startMs }) => startMs > START_MS);
  live.forEach((fault, i) => {
    const minutes = (fault.endMs - fault.startMs) / MINUTE_MS;
    expect(minutes).toBeGreaterThanOrEqual(1);
    expect(minutes).toBeLessThanOrEqual(fault.kind === 'dropout' ? 10.001 : 5.001);
    const previous = live[i - 1];
    if (previous === undefined) return;
    expect(fault.startMs - previous.endMs).toBeGreaterThan(1.99 * MINUTE_MS);
    expect(fault.startMs - previous.endMs).toBeLessThan(5.01 * MINUTE_MS);
  });
  expect(new Set(live.slice(1, 8).map(({ kind }) => kind)).size).toBe(7);
});

test('a plan is the same whether it is asked once or step by step', () => {
  const once = createFaultPlan(3, START_MS).until(START_MS + 7_200_000);
  const steps = createFaultPlan(3, START_MS);
  for (let ms = 0; ms < 7_200_000; ms += 600_000) steps.until(START_MS + ms);
  expect(steps.until(START_MS + 7_200_000)).toEqual(once);
});

test('a cascade goes over the series of one host, one after the other', () => {
  const cascade = createFaultPlan(1, START_MS)
    .until(START_MS)
    .find(({ kind }) => kind === 'cascade');
  expect(cascade?.targets.map(({ delayMs }) => delayMs)).toEqual([0, 10_000, 20_000, 30_000]);
  expect(new Set(cascade?.targets.map((target) => target.labels['instance']))).toEqual(
    new Set(['web-2']),
  );
});
