import type { Histogram } from 'prom-client';
import { Costs } from '../../contract/costs.ts';
import { readCosts } from '../../store/costs.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';

export function costRoutes(
  api: FastifyApi,
  { database, telemetry }: Pick<ApiDependencies, 'database' | 'telemetry'>,
): void {
  api.get(
    '/api/v1/costs',
    {
      schema: {
        tags: ['models'],
        summary:
          'What a series costs: bytes of models and learned state, time of detection and training',
        response: { 200: Costs },
      },
    },
    async () => {
      const [stored, detection, training, scored] = await Promise.all([
        readCosts(database),
        timesOf(telemetry.detectionLatency),
        timesOf(telemetry.trainingDuration),
        telemetry.samplesScored.get(),
      ]);
      const judged = scored.values[0]?.value ?? 0;
      return {
        series: stored.series,
        models_in_force: stored.models,
        model_bytes_per_series: share(stored.modelBytes, stored.series),
        state_bytes_per_series: share(stored.stateBytes, stored.series),
        detection_us_per_sample: share(detection.seconds * 1e6, judged),
        samples_judged: judged,
        training_ms: share(training.seconds * 1000, training.count),
        trainings: training.count,
      };
    },
  );
}

async function timesOf(histogram: Histogram): Promise<{ seconds: number; count: number }> {
  const { values } = await histogram.get();
  const named = (end: string): number =>
    values.find(({ metricName }) => metricName?.endsWith(end) === true)?.value ?? 0;
  return { seconds: named('_sum'), count: named('_count') };
}

function share(sum: number, of: number): number | null {
  return of > 0 ? Number((sum / of).toPrecision(4)) : null;
}
