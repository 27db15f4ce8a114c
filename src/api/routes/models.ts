import {
  Model,
  ModelActivated,
  ModelCreated,
  ModelList,
  ModelQuery,
  ModelRolledBack,
  NewModel,
  RollbackQuery,
  TrainingRequested,
} from '../../contract/model.ts';
import { Id, Page } from '../../contract/paging.ts';
import {
  activateModel,
  findModel,
  listModels,
  listVersions,
  registerModel,
  rollBackModel,
} from '../../store/models-table.ts';
import { findQueryById } from '../../store/queries-table.ts';
import { requestTraining } from '../../store/training-jobs-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { remembered } from '../remembered.ts';
import { modelOf } from '../wire/model.ts';

const TAGS = ['models'];
const GROUP = 'models';

export function modelRoutes(
  api: FastifyApi,
  {
    database,
    cache,
    engine,
    clock,
  }: Pick<ApiDependencies, 'database' | 'cache' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/models',
    {
      schema: {
        tags: TAGS,
        summary: 'Model versions, newest first',
        querystring: ModelQuery,
        response: { 200: ModelList },
      },
    },
    async ({ query }) =>
      remembered(cache, { group: GROUP, key: query }, async () => {
        const { active_only: activeOnly, series_id: seriesId, skip, limit } = query;
        const { total, rows } = await listModels(database, { activeOnly, seriesId, skip, limit });
        return { total, skip, limit, models: rows.map(modelOf) };
      }),
  );

  api.post(
    '/api/v1/models',
    {
      schema: {
        tags: TAGS,
        summary: 'Keep a model that another program trained',
        body: NewModel,
        response: { 200: ModelCreated },
      },
    },
    async ({ body }) => {
      const { metric_id: metricId } = body;
      if (metricId !== null && !(await findQueryById(database, metricId)))
        throw unusable(['body', 'metric_id'], `Cannot use metric ${metricId}: there is none`);
      const row = await registerModel(database, {
        name: body.name,
        version: body.version,
        modelType: body.model_type,
        metricId,
        config: body.config,
        performanceMetrics: body.performance_metrics,
        filePath: body.file_path,
        isActive: body.is_active,
        trainedAtMs: body.trained_at ?? clock.now(),
      });
      await cache.drop(GROUP);
      return { message: 'Model created', model_id: row.id, model: modelOf(row) };
    },
  );

  api.get(
    '/api/v1/models/:id',
    { schema: { tags: TAGS, summary: 'One model version', params: Id, response: { 200: Model } } },
    async ({ params: { id } }) => {
      const row = await findModel(database, id);
      if (!row) throw notFound('model', id);
      return modelOf(row);
    },
  );

  api.get(
    '/api/v1/models/:id/versions',
    {
      schema: {
        tags: TAGS,
        summary:
          'All versions of the same detector and series, newest first, and how each was judged',
        params: Id,
        querystring: Page,
        response: { 200: ModelList },
      },
    },
    async ({ params: { id }, query: { skip, limit } }) => {
      const { total, rows } = await listVersions(database, id, { skip, limit });
      if (total === 0) throw notFound('model', id);
      return { total, skip, limit, models: rows.map(modelOf) };
    },
  );

  api.post(
    '/api/v1/models/:id/activate',
    {
      schema: {
        tags: TAGS,
        summary: 'Put this version in force instead of the active one of its detector and series',
        params: Id,
        response: { 200: ModelActivated },
      },
    },
    async ({ params: { id } }) => {
      const model = await activateModel(database, id);
      if (!model) throw notFound('model', id);
      await cache.drop(GROUP);
      if (model.seriesId !== null) engine.notifyModelActivated(model.seriesId);
      return { message: 'Model activated: in force from the next detection run on', model_id: id };
    },
  );

  api.post(
    '/api/v1/models/:id/rollback',
    {
      schema: {
        tags: TAGS,
        summary:
          'Put the version before in force again, or a named one of the same detector and series',
        params: Id,
        querystring: RollbackQuery,
        response: { 200: ModelRolledBack },
      },
    },
    async ({ params: { id }, query: { version } }) => {
      const model = await rollBackModel(database, id, version);
      if (!model) {
        if (!(await findModel(database, id))) throw notFound('model', id);
        if (version !== undefined) throw notFound('version', version);
        throw new ApiError(
          409,
          'nothing_before',
          `Cannot roll back model ${id}: no version before the one in force is kept`,
        );
      }
      await cache.drop(GROUP);
      if (model.seriesId !== null) engine.notifyModelActivated(model.seriesId);
      return {
        message: `Version ${model.version} is in force from the next detection run on, until a new one raises fewer false alarms`,
        model_id: model.id,
        version: model.version,
      };
    },
  );

  api.post(
    '/api/v1/models/:id/train',
    {
      schema: {
        tags: TAGS,
        summary: 'Train the series of this model soon',
        params: Id,
        response: { 202: TrainingRequested },
      },
    },
    async ({ params: { id } }, reply) => {
      const model = await findModel(database, id);
      if (!model) throw notFound('model', id);
      const { seriesId } = model;
      if (seriesId === null)
        throw new ApiError(
          409,
          'not_trainable',
          `Cannot train model ${id}: it was reported by another program and has no series`,
        );
      await requestTraining(database, seriesId, clock.now());
      engine.notifyTrainingRequested();
      void reply.status(202);
      return { message: 'Training queued', model_id: id, series_id: seriesId };
    },
  );
}
