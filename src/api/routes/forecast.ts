import { formatDuration } from '../../base/duration.ts';
import { Forecast, ForecastQuery } from '../../contract/forecast.ts';
import { Id } from '../../contract/paging.ts';
import { driftContext } from '../../engine/drift-context.ts';
import { reviveModel } from '../../engine/revive-model.ts';
import { findSeries } from '../../store/series-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { durationOf } from '../time-range.ts';
import { iso } from '../wire/iso.ts';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 90;
const POINTS = 500;
const MOST_POINTS = 11_000;

export function forecastRoutes(
  api: FastifyApi,
  { database, watching }: Pick<ApiDependencies, 'database' | 'watching'>,
): void {
  api.get(
    '/api/v1/series/:id/forecast',
    {
      schema: {
        tags: ['series'],
        summary: 'Where a series is going and when it reaches a limit',
        params: Id,
        querystring: ForecastQuery,
        response: { 200: Forecast },
      },
    },
    async ({ params: { id }, query }) => {
      const series = await findSeries(database, id);
      if (!series) throw notFound('series', id);
      const horizonMs = horizonOf(query.horizon);
      const stepMs = stepOf(query.step, { horizonMs, seriesStepMs: series.stepMs });
      const model = await reviveModel(database, series, watching());
      if (!model?.fitted) {
        throw new ApiError(
          409,
          'not_learned',
          `Cannot forecast series ${id}: its model is not trained yet, see its state`,
        );
      }
      const limits = query.limit === undefined ? {} : { limits: [query.limit] };
      const { times, expected, lower, upper, trend, reaches } = model.forecast({
        horizonMs,
        stepMs,
        ...limits,
      });
      return {
        series_id: id,
        from: iso(model.last.timeMs),
        horizon: formatDuration(horizonMs),
        step: formatDuration(stepMs),
        times: [...times],
        expected: Array.from(expected, shortened),
        lower: Array.from(lower, shortened),
        upper: Array.from(upper, shortened),
        drift: trend ? driftContext({ ...trend, ...(reaches && { reaches }) }) : null,
      };
    },
  );
}

function horizonOf(text: string): number {
  const horizonMs = durationOf(text, 'horizon');
  if (horizonMs > 0 && horizonMs <= LONGEST_DAYS * DAY_MS) return horizonMs;
  throw unusable(
    ['query', 'horizon'],
    `Cannot look ${text} ahead: expected more than 0 and at most ${LONGEST_DAYS}d`,
  );
}

function stepOf(
  text: string | undefined,
  { horizonMs, seriesStepMs }: { readonly horizonMs: number; readonly seriesStepMs: number },
): number {
  if (text === undefined) {
    return Math.max(1, Math.ceil(horizonMs / POINTS / seriesStepMs)) * seriesStepMs;
  }
  const stepMs = durationOf(text, 'step');
  if (stepMs > 0 && horizonMs / stepMs <= MOST_POINTS) return stepMs;
  throw unusable(
    ['query', 'step'],
    `Cannot use step "${text}": expected more than 0 and at most ${MOST_POINTS} points`,
  );
}

/** More digits than seven are noise. */
function shortened(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
