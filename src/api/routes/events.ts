import { randomUUID } from 'node:crypto';
import { Event, EventList, EventQuery, EventRemoved, NewEvent } from '../../contract/event.ts';
import { BigId, User } from '../../contract/paging.ts';
import { findEvent, listEvents, removeEvent, saveEvents } from '../../store/events-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { eventOf } from '../wire/event.ts';
import { iso } from '../wire/iso.ts';

const TAGS = ['events'];

export function eventRoutes(
  api: FastifyApi,
  { database, engine, clock }: Pick<ApiDependencies, 'database' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/events',
    {
      schema: {
        tags: TAGS,
        summary: 'Declared events, newest first',
        querystring: EventQuery,
        response: { 200: EventList },
      },
    },
    async ({ query: { skip, limit, kind, start_time: fromMs, end_time: untilMs } }) => {
      const { total, rows } = await listEvents(
        database,
        { kind, fromMs, untilMs },
        { skip, limit },
      );
      return { total, skip, limit, events: rows.map(eventOf) };
    },
  );

  api.get(
    '/api/v1/events/:id',
    { schema: { tags: TAGS, summary: 'One event', params: BigId, response: { 200: Event } } },
    async ({ params: { id } }) => {
      const row = await findEvent(database, id);
      if (!row) throw notFound('event', id);
      return eventOf(row);
    },
  );

  api.post(
    '/api/v1/events',
    {
      schema: {
        tags: TAGS,
        summary: 'Declare a deploy or another change: what usually follows one is normal after it',
        querystring: User,
        body: NewEvent,
        response: { 200: Event, 201: Event },
      },
    },
    async ({ body, query: { user } }, reply) => {
      const startedAtMs = body.started_at ?? clock.now();
      const { ended_at: endedAtMs = null, key = randomUUID() } = body;
      if (endedAtMs !== null && endedAtMs < startedAtMs) {
        const message = `Cannot end the event at ${iso(endedAtMs)}: it begins later, at ${iso(startedAtMs)}`;
        throw unusable(['body', 'ended_at'], message);
      }
      const { kind, title, labels, reason } = body;
      const declared = { kind, title, labels, startedAtMs, endedAtMs, reason, createdBy: user };
      const [saved] = await saveEvents(database, [{ ...declared, source: 'api', sourceKey: key }]);
      const row = saved && (await findEvent(database, saved.id));
      if (!row) {
        const message = `Cannot declare event "${key}": it was removed, use another key`;
        throw new ApiError(409, 'conflict', message);
      }
      engine.notifyContextChanged();
      void reply.status(saved.isNew ? 201 : 200);
      return eventOf(row);
    },
  );

  api.delete(
    '/api/v1/events/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'Take an event back; anomalies that name it keep doing so',
        params: BigId,
        querystring: User,
        response: { 200: EventRemoved },
      },
    },
    async ({ params: { id }, query: { user } }) => {
      if (!(await removeEvent(database, id, user))) throw notFound('event', id);
      engine.notifyContextChanged();
      return { message: 'Event removed: it explains nothing from now on', event_id: id };
    },
  );
}
