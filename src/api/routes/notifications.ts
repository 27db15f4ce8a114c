import {
  Notification,
  NotificationList,
  NotificationQuery,
  NotificationRetried,
} from '../../contract/notification.ts';
import { BigId, User } from '../../contract/paging.ts';
import {
  findNotification,
  listNotifications,
  retryNotification,
} from '../../store/notifications-table.ts';
import { ApiError, notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { notificationOf } from '../wire/notification.ts';

const TAGS = ['notifications'];

export function notificationRoutes(
  api: FastifyApi,
  { database, engine, clock }: Pick<ApiDependencies, 'database' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/notifications',
    {
      schema: {
        tags: TAGS,
        summary: 'What channels were told of incidents, or why not, newest first',
        querystring: NotificationQuery,
        response: { 200: NotificationList },
      },
    },
    async ({ query: { skip, limit, incident_id: incidentId, ...filter } }) => {
      const chosen = { ...filter, incidentId };
      const { total, rows } = await listNotifications(database, chosen, { skip, limit });
      return { total, skip, limit, notifications: rows.map(notificationOf) };
    },
  );

  api.get(
    '/api/v1/notifications/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'One message',
        params: BigId,
        response: { 200: Notification },
      },
    },
    async ({ params: { id } }) => notificationOf(await getNotification(id)),
  );

  api.post(
    '/api/v1/notifications/:id/retry',
    {
      schema: {
        tags: TAGS,
        summary: 'Send again what was given up',
        params: BigId,
        querystring: User,
        response: { 200: NotificationRetried },
      },
    },
    async ({ params: { id } }) => {
      const { status, kind } = await getNotification(id);
      if (kind === 'test' || !(await retryNotification(database, id, clock.now()))) {
        const why =
          status === 'failed' && kind !== 'test'
            ? 'its channel was told more of the incident since'
            : `it is ${kind === 'test' ? 'a test, send another one' : status}, only what failed is sent again`;
        throw new ApiError(409, 'conflict', `Cannot send notification ${id} again: ${why}`);
      }
      engine.notifyRoutingChanged();
      return { message: 'Notification queued again', notification_id: id };
    },
  );

  async function getNotification(id: number) {
    const row = await findNotification(database, id);
    if (!row) throw notFound('notification', id);
    return row;
  }
}
