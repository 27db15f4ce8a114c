import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { closeOpened, closers, open } from './opened-source.suite.ts';
import { createPrometheusSource } from './prometheus-source.ts';
import { json, matrix, type Reply, serve } from './test-server.ts';

const RANGE = { expr: 'up', startMs: 1_000_000, endMs: 1_060_000, stepMs: 15_000 };
afterEach(closeOpened);

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
