import { expect, test } from 'vitest';
import { heatRows } from './heat-rows.ts';

const HOUR_MS = 3_600_000;
const SPAN = { startMs: 0, endMs: 4 * HOUR_MS, slices: 4 };
const at = (hour: number): string => new Date(hour * HOUR_MS).toISOString();
const entity = (labels: Record<string, string>) => ({
  id: 1,
  labels,
  judged_until: at(4),
  deviation_ratio: 0,
  members: [],
});
const episode = (host: string, severity: 'low' | 'critical', from: number, to: number | null) => ({
  labels: { host, mode: 'idle' },
  severity,
  status: to === null ? ('open' as const) : ('closed' as const),
  started_at: at(from),
  last_at: at(to ?? from),
  ended_at: to === null ? null : at(to),
});

test('heatRows() shows the worst of each slice, and calm entities last', () => {
  const entities = [entity({ host: 'calm' }), entity({ host: 'web' })];
  const anomalies = [episode('web', 'low', 0.5, 2.5), episode('web', 'critical', 1.1, 1.2)];
  expect(heatRows({ entities, anomalies }, SPAN)).toEqual([
    { name: 'web', cells: ['low', 'critical', 'low', undefined] },
    { name: 'calm', cells: [undefined, undefined, undefined, undefined] },
  ]);
});

test('heatRows() carries an open anomaly to the end, from before the span too', () => {
  expect(heatRows({ entities: [], anomalies: [episode('db', 'low', -3, null)] }, SPAN)).toEqual([
    { name: 'db', cells: ['low', 'low', 'low', 'low'] },
  ]);
});

test('heatRows() leaves out what ended before the span', () => {
  expect(heatRows({ entities: [], anomalies: [episode('db', 'low', -3, -1)] }, SPAN)).toEqual([]);
});
