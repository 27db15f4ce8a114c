import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { limit } from '../../base/limit.ts';
import { InstantQuestion, QueryAnswer, RangeQuestion } from '../../contract/prometheus.ts';
import { SourceError } from '../../sources/errors.ts';
import type { Expression } from '../../sources/promql/expression.ts';
import { parseExpression } from '../../sources/promql/parse-expression.ts';
import { ApiError } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { answerText, type PrometheusData } from '../prometheus/answer-text.ts';
import { answerInstant, answerRange } from '../prometheus/evaluate-question.ts';
import { question } from '../prometheus/question.ts';
import { ResultReader } from '../prometheus/result-reader.ts';
import { durationOf } from '../time-range.ts';

const MOST_POINTS = 11_000;
const LONGEST_MS = 120_000;
/** Each may take 90 MB; the others wait. */
const QUESTIONS_AT_ONCE = 4;
/** How long Prometheus goes on with a last value; here results come run by run, so their distance is added. */
const LOOKBACK_MS = 300_000;

type Parts = Pick<ApiDependencies, 'database' | 'source' | 'engine' | 'clock' | 'watching'>;

/** PromQL over results, as Prometheus answers it. */
export function prometheusQueryRoutes(
  scope: FastifyApi,
  { clock, engine, database, source, watching }: Parts,
): void {
  const turn = limit(QUESTIONS_AT_ONCE);
  const newReader = () =>
    new ResultReader({ database, source, latestJudgements: () => engine.latestJudgements() });
  const lookbackMs = () => LOOKBACK_MS + watching().inferEveryMs;

  question(
    scope,
    {
      path: 'query',
      summary: 'PromQL over results at one time',
      asks: InstantQuestion,
      answers: QueryAnswer,
    },
    async (asked, reply) => {
      const expression = parsed(asked.query);
      const reader = newReader();
      const steps = { startMs: asked.time ?? clock.now(), stepMs: 1000, count: 1 };
      const data = await turn(() =>
        answerInstant(expression, reader, {
          steps,
          lookbackMs: lookbackMs(),
          mostSeries: asked.limit || undefined,
          signal: patience(asked.timeout, reply),
        }),
      );
      return send(reply, data, reader.warnings);
    },
  );

  question(
    scope,
    {
      path: 'query_range',
      summary: 'PromQL over results at each step',
      asks: RangeQuestion,
      answers: QueryAnswer,
    },
    async (asked, reply) => {
      const expression = parsed(asked.query);
      const reader = newReader();
      const steps = stepsOf(asked);
      const data = await turn(() =>
        answerRange(expression, reader, {
          steps,
          lookbackMs: lookbackMs(),
          mostSeries: asked.limit || undefined,
          signal: patience(asked.timeout, reply),
        }),
      );
      return send(reply, data, reader.warnings);
    },
  );
}

function parsed(text: string): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (error instanceof SourceError) throw new ApiError(400, 'bad_data', error.message);
    throw error;
  }
}

function stepsOf({ start, end, step }: z.output<typeof RangeQuestion>) {
  if (end < start)
    throw new ApiError(400, 'bad_data', 'Cannot use this range: end is before start');
  const stepMs = Math.round(millisecondsOf(step, 'step'));
  if (!(stepMs >= 1)) {
    throw new ApiError(400, 'bad_data', `Cannot use step "${step}": expected at least 1ms`);
  }
  const count = Math.floor((end - start) / stepMs) + 1;
  if (count > MOST_POINTS) {
    throw new ApiError(
      400,
      'bad_data',
      `Cannot answer ${count} points a series: at most ${MOST_POINTS}; use a longer step or a shorter range`,
    );
  }
  return { startMs: start, stepMs, count };
}

/** Ends when the time is up or when nobody waits any more. */
function patience(timeout: string | undefined, reply: FastifyReply): AbortSignal {
  const wantedMs = timeout === undefined ? LONGEST_MS : millisecondsOf(timeout, 'timeout');
  const gone = new AbortController();
  void once(reply.raw, 'close').then(
    () => gone.abort(),
    () => gone.abort(),
  );
  return AbortSignal.any([gone.signal, AbortSignal.timeout(Math.min(wantedMs, LONGEST_MS))]);
}

function millisecondsOf(text: string, field: string): number {
  return /^[\d.]+$/.test(text) ? Number(text) * 1000 : durationOf(text, field);
}

function send(reply: FastifyReply, data: PrometheusData, warnings: ReadonlySet<string>): Readable {
  void reply.type('application/json');
  return Readable.from(unhurried(answerText(data, warnings)));
}

/** Lets other work go on between pieces. */
async function* unhurried(pieces: Iterable<string>): AsyncGenerator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
    await setImmediate();
  }
  yield text;
}
