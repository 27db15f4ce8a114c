import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import type { SeriesResults } from '../results.ts';
import { createTelemetry } from '../telemetry.ts';
import { type ReadSeries, readWriteRequest, unpackSnappy } from './decode-write.ts';
import { formattedLabels } from './metric-format.ts';
import { createRemoteWriter } from './remote-writer.ts';
import { packSnappy } from './snappy.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const FORMAT = { __name__: 'saimon_$VAR', for: '$QUERY_KEY' };

describe('packSnappy()', () => {
  it('is undone by unpacking, whatever the bytes', () => {
    const repetitive = fc
      .array(fc.constantFrom('a', 'ab', 'saimon_yhat', '\u0000'), { maxLength: 400 })
      .map((parts) => new Uint8Array(Buffer.from(parts.join(''))));
    const any = fc.oneof(fc.uint8Array({ maxLength: 3000 }), repetitive);
    fc.assert(
      fc.property(any, (bytes) => {
        expect(unpackSnappy(packSnappy(bytes))).toEqual(bytes);
      }),
    );
  });

  it('packs what repeats, across blocks of 64 KiB too', () => {
    const text = Buffer.from('saimon_anomaly_score{instance="a:9100"}'.repeat(5000));
    const packed = packSnappy(text);
    expect(packed.length).toBeLessThan(text.length / 15);
    expect(Buffer.from(unpackSnappy(packed)).equals(text)).toBe(true);
  });
});

describe('formattedLabels()', () => {
  const labels = { instance: 'a', for: 'mine', 'a.b': '1' };

  it('puts the labels of the format over those of the series', () => {
    expect(formattedLabels(FORMAT, { alias: 'cpu', labels, variable: 'yhat' })).toEqual({
      __name__: 'saimon_yhat',
      for: 'cpu',
      _for: 'mine',
      instance: 'a',
      a_b: '1',
    });
  });

  it('makes a legal metric name of any alias', () => {
    const format = { __name__: '$QUERY_KEY:$VAR', team: 'x' };
    expect(formattedLabels(format, { alias: 'my-cpu', labels: {}, variable: 'y' })).toEqual({
      __name__: 'my_cpu:y',
      team: 'x',
    });
  });
});

/** A receiver that answers as told, 204 when nothing is left. */
interface Receiver {
  readonly url: string;
  readonly answers: { status: number; headers?: Record<string, string>; body?: string }[];
  readonly received: { series: ReadSeries[]; headers: IncomingHttpHeaders }[];
  asked: number;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      receiver.asked++;
      const answer = receiver.answers.shift() ?? { status: 204 };
      if (answer.status < 300) {
        const series = readWriteRequest(unpackSnappy(Buffer.concat(parts)));
        receiver.received.push({ series, headers: request.headers });
      }
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    answers: [],
    received: [],
    asked: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** One judged sample of the series of an instance: five results. */
function judged(instance: string, timeMs: number, expected = 2): SeriesResults {
  return {
    alias: 'cpu',
    labels: { instance },
    times: [timeMs],
    columns: {
      ratio: [0.5],
      value: [1],
      expected: [expected],
      lower: [expected],
      upper: [Infinity],
    },
  };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('remote write', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function begin({ mostWaiting = 1000 } = {}) {
    const receiver = await startReceiver();
    closing.push(() => receiver.close());
    const clock = new ManualClock(NOW_MS);
    const telemetry = createTelemetry(new Registry(), { version: 'test' });
    const said: string[] = [];
    const say = (_: object, message: string): void => void said.push(message);
    const writer = createRemoteWriter({
      connection: { url: receiver.url, bearerToken: 'secret-token' },
      format: FORMAT,
      maxAgeMs: 3_600_000,
      version: 'test',
      clock,
      logger: { debug() {}, info: say, warn: say, error: say },
      telemetry,
      mostWaiting,
    });
    closing.push(() => writer.close());
    const counted = async (outcome: string) => {
      const { values } = await telemetry.remoteWriteSamples.get();
      return values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? 0;
    };
    return { receiver, clock, writer, said, counted };
  }

  it('sends the results of a run in one request, each series with its samples', async () => {
    const { receiver, writer, counted } = await begin();
    writer.offer(judged('a', NOW_MS));
    writer.offer(judged('b', NOW_MS, Number.NaN));
    await until(() => receiver.received.length === 1);
    const [request] = receiver.received;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      authorization: 'Bearer secret-token',
    });
    // What has no value yet is not sent: b has no expected value and no lower limit.
    expect(request?.series).toHaveLength(8);
    expect(request?.series[2]).toEqual({
      labels: { __name__: 'saimon_yhat', for: 'cpu', instance: 'a' },
      samples: [[NOW_MS, 2]],
    });
    await until(async () => (await counted('sent')) === 8);
  });

