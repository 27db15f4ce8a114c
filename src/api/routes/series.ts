import { formatDuration } from '../../base/duration.ts';
import { Drift } from '../../contract/forecast.ts';
import { Id } from '../../contract/paging.ts';
import { Bands, BandsQuery, SeriesDetail, SeriesList, SeriesQuery } from '../../contract/series.ts';
import { readBandChunks } from '../../core/model/band-chunk.ts';
import { NO_SAMPLES } from '../../core/series.ts';
import { readSeriesSamples } from '../../engine/series-samples.ts';
import { findOpenDrift, listPeaks } from '../../store/anomalies-table.ts';
import { readBands } from '../../store/bands-table.ts';
import {
  countAnomaliesOf,
  countSeriesByState,
  findSeries,
  listSeries,
  type StoredSeries,
} from '../../store/series-table.ts';
import { notFound } from '../api-error.ts';
import { chartColumns } from '../bands.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { remembered } from '../remembered.ts';
import { type TimeRange, timeRange } from '../time-range.ts';
import { iso } from '../wire/iso.ts';
import { seriesOf } from '../wire/series.ts';

const TAGS = ['series'];
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CHART_POINTS = 500;
const COUNTED_MS = 7 * 24 * HOUR_MS;

export function seriesRoutes(
  api: FastifyApi,
  {
    database,
    cache,
    source,
    clock,
    minSamples,
  }: Pick<ApiDependencies, 'database' | 'cache' | 'source' | 'clock' | 'minSamples'>,
): void {
  api.get(
    '/api/v1/series',
    {
      schema: {
        tags: TAGS,
        summary: 'Series and how far their learning is',
        querystring: SeriesQuery,
        response: { 200: SeriesList },
      },
    },
    async ({ query }) =>
      remembered(cache, { group: 'series', key: query }, async () => {
        const { skip, limit, label, min_anomalies: minAnomalies, ...named } = query;
        const filter = { ...named, ...labelOf(label), sinceMs: countedSince(), minAnomalies };
        const [{ total, rows }, byState] = await Promise.all([
          listSeries(database, filter, { skip, limit }),
          countSeriesByState(database),
        ]);
        const series = rows.map((row) => seriesOf(row, minSamples));
        return { total, skip, limit, series, by_state: byState };
      }),
  );

  api.get(
    '/api/v1/series/:id',
    { schema: { tags: TAGS, summary: 'One series', params: Id, response: { 200: SeriesDetail } } },
    async ({ params: { id } }) => {
      const [series, drift, anomalies] = await Promise.all([
        getSeries(id),
        findOpenDrift(database, id),
        countAnomaliesOf(database, id, countedSince()),
      ]);
      const told = Drift.safeParse(drift);
      return {
        ...seriesOf({ ...series, anomalies }, minSamples),
        drift: told.success ? told.data : null,
      };
    },
  );

  api.get(
    '/api/v1/series/:id/bands',
    {
      schema: {
        tags: TAGS,
        summary: 'Values and what was expected of them, for a chart',
        params: Id,
        querystring: BandsQuery,
        response: { 200: Bands },
      },
    },
    async ({ params: { id }, query }) => {
      const series = await getSeries(id);
      const range = timeRange(query, { nowMs: clock.now(), fallbackStepMs: chartStepMs });
      const [bands, peaks, { samples, warnings }] = await Promise.all([
        readMinutes(id, range),
        listPeaks(database, id, { ...range, endMs: range.endMs + range.stepMs }),
        readSeriesSamples(source, series, range),
      ]);
      return {
        series_id: id,
        start: iso(range.startMs),
        end: iso(range.endMs),
        step: formatDuration(range.stepMs),
        ...chartColumns(range, { bands, peaks, samples: samples ?? NO_SAMPLES }),
        warnings,
      };
    },
  );

  function countedSince(): number {
    return clock.now() - COUNTED_MS;
  }

  async function getSeries(id: number): Promise<StoredSeries> {
    const series = await findSeries(database, id);
    if (!series) throw notFound('series', id);
    return series;
  }

  async function readMinutes(id: number, { startMs, endMs, stepMs }: TimeRange) {
    const hours = {
      startMs: Math.floor(startMs / HOUR_MS) * HOUR_MS,
      endMs: endMs + stepMs,
    };
    return readBandChunks(await readBands(database, id, hours));
  }
}

/** `name=value` as a filter. */
function labelOf(text: string | undefined) {
  if (text === undefined) return {};
  const at = text.indexOf('=');
  return { labels: { [text.slice(0, at)]: text.slice(at + 1) } };
}

/** Whole minutes that make about `CHART_POINTS` of the span. */
function chartStepMs(spanMs: number): number {
  return Math.max(1, Math.ceil(spanMs / CHART_POINTS / MINUTE_MS)) * MINUTE_MS;
}
