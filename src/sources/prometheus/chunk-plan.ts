import type { RangeRequest } from '../source.ts';

export interface Chunk {
  readonly startMs: number;
  readonly endMs: number;
}

/** Prometheus answers at most 11,000 steps a request. */
const MAX_STEPS = 10_000;
/** Samples of one answer: about 50 MB of JSON. */
const MAX_SAMPLES = 2_000_000;
const PROBE_STEPS = 20;
/** How many series are expected of a query that has none just now. */
const UNKNOWN_SERIES = 1000;

/** The newest steps of a range: how many series they hold decides how the rest is asked for. */
export function probeChunk(request: RangeRequest): Chunk | undefined {
  const { stepMs } = request;
  if (!Number.isInteger(stepMs) || stepMs < 1) {
    throw new RangeError(`Cannot query a step of ${stepMs} ms: expected a whole number from 1`);
  }
  const startMs = Math.ceil(request.startMs / stepMs) * stepMs;
  const endMs = Math.floor(request.endMs / stepMs) * stepMs;
  if (!(startMs <= endMs)) return undefined;
  return { startMs: Math.max(startMs, endMs - (PROBE_STEPS - 1) * stepMs), endMs };
}

/** What is before `probe`, which held `seriesCount` series, in requests of bearable size, newest first. */
export function restChunks(request: RangeRequest, probe: Chunk, seriesCount: number): Chunk[] {
  const { stepMs } = request;
  const steps = Math.floor(MAX_SAMPLES / (seriesCount || UNKNOWN_SERIES));
  const spanMs = Math.max(1, Math.min(steps, MAX_STEPS)) * stepMs;
  const firstMs = Math.ceil(request.startMs / stepMs) * stepMs;
  const chunks: Chunk[] = [];
  for (let endMs = probe.startMs - stepMs; endMs >= firstMs; endMs -= spanMs) {
    chunks.push({ startMs: Math.max(firstMs, endMs - spanMs + stepMs), endMs });
  }
  return chunks;
}
