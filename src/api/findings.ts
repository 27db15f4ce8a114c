import type * as z from 'zod';
import { formatDuration } from '../base/duration.ts';
import type { DetailedHealth } from '../contract/health.ts';
import type { Finding } from '../contract/status.ts';

export interface Found {
  readonly series: number;
  readonly models: number;
  readonly anomalies: number;
  /** Of all series; null before there is one. */
  readonly newestSampleMs: number | null;
}

export interface DetectionPace {
  readonly minSamples: number;
  readonly nowMs: number;
  /** Distance of two detection runs. */
  readonly inferEveryMs: number;
}

/** A run and the writing of its rows take their time. */
const SLACK_MS = 300_000;

/** Whether something is watched, has learned, was found. */
export function detectionFindings(
  { series, models, anomalies, newestSampleMs }: Found,
  { minSamples, nowMs, inferEveryMs }: DetectionPace,
): Finding[] {
  return [
    series > 0
      ? { name: 'series', state: 'ok', detail: `${series} watched` }
      : {
          name: 'series',
          state: 'fail',
          detail: 'none is watched, check reader.queries and the source',
        },
    ...ageFinding(newestSampleMs, { nowMs, mostMs: 2 * inferEveryMs + SLACK_MS }),
    models >= 2
      ? { name: 'models', state: 'ok', detail: `${models} trained` }
      : {
          name: 'models',
          state: 'info',
          detail: `${models} so far, a series is trained once it has ${minSamples} samples, see "saimon status"`,
        },
    { name: 'anomalies', state: 'info', detail: `${anomalies} found so far` },
  ];
}

function ageFinding(
  newestMs: number | null,
  { nowMs, mostMs }: { readonly nowMs: number; readonly mostMs: number },
): Finding[] {
  if (newestMs === null) return [];
  const name = 'newest sample';
  const ageMs = Math.max(0, nowMs - newestMs);
  const detail = `${formatDuration(Math.round(ageMs / 1000) * 1000)} old`;
  return ageMs <= mostMs
    ? [{ name, state: 'ok', detail }]
    : [{ name, state: 'warn', detail: `${detail}, see what the source and the engine's log say` }];
}

/** What the process leans on and does not answer as it should, or does. */
export function dependencyFindings(checks: z.output<typeof DetailedHealth>['checks']): Finding[] {
  return Object.entries(checks)
    .filter(([, { status }]) => status !== 'not configured')
    .map(([name, { status, detail }]) => ({
      name,
      state: status === 'healthy' ? 'ok' : 'fail',
      detail,
    }));
}
