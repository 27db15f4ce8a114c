import { expect } from 'vitest';
import type { FakePrometheus } from './fake-prometheus.ts';
import { type RunningSaimon, type RunOptions, runSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';

/** Long enough for what must come, on a slow machine too. */
export const patient = { timeoutMs: 120_000, everyMs: 250 };

/** The built program watching expressions of a fake Prometheus, every second. */
export function watchFake(
  prometheus: FakePrometheus,
  names: readonly string[],
  environment: Record<string, string> = {},
  options: RunOptions = {},
): Promise<RunningSaimon> {
  const queries = Object.fromEntries(names.map((name) => [name, { expr: name }]));
  const reader = { datasource_url: prometheus.url, sampling_period: '1s', timeout: '2s', queries };
  return runSaimon({ reader, schedulers: { infer_every: '1s' } }, environment, options);
}

export async function untilReady(saimon: RunningSaimon, names: readonly string[]): Promise<void> {
  await eventually(async () => {
    const states = (await saimon.series()).map(({ state }) => state);
    expect(states, saimon.output()).toEqual(names.map(() => 'ready'));
  }, patient);
}

/** Waits until samples later than now were judged; the rows that tell are written every dozen runs. */
export async function untilCaughtUp(
  saimon: RunningSaimon,
  names: readonly string[],
): Promise<void> {
  const fromMs = Date.now();
  await eventually(async () => {
    const until = (await saimon.series())
      .filter(({ metric_name: name }) => names.includes(String(name)))
      .map((one) => Date.parse(String(one['last_sample_at'])));
    expect(until).toHaveLength(names.length);
    expect(Math.min(...until), saimon.output().slice(-2000)).toBeGreaterThan(fromMs);
  }, patient);
}

/** Every second since the epoch was learned, and none twice. */
export async function expectNothingLostOrDoubled(
  saimon: RunningSaimon,
  { epochS }: FakePrometheus,
): Promise<void> {
  for (const one of await saimon.series()) {
    const lastS = Date.parse(String(one['last_sample_at'])) / 1000;
    expect(one['samples_seen']).toBe(lastS - epochS + 1);
  }
}

/** What it has said since a line of its log. */
export function told(saimon: RunningSaimon, since: number): string[] {
  return saimon
    .lines()
    .slice(since)
    .map(({ msg }) => msg);
}

/** The same, warnings and errors only. */
export function warnings(saimon: RunningSaimon, since: number): string[] {
  return saimon
    .lines()
    .slice(since)
    .filter(({ level }) => level >= 40)
    .map(({ msg }) => msg);
}
