import type { Samples } from '../../core/series.ts';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';

/*
 * Where a series ends because it is not exposed any more stands a NaN with these bits, as in Prometheus:
 * a query must not go on with its last value for five minutes.
 */
export const STALE_HIGH = 0x7ff00000;
export const STALE_LOW = 2;

export function isStale(words: Uint32Array, index: number): boolean {
  return words[2 * index + LOW_WORD] === STALE_LOW && words[2 * index + HIGH_WORD] === STALE_HIGH;
}

/** The samples without marks: the same columns where there are none. */
export function withoutStaleMarks(samples: Samples): Samples {
  const words = wordsOf(samples.values);
  let marks = 0;
  for (let i = 0; i < samples.values.length; i++) if (isStale(words, i)) marks++;
  if (marks === 0) return samples;
  const keep = (_: number, i: number) => !isStale(words, i);
  return { times: samples.times.filter(keep), values: samples.values.filter(keep) };
}
