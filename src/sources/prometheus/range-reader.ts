import { limit } from '../../base/limit.ts';
import { SourceError } from '../errors.ts';
import type { RangeAnswer, RangeRequest } from '../source.ts';
import { type Chunk, probeChunk, restChunks } from './chunk-plan.ts';
import { askApi, oneLine, type RetryPolicy } from './http-api.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { readAnswer } from './read-answer.ts';
import { SeriesTable } from './series-table.ts';

export interface RangeReaderOptions extends RetryPolicy {
  readonly maxSeries: number;
  readonly timeoutMs: number;
}

interface Reading {
  readonly table: SeriesTable;
  readonly warnings: Set<string>;
}

const CONCURRENT_QUERIES = 2;
const SHIFT_MS = 3_600_000;

/** Asks for ranges chunk by chunk and joins the answers; a failure stops the other chunks of its range. */
export function createRangeReader(
  client: HttpClient,
  options: RangeReaderOptions,
): (request: RangeRequest) => Promise<RangeAnswer> {
  const { maxSeries, timeoutMs } = options;
  const limited = limit(CONCURRENT_QUERIES);
  let shiftMs = 0;

  async function readChunk(chunk: Chunk, request: RangeRequest, into: Reading): Promise<void> {
    const { expr, signal } = request;
    const ask = (): Promise<HttpAnswer> => {
      const form = formOf(chunk, request, { shiftMs, timeoutMs });
      return askApi(client, { path: 'query_range', form, subject: expr, signal }, options);
    };
    let shiftedMs = shiftMs;
    let answer = await ask();
    if (shiftedMs === 0 && repeatsNewest(answer)) {
      shiftedMs = shiftMs = SHIFT_MS;
      answer = await ask();
    }
    const warnings = await readAnswer(answer.body, {
      expr,
      url: client.shownUrl,
      signal,
      onSeries: (series) => into.table.add(series, shiftedMs),
    });
    for (const warning of warnings) into.warnings.add(warning);
    if (into.table.size > maxSeries) throw tooManySeries(expr, into.table.size, maxSeries);
  }

  async function readRest(
    chunks: readonly Chunk[],
    request: RangeRequest,
    into: Reading,
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

  return async (request) => {
    const into = { table: new SeriesTable(maxSeries), warnings: new Set<string>() };
    const probe = probeChunk(request);
    if (probe) {
      await limited(() => readChunk(probe, request, into));
      await readRest(restChunks(request, probe, into.table.size), request, into);
    }
    return { series: into.table.series(), warnings: [...into.warnings] };
  };
}

/**
 * VictoriaMetrics gives an older value for every step of its last 30 s (`-search.latencyOffset`), which
 * would be learned as a flat line. Asked for an hour ago of the expression an hour ahead, it does not.
 */
function repeatsNewest({ headers }: HttpAnswer): boolean {
  return headers['x-server-hostname'] !== undefined;
}

function formOf(
  { startMs, endMs }: Chunk,
  { expr, stepMs }: RangeRequest,
  { shiftMs, timeoutMs }: { readonly shiftMs: number; readonly timeoutMs: number },
): URLSearchParams {
  return new URLSearchParams({
    // A comment at the end of the expression must not swallow the bracket.
    query: shiftMs === 0 ? expr : `(${expr}\n) offset -${shiftMs / 1000}s`,
    start: String((startMs - shiftMs) / 1000),
    end: String((endMs - shiftMs) / 1000),
    step: String(stepMs / 1000),
    timeout: `${timeoutMs}ms`,
    // VictoriaMetrics would else keep what arrived late out of answers for a while.
    nocache: '1',
  });
}

function tooManySeries(expr: string, count: number, maxSeries: number): SourceError {
  return new SourceError(
    'too_many_series',
    `Cannot watch ${oneLine(expr)}: ${count} series, more than the ${maxSeries} of reader.max_series; aggregate in the query or raise the key`,
  );
}
