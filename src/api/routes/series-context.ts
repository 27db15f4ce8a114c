import { Id } from '../../contract/paging.ts';
import { SeriesContext, SeriesContextQuery } from '../../contract/series-context.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { concerns } from '../../core/context/declared-event.ts';
import { plannedWithin } from '../../core/context/maintenance.ts';
import { windowOf } from '../../engine/declared-context.ts';
import { labelsOf } from '../../engine/surroundings.ts';
import { watchQuery } from '../../engine/watched-query.ts';
import { listEvents } from '../../store/events-table.ts';
import { listMaintenanceSince } from '../../store/maintenance-windows-table.ts';
import { findQueryById } from '../../store/queries-table.ts';
import { findSeries } from '../../store/series-table.ts';
import { notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { eventOf } from '../wire/event.ts';
import { iso } from '../wire/iso.ts';

const MOST_EVENTS = 1000;
/** Weekly hours are counted out day by day. */
const LONGEST_DAYS = 400;

export function seriesContextRoutes(
  api: FastifyApi,
  { database, clock, watching }: Pick<ApiDependencies, 'database' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/series/:id/context',
    {
      schema: {
        tags: ['series'],
        summary: 'Declared events and planned work that concern a series in a span',
        params: Id,
        querystring: SeriesContextQuery,
        response: { 200: SeriesContext },
      },
    },
    async ({ params: { id }, query }) => {
      const endMs = query.end ?? clock.now();
      const startMs = query.start ?? endMs - DAY_MS;
      if (startMs > endMs || endMs - startMs > LONGEST_DAYS * DAY_MS) {
        const message = `Cannot use this range: expected start before end and at most ${LONGEST_DAYS}d`;
        throw unusable(['query', 'start'], message);
      }
      const series = await findSeries(database, id);
      const asked = series && (await findQueryById(database, series.queryId));
      if (!asked) throw notFound('series', id);
      const watched = watchQuery(asked, watching());
      const labels = labelsOf({ labels: series.labels, query: watched });
      const [events, windows] = await Promise.all([
        listEvents(database, { fromMs: startMs, untilMs: endMs }, { skip: 0, limit: MOST_EVENTS }),
        listMaintenanceSince(database, startMs),
      ]);
      const range = { startMs, endMs };
      return {
        series_id: id,
        events: events.rows
          .filter((event) => concerns(event.labels, labels))
          .toReversed()
          .map(eventOf),
        planned: plannedWithin(windows.map(windowOf), labels, {
          range,
          zone: watched.policy.zone,
        }).map(({ title, span }) => ({ title, start: iso(span.startMs), end: iso(span.endMs) })),
      };
    },
  );
}
