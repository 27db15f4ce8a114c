import { SourceError } from '../sources/errors.ts';
import type { RangeAnswer, Source } from '../sources/source.ts';
import type { Telemetry } from './telemetry.ts';

export interface RangeReading {
  readonly source: Source;
  readonly telemetry: Telemetry;
  readonly signal: AbortSignal;
}

/** One question to the source, timed. */
export async function readRange(
  run: RangeReading,
  range: { expr: string; startMs: number; endMs: number; stepMs: number },
): Promise<RangeAnswer> {
  const begun = performance.now();
  let outcome = 'failed';
  try {
    const answer = await run.source.queryRange({ ...range, signal: run.signal });
    outcome = 'ok';
    return answer;
  } catch (error) {
    if (error instanceof SourceError) outcome = error.code;
    throw error;
  } finally {
    run.telemetry.readerRequestDuration.observe({ outcome }, (performance.now() - begun) / 1000);
  }
}
