import { expect, test } from 'vitest';
import { eventually } from './server-process.ts';
import { SIGNALS } from './signal-exporter.ts';
import type { WatchedStack } from './watched-stack.ts';

const PATIENT = { timeoutMs: 60_000, everyMs: 500 };
const RESULTS = ['anomaly_score', 'y', 'yhat', 'yhat_lower', 'yhat_upper'];

/** A part of stack.test.ts: a real Prometheus takes what the engine sends. */
export function remoteWriteSuite(running: () => WatchedStack): void {
  const sent = async (outcome: string) => {
    const text = await (await fetch(`${running().engine.url}/metrics`)).text();
    const line = `saimon_remote_write_samples_total\\{outcome="${outcome}"\\} (\\d+)`;
    return Number(new RegExp(line).exec(text)?.[1] ?? 0);
  };

  test('every result of every series arrives with the labels of its series', async () => {
    const { prometheus, exporter } = running();
    await eventually(async () => {
      for (const name of RESULTS) {
        const labels = `job="estate",host="web-1",instance="${exporter.target}"`;
        const found = await prometheus.values(`saimon_${name}{${labels}}`);
        expect(found).toHaveLength(SIGNALS.length);
      }
    }, PATIENT);
    // What was judged is what Prometheus held, at the very same time.
    const judged = 'saimon_y{for="signal_3",job="estate"}';
    const [atS] = await prometheus.values(`timestamp(${judged})`);
    const [value] = await prometheus.values(`${judged} @ ${atS}`);
    expect(await prometheus.values(`signal_3{job="estate"} @ ${atS}`)).toEqual([value]);
    expect(await sent('dropped')).toBe(0);
  });

  test('a killed engine sends nothing twice and nothing out of order', async () => {
    const { engine, prometheus } = running();
    const before = await prometheus.values(
      'count_over_time(saimon_yhat{for="signal_3",job="estate"}[10m])',
    );
    await engine.end('SIGKILL');
    await engine.again();
    await eventually(async () => {
      const after = await prometheus.values(
        'count_over_time(saimon_yhat{for="signal_3",job="estate"}[10m])',
      );
      expect(after[0]).toBeGreaterThan((before[0] ?? 0) + 3);
    }, PATIENT);
    expect(await sent('sent')).toBeGreaterThan(0);
    expect(await sent('dropped')).toBe(0);
    expect(engine.output()).not.toContain('Cannot send results');
  });
}
