import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Status } from '../contract/status.ts';
import { StoreError } from '../store/errors.ts';
import { storeErrorOf } from '../store/sql-errors.ts';
import { openTestApi, type TestApi } from './test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function serverSuite(): void {
  let server: TestApi;
  let reloadProblem: Error | undefined;
  let isReady = false;

  beforeAll(async () => {
    server = await openTestApi({
      ready: () => isReady,
      reload: async () => {
        if (reloadProblem) throw reloadProblem;
      },
      corsOrigins: ['https://example.org'],
    });
  }, 30_000);
  afterAll(() => server.close());

  const Components = z.object({ schemas: z.record(z.string(), z.unknown()) });
  const Paths = z.record(z.string(), z.record(z.string(), z.object({ responses: z.unknown() })));

  const post = (payload: string, type = 'application/json') =>
    server.api.inject({
      method: 'POST',
      url: '/api/v1/models',
      headers: { 'content-type': type },
      payload,
    });

  const askAs = (id: string) =>
    server.api.inject({ url: '/health', headers: { 'x-request-id': id } });

  const allowedOrigin = async (origin: string) => {
    const answer = await server.api.inject({ url: '/health', headers: { origin } });
    return answer.headers['access-control-allow-origin'];
  };

  test('the status tells findings, configuration and own metrics without buckets', async () => {
    server.telemetry.detectionLatency.observe(0.2);
    server.telemetry.detectionLatency.observe(0.3);
    const { body } = await server.call('GET', '/api/v1/status');
    const status = Status.parse(body);
    expect(status).toMatchObject({ version: '1.2.3', configuration: 'server: {}\n' });
    expect(status.findings).toContainEqual({ name: 'node', state: 'ok', detail: '20.19.0' });
    expect(status.findings).toContainEqual({ name: 'database', state: 'ok', detail: 'pglite' });
    expect(status.findings.map(({ name }) => name)).toContain('series');
    const duration = status.metrics.find(({ name }) => name === 'saimon_detection_latency_seconds');
    expect(duration?.values).toEqual([{ labels: {}, value: 0.5, count: 2 }]);
  });

  test('GET / gives programs a description and browsers a page that loads nothing from elsewhere', async () => {
    const { body } = await server.call('GET', '/');
    expect(body).toEqual({
      name: 'SAIMon',
      version: '1.2.3',
      description: expect.any(String),
      docs: '/docs',
    });
    const page = await server.api.inject({ url: '/', headers: { accept: 'text/html,*/*' } });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).not.toMatch(/https?:\/\//);
    for (const [, path] of page.body.matchAll(/(?:src|href)="(\/main[^"]*)"/g))
      expect((await server.api.inject({ url: path ?? '' })).statusCode).toBe(200);
  });

  test('the web UI is sent packed, and only once to a browser that keeps it', async () => {
    const url = '/main.js';
    const headers = { 'accept-encoding': 'gzip, br' };
    const first = await server.api.inject({ url, headers });
    expect(first.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'no-cache',
    });
    // Under 100 kB, or it is no longer at once there on a phone.
    expect(first.rawPayload.length).toBeLessThan(100_000);
    const known = { 'if-none-match': String(first.headers.etag) };
    expect((await server.api.inject({ url, headers: known })).statusCode).toBe(304);
  });

  test('every page of the web UI has an address', async () => {
    for (const url of ['/anomalies', '/anomalies/1', '/series', '/series/1?span=1h']) {
      const page = await server.api.inject({ url });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    }
  });

  test('health names every dependency as a string, also under /api/v1', async () => {
    for (const path of ['/health', '/api/v1/health']) {
      const { body } = await server.call('GET', path);
      expect(body).toEqual({
        status: 'healthy',
        timestamp: '2026-11-22T12:00:00.000Z',
        service: 'saimon',
      });
    }
    const { body } = await server.call('GET', '/api/v1/health/detailed');
    expect(body).toMatchObject({
      status: 'healthy',
      dependencies: { database: 'healthy', prometheus: 'healthy', redis: 'not configured' },
      checks: { prometheus: { detail: 'Fake 1.0' } },
    });
  });

  test('detailed health is degraded while the source is away', async () => {
    server.source.away = true;
    const { status, body } = await server.call('GET', '/health/detailed');
    server.source.away = false;
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'degraded', dependencies: { prometheus: 'unhealthy' } });
  });

  test('detailed health is degraded while something hinders detection', async () => {
    server.engine.problems.push('Cannot watch 3 more series', 'Cannot read calendar');
    const { body } = await server.call('GET', '/health/detailed');
    server.engine.problems.length = 0;
    expect(body).toMatchObject({
      status: 'degraded',
      checks: {
        detection: {
          status: 'unhealthy',
          detail: 'Cannot watch 3 more series (and 1 more, see the log)',
        },
      },
    });
  });

  test('/-/ready is 503 until the service is, /-/healthy is 200 from the start', async () => {
    expect((await server.call('GET', '/-/healthy')).status).toBe(200);
    const early = await server.call('GET', '/-/ready');
    expect(early).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    isReady = true;
    expect((await server.call('GET', '/-/ready')).status).toBe(200);
  });

  test('POST /-/reload is 200, or 500 with the reason', async () => {
    expect((await server.call('POST', '/-/reload')).status).toBe(200);
    reloadProblem = new Error('saimon.yml:3:1 unknown key "reeder"');
    expect(await server.call('POST', '/-/reload')).toMatchObject({
      status: 500,
      body: { error: 'saimon.yml:3:1 unknown key "reeder"', status_code: 500 },
    });
  });

  test('unknown paths are 404 and wrong methods 405, both as JSON', async () => {
    expect(await server.call('GET', '/api/v1/nothing')).toMatchObject({
      status: 404,
      body: { status_code: 404, code: 'not_found', request_id: expect.any(String) },
    });
    const wrong = await server.call('DELETE', '/api/v1/anomalies/5');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers['allow']).toBe('GET, HEAD');
  });

  test('malformed JSON is 400, a large body 413, another type 415', async () => {
    expect((await post('{"name":')).json()).toMatchObject({
      status_code: 400,
      code: 'bad_request',
    });
    expect((await post(JSON.stringify({ name: 'x'.repeat(2 ** 20) }))).statusCode).toBe(413);
    expect((await post('<x/>', 'text/xml')).json()).toMatchObject({ status_code: 415 });
  });

  test('a request id is taken over when it is sane and made otherwise', async () => {
    expect((await askAs('abc-1')).headers['x-request-id']).toBe('abc-1');
    expect((await askAs('a b\tc')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('CORS answers the origins of the configuration and no other', async () => {
    expect(await allowedOrigin('https://example.org')).toBe('https://example.org');
    expect(await allowedOrigin('https://evil.example')).toBeUndefined();
  });

  test('headers allow scripts from here only and ask for no TLS', async () => {
    const { headers } = await server.call('GET', '/docs');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  test('a database that is away is 503 with Retry-After and says no SQL', async () => {
    const away = await openTestApi({
      database: {
        kind: 'postgres',
        query: async () => {
          const driver = { code: 'ECONNREFUSED', message: 'select * from secrets' };
          throw storeErrorOf('Cannot query PostgreSQL', driver);
        },
        exec: async () => {},
        transaction: async () => {
          throw new StoreError('unreachable', 'begin');
        },
        close: async () => {},
      },
    });
    const answer = await away.call('GET', '/api/v1/anomalies');
    const health = await away.call('GET', '/health/detailed');
    await away.close();
    expect(answer).toMatchObject({ status: 503, body: { code: 'database_unreachable' } });
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('select');
    expect(health.body).toMatchObject({
      status: 'degraded',
      dependencies: { database: 'unhealthy' },
    });
  });

  test('an unexpected error is 500 and shows nothing of itself', async () => {
    const broken = await openTestApi({
      database: server.database,
      ready: () => {
        throw new TypeError('secret inside');
      },
    });
    const answer = await broken.call('GET', '/-/ready');
    await broken.close();
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(answer.text).not.toContain('secret');
  });

  test('GET /metrics holds our own metrics, requests by route, and the results of the series', async () => {
    server.engine.judgements.push({
      alias: 'cpu',
      labels: { instance: 'a' },
      timeMs: 0,
      value: 3,
      expected: 2,
      lower: 1,
      upper: 4,
      ratio: 0.5,
      flagged: false,
    });
    await server.call('GET', '/api/v1/anomalies/77');
    const { text, headers } = await server.call('GET', '/metrics');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toContain('saimon_build_info{version="1.2.3"');
    expect(text).toContain(
      'saimon_api_requests_total{method="GET",route="/api/v1/anomalies/:id",status="404"} 1',
    );
    expect(text).toContain('saimon_api_request_duration_seconds_bucket');
    expect(text).toContain('saimon_anomaly_score{instance="a",for="cpu"} 0.5');
  });

  test('the OpenAPI document is 3.1 and lists every route of the contract', async () => {
    const { body } = await server.call('GET', '/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'SAIMon', version: '1.2.3' } });
    const paths = Paths.parse(body['paths']);
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.toSorted()).toMatchInlineSnapshot(`
      [
        "DELETE /api/v1/backtests/{id}",
        "DELETE /api/v1/calendars/{id}",
        "DELETE /api/v1/channels/{name}",
        "DELETE /api/v1/events/{id}",
        "DELETE /api/v1/maintenance-windows/{id}",
        "DELETE /api/v1/queries/{alias}",
        "DELETE /api/v1/rules/{id}",
        "DELETE /api/v1/silences/{id}",
        "DELETE /api/v1/truth-incidents/{id}",
        "GET /",
        "GET /-/healthy",
        "GET /-/ready",
        "GET /api/v1/alert-budget",
        "GET /api/v1/alerts",
        "GET /api/v1/alerts/{id}",
        "GET /api/v1/anomalies",
        "GET /api/v1/anomalies/stats",
        "GET /api/v1/anomalies/stats/summary",
        "GET /api/v1/anomalies/{id}",
        "GET /api/v1/anomalies/{id}/explain",
        "GET /api/v1/anomalies/{id}/feedback",
        "GET /api/v1/anomalies/{id}/rule-proposals",
        "GET /api/v1/anomalies/{id}/similar",
        "GET /api/v1/audit",
        "GET /api/v1/backtests",
        "GET /api/v1/backtests/{id}",
        "GET /api/v1/backtests/{id}/incidents",
        "GET /api/v1/backtests/{id}/report",
        "GET /api/v1/calendars",
        "GET /api/v1/calendars/{id}",
        "GET /api/v1/channels",
        "GET /api/v1/channels/{name}",
        "GET /api/v1/costs",
        "GET /api/v1/entities",
        "GET /api/v1/events",
        "GET /api/v1/events/{id}",
        "GET /api/v1/health",
        "GET /api/v1/health/detailed",
        "GET /api/v1/incidents",
        "GET /api/v1/incidents/{id}",
        "GET /api/v1/incidents/{id}/causes",
        "GET /api/v1/incidents/{id}/timeline",
        "GET /api/v1/maintenance-windows",
        "GET /api/v1/maintenance-windows/{id}",
        "GET /api/v1/matches",
        "GET /api/v1/metrics",
        "GET /api/v1/metrics/{name}",
        "GET /api/v1/metrics/{name}/data",
        "GET /api/v1/models",
        "GET /api/v1/models/{id}",
        "GET /api/v1/models/{id}/versions",
        "GET /api/v1/notifications",
        "GET /api/v1/notifications/{id}",
        "GET /api/v1/queries",
        "GET /api/v1/queries/{alias}",
        "GET /api/v1/reports/incidents",
        "GET /api/v1/rules",
        "GET /api/v1/rules/{id}",
        "GET /api/v1/schedule",
        "GET /api/v1/series",
        "GET /api/v1/series/{id}",
        "GET /api/v1/series/{id}/bands",
        "GET /api/v1/series/{id}/context",
        "GET /api/v1/series/{id}/forecast",
        "GET /api/v1/silences",
        "GET /api/v1/silences/{id}",
        "GET /api/v1/status",
        "GET /api/v1/stream",
        "GET /api/v1/training-jobs",
        "GET /api/v1/training-jobs/{id}",
        "GET /api/v1/truth-incidents",
        "GET /api/v1/truth-incidents/{id}",
        "GET /health",
        "GET /health/detailed",
        "GET /metrics",
        "GET /prometheus/api/v1/label/{name}/values",
        "GET /prometheus/api/v1/labels",
        "GET /prometheus/api/v1/metadata",
        "GET /prometheus/api/v1/query",
        "GET /prometheus/api/v1/query_range",
        "GET /prometheus/api/v1/series",
        "GET /prometheus/api/v1/status/buildinfo",
        "POST /-/reload",
        "POST /api/v1/alerts/{id}/acknowledge",
        "POST /api/v1/alerts/{id}/resolve",
        "POST /api/v1/anomalies",
        "POST /api/v1/anomalies/{id}/confirm",
        "POST /api/v1/anomalies/{id}/feedback",
        "POST /api/v1/backtests",
        "POST /api/v1/calendars",
        "POST /api/v1/channels",
        "POST /api/v1/channels/{name}/test",
        "POST /api/v1/events",
        "POST /api/v1/hooks/alertmanager",
        "POST /api/v1/hooks/github",
        "POST /api/v1/hooks/grafana",
        "POST /api/v1/hooks/slack",
        "POST /api/v1/incidents/{id}/acknowledge",
        "POST /api/v1/incidents/{id}/merge",
        "POST /api/v1/incidents/{id}/notes",
        "POST /api/v1/incidents/{id}/resolve",
        "POST /api/v1/maintenance-windows",
        "POST /api/v1/metrics/discover",
        "POST /api/v1/models",
        "POST /api/v1/models/{id}/activate",
        "POST /api/v1/models/{id}/rollback",
        "POST /api/v1/models/{id}/train",
        "POST /api/v1/notifications/{id}/retry",
        "POST /api/v1/queries",
        "POST /api/v1/rules",
        "POST /api/v1/rules/preview",
        "POST /api/v1/rules/{id}/disable",
        "POST /api/v1/rules/{id}/enable",
        "POST /api/v1/silences",
        "POST /api/v1/silences/{id}/expire",
        "POST /api/v1/truth-incidents",
        "POST /prometheus/api/v1/labels",
        "POST /prometheus/api/v1/query",
        "POST /prometheus/api/v1/query_range",
        "POST /prometheus/api/v1/series",
        "PUT /api/v1/queries/{alias}",
      ]
    `);
    for (const methods of Object.values(paths))
      for (const { responses } of Object.values(methods))
        expect(responses).toHaveProperty('default');
    const schemas = Object.keys(Components.parse(body['components']).schemas);
    for (const [, name] of JSON.stringify(body).matchAll(
      /"\$ref":"#\/components\/schemas\/(\w+)"/g,
    ))
      expect(schemas).toContain(name);
    expect(schemas).toContain('Error');
  });

  test('Swagger UI is served from the package', async () => {
    const { text, status } = await server.call('GET', '/docs');
    expect(status).toBe(200);
    expect(text).not.toMatch(/(src|href)="https?:/);
  });
}
