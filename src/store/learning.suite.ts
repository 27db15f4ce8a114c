import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoints, loadTrialStates } from './checkpoints-table.ts';
import type { Database } from './database.ts';
import {
  activateModel,
  countActiveModels,
  findModel,
  listActiveModels,
  listHeldSeries,
  listModels,
  listVersions,
  loadActiveSnapshots,
  loadSnapshots,
  registerModel,
  rollBackModel,
} from './models-table.ts';
import { findQuery } from './queries-table.ts';
import {
  appendSampleHead,
  deleteSampleChunksBefore,
  ensureRawSeries,
  listRawMetrics,
  listRawSeries,
  loadSampleHeads,
  readSampleChunks,
  writeSampleChunks,
} from './raw-samples-table.ts';
import { type SeriesTraining, saveTrainings } from './save-trainings.ts';
import {
  claimTrainingJobs,
  countTrainingJobs,
  deleteTrainingJobsBefore,
  enqueueTrainingJobs,
  failTrainingJob,
  findTrainingJob,
  listTrainingJobs,
  requeueAbandonedJobs,
  requeueTrainingJob,
} from './training-jobs-table.ts';
import { ensureInstances } from './watched.suite.ts';

const T0 = Date.UTC(2026, 10, 22, 10);
const PAGE = { skip: 0, limit: 100 };

/** The training of one series: two detectors. */
function trained(seriesId: number, over: Partial<SeriesTraining> = {}): SeriesTraining {
  return {
    seriesId,
    trainedAtMs: T0,
    wins: true,
    detectors: ['zscore', 'isolation_forest'].map((kind, index) => ({
      kind,
      snapshot: Uint8Array.of(index, seriesId % 256),
      config: { trees: 100 },
      metrics: { samples: 1000 },
    })),
    ...over,
  };
}

