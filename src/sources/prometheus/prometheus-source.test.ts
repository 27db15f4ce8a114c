import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { describeSource } from '../source.suite.ts';
import type { Source } from '../source.ts';
import { createPrometheusSource, type PrometheusSourceOptions } from './prometheus-source.ts';

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

type Reply = (response: ServerResponse, asked: Asked) => void;

interface TestServer {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** A server that answers as it is told to. */
async function serve(reply: Reply): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://server');
      const form = new URLSearchParams(body === '' ? url.search : body);
      const one = { path: url.pathname, headers: request.headers, form };
      asked.push(one);
      reply(response, one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(answer: unknown, status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  };
}

/** Answers as Prometheus would for `count` series whose value is the step's number. */
function matrix(count: number, extra: object = {}): Reply {
  return (response, { form, path }) => {
    const query = form.get('query') ?? '';
    if (path.endsWith('/query')) {
      json({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } })(response, none);
      return;
    }
    if (!path.endsWith('/query_range')) {
      response.writeHead(404).end();
      return;
    }
    if (query.includes('!')) {
      json({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400)(response, none);
      return;
    }
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const values: [number, string][] = [];
    for (let at = start ?? 0; at <= (end ?? 0); at += step ?? 1) {
      if (at >= 1000) values.push([at, String(at / (step ?? 1))]);
    }
    const held = query === 'none' || values.length === 0 ? 0 : count;
    const result = Array.from({ length: held }, (_, index) => ({
      metric: { __name__: 'up', instance: `host-${index}` },
      values,
    }));
    json({ status: 'success', data: { resultType: 'matrix', result }, ...extra })(response, none);
  };
}

const none: Asked = { path: '', headers: {}, form: new URLSearchParams() };
const RANGE = { expr: 'up', startMs: 1_000_000, endMs: 1_060_000, stepMs: 15_000 };
/** 40,000 steps. */
const WEEK = {
  expr: 'up',
  startMs: 15_000_000,
  endMs: 15_000_000 + 39_999 * 15_000,
  stepMs: 15_000,
};

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(
  reply: Reply,
  options: Partial<PrometheusSourceOptions> = {},
): Promise<{ source: Source; server: TestServer }> {
  const server = await serve(reply);
  const source = createPrometheusSource({ url: server.url, attempts: 1, ...options });
  closers.push(
    () => server.stop(),
    () => source.close(),
  );
  return { source, server };
}

describeSource('a Prometheus-compatible server', async () => {
  const server = await serve(matrix(3));
  return {
    source: createPrometheusSource({ url: server.url }),
    limited: createPrometheusSource({ url: server.url, maxSeries: 1 }),
    expr: 'up',
    emptyExpr: 'none',
    badExpr: 'up{!}',
    startMs: 1_200_000,
    endMs: 1_500_000,
    stepMs: 15_000,
    stop: () => server.stop(),
  };
});

describe('queryRange()', () => {
  test('joins the chunks of a long range and never asks for 11,000 steps', async () => {
    const { source, server } = await open(matrix(2));
    const { series } = await source.queryRange(WEEK);
    expect(series.map(({ labels }) => labels)).toEqual([
      { instance: 'host-0' },
      { instance: 'host-1' },
    ]);
    for (const { samples } of series) {
      expect(samples.times).toHaveLength(40_000);
      expect(samples.times.every((time, row) => time === WEEK.startMs + row * 15_000)).toBe(true);
      expect(samples.values.every((value, row) => value === 1000 + row)).toBe(true);
    }
    const steps = server.asked.map(
      ({ form }) => (Number(form.get('end')) - Number(form.get('start'))) / 15 + 1,
    );
    expect(steps).toEqual([20, 10_000, 10_000, 10_000, 9_980]);
  });

  test('aligns a range to its step and asks nothing of an empty one', async () => {
    const { source, server } = await open(matrix(1));
    await source.queryRange({ ...RANGE, startMs: 1_000_001, endMs: 1_060_000 });
    expect(server.asked[0]?.form.get('start')).toBe('1005');
    expect(server.asked[0]?.form.get('end')).toBe('1050');
    expect(await source.queryRange({ ...RANGE, endMs: 0 })).toEqual({ series: [], warnings: [] });
    expect(server.asked).toHaveLength(1);
  });

  test('surfaces warnings once', async () => {
    const { source } = await open(matrix(1, { warnings: ['store 2 is away'], infos: ['x'] }));
    expect((await source.queryRange(WEEK)).warnings).toEqual(['store 2 is away', 'x']);
  });

  test('keeps the names of several metrics, which would be one series without', async () => {
    const values = [[1005, '1']];
    const result = ['a', 'b'].map((name) => ({ metric: { __name__: name }, values }));
    const { source } = await open(json({ status: 'success', data: { result } }));
    const { series } = await source.queryRange(RANGE);
    expect(series.map(({ labels }) => labels)).toEqual([{ __name__: 'a' }, { __name__: 'b' }]);
  });

  test('refuses too many series after a short look', async () => {
    const { source, server } = await open(matrix(2_000), { maxSeries: 1_000 });
    await expect(source.queryRange(WEEK)).rejects.toThrow(
      'Cannot watch up: 2000 series, more than the 1000 of reader.max_series; aggregate in the query or raise the key',
    );
    expect(server.asked).toHaveLength(1);
  });

  test('unpacks gzip', async () => {
    const values = [[1005, '1']];
    const answer = { status: 'success', data: { result: [{ metric: {}, values }] } };
    const { source } = await open((response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(answer)));
    });
    expect((await source.queryRange(RANGE)).series).toHaveLength(1);
  });

