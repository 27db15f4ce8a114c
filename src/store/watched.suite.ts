import type { Database } from './database.ts';
import type { EpisodeDraft, SeriesDetection } from './detection.ts';
import { saveQueries } from './queries-table.ts';
import { ensureSeries } from './series-table.ts';

export const T0 = Date.UTC(2026, 10, 22, 10);
export const MINUTE = 60_000;
export const PAGE = { skip: 0, limit: 100 };

/** An open episode of high severity. */
export function episodeAt(openedAtMs: number, over: Partial<EpisodeDraft> = {}): EpisodeDraft {
  return {
    kind: 'deviation',
    openedAtMs,
    startedAtMs: openedAtMs - MINUTE,
    lastAtMs: openedAtMs,
    endedAtMs: null,
    timestampMs: openedAtMs,
    value: 95.5,
    expected: 40,
    lower: 30,
    upper: 50,
    ratio: 2.6,
    score: 0.956,
    severity: 'high',
    confidence: 0.9,
    direction: 'above',
    algorithm: 'zscore',
    modelId: null,
    modelVersion: '2026-11-22.1',
    explanation: 'It is 95.5 where 40 was expected',
    context: { detectors: [{ detector: 'zscore', ratio: 2.6 }] },
    alert: { title: 'CPU is high', message: 'It is 95.5 where 40 was expected' },
    ...over,
  };
}

/** A run over one of the watched series, by its index. */
export type DraftRun = (
  index: number,
  run: { from: number | null; until: number } & Partial<SeriesDetection>,
) => SeriesDetection;

export interface Watched {
  readonly metricId: number;
  readonly seriesIds: readonly number[];
  readonly run: DraftRun;
}

/** Makes a query with one series for each instance; their ids. */
export async function ensureInstances(
  db: Database,
  alias: string,
  instances: readonly string[],
): Promise<number[]> {
  const { queries } = await saveQueries(db, 'config', [{ alias, expr: 'up' }]);
  const wanted = instances.map((instance) => ({ labels: { instance }, stepMs: 15_000 }));
  return (await ensureSeries(db, queries[0]?.id ?? 0, wanted)).map((row) => row.id);
}

/** Makes a query, `cpu`, with three series. */
export async function watchThreeSeries(db: Database): Promise<Watched> {
  const { queries } = await saveQueries(db, 'config', [{ alias: 'cpu', expr: 'rate(cpu[5m])' }]);
  const metricId = queries[0]?.id ?? 0;
  const labels = ['a', 'b', 'c'].map((instance) => ({ labels: { instance }, stepMs: 15_000 }));
  const seriesIds = (await ensureSeries(db, metricId, labels)).map((row) => row.id);
  return {
    metricId,
    seriesIds,
    run: (index, { from, until, ...over }) => ({
      seriesId: seriesIds[index] ?? 0,
      metricId,
      labels: { instance: 'abc'.charAt(index) },
      scoredFromMs: from,
      scoredUntilMs: until,
      episodes: [],
      bands: [],
      ...over,
    }),
  };
}