/** What is learned and collected: the same on every database. */
export function describeLearningStore(open: () => Promise<Database>): void {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  const seriesOf = (alias: string, instances: readonly string[]) =>
    ensureInstances(db, alias, instances);

  describe('models', () => {
    it('are numbered by day, the newest version active and the newest five kept', async () => {
      const [a = 0, b = 0] = await seriesOf('cpu', ['a', 'b']);
      await saveTrainings(db, [trained(a), trained(b)]);
      const first = await listActiveModels(db, [a]);
      for (let night = 0; night < 6; night += 1) await saveTrainings(db, [trained(a)]);
      const active = await listActiveModels(db, [a]);
      expect(active.map((model) => model.version)).toEqual(['2026-11-22.7', '2026-11-22.7']);
      const { total, rows } = await listModels(db, { ...PAGE, activeOnly: false });
      expect(total).toBe(2 * 5 + 2);
      expect(rows[0]?.name).toMatch(/^cpu\{instance="a"\} (zscore|isolation_forest)$/);
      expect((await listModels(db, { ...PAGE, activeOnly: true })).total).toBe(4);
      expect(await countActiveModels(db)).toBe(4);
      expect(await findModel(db, first[0]?.id ?? 0)).toBeUndefined();
    });

    it('of an older version can be put in force, which the nightly clean-up respects', async () => {
      const [a = 0] = await seriesOf('cpu', ['a']);
      const { models } = await saveTrainings(db, [trained(a)]);
      await saveTrainings(db, [trained(a, { inForceFromMs: T0 })]);
      const old = models.find((model) => model.modelType === 'zscore');
      expect(await activateModel(db, old?.id ?? 0)).toMatchObject({
        isActive: true,
        version: '2026-11-22.1',
      });
      const active = await listActiveModels(db, [a]);
      const told = active.map(
        ({ modelType, version, inForceFromMs }) => `${modelType} ${version} ${inForceFromMs}`,
      );
      expect(told.toSorted()).toEqual([
        `isolation_forest 2026-11-22.2 ${T0}`,
        'zscore 2026-11-22.1 null',
      ]);
      expect(await activateModel(db, 999_999)).toBeUndefined();
      await saveTrainings(db, [trained(a)], { keep: 1 });
      expect((await listModels(db, { ...PAGE, activeOnly: false })).total).toBe(2);
    });

    it('that do not win never come in force, and do not crowd out those that were', async () => {
      const [a = 0] = await seriesOf('cpu', ['a']);
      await saveTrainings(db, [trained(a)]);
      const { models } = await saveTrainings(db, [trained(a)]);
      for (let night = 0; night < 3; night += 1)
        await saveTrainings(db, [trained(a, { wins: false })], { keep: 2 });
      const active = await listActiveModels(db, [a]);
      expect(active.map(({ version }) => version)).toEqual(['2026-11-22.2', '2026-11-22.2']);
      const id = models[0]?.id ?? 0;
      const { total, rows } = await listVersions(db, id, PAGE);
      expect(total).toBe(4);
      expect(rows.map(({ version, activatedBy }) => `${version} ${activatedBy}`)).toEqual([
        '2026-11-22.5 null',
        '2026-11-22.4 null',
        '2026-11-22.2 training',
        '2026-11-22.1 training',
      ]);
      expect((await listVersions(db, id, { skip: 3, limit: 5 })).rows).toHaveLength(1);
      expect(await listVersions(db, 999_999, PAGE)).toEqual({ total: 0, rows: [] });
    });

    it('are rolled back to the one before, again and again, or to one by its name', async () => {
      const [a = 0] = await seriesOf('cpu', ['a']);
      const { models } = await saveTrainings(db, [trained(a)]);
      await saveTrainings(db, [trained(a)]);
      await saveTrainings(db, [trained(a, { wins: false })]);
      await saveTrainings(db, [trained(a)]);
      const id = models.find(({ modelType }) => modelType === 'zscore')?.id ?? 0;
      expect(await listHeldSeries(db, [a])).toEqual(new Set());
      const back = async (to?: string) => (await rollBackModel(db, id, to))?.version;
      expect(await back()).toBe('2026-11-22.2');
      expect(await listHeldSeries(db, [a])).toEqual(new Set([a]));
      expect(await back()).toBe('2026-11-22.1');
      expect(await back()).toBeUndefined();
      expect(await back('2026-11-22.3')).toBe('2026-11-22.3');
      expect(await back('2026-11-22.9')).toBeUndefined();
      const active = await listActiveModels(db, [a]);
      expect(active.map((model) => `${model.modelType} ${model.version}`)).toEqual([
        'zscore 2026-11-22.3',
        'isolation_forest 2026-11-22.4',
      ]);
      await saveTrainings(db, [trained(a)]);
      expect(await listHeldSeries(db, [a])).toEqual(new Set());
    });

    it('keep from where the next ones are compared, beside the checkpoint', async () => {
      const [a = 0, b = 0] = await seriesOf('cpu', ['a', 'b']);
      const state = { bytes: Uint8Array.of(5), untilMs: T0 };
      const checkpoint = { seriesId: a, scoredFromMs: null, scoredUntilMs: T0, state };
      const trial = { bytes: Uint8Array.of(7, 8), untilMs: T0 };
      await saveTrainings(db, [trained(a, { checkpoint, trial }), trained(b, { trial })]);
      await saveTrainings(db, [trained(a)]);
      expect(await loadTrialStates(db, [a, b])).toEqual([{ seriesId: a, ...trial }]);
    });

    it('bring their snapshots, the checkpoint and the finished job in one transaction', async () => {
      const [a = 0, b = 0] = await seriesOf('cpu', ['a', 'b']);
      const jobs = await enqueueTrainingJobs(db, [{ seriesId: a, occasion: 'first' }]);
      await claimTrainingJobs(db, 1);
      const state = { bytes: Uint8Array.of(5), untilMs: T0 };
      const checkpoint = { seriesId: a, scoredFromMs: null, scoredUntilMs: T0, state };
      const job = { id: jobs[0]?.id ?? 0, metrics: { fit_ms: 12 }, logs: 'Fitted' };
      const saved = await saveTrainings(db, [trained(a, { checkpoint, job }), trained(b)]);
      expect([...saved.checkpointedSeriesIds]).toEqual([a]);
      expect(await loadCheckpoints(db, [a, b], { withState: false })).toMatchObject([
        { scoredUntilMs: T0 },
      ]);
      expect(await findTrainingJob(db, job.id)).toMatchObject({
        status: 'completed',
        metrics: { fit_ms: 12 },
        modelId: expect.any(Number),
        logs: 'Fitted',
      });
      const snapshots = await loadActiveSnapshots(db, [b]);
      expect(snapshots.map((one) => [...one.snapshot])).toEqual([
        [1, b % 256],
        [0, b % 256],
      ]);
      const ids = saved.models.map((model) => model.id);
      expect(await loadSnapshots(db, ids)).toHaveLength(4);
    });

    it('of other programs are registered once and take each other’s place on one metric', async () => {
      await seriesOf('cpu', ['a']);
      const metricId = (await findQuery(db, 'cpu'))?.id ?? 0;
      const own = {
        name: 'mine',
        modelType: 'lstm',
        config: { layers: 2 },
        performanceMetrics: { f1: 0.9 },
        filePath: '/m',
        trainedAtMs: T0,
      };
      const one = await registerModel(db, { ...own, version: '1', metricId, isActive: true });
      expect(one).toMatchObject({ isActive: true, seriesId: null, config: { layers: 2 } });
      await registerModel(db, { ...own, version: '1b', metricId: null, isActive: true });
      await registerModel(db, { ...own, version: '2', metricId, isActive: true });
      const { rows } = await listModels(db, { ...PAGE, activeOnly: true });
      expect(rows.map((row) => row.version)).toEqual(['2', '1b']);
      await expect(
        registerModel(db, { ...own, version: '2', metricId, isActive: false }),
      ).rejects.toMatchObject({ code: 'constraint' });
    });
  });

  describe('training jobs', () => {
    it('are queued once per occasion and given to one claimer each', async () => {
      const ids = await seriesOf('cpu', ['a', 'b', 'c']);
      const wishes = ids.map((seriesId) => ({ seriesId, occasion: 'night 2026-11-22' }));
      expect(await enqueueTrainingJobs(db, wishes)).toHaveLength(3);
      expect(await enqueueTrainingJobs(db, wishes)).toEqual([]);
      const claims = await Promise.all([claimTrainingJobs(db, 2), claimTrainingJobs(db, 2)]);
      expect(new Set(claims.flat().map((job) => job.id)).size).toBe(3);
      expect(claims.flat()[0]).toMatchObject({
        status: 'running',
        attempts: 1,
        startTimeMs: expect.any(Number),
      });
      expect(await claimTrainingJobs(db, 1)).toEqual([]);
    });

    it('fail with a reason, and are queued again when their process died', async () => {
      const ids = await seriesOf('cpu', ['a', 'b']);
      await enqueueTrainingJobs(
        db,
        ids.map((seriesId) => ({ seriesId, occasion: 'first' })),
      );
      const [one, two] = await claimTrainingJobs(db, 2);
      await failTrainingJob(db, one?.id ?? 0, { errorMessage: 'No samples' });
      expect(await findTrainingJob(db, one?.id ?? 0)).toMatchObject({
        status: 'failed',
        errorMessage: 'No samples',
      });
      const soon = { startedBeforeMs: Date.now() + 60_000 };
      expect(await requeueAbandonedJobs(db, { startedBeforeMs: T0 - 1e12 })).toBe(0);
      expect(await requeueAbandonedJobs(db, soon)).toBe(1);
      await claimTrainingJobs(db, 1);
      await requeueTrainingJob(db, two?.id ?? 0);
      await claimTrainingJobs(db, 1);
      expect(await requeueAbandonedJobs(db, soon)).toBe(0);
      const { total, rows } = await listTrainingJobs(db, { ...PAGE, status: 'failed' });
      expect([total, rows[0]?.errorMessage]).toEqual([
        2,
        'The process ended during this training 3 times',
      ]);
      expect(await countTrainingJobs(db)).toEqual([{ status: 'failed', jobs: 2 }]);
      expect(await deleteTrainingJobsBefore(db, Date.now() + 60_000)).toBe(2);
    });
  });

  describe('raw samples', () => {
    it('survive as heads until their chunks are written, and are read by name and time', async () => {
      const definitions = ['a', 'b'].map((cpu) => ({
        name: 'cpu_total',
        labels: { cpu },
        metricType: 'counter',
        help: 'Busy',
      }));
      const rows = await ensureRawSeries(db, [
        ...definitions,
        { name: 'load', labels: { cpu: 'a' }, metricType: 'gauge', help: 'Busy' },
      ]);
      expect((await ensureRawSeries(db, definitions)).map((row) => row.id)).toEqual(
        rows.slice(0, 2).map((row) => row.id),
      );
      for (const at of [0, 1, 2])
        await appendSampleHead(db, { atMs: T0 + at, bytes: Uint8Array.of(at) });
      expect((await loadSampleHeads(db)).map((head) => [head.atMs - T0, ...head.bytes])).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
      const chunk = (index: number, startMs: number) => ({
        rawSeriesId: rows[index]?.id ?? 0,
        startMs,
        endMs: startMs + 1,
        samples: 2,
        bytes: Uint8Array.of(index, 42),
      });
      await writeSampleChunks(db, [chunk(0, T0), chunk(1, T0), chunk(0, T0 + 10)], {
        coveredUntilMs: T0 + 1,
      });
      expect((await loadSampleHeads(db)).map((head) => head.atMs - T0)).toEqual([2]);
      const found = await readSampleChunks(db, 'cpu_total', { startMs: T0 + 1, endMs: T0 + 5 });
      expect(
        found.map((one) => [one.rawSeriesId, one.startMs - T0, one.samples, ...one.bytes]),
      ).toEqual([
        [rows[0]?.id, 0, 2, 0, 42],
        [rows[1]?.id, 0, 2, 1, 42],
      ]);
      expect(await listRawMetrics(db)).toEqual([
        { name: 'cpu_total', metricType: 'counter', help: 'Busy', series: 2 },
        { name: 'load', metricType: 'gauge', help: 'Busy', series: 1 },
      ]);
      expect(await deleteSampleChunksBefore(db, T0 + 5)).toBe(2);
      expect((await listRawSeries(db)).map((row) => row.name)).toEqual(['cpu_total', 'load']);
      expect(await listRawSeries(db, 'cpu_total')).toMatchObject([{ lastSampleAtMs: T0 + 11 }]);
    });
  });
}
