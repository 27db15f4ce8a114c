import type * as z from 'zod';
import type { DetailedHealth } from '../contract/health.ts';
import type { Finding } from '../contract/status.ts';

export interface Found {
  readonly series: number;
  readonly models: number;
  readonly anomalies: number;
}

/** Whether something is watched, has learned, was found. */
export function detectionFindings(
  { series, models, anomalies }: Found,
  { minSamples }: { readonly minSamples: number },
): Finding[] {
  return [
    series > 0
      ? { name: 'series', state: 'ok', detail: `${series} watched` }
      : {
          name: 'series',
          state: 'fail',
          detail: 'none is watched, check reader.queries and the source',
        },
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
