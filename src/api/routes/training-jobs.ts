import { Id } from '../../contract/paging.ts';
import { TrainingJob, TrainingJobList, TrainingJobQuery } from '../../contract/training-job.ts';
import { findTrainingJob, listTrainingJobs } from '../../store/training-jobs-table.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { trainingJobOf } from '../wire/training-job.ts';

const TAGS = ['training'];

export function trainingJobRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/training-jobs',
    {
      schema: {
        tags: TAGS,
        summary: 'Trainings, newest first',
        querystring: TrainingJobQuery,
        response: { 200: TrainingJobList },
      },
    },
    async ({ query }) => {
      const { total, rows } = await listTrainingJobs(database, query);
      return { total, skip: query.skip, limit: query.limit, jobs: rows.map(trainingJobOf) };
    },
  );

  api.get(
    '/api/v1/training-jobs/:id',
    { schema: { tags: TAGS, summary: 'One training', params: Id, response: { 200: TrainingJob } } },
    async ({ params: { id } }) => {
      const row = await findTrainingJob(database, id);
      if (!row) throw notFound('training job', id);
      return trainingJobOf(row);
    },
  );
}
