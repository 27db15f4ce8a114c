import {
  IncidentCauses,
  IncidentChanged,
  IncidentDetail,
  IncidentList,
  IncidentMerge,
  IncidentNote,
  IncidentQuery,
  IncidentTimeline,
} from '../../contract/incident.ts';
import { BigId, User } from '../../contract/paging.ts';
import { blastRadius } from '../../core/incidents/blast-radius.ts';
import {
  acknowledgeIncident,
  addNote,
  mergeIncidents,
  resolveIncident,
} from '../../store/handle-incidents.ts';
import { listEntries } from '../../store/incident-entries-table.ts';
import {
  findIncident,
  listIncidentMembers,
  listIncidents,
  type StoredIncident,
} from '../../store/incidents-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { causesOf, incidentOf, timelineOf } from '../wire/incident.ts';

const TAGS = ['incidents'];

export function incidentRoutes(
  api: FastifyApi,
  {
    database,
    clock,
    engine,
    watching,
  }: Pick<ApiDependencies, 'database' | 'clock' | 'engine' | 'watching'>,
): void {
  api.get(
    '/api/v1/incidents',
    {
      schema: {
        tags: TAGS,
        summary: 'Incidents, newest first',
        querystring: IncidentQuery,
        response: { 200: IncidentList },
      },
    },
    async ({ query: { skip, limit, start_time: startMs, end_time: endMs, ...filter } }) => {
      const chosen = { ...filter, startMs, endMs };
      const { total, rows } = await listIncidents(database, chosen, { skip, limit });
      return { total, skip, limit, incidents: rows.map(incidentOf) };
    },
  );

  api.get(
    '/api/v1/incidents/:id',
    {
      schema: {
        tags: TAGS,
        summary:
          'One incident: its anomalies, likeliest cause first, what happened, what it touches',
        params: BigId,
        response: { 200: IncidentDetail },
      },
    },
    async ({ params: { id } }) => {
      const incident = await getIncident(id);
      const [members, entries] = await storyOf(id);
      const { series, metrics, entities } = blastRadius(members);
      return {
        ...incidentOf(incident),
        causes: causesOf(members),
        timeline: timelineOf(members, entries),
        blast_radius: { series, metrics: [...metrics], entities: [...entities] },
      };
    },
  );

  api.get(
    '/api/v1/incidents/:id/causes',
    {
      schema: {
        tags: TAGS,
        summary: 'The anomalies of an incident, the one it most likely began with first',
        params: BigId,
        response: { 200: IncidentCauses },
      },
    },
    async ({ params: { id } }) => {
      await getIncident(id);
      return { incident_id: id, causes: causesOf(await listIncidentMembers(database, id)) };
    },
  );

  api.get(
    '/api/v1/incidents/:id/timeline',
    {
      schema: {
        tags: TAGS,
        summary: 'What happened in an incident, oldest first',
        params: BigId,
        response: { 200: IncidentTimeline },
      },
    },
    async ({ params: { id } }) => {
      await getIncident(id);
      return { incident_id: id, timeline: timelineOf(...(await storyOf(id))) };
    },
  );

  const changes = { acknowledge: acknowledgeIncident, resolve: resolveIncident };
  for (const [verb, change] of Object.entries(changes)) {
    api.post(
      `/api/v1/incidents/:id/${verb}`,
      {
        schema: {
          tags: TAGS,
          summary: 'Say that somebody looks at it, or that it is over; its alerts follow',
          params: BigId,
          querystring: User,
          response: { 200: IncidentChanged },
        },
      },
      async ({ params: { id }, query: { user } }) => {
        await getOwn(id, verb);
        await change(database, id, { user, nowMs: clock.now() });
        engine.notifyRoutingChanged();
        return { message: `Incident ${verb}d`, incident_id: id };
      },
    );
  }

  api.post(
    '/api/v1/incidents/:id/merge',
    {
      schema: {
        tags: TAGS,
        summary: 'Make other incidents a part of this one',
        params: BigId,
        querystring: User,
        body: IncidentMerge,
        response: { 200: IncidentChanged },
      },
    },
    async ({ params: { id }, query: { user }, body }) => {
      const others = [...new Set(body.incident_ids)];
      await getOwn(id, 'merge');
      if (others.includes(id)) {
        const message = `Cannot merge incident ${id} into itself: give other ones`;
        throw unusable(['body', 'incident_ids'], message);
      }
      for (const other of others) await getOwn(other, 'merge');
      const rules = { ...watching().incidents, nowMs: clock.now() };
      await mergeIncidents(database, { id, others }, { user, rules });
      engine.notifyRoutingChanged();
      return { message: `Incidents merged into incident ${id}`, incident_id: id };
    },
  );

  api.post(
    '/api/v1/incidents/:id/notes',
    {
      schema: {
        tags: TAGS,
        summary: 'Write a note into the timeline of an incident',
        params: BigId,
        querystring: User,
        body: IncidentNote,
        response: { 201: IncidentChanged },
      },
    },
    async ({ params: { id }, query: { user }, body: { text } }, reply) => {
      await getOwn(id, 'note');
      await addNote(database, id, { user, nowMs: clock.now(), text });
      void reply.status(201);
      return { message: 'Note added', incident_id: id };
    },
  );

  async function getIncident(id: number): Promise<StoredIncident> {
    const incident = await findIncident(database, id);
    if (!incident) throw notFound('incident', id);
    return incident;
  }

  /** One that is not a part of another one. */
  async function getOwn(id: number, verb: string): Promise<void> {
    const { mergedInto } = await getIncident(id);
    if (mergedInto === null) return;
    const message = `Cannot ${verb} incident ${id}: it became a part of incident ${mergedInto}, use that one`;
    throw new ApiError(409, 'conflict', message);
  }

  async function storyOf(id: number) {
    return Promise.all([listIncidentMembers(database, id), listEntries(database, id)]);
  }
}
