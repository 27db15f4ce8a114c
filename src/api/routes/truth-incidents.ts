import { BigId, User } from '../../contract/paging.ts';
import {
  NewTruthIncidents,
  TruthIncident,
  TruthIncidentList,
  TruthIncidentQuery,
  TruthIncidentRemoved,
  TruthIncidentsKept,
} from '../../contract/truth-incident.ts';
import {
  findTruthIncident,
  listTruthIncidents,
  removeTruthIncident,
  saveTruthIncidents,
} from '../../store/truth-incidents-table.ts';
import { notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { iso } from '../wire/iso.ts';
import { keyOf, truthIncidentOf } from '../wire/truth-incident.ts';

const TAGS = ['truth incidents'];

/** What really happened: what anomalies and rules are held against. */
export function truthIncidentRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  api.get(
    '/api/v1/truth-incidents',
    {
      schema: {
        tags: TAGS,
        summary: 'What really happened, newest first',
        querystring: TruthIncidentQuery,
        response: { 200: TruthIncidentList },
      },
    },
    async ({ query: { skip, limit, start_time: startMs, end_time: endMs } }) => {
      const range = { startMs, endMs };
      const { total, rows } = await listTruthIncidents(database, range, { skip, limit });
      return { total, skip, limit, truth_incidents: rows.map(truthIncidentOf) };
    },
  );

  api.get(
    '/api/v1/truth-incidents/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'One of them',
        params: BigId,
        response: { 200: TruthIncident },
      },
    },
    async ({ params: { id } }) => {
      const row = await findTruthIncident(database, id);
      if (!row) throw notFound('truth incident', id);
      return truthIncidentOf(row);
    },
  );

  api.post(
    '/api/v1/truth-incidents',
    {
      schema: {
        tags: TAGS,
        summary: 'Tell what really happened; told again, its end may be known',
        querystring: User,
        body: NewTruthIncidents,
        response: { 200: TruthIncidentsKept },
      },
    },
    async ({ body: { incidents, source }, query: { user } }) => {
      const drafts = incidents.map((one, i) => {
        const { name, labels, started_at: startedAtMs, ended_at: endedAtMs = null } = one;
        if (endedAtMs !== null && endedAtMs < startedAtMs) {
          const message = `Cannot end incident "${name}" at ${iso(endedAtMs)}: it begins later, at ${iso(startedAtMs)}`;
          throw unusable(['body', 'incidents', i, 'ended_at'], message);
        }
        const draft = { name, labels, startedAtMs, endedAtMs, source, createdBy: user };
        return { ...draft, sourceKey: keyOf(draft) };
      });
      const saved = await saveTruthIncidents(database, drafts);
      const kept = saved.filter(({ removed }) => !removed);
      return {
        message:
          kept.length === saved.length
            ? 'Incidents kept'
            : 'Kept without those that were removed before',
        added: kept.filter(({ isNew }) => isNew).length,
        truth_incidents: kept.map(truthIncidentOf),
      };
    },
  );

  api.delete(
    '/api/v1/truth-incidents/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'Take one back; told again it stays away',
        params: BigId,
        querystring: User,
        response: { 200: TruthIncidentRemoved },
      },
    },
    async ({ params: { id }, query: { user } }) => {
      if (!(await removeTruthIncident(database, id, user))) throw notFound('truth incident', id);
      return { message: 'Incident removed', truth_incident_id: id };
    },
  );
}
