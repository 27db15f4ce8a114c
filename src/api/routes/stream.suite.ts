import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AnomalyEvent } from '../../contract/stream-event.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function streamSuite(): void {
  let server: TestApi;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await openTestApi();
    const address = await server.api.listen({ host: '127.0.0.1', port: 0 });
    port = Number(new URL(address).port);
  }, 30_000);
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    while (server.engine.listeners > 0) await sleep(5);
  }, 30_000);
  afterAll(() => server.close());

  interface Reader {
    readonly socket: Socket;
    /** The latest text, once it holds `part`. */
    until(part: string): Promise<string>;
    readonly ended: Promise<void>;
  }

  function open(headers: Record<string, string> = {}): Reader {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text = (text + String(chunk)).slice(-500_000);
    });
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`);
    return {
      socket,
      ended,
      until: async (part) => {
        while (!text.includes(part)) await sleep(5);
        return text;
      },
    };
  }

  const SERIES = { kind: 'series', state: 'ready', reason: 'trained' } as const;

  test('a client reads what happens, with the whole anomaly', async () => {
    const reader = open();
    const head = await reader.until(': welcome');
    expect(head).toContain('HTTP/1.1 200');
    expect(head).toContain('content-type: text/event-stream');
    expect(head).toContain('x-request-id:');
    const { body } = await server.call('POST', '/api/v1/anomalies', {
      metric_name: 'm',
      timestamp: 1_795_000_000,
      value: 1,
      anomaly_score: 0.9,
      severity: 'medium',
    });
    const anomalyId = Number(body['anomaly_id']);
    server.engine.hub.publish({ kind: 'anomaly', change: 'opened', anomalyId });
    server.engine.hub.publish({ ...SERIES, seriesId: 7 });
    server.engine.hub.publish({ kind: 'training', jobId: 3, seriesId: 7, status: 'completed' });
    const text = await reader.until('event: training');
    const data = /event: anomaly\ndata: (.*)\n/.exec(text)?.[1] ?? '';
    expect(AnomalyEvent.parse(JSON.parse(data))).toMatchObject({
      change: 'opened',
      anomaly: { id: anomalyId, metric_name: 'm' },
    });
    expect(text).toContain('data: {"series_id":7,"state":"ready","reason":"trained"}');
    expect(await reader.until('"status"')).toContain(
      '{"job_id":3,"series_id":7,"status":"completed"}',
    );
  });

  test('a client that comes back gets what it missed; an unknown id is ignored', async () => {
    const stayed = open();
    await stayed.until(': welcome');
    for (const seriesId of [1, 2, 3]) server.engine.hub.publish({ ...SERIES, seriesId });
    const text = await stayed.until('"series_id":3');
    const first = /id: (\S+)\n/.exec(text)?.[1] ?? '';
    const back = await open({ 'Last-Event-ID': first }).until('"series_id":3');
    expect(back).not.toContain('"series_id":1');
    expect(back).toContain('"series_id":2');
    expect(await open({ 'Last-Event-ID': 'elsewhere-9' }).until('welcome')).not.toContain(
      '\ndata:',
    );
  });

  test('the engine is listened to only while somebody listens to us', async () => {
    expect(server.engine.listeners).toBe(0);
    const reader = open();
    await reader.until(': welcome');
    expect(server.engine.listeners).toBe(1);
    reader.socket.destroy();
    while (server.engine.listeners > 0) await sleep(5);
  });

  test('a client that does not read is dropped, the others go on', async () => {
    const slow = open();
    await slow.until(': welcome');
    slow.socket.pause();
    const quick = open();
    await quick.until(': welcome');
    const reason = 'x'.repeat(250_000);
    for (let seriesId = 1000; seriesId < 1060; seriesId++) {
      server.engine.hub.publish({ ...SERIES, reason, seriesId });
      await quick.until(`"series_id":${seriesId}`);
    }
    slow.socket.resume();
    await slow.ended;
    expect(quick.socket.destroyed).toBe(false);
  });

  test('close() ends open streams', async () => {
    const reader = open();
    await reader.until(': welcome');
    await server.api.close();
    await reader.ended;
  });
}
