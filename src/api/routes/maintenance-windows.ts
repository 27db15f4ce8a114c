import {
  MaintenanceWindow,
  MaintenanceWindowList,
  MaintenanceWindowRemoved,
  NewMaintenanceWindow,
} from '../../contract/maintenance-window.ts';
import { Id, Page, User } from '../../contract/paging.ts';
import { maintenanceAt, parseWeeklyHours } from '../../core/context/maintenance.ts';
import { windowOf } from '../../engine/declared-context.ts';
import {
  addMaintenance,
  findMaintenance,
  listMaintenance,
  removeMaintenance,
  type StoredMaintenance,
} from '../../store/maintenance-windows-table.ts';
import { rerouteIncidents } from '../../store/routing.ts';
import { notFound, ofConfiguration, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { iso } from '../wire/iso.ts';
import { maintenanceWindowOf } from '../wire/maintenance-window.ts';

const TAGS = ['maintenance-windows'];

export function maintenanceWindowRoutes(
  api: FastifyApi,
  {
    database,
    engine,
    clock,
    watching,
  }: Pick<ApiDependencies, 'database' | 'engine' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/maintenance-windows',
    {
      schema: {
        tags: TAGS,
        summary: 'Planned work, newest first',
        querystring: Page,
        response: { 200: MaintenanceWindowList },
      },
    },
    async ({ query: { skip, limit } }) => {
      const { total, rows } = await listMaintenance(database, { skip, limit });
      return { total, skip, limit, maintenance_windows: rows.map(wire) };
    },
  );

  api.get(
    '/api/v1/maintenance-windows/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'One window of planned work',
        params: Id,
        response: { 200: MaintenanceWindow },
      },
    },
    async ({ params: { id } }) => wire(await getMaintenance(id)),
  );

  api.post(
    '/api/v1/maintenance-windows',
    {
      schema: {
        tags: TAGS,
        summary:
          'Plan work: anomalies within it are kept but alert nobody, and no model is trained on it',
        querystring: User,
        body: NewMaintenanceWindow,
        response: { 201: MaintenanceWindow },
      },
    },
    async ({ body, query: { user } }, reply) => {
      const { title, match: matchers, weekly = null, reason } = body;
      if (weekly !== null) checkWeekly(weekly);
      const startsAtMs = weekly === null ? (body.starts_at ?? clock.now()) : null;
      const endsAtMs = body.ends_at ?? null;
      if (startsAtMs !== null && endsAtMs !== null && endsAtMs <= startsAtMs) {
        const message = `Cannot end the work at ${iso(endsAtMs)}: it begins at ${iso(startsAtMs)}`;
        throw unusable(['body', 'ends_at'], message);
      }
      const when = { startsAtMs, endsAtMs, weekly };
      const row = await addMaintenance(database, 'api', {
        title,
        matchers,
        ...when,
        reason,
        createdBy: user,
      });
      engine.notifyContextChanged();
      void reply.status(201);
      return wire(row);
    },
  );

  api.delete(
    '/api/v1/maintenance-windows/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'End planned work, or give it up',
        params: Id,
        querystring: User,
        response: { 200: MaintenanceWindowRemoved },
      },
    },
    async ({ params: { id }, query: { user } }) => {
      const { origin } = await getMaintenance(id);
      if (origin === 'config') throw ofConfiguration(`maintenance window ${id}`, 'remove');
      await removeMaintenance(database, id, user);
      await rerouteIncidents(database);
      engine.notifyRoutingChanged();
      engine.notifyContextChanged();
      return { message: 'Maintenance window removed: anomalies alert again', window_id: id };
    },
  );

  async function getMaintenance(id: number): Promise<StoredMaintenance> {
    const row = await findMaintenance(database, id);
    if (!row) throw notFound('maintenance window', id);
    return row;
  }

  function wire(row: StoredMaintenance) {
    const now = { timeMs: clock.now(), zone: watching().zone };
    const active = maintenanceAt([windowOf(row)], row.matchers, now) !== undefined;
    return maintenanceWindowOf(row, active);
  }
}

function checkWeekly(weekly: string): void {
  try {
    parseWeeklyHours(weekly);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unusable(['body', 'weekly'], error.message);
  }
}
