import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Backtest, BacktestReport } from '../../contract/backtest.ts';
import { IncidentComparison } from '../../contract/incident-report.ts';
import { gaussian, seededRng } from '../../core/random.ts';
import { addBacktest, beatBacktest } from '../../store/backtests-table.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const ROWS = 3000;
const SPIKE = { from: 2500, to: 2520 };

/** A sample a minute of noise around 10; 40 for twenty minutes. */
function noiseWithSpike(): string {
  const rng = seededRng(5);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const isHigh = row >= SPIKE.from && row < SPIKE.to;
    return `${row * 60},${(isHigh ? 40 : 10 + gaussian(rng)).toFixed(3)}`;
  });
  return ['time,load', ...lines].join('\n');
}

/** A part of api.test.ts, where all parts share one database. */
export function backtestsSuite(): void {
  let server: TestApi;
  let seriesId: number;
  const path = '/api/v1/backtests';

  beforeAll(async () => {
    server = await openTestApi();
    const query = { alias: 'steps', expr: 'steps', unit: 'ratio' };
    const { queries } = await saveQueries(server.database, 'config', [query]);
    const [one] = await ensureSeries(server.database, queries[0]?.id ?? 0, [
      { labels: { instance: 'a' }, stepMs: 15_000 },
    ]);
    seriesId = one?.id ?? 0;
  }, 30_000);
  afterAll(() => server.close());

  const refused = async (body: object): Promise<string> => {
    const { status, body: answer } = await server.call('POST', path, body);
    expect(status).toBe(422);
    return String(answer['error']);
  };
  const begin = async (body: object): Promise<number> => {
    const { status, body: answer, text } = await server.call('POST', path, body);
    expect(status, text).toBe(202);
    return Number(answer['backtest_id']);
  };
  const read = async (id: number) =>
    Backtest.parse((await server.call('GET', `${path}/${id}`)).body);
  const compared = async (id: number) =>
    IncidentComparison.parse((await server.call('GET', `${path}/${id}/incidents`)).body);
  const untilOver = async (id: number) => {
    for (;;) {
      const one = await read(id);
      if (one.status === 'completed' || one.status === 'failed') return one;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  test('a file is judged in the background: its anomaly, curve and band are in the report', async () => {
    const id = await begin({ csv: { name: 'load.csv', content: noiseWithSpike() } });
    const over = await untilOver(id);
    expect(over).toMatchObject({ name: 'load.csv', status: 'completed', progress: 1, error: null });
    expect(over.request).toMatchObject({ csv: { name: 'load.csv' } });
    expect(JSON.stringify(over.request)).not.toContain('2500');
    const [part] = over.parts;
    expect(part).toMatchObject({
      name: 'load',
      series_id: null,
      learned_rows: 1500,
      judged_rows: 1500,
      recorded: null,
    });
    const spike = part?.anomalies.find(
      ({ started_at: at }) => Date.parse(at) / 60_000 === SPIKE.from,
    );
    expect(spike).toMatchObject({ kind: 'deviation', value: 40, planned: null });
    expect(spike?.sentence).toContain('load went up to 40');

    const report = BacktestReport.parse(
      (await server.call('GET', `${path}/${id}/report?points=50`)).body,
    );
    const drawn = report.parts[0];
    expect(drawn?.times).toHaveLength(51);
    // Of 30 rows a step the one with the highest score: the spike is there.
    expect(drawn?.value).toContain(40);
    expect(Math.max(...(drawn?.score ?? []).map(Number))).toBeGreaterThan(0.95);
    expect(drawn?.per_week).toBeGreaterThan(0);
  });

  test('a smaller deviation than the one that was asked for raises nothing', async () => {
    const csv = { content: noiseWithSpike() };
    const quiet = await untilOver(await begin({ csv, settings: { min_dev_from_expected: 100 } }));
    expect(quiet.parts[0]?.anomalies).toEqual([]);
    const below = { detection_direction: 'below_expected' };
    const other = await untilOver(await begin({ csv, settings: below }));
    expect(other.parts[0]?.anomalies.filter(({ value }) => value === 40)).toEqual([]);
  });

  test('series are judged over a span of which the time before was learned', async () => {
    const id = await begin({
      series_ids: [seriesId],
      start: TEST_NOW_MS / 1000 - 3600,
      learn: '1h',
    });
    const over = await untilOver(id);
    expect(over.error).toBeNull();
    expect(over.parts[0]).toMatchObject({
      name: 'steps',
      series_id: seriesId,
      labels: { instance: 'a' },
      unit: 'ratio',
      learned_rows: 240,
      judged_rows: 241,
      recorded: 0,
    });
  });

  describe('of a series that went up for ten minutes, which somebody recorded', () => {
    const START = TEST_NOW_MS - 3_600_000;
    const UP = { from: START + 1_200_000, to: START + 1_800_000 };
    const asked = { start: START / 1000, learn: '12h' };

    beforeAll(async () => {
      const rng = seededRng(7);
      server.source.valueAt = (timeMs) =>
        timeMs >= UP.from && timeMs < UP.to ? 40 : 10 + gaussian(rng);
      const truth = { started_at: UP.from / 1000, ended_at: UP.to / 1000 };
      await server.call('POST', '/api/v1/truth-incidents', {
        incidents: [
          { name: 'Steps went wild', labels: { instance: 'a' }, ...truth },
          { name: 'Of another machine', labels: { instance: 'b' }, ...truth },
        ],
      });
    });
    afterAll(() => {
      server.source.valueAt = (_, index) => index;
    });

    test('what was raised and what would have been are held against what happened', async () => {
      const id = await begin({ series_ids: [seriesId], ...asked });
      const over = await untilOver(id);
      expect(over.parts[0]).toMatchObject({ recorded: 0, rules: 0 });
      const { configuration, changed } = await compared(id);
      expect(configuration).toMatchObject({ found: 0, missed: 1, pages: 0 });
      expect(changed).toMatchObject({ found: 1, missed: 0, recall: 1 });
      expect(changed.incidents[0]).toMatchObject({ name: 'Steps went wild', found: true });
      const page = await server.call('GET', `${path}/${id}/incidents?format=html`);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.text).toContain('with the settings of the backtest');
      expect((await server.call('GET', `${path}/${id}/incidents?lead=soon`)).status).toBe(422);
    });

    test('accepted rules keep quiet what they meet, unless they are left aside', async () => {
      const made = await server.call('POST', '/api/v1/rules', {
        condition: { kind: 'direction', direction: 'above' },
        scope: { kind: 'query', metric_name: 'steps' },
      });
      const ruleId = Number(made.body['id']);
      const id = await begin({ series_ids: [seriesId], ...asked });
      const [part] = (await untilOver(id)).parts;
      expect(part?.rules).toBe(1);
      const up = part?.anomalies.filter(({ value }) => value === 40) ?? [];
      expect(up.length).toBeGreaterThan(0);
      const reason = 'anomalies of kind deviation above what is expected of steps';
      for (const one of up) expect(one.quieted_by).toEqual({ rule_id: ruleId, reason });
      expect((await compared(id)).changed).toMatchObject({ found: 0, missed: 1 });
      const plain = await begin({ series_ids: [seriesId], ...asked, rules: false });
      const [loud] = (await untilOver(plain)).parts;
      expect(loud).toMatchObject({ rules: null });
      expect(loud?.anomalies.map((one) => one.quieted_by)).not.toContainEqual(expect.anything());
      expect((await compared(plain)).changed).toMatchObject({ found: 1 });
      await server.call('DELETE', `/api/v1/rules/${ruleId}`);
    });

    test('a file, of which nothing was raised, has nothing to compare', async () => {
      const id = await begin({ csv: { content: noiseWithSpike() } });
      await untilOver(id);
      expect(await server.call('GET', `${path}/${id}/incidents`)).toMatchObject({
        status: 409,
        body: { code: 'no_series' },
      });
    });
  });

  test('what cannot be judged fails with the reason', async () => {
    const unknown = await untilOver(await begin({ series_ids: [seriesId, 999] }));
    expect(unknown).toMatchObject({
      status: 'failed',
      error: 'Cannot backtest series 999: there is none',
    });
    server.source.away = true;
    const away = await untilOver(await begin({ series_ids: [seriesId] }));
    server.source.away = false;
    expect(away.error).toBe('Cannot backtest steps: Cannot reach it: connection refused');
    const short = await untilOver(await begin({ csv: { content: 'time,v\n1,2\n2,3\n' } }));
    expect(short.error).toContain('2 samples of which 1 would be learned, expected at least 100');
  });

  test('what makes no sense is 422 with the place', async () => {
    expect(await refused({})).toContain('Expected either series_ids or csv');
    expect(await refused({ csv: { content: 'time,v\n1,x\n' } })).toContain(
      'values.csv:2 column "v"',
    );
    expect(await refused({ series_ids: [1], learn: 'long' })).toContain('Cannot parse duration');
    expect(await refused({ series_ids: [1], settings: { threshold: 3 } })).toContain('threshold');
    expect(
      await refused({ series_ids: [1], settings: { alert_budget: { max: 1, every: '5m' } } }),
    ).toContain('at least 1h');
  });

  test('one that its process left behind is failed, and can be removed', async () => {
    const { database } = server;
    const id = await addBacktest(database, { name: 'left', request: {} }, TEST_NOW_MS - 120_000);
    await beatBacktest(database, id, {
      status: 'running',
      progress: 0.5,
      nowMs: TEST_NOW_MS - 90_000,
    });
    expect(await read(id)).toMatchObject({
      status: 'failed',
      progress: 0.5,
      error: 'SAIMon was stopped while it ran: run it again',
    });
    expect((await server.call('GET', `${path}/${id}/report`)).status).toBe(409);
    expect((await server.call('DELETE', `${path}/${id}`)).body['message']).toBe('Backtest removed');
    expect((await server.call('DELETE', `${path}/${id}`)).status).toBe(404);
    expect((await server.call('GET', `${path}/${id}`)).status).toBe(404);
  });

  test('no more than fifty are kept, and none for longer than a week', async () => {
    const { database, clock } = server;
    await database.query(
      `insert into backtests (name, status, request, created_at, ended_at, beat_at)
       select 'old', 'failed', '{}', now(), $1, now() from generate_series(1, 60)`,
      [new Date(TEST_NOW_MS).toISOString()],
    );
    await untilOver(await begin({ series_ids: [999] }));
    const { body } = await server.call('GET', path);
    expect(body['total']).toBe(50);
    await clock.advance(8 * 86_400_000);
    await untilOver(await begin({ series_ids: [999] }));
    expect((await server.call('GET', `${path}?limit=1`)).body['total']).toBe(1);
    await clock.advance(-8 * 86_400_000);
  });
}
