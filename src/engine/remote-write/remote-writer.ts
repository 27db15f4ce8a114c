import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { SourceError } from '../../sources/errors.ts';
import type { PrometheusConnection } from '../../sources/prometheus/connection.ts';
import {
  createHttpClient,
  type HttpAnswer,
  type HttpClient,
} from '../../sources/prometheus/http-client.ts';
import type { ResultSink, SeriesResults } from '../results.ts';
import type { Telemetry } from '../telemetry.ts';
import { Trouble } from '../trouble.ts';
import type { MetricFormat } from './metric-format.ts';
import { type Batch, ResultQueue } from './result-queue.ts';
import { packSnappy } from './snappy.ts';
import { encodeWriteRequest } from './write-request.ts';

export interface RemoteWriterOptions {
  /** The whole address of the receiver, and how to get in. */
  readonly connection: PrometheusConnection;
  readonly format: MetricFormat;
  /** Older results are left out: of an outage that is caught up a Prometheus takes the last hour only. */
  readonly maxAgeMs: number;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Most samples that wait, default 2 million: about ten minutes of 10,000 series. */
  readonly mostWaiting?: number;
}

/** Sends results as remote write 1.0. */
export interface RemoteWriter extends ResultSink {
  /** Tries for a moment to send what waits, then gives it up. */
  close(): Promise<void>;
}

const MOST_WAITING = 2_000_000;
const MOST_A_REQUEST = 5000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const LONGEST_ASKED_WAIT_MS = 600_000;
const CLOSING_MS = 3000;
const LONGEST_REASON = 300;
const SUBJECT = 'remote write';

type Outcome =
  | { readonly kind: 'sent' }
  /** Asking again does not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly askedWaitMs: number };

export function createRemoteWriter(options: RemoteWriterOptions): RemoteWriter {
  return new SendingWriter(options);
}

/** One request at a time: the samples of a series arrive in their order, and none twice unless an answer was lost. */
class SendingWriter implements RemoteWriter {
  readonly #options: RemoteWriterOptions;
  readonly #client: HttpClient;
  readonly #queue: ResultQueue;
  readonly #trouble: Trouble;
  readonly #ending = new AbortController();
  /** Ends every wait: what cannot be sent at once is given up. */
  readonly #closing = new AbortController();
  #sending: Promise<void> | undefined;

  constructor(options: RemoteWriterOptions) {
    this.#options = options;
    this.#client = createHttpClient(options.connection);
    this.#queue = new ResultQueue(options.format, options.mostWaiting ?? MOST_WAITING);
    this.#trouble = new Trouble(options.logger);
  }

  offer(results: SeriesResults): void {
    if (this.#closing.signal.aborted) return;
    this.#count('dropped', this.#queue.add(results));
    this.#options.telemetry.remoteWriteWaiting.set(this.#queue.samples);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#ending.abort(), CLOSING_MS);
    await this.#sending?.catch(() => {});
    clearTimeout(timer);
    this.#ending.abort();
    this.#client.close();
  }

  /** Until nothing waits. Begins a moment later, so that what a run offers piece by piece goes together. */
  async #sendAll(): Promise<void> {
    const { clock, maxAgeMs, telemetry } = this.#options;
    const { signal } = this.#ending;
    await Promise.resolve();
    for (;;) {
      const batch = this.#queue.next(MOST_A_REQUEST, clock.now() - maxAgeMs);
      if (batch === undefined || signal.aborted) return;
      this.#count('too_old', batch.tooOld);
      if (batch.samples > 0) await this.#deliver(batch);
      telemetry.remoteWriteWaiting.set(this.#queue.samples);
    }
  }

  async #deliver({ series, samples }: Batch): Promise<void> {
    const { clock } = this.#options;
    const closing = this.#closing.signal;
    const bytes = packSnappy(encodeWriteRequest(series));
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      const outcome = await this.#try(bytes);
      if (outcome.kind === 'sent') {
        this.#count('sent', samples);
        this.#trouble.ends(SUBJECT);
        return;
      }
      this.#trouble.begins(
        SUBJECT,
        `Cannot send results to ${this.#client.shownUrl}: ${outcome.reason}`,
      );
      if (outcome.kind === 'later' && !closing.aborted) {
        await clock.sleep(Math.max(waitMs, outcome.askedWaitMs), closing);
        continue;
      }
      this.#count('dropped', samples);
      return;
    }
  }

  async #try(bytes: Uint8Array): Promise<Outcome> {
    const headers = writeHeaders(this.#options.version);
    try {
      const body = { bytes, headers };
      return this.#outcomeOf(
        await this.#client.send({ path: '', body, signal: this.#ending.signal }),
      );
    } catch (error) {
      const reason = error instanceof SourceError ? error.message : String(error);
      return {
        kind: 'later',
        reason: `${reason}; results wait and are sent when it is back`,
        askedWaitMs: 0,
      };
    }
  }

  #outcomeOf({ status, headers, body }: HttpAnswer): Outcome {
    if (status >= 200 && status < 300) return { kind: 'sent' };
    const said = body.toString().trim().slice(0, LONGEST_REASON);
    const reason = `it answered ${status}${said === '' ? '' : `, ${said}`}`;
    if (status !== 429 && status < 500) {
      return { kind: 'refused', reason: `${reason}; ${remedyOf(status)}` };
    }
    const askedWaitMs = this.#askedWaitMs(headers['retry-after']);
    return { kind: 'later', reason: `${reason}; tried again`, askedWaitMs };
  }

  /** Of Retry-After: seconds, or a date. */
  #askedWaitMs(asked: string | undefined): number {
    if (asked === undefined) return 0;
    const seconds = Number(asked);
    const waitMs = Number.isNaN(seconds)
      ? Date.parse(asked) - this.#options.clock.now()
      : seconds * 1000;
    return Math.min(LONGEST_ASKED_WAIT_MS, Math.max(0, waitMs || 0));
  }

  #count(outcome: 'sent' | 'dropped' | 'too_old', samples: number): void {
    if (samples > 0) this.#options.telemetry.remoteWriteSamples.inc({ outcome }, samples);
  }
}

export function writeHeaders(version: string): Record<string, string> {
  return {
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
    'User-Agent': `SAIMon/${version}`,
  };
}

/** What would do where a receiver refuses. */
export function remedyOf(status: number): string {
  return status === 401 || status === 403
    ? 'check the token or password of writer.remote_write'
    : 'check writer.remote_write.url, and that a Prometheus runs with --web.enable-remote-write-receiver';
}
