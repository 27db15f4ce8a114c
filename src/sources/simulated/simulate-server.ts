import type { Clock } from '../../base/clock.ts';

export interface SimulateServerOptions {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly clock: Clock;
  /** Default: `clock.now()` at creation. Counters began two weeks before it. */
  readonly startMs?: number;
  readonly zone?: string;
}

export interface SimulateServer {
  /** Listens; resolves with the address, `http://127.0.0.1:9900`. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** Serves the estate as Prometheus text at GET /metrics. */
export function createSimulateServer(options: SimulateServerOptions): SimulateServer {
  throw new Error(`not yet ${options.port}`);
}
