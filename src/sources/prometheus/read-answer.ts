import { setImmediate } from 'node:timers/promises';
import { SourceError } from '../errors.ts';
import { type ScannedSeries, scanAnswer } from './answer-scanner.ts';
import { ByteCursor, JsonMismatch } from './byte-cursor.ts';
import { oneLine } from './http-api.ts';

export interface AnswerReading {
  readonly expr: string;
  /** Who answered, for messages. */
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
  onSeries(series: ScannedSeries): void;
}

/** Longest the event loop is kept. */
const TURN_MS = 8;
const HISTOGRAMS_LEFT_OUT =
  'Native histograms are left out of the answer: histogram_quantile() or histogram_count() makes numbers of them';

/**
 * Reads an answer in turns, so that a long one does not keep everything else waiting; gives the warnings.
 * Throws SourceError `bad_answer` or, where the server says no or gives text, `rejected`.
 */
export async function readAnswer(body: Buffer, reading: AnswerReading): Promise<string[]> {
  const { expr, url } = reading;
  try {
    const { status, error, resultType, warnings, histogramsOnly } = await scan(body, reading);
    if (status !== 'success' || resultType === 'string') {
      const reason = status === 'success' ? 'it gives text, expected numbers' : oneLine(error);
      throw new SourceError('rejected', `Cannot query ${oneLine(expr)} at ${url}: ${reason}`);
    }
    return histogramsOnly > 0 ? [...warnings, HISTOGRAMS_LEFT_OUT] : warnings;
  } catch (error) {
    if (!(error instanceof JsonMismatch)) throw error;
    throw new SourceError(
      'bad_answer',
      `Cannot read the answer of ${url} to ${oneLine(expr)}: ${oneLine(error.message)}; expected JSON of a Prometheus-compatible API`,
      { cause: error },
    );
  }
}

async function scan(body: Buffer, reading: AnswerReading) {
  const scanned = scanAnswer(new ByteCursor(body));
  let turnStart = performance.now();
  for (let step = scanned.next(); ; step = scanned.next()) {
    if (step.done) return step.value;
    reading.onSeries(step.value);
    if (performance.now() - turnStart < TURN_MS) continue;
    await setImmediate();
    reading.signal?.throwIfAborted();
    turnStart = performance.now();
  }
}
