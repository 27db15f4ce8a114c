import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Logger, SILENT } from '../../base/logger.ts';
import { Scraper } from './scraper.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    }),
  );
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return `http://127.0.0.1:${address.port}`;
}

function collectLines(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const add = (_: object, line: string) => lines.push(line);
  return { logger: { ...SILENT, info: add, warn: add }, lines };
}

describe('Scraper', () => {
  it('adds instance, job and up, and keeps the labels of the same name that the page has', async () => {
    const url = await serve((_, response) => {
      response.end('# TYPE hits_total counter\nhits_total{job="mine",path="/"} 3\n');
    });
    const target = { url: `${url}/metrics`, job: 'shop', labels: { zone: 'eu' } };
    const { samples, families } = await new Scraper(target, { logger: SILENT }).scrape();
    const labels = { instance: url.slice('http://'.length), job: 'shop', zone: 'eu' };
    expect(samples).toEqual([
      { name: 'hits_total', labels: { ...labels, path: '/', exported_job: 'mine' }, value: 3 },
      { name: 'up', labels, value: 1 },
    ]);
    expect([families.get('hits_total')?.type, families.get('up')?.type]).toEqual([
      'counter',
      'gauge',
    ]);
  });

  it('unpacks gzip and sends what authorizes it', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('a 1\n'));
    });
    const bearer = new Scraper({ url, job: 'j', bearerToken: 'abc' }, { logger: SILENT });
    const basicAuth = { username: 'u', password: 'p' };
    const basic = new Scraper({ url, job: 'j', basicAuth }, { logger: SILENT });
    expect((await bearer.scrape()).samples.map(({ name }) => name)).toEqual(['a', 'up']);
    await basic.scrape();
    await new Scraper({ url: url.replace('//', '//u:p@'), job: 'j' }, { logger: SILENT }).scrape();
    expect(seen).toEqual(['Bearer abc', 'Basic dTpw', 'Basic dTpw']);
  });

  it('says once that a target is down and once that it is back', async () => {
    let status = 503;
    const url = await serve((_, response) => {
      response.statusCode = status;
      response.end('a 1\n');
    });
    const { logger, lines } = collectLines();
    const scraper = new Scraper({ url: `${url}/metrics?token=secret`, job: 'j' }, { logger });
    for (const next of [503, 500, 200, 200, 503]) {
      status = next;
      const { samples } = await scraper.scrape();
      expect(samples.at(-1)).toMatchObject({ name: 'up', value: next === 200 ? 1 : 0 });
    }
    expect(lines).toEqual([
      `Cannot scrape ${url}/metrics: HTTP status 503, expected 200; trying again at every interval`,
      `Scraping ${url}/metrics works again`,
      `Cannot scrape ${url}/metrics: HTTP status 503, expected 200; trying again at every interval`,
    ]);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['a page that is no metrics', (_, response) => response.end('<html>\n'), /line 1 "<html>"/],
    ['a page without end', (_, response) => response.end('#'.repeat(5000)), /more than 4000 bytes/],
    ['a broken connection', (request) => request.socket.destroy(), /Cannot scrape .*; trying/],
  ])('reports %s as down', async (_, listener, reason) => {
    const url = await serve(listener);
    const { logger, lines } = collectLines();
    const scraper = new Scraper({ url, job: 'j' }, { logger, maxBodyBytes: 4000 });
    expect((await scraper.scrape()).samples).toHaveLength(1);
    expect(scraper.down).toBe(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(reason);
  });

  it('waits only so long for a target that never answers', async () => {
    const url = await serve(() => undefined);
    const { logger, lines } = collectLines();
    await new Scraper({ url, job: 'j', timeoutMs: 20 }, { logger }).scrape();
    expect(lines[0]).toMatch(/no answer in time/);
  });

  it('stops when it is told to', async () => {
    const url = await serve(() => undefined);
    const abort = new AbortController();
    const scraped = new Scraper({ url, job: 'j' }, { logger: SILENT }).scrape(abort.signal);
    abort.abort(new Error('enough'));
    await expect(scraped).rejects.toThrow('enough');
  });

  it('refuses an address without repeating it', () => {
    const target = { url: 'ftp://user:pass@host', job: 'j' };
    expect(() => new Scraper(target, { logger: SILENT })).toThrow(
      /^Cannot scrape a target: its URL/,
    );
  });
});