  test('stops a question under way', async () => {
    const { source, server } = await open(() => {});
    const abort = new AbortController();
    const question = source.queryRange({ ...RANGE, signal: abort.signal });
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort(new Error('stopping'));
    await expect(question).rejects.toThrow('stopping');
  });
});

describe('a server that misbehaves', () => {
  const cases: [string, Reply, string, string][] = [
    [
      'an expression it refuses',
      json(
        { status: 'error', errorType: 'bad_data', error: '1:3: parse error: unexpected\n"}"' },
        400,
      ),
      'rejected',
      'Cannot query up at URL: 1:3: parse error: unexpected "}"',
    ],
    ['422', json({ error: 'too many samples' }, 422), 'rejected', ': too many samples'],
    ['an error in a good answer', json({ status: 'error', error: 'no' }), 'rejected', ': no'],
    [
      'text',
      json({ status: 'success', data: { resultType: 'string', result: [1, '2'] } }),
      'rejected',
      'it gives text',
    ],
    ['401', json({}, 401), 'unauthorized', 'status 401; check the token'],
    ['403', json({ error: 'no tenant' }, 403), 'unauthorized', 'status 403, no tenant; check'],
    [
      '404',
      (response) => response.writeHead(404).end('not found'),
      'rejected',
      'expected the address',
    ],
    ['500', json({}, 500), 'unreachable', 'status 500; it is busy or failing'],
    ['429', json({ error: 'slow down' }, 429), 'unreachable', 'status 429, slow down'],
    ['a redirect', (response) => response.writeHead(302).end(), 'bad_answer', 'status 302'],
    [
      'a login page',
      (response) => response.end('<html>Log in</html>'),
      'bad_answer',
      'Cannot read the answer of URL to up: expected "{" at byte 0, found "<html>Log in</html>"; expected JSON',
    ],
    [
      'half an answer',
      (response) => response.end('{"status":"success","data":{"result":['),
      'bad_answer',
      'found the end',
    ],
    [
      'nothing',
      (response) => response.end(),
      'bad_answer',
      'expected "{" at byte 0, found the end',
    ],
    [
      'labels that are none',
      json({ data: { result: [{ metric: { a: 1 }, values: [[1, '1']] }] } }),
      'bad_answer',
      'expected labels',
    ],
    [
      'a line that breaks',
      (response) => response.destroy(),
      'unreachable',
      'Cannot reach URL: connection reset',
    ],
    [
      'a line that breaks half-way',
      (response) => {
        response.writeHead(200, { 'Content-Length': 1000 }).write('{"status":');
        setTimeout(() => response.destroy(), 10);
      },
      'unreachable',
      'Cannot reach URL: connection reset',
    ],
    [
      'broken gzip',
      (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip'),
      'unreachable',
      'Cannot reach URL: incorrect header check',
    ],
    ['silence', () => {}, 'timeout', 'Cannot query URL: no full answer within 200ms'],
  ];
  test.each(cases)('%s', async (_, reply, code, message) => {
    const { source, server } = await open(reply, { timeoutMs: 200 });
    const question = source.queryRange(RANGE);
    await expect(question).rejects.toMatchObject({ name: 'SourceError', code });
    await expect(question).rejects.toThrow(message.replace('URL', server.url));
    const health = await source.health();
    expect(health.healthy).toBe(false);
    expect(health.detail).not.toContain('\n');
  });

  test('nobody at home', async () => {
    const { source, server } = await open(() => {});
    await server.stop();
    await expect(source.queryRange(RANGE)).rejects.toThrow(
      `Cannot reach ${server.url}: connection refused; check the address and that the server runs`,
    );
  });

  test('is asked again, after as long as it says', async () => {
    const clock = new ManualClock();
    let calls = 0;
    const { source } = await open(
      (response, asked) => {
        calls++;
        if (calls === 1) response.writeHead(503, { 'Retry-After': '7' }).end();
        else if (calls === 2) response.destroy();
        else matrix(1)(response, asked);
      },
      { attempts: 3, clock },
    );
    const question = source.queryRange(RANGE);
    const asleep = (count: number) =>
      expect.poll(() => calls === count && clock.sleeping > 0).toBe(true);
    await asleep(1);
    await clock.advance(6_999);
    expect(calls).toBe(1);
    await clock.advance(1);
    await asleep(2);
    await clock.advance(1_000);
    expect((await question).series).toHaveLength(1);
    expect(calls).toBe(3);
  });

  test('is not asked again what it refused', async () => {
    const { source, server } = await open(json({ error: 'no' }, 400), { attempts: 3 });
    await expect(source.queryRange(RANGE)).rejects.toThrow('no');
    expect(server.asked).toHaveLength(1);
  });
});

test('VictoriaMetrics is asked an hour back, where it repeats no older values', async () => {
  const { source, server } = await open((response, asked) => {
    response.setHeader('X-Server-Hostname', 'vm-1');
    matrix(1)(response, asked);
  });
  const range = { expr: 'up', startMs: 9_000_000, endMs: 9_030_000, stepMs: 15_000 };
  for (const _ of ['first', 'second']) {
    const { series } = await source.queryRange(range);
    expect([...(series[0]?.samples.times ?? [])]).toEqual([9_000_000, 9_015_000, 9_030_000]);
  }
  expect(server.asked.map(({ form }) => [form.get('query'), form.get('start')])).toEqual([
    ['up', '9000'],
    ['(up\n) offset -3600s', '5400'],
    ['(up\n) offset -3600s', '5400'],
  ]);
});

describe('a connection', () => {
  test('keeps the path of its address and hides user and password', async () => {
    const server = await serve(json({}, 401));
    closers.push(() => server.stop());
    const url = `${server.url.replace('//', '//jo:s%40cret@')}/prom/?x=1`;
    const source = createPrometheusSource({ url });
    closers.push(() => source.close());
    const failure: unknown = await source.queryRange(RANGE).catch((error: unknown) => error);
    expect(String(failure)).toContain(`${server.url}/prom:`);
    expect(String(failure)).not.toMatch(/jo|cret/);
    expect(server.asked[0]?.path).toBe('/prom/api/v1/query_range');
    expect(server.asked[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('jo:s@cret').toString('base64')}`,
    );
  });

  test('sends a token and headers with every request', async () => {
    const headers = { 'X-Scope-OrgID': 'team-a' };
    const { source, server } = await open(matrix(1), { bearerToken: 'abc', headers });
    await source.queryRange(RANGE);
    await source.health();
    for (const asked of server.asked) {
      expect(asked.headers).toMatchObject({
        authorization: 'Bearer abc',
        'x-scope-orgid': 'team-a',
      });
    }
  });

  test('refuses an address that is not HTTP', () => {
    expect(() => createPrometheusSource({ url: 'ftp://host' })).toThrow('expected http: or https:');
  });
});

describe('what a server holds', () => {
  const names = ['node_cpu_seconds_total', 'node_load1', 'up'];
  const reply: Reply = (response, asked) => {
    if (asked.path.endsWith('/values')) json({ status: 'success', data: names })(response, none);
    else if (asked.path.endsWith('/buildinfo')) {
      json({ status: 'success', data: { version: '2.42.0' } })(response, none);
    } else if (asked.path.endsWith('/metadata')) response.writeHead(404).end();
    else matrix(1)(response, asked);
  };

  test('decides which presets there are', async () => {
    const { source } = await open(reply, { samplingPeriodMs: 5_000 });
    const presets = await source.presets();
    expect(presets.map(({ alias }) => alias)).toEqual(['node_cpu_busy', 'node_load1']);
    expect(presets[0]?.expr).toContain('[1m]');
  });

  test('is proposed by name where there is no metadata', async () => {
    const { source } = await open(reply);
    expect((await source.discover()).map(({ expr }) => expr)).toEqual([
      'rate(node_cpu_seconds_total[1m])',
      'node_load1',
    ]);
  });

  test('is named with its version', async () => {
    const { source, server } = await open(reply);
    expect(await source.health()).toEqual({
      healthy: true,
      detail: `Prometheus API 2.42.0 at ${server.url}`,
    });
  });
});
