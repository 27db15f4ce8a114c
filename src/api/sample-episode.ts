import type { EpisodeDraft } from '../store/detection.ts';

const MINUTE_MS = 60_000;

/** An open episode for tests: high for twelve minutes until `nowMs`, worst nine minutes before. */
export function sampleEpisode(nowMs: number): EpisodeDraft {
  return {
    kind: 'deviation',
    openedAtMs: nowMs - 10 * MINUTE_MS,
    startedAtMs: nowMs - 12 * MINUTE_MS,
    lastAtMs: nowMs,
    endedAtMs: null,
    timestampMs: nowMs - 9 * MINUTE_MS,
    value: 9,
    expected: 1,
    lower: Number.NEGATIVE_INFINITY,
    upper: 2,
    ratio: 3,
    score: 0.973,
    severity: 'high',
    confidence: 0.9,
    direction: 'above',
    algorithm: 'zscore',
    modelId: null,
    modelVersion: '2026-11-22.1',
    explanation: 'cpu is 9, expected 1',
    context: { detectors: [{ detector: 'zscore', ratio: 3 }] },
    alert: { title: 'cpu is high', message: 'cpu is 9, expected 1' },
  };
}
