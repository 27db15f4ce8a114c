import type { Logger } from '../../base/logger.ts';
import { type Samples, sliceSamples } from '../../core/series.ts';
import { countSamples, decodeInto } from './gorilla-decoder.ts';

export interface PackedChunk {
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: Uint8Array;
}

/** The samples of consecutive chunks from `startMs` to `endMs`, both inclusive; a broken chunk is a gap. */
export function joinChunks(
  chunks: readonly PackedChunk[],
  options: { readonly startMs: number; readonly endMs: number; readonly logger: Logger },
): Samples {
  const { startMs, endMs, logger } = options;
  const touching = chunks.filter((chunk) => chunk.startMs <= endMs && chunk.endMs >= startMs);
  const counts = touching.map(({ bytes }) => orGap(logger, () => countSamples(bytes)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const joined = { times: new Float64Array(total), values: new Float64Array(total) };
  let at = 0;
  touching.forEach(({ bytes }, i) => {
    const to = at + (counts[i] ?? 0);
    const part = { times: joined.times.subarray(at, to), values: joined.values.subarray(at, to) };
    if (to === at) return;
    at += orGap(logger, () => {
      decodeInto(bytes, part);
      return part.times.length;
    });
  });
  const whole = { times: joined.times.subarray(0, at), values: joined.values.subarray(0, at) };
  return sliceSamples(whole, startMs, endMs + 1);
}

function orGap(logger: Logger, count: () => number): number {
  try {
    return count();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    logger.warn({ err: error }, `${error.message}; the chunk is left out`);
    return 0;
  }
}
