import { createServer } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { createEstate, type EstateOptions } from './estate.ts';
import { exportedSeries } from './exported-series.ts';
import { expositionAt } from './exposition.ts';
import type { Fault } from './faults.ts';

export interface SimulateServerOptions extends Omit<EstateOptions, 'startMs'> {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly clock: Clock;
  /** Default: now. */
  readonly startMs?: number;
}

export interface SimulateServer {
  /** Listens; resolves with the address, `http://127.0.0.1:9900`. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** Faults begun until now, oldest first, those of the history included. */
  faults(): readonly Fault[];
}

/** Serves the estate as Prometheus text at GET /metrics; anything else is 404. */
export function createSimulateServer(options: SimulateServerOptions): SimulateServer {
  const { port, host, clock, startMs = clock.now() } = options;
  const estate = createEstate({ ...options, startMs });
  const series = exportedSeries(estate);
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Only GET /metrics is here\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(expositionAt(series, clock.now()));
  });
  return {
    start() {
      // Counters have grown for two weeks: sum them up before the first scrape waits for it.
      expositionAt(series, clock.now());
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const address = server.address();
          const actual = typeof address === 'object' && address !== null ? address.port : port;
          resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`);
        });
      });
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
    faults: () => estate.faultsUntil(clock.now()),
  };
}
