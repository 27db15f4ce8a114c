import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '../../base/clock.ts';
import { limit } from '../../base/limit.ts';
import { SourceError } from '../errors.ts';
import { presetProposals, rateWindowOf } from '../presets/preset.ts';
import type { RangeAnswer, RangeRequest, Source } from '../source.ts';
import { type AnswerFrame, scanAnswer } from './answer-scanner.ts';
import { ByteCursor, JsonMismatch } from './byte-cursor.ts';
import { type Chunk, probeChunk, restChunks } from './chunk-plan.ts';
import type { PrometheusConnection } from './connection.ts';
import { askApi, oneLine } from './http-api.ts';
import { createHttpClient } from './http-client.ts';
import { readMetadata, readMetricNames, readVersion } from './inventory.ts';
import { proposeQueries } from './propose.ts';
import { SeriesTable } from './series-table.ts';

export interface PrometheusSourceOptions extends PrometheusConnection {
  /** Most series an answer may hold (`reader.max_series`), default 10,000. */
  readonly maxSeries?: number | undefined;
  /** Distance of samples (`reader.sampling_period`), default 15 s; presets rate counters over four. */
  readonly samplingPeriodMs?: number | undefined;
  /** Tries in all when the server is busy or away, default 3. */
  readonly attempts?: number | undefined;
  readonly clock?: Clock | undefined;
}

const CONCURRENT_QUERIES = 2;
/** Longest the event loop is kept by reading an answer. */
const READING_TURN_MS = 8;
const HEALTH_TIMEOUT_MS = 5000;

/** A source over the HTTP API of Prometheus, VictoriaMetrics, Thanos or Mimir. */
export function createPrometheusSource(options: PrometheusSourceOptions): Source {
  const { maxSeries = 10_000, samplingPeriodMs = 15_000, timeoutMs = 30_000 } = options;
  const policy = { attempts: options.attempts ?? 3, clock: options.clock ?? systemClock };
  const client = createHttpClient(options);
  const healthTimeoutMs = Math.min(timeoutMs, HEALTH_TIMEOUT_MS);
  const limited = limit(CONCURRENT_QUERIES);

  async function readChunk(
    { startMs, endMs }: Chunk,
    { expr, stepMs, signal }: RangeRequest,
    into: { readonly table: SeriesTable; readonly warnings: Set<string> },
  ): Promise<void> {
    const form = new URLSearchParams({
      query: expr,
      start: String(startMs / 1000),
      end: String(endMs / 1000),
      step: String(stepMs / 1000),
      timeout: `${timeoutMs}ms`,
      // VictoriaMetrics would else keep what arrived late out of answers for a while.
      nocache: '1',
    });
    const body = await askApi(client, { path: 'query_range', form, subject: expr, signal }, policy);
    try {
      const frame = await readAnswer(body, into.table, signal);
      for (const warning of frame.warnings) into.warnings.add(warning);
      if (frame.histogramsOnly > 0) into.warnings.add(HISTOGRAMS_LEFT_OUT);
      checkFrame(frame, expr, client.shownUrl);
    } catch (error) {
      if (!(error instanceof JsonMismatch)) throw error;
      throw new SourceError(
        'bad_answer',
        `Cannot read the answer of ${client.shownUrl} to ${oneLine(expr)}: ${oneLine(error.message)}; expected JSON of a Prometheus-compatible API`,
        { cause: error },
      );
    }
    if (into.table.size > maxSeries) throw tooManySeries(expr, into.table.size, maxSeries);
  }

  async function queryRange(request: RangeRequest): Promise<RangeAnswer> {
    const into = { table: new SeriesTable(maxSeries), warnings: new Set<string>() };
    const probe = probeChunk(request);
    if (probe) {
      await limited(() => readChunk(probe, request, into));
      await readRest(restChunks(request, probe, into.table.size), request, into);
    }
    return { series: into.table.series(), warnings: [...into.warnings] };
  }

  /** All or nothing: the first failure stops the other requests. */
  async function readRest(
    chunks: readonly Chunk[],
    request: RangeRequest,
    into: { readonly table: SeriesTable; readonly warnings: Set<string> },
  ): Promise<void> {
    const stop = new AbortController();
    const forward = () => stop.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', forward, { once: true });
    const stoppable = { ...request, signal: stop.signal };
    try {
      await Promise.all(chunks.map((chunk) => limited(() => readChunk(chunk, stoppable, into))));
    } finally {
      request.signal?.removeEventListener('abort', forward);
      stop.abort();
    }
  }

  return {
    kind: 'prometheus',
    queryRange,
    async health(signal) {
      const once = { attempts: 1, clock: policy.clock, signal };
      try {
        const call = { path: 'query?query=1', subject: '1', timeoutMs: healthTimeoutMs, signal };
        const frame = await readAnswer(await askApi(client, call, once), new SeriesTable(1));
        checkFrame(frame, '1', client.shownUrl);
        return {
          healthy: true,
          detail: `${await readVersion(client, once)} at ${client.shownUrl}`,
        };
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof SourceError) return { healthy: false, detail: error.message };
        if (!(error instanceof JsonMismatch)) throw error;
        const detail = `Cannot query ${client.shownUrl}: ${oneLine(error.message)}; expected JSON of a Prometheus-compatible API`;
        return { healthy: false, detail };
      }
    },
    async presets(signal) {
      return presetProposals(
        await readMetricNames(client, { ...policy, signal }),
        samplingPeriodMs,
      );
    },
    async discover(signal) {
      const [names, metadata] = await Promise.all([
        readMetricNames(client, { ...policy, signal }),
        readMetadata(client, { ...policy, signal }),
      ]);
      return proposeQueries(names, metadata, rateWindowOf(samplingPeriodMs));
    },
    async close() {
      client.close();
    },
  };
}

const HISTOGRAMS_LEFT_OUT =
  'Native histograms are left out of the answer: histogram_quantile() or histogram_count() makes numbers of them';

/** Reads an answer in turns, so that a long one does not keep everything else waiting. */
async function readAnswer(
  body: Buffer,
  table: SeriesTable,
  signal?: AbortSignal,
): Promise<AnswerFrame> {
  const scanned = scanAnswer(new ByteCursor(body));
  let turnStart = performance.now();
  for (let step = scanned.next(); ; step = scanned.next()) {
    if (step.done) return step.value;
    table.add(step.value);
    if (performance.now() - turnStart < READING_TURN_MS) continue;
    await setImmediate();
    signal?.throwIfAborted();
    turnStart = performance.now();
  }
}

function checkFrame({ status, error, resultType }: AnswerFrame, expr: string, url: string): void {
  if (status === 'success' && resultType !== 'string') return;
  const reason = status === 'success' ? 'it gives text, expected numbers' : oneLine(error);
  throw new SourceError('rejected', `Cannot query ${oneLine(expr)} at ${url}: ${reason}`);
}

function tooManySeries(expr: string, count: number, maxSeries: number): SourceError {
  return new SourceError(
    'too_many_series',
    `Cannot watch ${oneLine(expr)}: ${count} series, more than the ${maxSeries} of reader.max_series; aggregate in the query or raise the key`,
  );
}