  it('tries again after Retry-After, in order and without doubling', async () => {
    const { receiver, clock, writer, said, counted } = await begin();
    receiver.answers.push({ status: 503, headers: { 'retry-after': '30' } }, { status: 429 });
    writer.offer(judged('a', NOW_MS));
    await until(() => receiver.asked === 1 && clock.sleeping === 1);
    writer.offer(judged('a', NOW_MS + 1000));
    await clock.advance(29_000);
    await until(() => clock.sleeping === 1);
    expect(receiver.asked).toBe(1);
    await clock.advance(1000);
    await until(() => receiver.asked === 2 && clock.sleeping === 1);
    await clock.advance(2000);
    await until(async () => (await counted('sent')) === 10);
    const times = receiver.received.map(({ series }) => series[0]?.samples[0]?.[0]);
    expect(times).toEqual([NOW_MS, NOW_MS + 1000]);
    expect(said).toEqual([
      expect.stringMatching(
        /^Cannot send results to http:\/\/127\.0\.0\.1:\d+\/api\/v1\/write: it answered 503; tried again$/,
      ),
      'Recovered: remote write',
    ]);
    expect(said.join()).not.toContain('secret-token');
  });

  it('gives up what is refused and goes on', async () => {
    const { receiver, writer, said, counted } = await begin();
    receiver.answers.push({ status: 400, body: 'out of order sample\n' });
    writer.offer(judged('a', NOW_MS));
    await until(async () => (await counted('dropped')) === 5);
    writer.offer(judged('a', NOW_MS + 1000));
    await until(async () => (await counted('sent')) === 5);
    expect(said[0]).toContain(
      'it answered 400, out of order sample; check writer.remote_write.url',
    );
  });

  it('leaves out what is too old for a receiver', async () => {
    const { receiver, writer, counted } = await begin();
    writer.offer(judged('a', NOW_MS - 3_600_001));
    writer.offer(judged('a', NOW_MS - 3_600_000));
    await until(async () => (await counted('sent')) === 5);
    expect(receiver.received[0]?.series).toHaveLength(5);
    expect(await counted('too_old')).toBe(5);
  });

  it('gives up the oldest where too much waits', async () => {
    const { receiver, clock, writer, counted } = await begin({ mostWaiting: 10 });
    receiver.answers.push({ status: 500 });
    writer.offer(judged('a', NOW_MS));
    await until(() => clock.sleeping === 1);
    for (let i = 1; i <= 3; i++) writer.offer(judged('a', NOW_MS + i));
    expect(await counted('dropped')).toBe(5);
    await clock.advance(1000);
    await until(async () => (await counted('sent')) === 15);
    const times = receiver.received.flatMap(({ series }) =>
      series
        .filter(({ labels }) => labels['__name__'] === 'saimon_y')
        .map(({ samples }) => samples[0]?.[0]),
    );
    expect(times).toEqual([NOW_MS, NOW_MS + 2, NOW_MS + 3]);
  });

  it('ends at once while the receiver is away', async () => {
    const { receiver, clock, writer, counted } = await begin();
    await receiver.close();
    writer.offer(judged('a', NOW_MS));
    await until(() => clock.sleeping === 1);
    await writer.close();
    expect(await counted('dropped')).toBe(5);
  });
});
