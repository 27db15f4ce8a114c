import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TlsOptions } from '../../src/sources/prometheus/connection.ts';
import { createPrometheusSource } from '../../src/sources/prometheus/prometheus-source.ts';

let folder: string;
let cert: string;
let key: string;
let server: Server;
let url: string;

/** A server with a certificate of its own making, for another name, that asks clients for theirs. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const named = ['-nodes', '-subj', '/CN=metrics', '-addext', 'subjectAltName=DNS:metrics'];
  const files = ['-keyout', keyFile, '-out', certFile];
  await promisify(execFile)('openssl', [...request, ...named, ...files]);
  cert = await readFile(certFile, 'utf8');
  key = await readFile(keyFile, 'utf8');
  const options = { cert, key, ca: cert, requestCert: true };
  server = createServer(options, (_request, response) => {
    response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

async function ask(tls: TlsOptions): Promise<number> {
  const source = createPrometheusSource({ url, tls, attempts: 1 });
  try {
    const range = { startMs: 0, endMs: 1000, stepMs: 1000 };
    return (await source.queryRange({ expr: 'up', ...range })).series.length;
  } finally {
    await source.close();
  }
}

test('a server is trusted by its authority and name, and shown a certificate', async () => {
  expect(await ask({ ca: cert, serverName: 'metrics', cert, key })).toBe(0);
  expect(await ask({ insecureSkipVerify: true, cert, key })).toBe(0);
});

test('without them the connection is refused, saying why and what to look at', async () => {
  await expect(ask({ cert, key })).rejects.toThrow(/self-signed certificate; check reader\.tls$/);
  await expect(ask({ ca: cert, cert, key })).rejects.toThrow(/does not match.*check reader\.tls$/);
  await expect(ask({ ca: cert, serverName: 'metrics' })).rejects.toThrow(`Cannot reach ${url}: `);
});
