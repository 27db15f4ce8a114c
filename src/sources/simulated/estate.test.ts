import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEstate, type EstateOptions } from './estate.ts';
import { fixedFaults } from './faults.ts';

const START_MS = Date.UTC(2026, 10, 23, 9, 30);
const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;

function valueOf(
  options: Partial<EstateOptions>,
  at: { name: string; row?: number; timeMs: number },
) {
  const estate = createEstate({ seed: 1, startMs: START_MS, faults: fixedFaults(), ...options });
  const series = estate.series.filter(({ metric }) => metric.name === at.name)[at.row ?? 0];
  if (series === undefined) throw new RangeError(`No series ${at.name}`);
  return estate.values(series, Float64Array.of(at.timeMs))[0] ?? Number.NaN;
}

function column(name: string, startMs: number, count: number): Float64Array {
  const estate = createEstate({ seed: 1, startMs: START_MS, faults: fixedFaults() });
  const series = estate.series.find(({ metric }) => metric.name === name);
  if (series === undefined) throw new RangeError(`No series ${name}`);
  return estate.values(
    series,
    Float64Array.from({ length: count }, (_, i) => startMs + i * 60_000),
  );
}

test('three hosts, a shop of three routes and a database make 40 series', () => {
  const { series } = createEstate({ seed: 1, startMs: START_MS });
  expect(series).toHaveLength(40);
  expect(new Set(series.map(({ metric, key }) => metric.name + key)).size).toBe(40);
});

test('the same seed, start and time give the same value, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(39),
      fc.integer({ min: -WEEK_MS, max: WEEK_MS }),
      (seed, row, ms) => {
        const fresh = createEstate({ seed, startMs: START_MS });
        const used = createEstate({ seed, startMs: START_MS });
        const [one, other] = [fresh.series[row], used.series[row]];
        if (one === undefined || other === undefined) return false;
        used.values(other, Float64Array.of(START_MS + WEEK_MS, START_MS + 2 * WEEK_MS));
        const time = Float64Array.of(START_MS + ms);
        return Object.is(fresh.values(one, time)[0], used.values(other, time)[0]);
      },
    ),
    { numRuns: 40 },
  );
});

test('every value without a dropout is finite and in the range of its metric', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -WEEK_MS, max: WEEK_MS }), (seed, ms) => {
      const estate = createEstate({ seed, startMs: START_MS });
      return estate.series.every((series) => {
        const [value = Number.NaN] = estate.values(series, Float64Array.of(START_MS + ms));
        const [lowest, highest] = series.metric.range;
        return (
          Number.isNaN(value) || (Number.isFinite(value) && lowest <= value && value <= highest)
        );
      });
    }),
    { numRuns: 60 },
  );
});

test('other seeds give other noise on the same rhythm', () => {
  const at = { name: 'node_cpu_busy', timeMs: START_MS };
  const [one, other] = [valueOf({ seed: 1 }, at), valueOf({ seed: 2 }, at)];
  expect(one).not.toBe(other);
  expect(Math.abs(one - other)).toBeLessThan(0.15);
});

test('lunch on a working day is far busier than the night, and than lunch on Sunday', () => {
  const monday = Date.UTC(2026, 10, 23);
  const [lunch = 0, night = 0, sunday = 0] = [12.5, 4, -11.5].map((hours) =>
    valueOf({}, { name: 'node_cpu_busy', timeMs: monday + hours * HOUR_MS }),
  );
  expect(lunch).toBeGreaterThan(3 * night);
  expect(lunch).toBeGreaterThan(sunday + 0.05);
});

test('people live by the zone: lunch in New York is not at noon UTC', () => {
  const at = { name: 'shop_request_rate', timeMs: Date.UTC(2026, 10, 23, 17, 30) };
  expect(valueOf({ zone: 'America/New_York' }, at)).toBeGreaterThan(1.4 * valueOf({}, at));
});

test('the night backup is seen on the disk of the database host alone', () => {
  const timeMs = Date.UTC(2026, 10, 23, 2, 50);
  expect(valueOf({}, { name: 'node_disk_read', row: 2, timeMs })).toBeGreaterThan(20e6);
  expect(valueOf({}, { name: 'node_disk_read', row: 0, timeMs })).toBeLessThan(5e6);
});

test('load drives a host: over a day CPU, network and latency move together', () => {
  const day = Date.UTC(2026, 10, 17);
  const cpu = column('node_cpu_busy', day, 1440);
  expect(correlation(cpu, column('node_network_transmitted', day, 1440))).toBeGreaterThan(0.95);
  expect(correlation(cpu, column('shop_latency_p50', day, 1440))).toBeGreaterThan(0.7);
});

test('noise hangs together: neighbours in time are alike, minutes apart less so', () => {
  const night = column('node_filesystem_used', Date.UTC(2026, 10, 18), 1440).map(
    (v, i) => v - (0.015 * i) / 1440,
  );
  const lag = (rows: number) =>
    correlation(night.subarray(rows), night.subarray(0, night.length - rows));
  expect(lag(1)).toBeGreaterThan(0.3);
  expect(lag(1)).toBeLessThan(0.8);
  expect(lag(1)).toBeGreaterThan(lag(20));
});

function correlation(a: Float64Array, b: Float64Array): number {
  const [x, y] = [centred(a), centred(b)];
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
