import { Matches, MatchesQuery } from '../../contract/matches.ts';
import { matcherText } from '../../core/routing/matcher.ts';
import { matchesOf, matchesSentence } from '../../core/routing/matches.ts';
import { loadMatchable } from '../../store/matchable.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { readMatcher } from '../read-matcher.ts';

/** Incidents and series that are named; the others are counted. */
const MOST_NAMED = 20;

export function matchesRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/matches',
    {
      schema: {
        tags: ['silences'],
        summary:
          'What matchers of a silence, planned work or a route meet now, before they are kept',
        querystring: MatchesQuery,
        response: { 200: Matches },
      },
    },
    async ({ query: { matcher: texts } }) => {
      const matchers = texts.map((one, i) => readMatcher(one, ['query', 'matcher', i]));
      const matches = matchesOf(matchers, await loadMatchable(database));
      const { series, incidents, whole, lost } = matches;
      return {
        sentence: matchesSentence(matches),
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
