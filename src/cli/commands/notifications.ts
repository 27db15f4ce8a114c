import {
  type Notification,
  NotificationList,
  NotificationRetried,
} from '../../contract/notification.ts';
import { print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient, idOf, userQuery } from '../server-client.ts';
import { queryText, wireTime } from '../wire-text.ts';

export interface NotificationsOptions extends ClientOptions {
  readonly incident?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly limit: string;
  readonly retry?: string;
}

const PATH = '/api/v1/notifications';
const HEAD = ['ID', 'AT', 'INCIDENT', 'CHANNEL', 'WHAT', 'STATUS', 'TRIES', 'REASON'];

/** `notifications` */
export async function notificationsCommand(options: NotificationsOptions): Promise<void> {
  const client = createServerClient(options);
  if (options.retry !== undefined) {
    const path = `${PATH}/${idOf(options.retry, 'saimon notifications')}/retry?${userQuery()}`;
    const answer = await client.post(path, NotificationRetried);
    if (options.json) printJson(answer);
    else print(answer.message);
    return;
  }
  const { incident, channel, status, limit } = options;
  const part = queryText({ incident_id: incident, channel, status, limit });
  const list = await client.get(`${PATH}?${part}`, NotificationList);
  if (options.json) printJson(list);
  else
    print(
      list.notifications.length === 0
        ? 'Nobody was told anything yet'
        : table(HEAD, list.notifications.map(cells)),
    );
}

function cells(row: Notification): string[] {
  return [
    String(row.id),
    wireTime(row.sent_at ?? row.created_at),
    row.incident_id === null ? '–' : `${row.incident_id} ${row.title ?? ''}`,
    row.channel,
    row.kind,
    row.status,
    String(row.attempts),
    row.reason ?? '',
  ];
}
