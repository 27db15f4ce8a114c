import { afterAll, beforeAll, expect, test } from 'vitest';
import { Model, ModelList } from '../../contract/model.ts';
import { TrainingJob, TrainingJobList } from '../../contract/training-job.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveTrainings } from '../../store/save-trainings.ts';
import { ensureSeries } from '../../store/series-table.ts';
import {
  claimTrainingJobs,
  enqueueTrainingJobs,
  failTrainingJob,
  listTrainingJobs,
} from '../../store/training-jobs-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function modelsSuite(): void {
  let server: TestApi;
  let seriesId: number;

  beforeAll(async () => {
    server = await openTestApi();
    const { database } = server;
    const [query] = (await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]))
      .queries;
    const [series] = await ensureSeries(database, query?.id ?? 0, [
      { labels: { instance: 'a' }, stepMs: 15_000 },
    ]);
    seriesId = series?.id ?? 0;
    for (const day of [1, 2]) {
      await saveTrainings(database, [
        {
          seriesId,
          trainedAtMs: TEST_NOW_MS - day,
          wins: true,
          detectors: ['zscore', 'isolation_forest'].map((kind) => ({
            kind,
            snapshot: Uint8Array.of(day),
            config: { trees: 100 },
            metrics: { samples: 1000, error: Number.NaN },
          })),
        },
      ]);
    }
  }, 30_000);
  afterAll(() => server.close());

  const list = async (query: string) =>
    ModelList.parse((await server.call('GET', `/api/v1/models?${query}`)).body);

  const versions = async (id: number, page = '') =>
    (await server.call('GET', `/api/v1/models/${id}/versions${page}`)).body;

  test('models are listed newest first, only the active ones on demand', async () => {
    const all = await list('');
    expect(all).toMatchObject({ total: 4, skip: 0, limit: 100 });
    expect(all.models.map((model) => model.is_active)).toEqual([true, true, false, false]);
    const active = await list('active_only=true&limit=1');
    expect(await list('series_id=999')).toMatchObject({ total: 0 });
    expect(active).toMatchObject({ total: 2, limit: 1 });
    expect(active.models).toHaveLength(1);
    expect((await server.call('GET', '/api/v1/models?active_only=maybe')).status).toBe(422);
  });

  test('activating an older version replaces that of the same detector on the same series only', async () => {
    const before = (await list('')).models;
    const older = before.find((model) => !model.is_active && model.model_type === 'zscore');
    const id = older?.id ?? 0;
    const { body } = await server.call('POST', `/api/v1/models/${id}/activate`);
    expect(body).toEqual({ message: expect.any(String), model_id: id });
    const active = (await list('active_only=true')).models;
    expect(active.map((model) => model.model_type).toSorted()).toEqual([
      'isolation_forest',
      'zscore',
    ]);
    expect(active.find((model) => model.model_type === 'zscore')?.id).toBe(id);
    expect(server.engine.asked).toContain(`activated ${seriesId}`);
  });

  test('versions are listed, and the one before is put back', async () => {
    const { models } = await list('');
    const [newest, oldest] = models.filter((model) => model.model_type === 'isolation_forest');
    const both = ModelList.parse(await versions(oldest?.id ?? 0));
    expect(both.models.map(({ id }) => id)).toEqual([newest?.id, oldest?.id]);
    expect(await versions(newest?.id ?? 0, '?skip=1&limit=1')).toMatchObject({ total: 2, skip: 1 });
    const back = (query: string) =>
      server.call('POST', `/api/v1/models/${newest?.id}/rollback${query}`);
    expect(await back('')).toMatchObject({
      status: 200,
      body: { model_id: oldest?.id, version: oldest?.version },
    });
    const now = ModelList.parse(await versions(newest?.id ?? 0)).models;
    expect(now).toMatchObject([
      { is_active: false, activated_by: 'training' },
      { is_active: true, activated_by: 'person' },
    ]);
    expect(await back('')).toMatchObject({ status: 409, body: { code: 'nothing_before' } });
    expect(await back('?version=9')).toMatchObject({ status: 404 });
    expect(await back('?version=')).toMatchObject({ status: 422 });
    expect(await back(`?version=${newest?.version}`)).toMatchObject({
      status: 200,
      body: { model_id: newest?.id },
    });
  });

  test('a model of another program is kept; its version is given once', async () => {
    const model = { name: 'prophet', version: '1', model_type: 'prophet', config: { a: [1] } };
    const { status, body } = await server.call('POST', '/api/v1/models', model);
    expect(status).toBe(200);
    const id = Number(body['model_id']);
    const stored = Model.parse(body['model']);
    expect(stored).toMatchObject({
      ...model,
      id,
      is_active: false,
      metric_id: null,
      trained_at: '2026-11-22T12:00:00.000Z',
    });
    expect((await server.call('GET', `/api/v1/models/${id}`)).body).toEqual(stored);
    expect(await server.call('POST', '/api/v1/models', model)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await server.call('POST', `/api/v1/models/${id}/train`)).status).toBe(409);
  });

  test('a model without a name or of an unknown metric is 422', async () => {
    const nameless = await server.call('POST', '/api/v1/models', { version: '1', model_type: 'x' });
    expect(nameless).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'name'], msg: 'Field required', type: 'missing' }] },
    });
    const model = { name: 'x', version: '1', model_type: 'x', metric_id: 99 };
    expect((await server.call('POST', '/api/v1/models', model)).status).toBe(422);
    expect((await server.call('POST', '/api/v1/models')).status).toBe(422);
  });

  test('training can be asked for', async () => {
    const id = (await list('active_only=true')).models[0]?.id;
    expect(await server.call('POST', `/api/v1/models/${id}/train`)).toMatchObject({
      status: 202,
      body: { model_id: id, series_id: seriesId },
    });
    expect(server.engine.asked).toContain('training');
    const { rows } = await listTrainingJobs(server.database, { skip: 0, limit: 10 });
    expect(rows).toMatchObject([{ seriesId, occasion: 'request 2026-11-22T12:00' }]);
  });

  test('training jobs are listed by status with their figures', async () => {
    const { database } = server;
    const [job] = await claimTrainingJobs(database, 1);
    await failTrainingJob(database, job?.id ?? 0, { errorMessage: 'Cannot read history: timeout' });
    await enqueueTrainingJobs(database, [{ seriesId, occasion: 'night' }]);
    const failed = TrainingJobList.parse(
      (await server.call('GET', '/api/v1/training-jobs?status=failed')).body,
    );
    expect(failed).toMatchObject({ total: 1, jobs: [{ id: job?.id, status: 'failed' }] });
    const one = await server.call('GET', `/api/v1/training-jobs/${job?.id}`);
    expect(TrainingJob.parse(one.body)).toMatchObject({
      error_message: 'Cannot read history: timeout',
      duration_seconds: expect.any(Number),
      occasion: 'request 2026-11-22T12:00',
    });
    expect((await server.call('GET', '/api/v1/training-jobs')).body).toMatchObject({ total: 2 });
    expect((await server.call('GET', '/api/v1/training-jobs?status=lost')).status).toBe(422);
  });

  test.each(['models/999', 'models/999/versions', 'models/99999999999', 'training-jobs/999'])(
    'GET /api/v1/%s is 404',
    async (path) => {
      expect((await server.call('GET', `/api/v1/${path}`)).status).toBe(404);
    },
  );

  test.each(['activate', 'rollback', 'train'])(
    'POST to %s an unknown model is 404',
    async (verb) => {
      expect((await server.call('POST', `/api/v1/models/999/${verb}`)).status).toBe(404);
    },
  );
}
