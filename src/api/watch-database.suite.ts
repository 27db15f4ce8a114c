import { afterAll, beforeAll, expect, test } from 'vitest';
import { SILENT } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { LiveEvent } from '../engine/live-events.ts';
import type { Database } from '../store/database.ts';
import { saveQueries } from '../store/queries-table.ts';
import { saveDetection } from '../store/save-detection.ts';
import { ensureSeries, updateSeries } from '../store/series-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import {
  claimTrainingJobs,
  enqueueTrainingJobs,
  failTrainingJob,
} from '../store/training-jobs-table.ts';
import { sampleEpisode } from './sample-episode.ts';
import { watchDatabase } from './watch-database.ts';

/** A part of api.test.ts, where all parts share one database. */
export function watchDatabaseSuite(): void {
  let database: Database;

  beforeAll(async () => {
    database = await openTestDatabase();
  }, 30_000);
  afterAll(() => database.close());

  test('a process without an engine sees in the database what happens', async () => {
    const clock = new ManualClock();
    const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
    const metricId = queries[0]?.id ?? 0;
    const [series] = await ensureSeries(database, metricId, [{ labels: {}, stepMs: 15_000 }]);
    const seriesId = series?.id ?? 0;
    const seen: LiveEvent[] = [];
    const end = watchDatabase({ database, clock, logger: SILENT }, (event) => seen.push(event));
    const look = async (): Promise<LiveEvent[]> => {
      while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1000);
      while (clock.sleeping === 0) await new Promise((resolve) => setImmediate(resolve));
      return seen.splice(0);
    };
    const save = (from: number | null, until: number, endedAtMs: number | null) =>
      saveDetection(database, [
        {
          seriesId,
          metricId,
          labels: {},
          scoredFromMs: from,
          scoredUntilMs: until,
          episodes: [{ ...sampleEpisode(0), endedAtMs }],
          bands: [],
        },
      ]);

    expect(await look()).toEqual([]);
    await save(null, 1000, null);
    expect(await look()).toEqual([{ kind: 'anomaly', change: 'opened', anomalyId: 1 }]);
    expect(await look()).toEqual([]);
    await save(1000, 2000, null);
    expect(await look()).toEqual([{ kind: 'anomaly', change: 'updated', anomalyId: 1 }]);
    await save(2000, 3000, 3000);
    expect(await look()).toEqual([{ kind: 'anomaly', change: 'closed', anomalyId: 1 }]);

    await updateSeries(database, [{ id: seriesId, state: 'learning', reason: '1 of 1000' }]);
    expect(await look()).toEqual([
      { kind: 'series', seriesId, state: 'learning', reason: '1 of 1000' },
    ]);
    await updateSeries(database, [{ id: seriesId, state: 'ready', reason: '' }]);
    expect(await look()).toMatchObject([{ kind: 'series', state: 'ready' }]);

    await enqueueTrainingJobs(database, [{ seriesId, occasion: 'first' }]);
    const [job] = await claimTrainingJobs(database, 1);
    const jobId = job?.id ?? 0;
    expect(await look()).toEqual([{ kind: 'training', jobId, seriesId, status: 'running' }]);
    await failTrainingJob(database, jobId, { errorMessage: 'no' });
    expect(await look()).toEqual([{ kind: 'training', jobId, seriesId, status: 'failed' }]);
    end();
  }, 30_000);
}
