import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { filledIn, promqlOf, sqlOf } from '../dashboard-checks.ts';
import { Dashboard } from '../dashboard-schema.ts';
import { eventually } from './server-process.ts';
import type { WatchedStack } from './watched-stack.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/grafana/dashboards');
const DASHBOARDS = readdirSync(FOLDER).map((name) =>
  Dashboard.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))),
);
const PATIENT = { timeoutMs: 120_000, everyMs: 500 };
const JUMPED = 'signal_3';

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }),
});
type Labels = z.output<typeof Answer>['data']['result'][number]['metric'];

/** A part of stack.test.ts: every query of every dashboard is asked of real servers, and something comes back. */
export function dashboardsSuite(running: () => WatchedStack): void {
  let values: Record<string, string> = {};
  let database: Client;

  beforeAll(async () => {
    const { api, exporter, postgres, prometheus } = running();
    exporter.shift(JUMPED, 400);
    await eventually(async () => expect(await api.anomalies()).not.toEqual([]), PATIENT);
    const event = { kind: 'deploy', title: 'Version 2', labels: {} };
    const headers = { 'content-type': 'application/json' };
    const told = { method: 'POST', headers, body: JSON.stringify(event) };
    expect((await fetch(`${api.url}/api/v1/events`, told)).ok).toBe(true);
    const [series] = await eventually(async () => {
      const found = await ask(prometheus.url, `saimon_yhat_upper{for="${JUMPED}"}`);
      expect(found).not.toEqual([]);
      return found;
    }, PATIENT);
    values = {
      __rate_interval: '1m',
      query: JUMPED,
      instance: '.*',
      series: matchers(series ?? {}),
      __timeFrom: `'${new Date(Date.now() - 3_600_000).toISOString()}'`,
      __timeTo: `'${new Date(Date.now() + 60_000).toISOString()}'`,
    };
    database = new Client({ connectionString: postgres.url });
    await database.connect();
  });
  afterAll(() => database.end());

  describe.each(DASHBOARDS.map((one) => [one.title, one] as const))('%s', (_, dashboard) => {
    const asked = promqlOf(dashboard);

    test.each(asked)('Prometheus has an answer for $where', async ({ text }) => {
      const query = filledIn(text, values);
      await eventually(
        async () => expect(await ask(running().prometheus.url, query), query).not.toEqual([]),
        PATIENT,
      );
    });

    const ofResults = asked.filter((one) => one.ofResults);
    test.runIf(ofResults.length > 0)('the read API answers what is asked of results', async () => {
      for (const { text } of ofResults) {
        const query = filledIn(text, values);
        expect(await ask(`${running().api.url}/prometheus`, query), query).not.toEqual([]);
      }
    });

    const statements = sqlOf(dashboard);
    test.runIf(statements.length > 0)('PostgreSQL has rows for its SQL', async () => {
      for (const { where, text } of statements) {
        await eventually(async () => {
          const { rows } = await database.query(filledIn(text, values));
          expect(rows, where).not.toEqual([]);
        }, PATIENT);
      }
    });
  });
}

async function ask(url: string, query: string): Promise<Labels[]> {
  const endS = Math.floor(Date.now() / 1000);
  const body = new URLSearchParams({ query, start: `${endS - 120}`, end: `${endS}`, step: '15' });
  const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot ask ${query}: ${text}`);
  return Answer.parse(JSON.parse(text)).data.result.map(({ metric }) => metric);
}

/** What the variable "series" makes of a label set. */
function matchers(labels: Labels): string {
  const own = Object.entries(labels).filter(([name]) => name !== '__name__');
  return own.map(([name, value]) => `${name}="${value}"`).join(', ');
}
