import { afterEach, describe, expect, it } from 'vitest';
import { SourceError } from '../sources/errors.ts';
import { type Reply, serve } from '../sources/prometheus/test-server.ts';
import type { RangeRequest, Source } from '../sources/source.ts';
import { configSchema } from './config/config-schema.ts';
import { stackFindings } from './stack-findings.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const CLOSED = 'http://127.0.0.1:9';

/** A Prometheus with three targets whose newest sample is `ahead` seconds ahead of us; away where that is undefined. */
function prometheus(ahead: number | undefined, targets = 3): Source {
  return {
    kind: 'prometheus',
    async queryRange({ expr, endMs }: RangeRequest) {
      if (ahead === undefined) throw new SourceError('unreachable', 'Cannot reach it');
      const value = expr.startsWith('max(timestamp') ? NOW_MS / 1000 + ahead : targets;
      const samples = { times: Float64Array.of(endMs), values: Float64Array.of(value) };
      return { series: targets === 0 ? [] : [{ labels: {}, samples }], warnings: [] };
    },
    health: async () => ({ healthy: true, detail: '' }),
    presets: async () => [],
    discover: async () => [],
    close: async () => {},
  };
}

function find(config: object, source?: Source) {
  return stackFindings(configSchema.parse(config), { source, nowMs: NOW_MS, version: 'test' });
}

function sendingTo(url: string) {
  return find({ writer: { remote_write: { url } } });
}

function shownBy(url: string) {
  return find({ server: { grafana_url: url } });
}

describe('stackFindings()', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  const answering = async (status: number): Promise<string> => {
    const reply: Reply = (response) => void response.writeHead(status).end();
    const server = await serve(reply);
    closing.push(() => server.stop());
    return server.url;
  };
  it('is silent where nothing stands around', async () => {
    expect(await find({})).toEqual([]);
  });

  it('counts what is scraped and compares clocks by the newest sample', async () => {
    expect(await find({}, prometheus(-10))).toEqual([
      { name: 'up', state: 'ok', detail: '3 targets' },
      { name: 'clock', state: 'ok', detail: 'newest sample 10.0 s old' },
    ]);
    expect(await find({}, prometheus(42))).toContainEqual({
      name: 'clock',
      state: 'warn',
      detail: 'samples of Prometheus are 42.0 s ahead of this machine, set both clocks by NTP',
    });
    expect(await find({}, prometheus(0, 0))).toEqual([
      {
        name: 'up',
        state: 'fail',
        detail: 'no sample of "up" in the last five minutes, check what Prometheus scrapes',
      },
    ]);
  });

  it('leaves it to others that a source is away', async () => {
    expect(await find({}, prometheus(undefined))).toEqual([]);
  });

  it('asks the receiver of results whether it takes them', async () => {
    const taking = await answering(204);
    expect(await sendingTo(taking)).toEqual([
      { name: 'remote write', state: 'ok', detail: taking },
    ]);
    const [closed] = await sendingTo(await answering(404));
    expect(closed).toMatchObject({ state: 'fail' });
    expect(closed?.detail).toContain('answers 404; check writer.remote_write.url, and that a');
    expect((await sendingTo(await answering(401)))[0]?.detail).toContain(
      'check the token or password',
    );
    expect((await sendingTo(CLOSED))[0]).toMatchObject({ name: 'remote write', state: 'fail' });
  });

  it('asks Grafana how it is', async () => {
    const well = await answering(200);
    expect(await shownBy(well)).toEqual([{ name: 'grafana', state: 'ok', detail: `${well}/` }]);
    expect((await shownBy(await answering(503)))[0]?.detail).toContain('answers 503, see the log');
    const [away] = await shownBy('http://admin:secret@127.0.0.1:9');
    expect(away).toMatchObject({ name: 'grafana', state: 'fail' });
    expect(away?.detail).not.toContain('secret');
  });
});
