import { Reach, ReachQuery } from '../../contract/reach.ts';
import { matcherText } from '../../core/routing/matcher.ts';
import { reachOf, reachSentence } from '../../core/routing/reach.ts';
import { loadReachable } from '../../store/reachable.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { readMatcher } from '../read-matcher.ts';

/** Incidents and series that are named; the others are counted. */
const MOST_NAMED = 20;

export function reachRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/reach',
    {
      schema: {
        tags: ['silences'],
        summary:
          'What matchers of a silence, planned work or a route meet now, before they are kept',
        querystring: ReachQuery,
        response: { 200: Reach },
      },
    },
    async ({ query: { matcher: texts } }) => {
      const matchers = texts.map((one, i) => readMatcher(one, ['query', 'matcher', i]));
      const reach = reachOf(matchers, await loadReachable(database));
      const { series, incidents, whole, lost } = reach;
      return {
        sentence: reachSentence(reach),
        meets_nothing: series.length === 0 && incidents.length === 0,
        incidents: {
          total: incidents.length,
          whole: whole.length,
          first: incidents.slice(0, MOST_NAMED).map((one) => {
            return { id: one.id, title: one.title, whole: whole.includes(one) };
          }),
        },
        series: { total: series.length, first: series.slice(0, MOST_NAMED) },
        lost: lost.map(matcherText),
      };
    },
  );
}
