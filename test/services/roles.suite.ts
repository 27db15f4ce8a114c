import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Anomaly, AnomalyList } from '../../src/contract/anomaly.ts';
import { ModelList } from '../../src/contract/model.ts';
import type { Row } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import type { WatchedStack } from './watched-stack.ts';

const PATIENT = { timeoutMs: 150_000, everyMs: 500 };
const JUMPED = 'signal_6';

/** A part of stack.test.ts: what is asked of the API reaches the engine, and what the engine finds reaches the API's clients. */
export function rolesSuite(running: () => WatchedStack): void {
  let database: Client;
  let anomaly: Anomaly;
  const post = async (path: string, body?: object): Promise<Row> => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const url = `${running().api.url}/api/v1${path}`;
    const asked = { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(url, asked);
    const text = await response.text();
    expect(response.ok, `${path}: ${text}`).toBe(true);
    return JSON.parse(text);
  };

  beforeAll(async () => {
    database = new Client({ connectionString: running().postgres.url });
    await database.connect();
  });
  afterAll(() => database.end());

  test('events and planned work told to the API stand with the anomaly, which the stream of the API tells of', async () => {
    const { api, exporter } = running();
    await post('/events', { kind: 'deploy', title: 'Version 7', labels: { host: 'web-1' } });
    await post('/maintenance-windows', {
      title: 'Upgrade of 6',
      match: { __name__: JUMPED },
      ends_at: new Date(Date.now() + 3_600_000).toISOString(),
      reason: 'test',
    });
    const stream = await openStream(`${api.url}/api/v1/stream`);
    exporter.shift(JUMPED, 700);
    await eventually(async () => {
      const answer = await api.get(`/anomalies?metric_name=${JUMPED}`);
      const [first] = AnomalyList.parse(answer).anomalies;
      if (!first) throw new Error('Waiting for an anomaly');
      anomaly = first;
    }, PATIENT);
    expect(anomaly.maintenance).toMatchObject({ title: 'Upgrade of 6' });
    expect(JSON.stringify(anomaly)).toContain('Version 7');
    await eventually(async () => {
      expect(stream.text()).toMatch(new RegExp(`event: anomaly\\n.*"id":${anomaly.id},`));
    }, PATIENT);
    stream.close();
  });

  test('a verdict given to the API is kept with the anomaly', async () => {
    await post(`/anomalies/${anomaly.id}/confirm?confirmed=true&user=ada`);
    const answer = Anomaly.parse(await running().api.get(`/anomalies/${anomaly.id}`));
    expect(answer).toMatchObject({ is_confirmed: true, confirmed_by: 'ada' });
  });

  test('a training asked of the API is done by the engine', async () => {
    const [model] = await models();
    const queued = await post(`/models/${model?.id}/train`);
    await eventually(async () => {
      const { rows } = await database.query(
        `select status from training_jobs where series_id = $1 and occasion like 'request%'`,
        [queued['series_id']],
      );
      expect(rows).toEqual([{ status: 'completed' }]);
    }, PATIENT);
  });

  test('a version put in force through the API judges in the engine', async () => {
    const [model] = await models();
    const { rows: versions } = await database.query(
      `select o.id from models m join models o on o.series_id = m.series_id
         and o.model_type = m.model_type and not o.is_active
       where m.id = $1 order by o.id limit 1`,
      [model?.id],
    );
    const id: unknown = versions[0]?.id;
    await post(`/models/${String(id)}/activate`);
    await eventually(async () => {
      const { rows } = await database.query(
        `select c.episode->'models'->m.model_type->>'id' as id
         from models m join checkpoints c on c.series_id = m.series_id where m.id = $1`,
        [id],
      );
      expect(rows).toEqual([{ id: String(id) }]);
    }, PATIENT);
  });

  test('the metrics of the engine have results, those of the API say where they are', async () => {
    const { api, engine } = running();
    expect(await metrics(engine.url)).toMatch(/^saimon_yhat\{.*for="signal_1"\} [\d.]+$/m);
    expect(await metrics(api.url)).toMatch(/^# .*--role engine.*\/metrics/m);
  });

  /** Versions in force of one detector of the quiet series. */
  async function models() {
    const answer = await running().api.get('/models?limit=1000&active_only=true');
    return ModelList.parse(answer).models.filter(({ name }) => name.startsWith('signal_1{'));
  }
}

async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** Server-sent events as they come. */
async function openStream(url: string): Promise<{ text(): string; close(): void }> {
  const ending = new AbortController();
  const response = await fetch(url, { signal: ending.signal });
  let text = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) text += decoder.decode(part, { stream: true });
  };
  void read().catch(() => {});
  return { text: () => text, close: () => ending.abort() };
}
