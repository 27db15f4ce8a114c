import { parseDuration } from '../../base/duration.ts';
import { Id, User } from '../../contract/paging.ts';
import { NewSilence, Silence, SilenceList, SilenceQuery } from '../../contract/silence.ts';
import { compileMatchers } from '../../core/routing/matcher.ts';
import { rerouteIncidents } from '../../store/routing.ts';
import {
  addSilence,
  expireSilence,
  findSilence,
  listSilences,
  type StoredSilence,
} from '../../store/silences-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { readMatcher } from '../read-matcher.ts';
import { iso } from '../wire/iso.ts';
import { silenceOf } from '../wire/silence.ts';

const TAGS = ['silences'];

export function silenceRoutes(
  api: FastifyApi,
  { database, engine, clock }: Pick<ApiDependencies, 'database' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/silences',
    {
      schema: {
        tags: TAGS,
        summary: 'Silences, newest first',
        querystring: SilenceQuery,
        response: { 200: SilenceList },
      },
    },
    async ({ query: { skip, limit, active } }) => {
      const sinceMs = active === 'true' ? clock.now() : undefined;
      const { total, rows } = await listSilences(database, { sinceMs }, { skip, limit });
      return { total, skip, limit, silences: rows.map(wire) };
    },
  );

  api.get(
    '/api/v1/silences/:id',
    { schema: { tags: TAGS, summary: 'One silence', params: Id, response: { 200: Silence } } },
    async ({ params: { id } }) => wire(await getSilence(id)),
  );

  api.post(
    '/api/v1/silences',
    {
      schema: {
        tags: TAGS,
        summary: 'Keep anomalies to yourself for a time: they are recorded but tell nobody',
        querystring: User,
        body: NewSilence,
        response: { 201: Silence },
      },
    },
    async ({ body, query: { user } }, reply) => {
      const matchers = body.matchers.map((one, i) => readMatcher(one, ['body', 'matchers', i]));
      if (compileMatchers(matchers)({})) {
        const message =
          'Cannot silence everything: give a matcher that an empty label does not meet';
        throw unusable(['body', 'matchers'], message);
      }
      const startsAtMs = body.starts_at ?? clock.now();
      const endsAtMs = body.ends_at ?? startsAtMs + durationOf(body.duration ?? '');
      if (endsAtMs <= startsAtMs || endsAtMs <= clock.now()) {
        const message = `Cannot end the silence at ${iso(endsAtMs)}: expected a time after its start ${iso(startsAtMs)} and after now`;
        throw unusable(['body', 'ends_at'], message);
      }
      const { comment, created_by: createdBy = user } = body;
      const row = await addSilence(database, {
        matchers,
        startsAtMs,
        endsAtMs,
        comment,
        createdBy,
      });
      await changed();
      void reply.status(201);
      return wire(row);
    },
  );

  const expire = async (id: number, user: string) => {
    await getSilence(id);
    const row = await expireSilence(database, id, { user, nowMs: clock.now() });
    if (!row) throw new ApiError(409, 'conflict', `Cannot expire silence ${id}: it has ended`);
    await changed();
    return wire(row);
  };

  const ending = {
    schema: {
      tags: TAGS,
      summary: 'End a silence now; it is kept in the list',
      params: Id,
      querystring: User,
      response: { 200: Silence },
    },
  };
  api.delete('/api/v1/silences/:id', ending, ({ params: { id }, query: { user } }) =>
    expire(id, user),
  );
  api.post('/api/v1/silences/:id/expire', ending, ({ params: { id }, query: { user } }) =>
    expire(id, user),
  );

  async function getSilence(id: number): Promise<StoredSilence> {
    const row = await findSilence(database, id);
    if (!row) throw notFound('silence', id);
    return row;
  }

  async function changed(): Promise<void> {
    await rerouteIncidents(database);
    engine.notifyRoutingChanged();
  }

  function wire(row: StoredSilence) {
    return silenceOf(row, clock.now());
  }
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw unusable(['body', 'duration'], error instanceof Error ? error.message : String(error));
  }
}
