import type { Notification } from '../../../src/contract/notification.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { moment } from '../format/time.ts';
import { Problem } from './problem.tsx';

export const OUTCOMES: Readonly<Record<Notification['status'], string>> = {
  sent: 'Sent',
  queued: 'To be sent',
  waiting: 'Waits',
  withheld: 'Held back',
  failed: 'Given up',
  skipped: 'Not sent',
};
const KINDS: Readonly<Record<Notification['kind'], string>> = {
  firing: 'began',
  updated: 'changed',
  resolved: 'ended',
  test: 'test',
};

interface NotificationRowProps {
  readonly notification: Notification;
  /** On the page of its incident, which need not be named there. */
  readonly onItsPage?: boolean;
}

/** One message: what, where, when, and what became of it or why nothing did. */
export function NotificationRow({ notification, onItsPage = false }: NotificationRowProps) {
  const { id, status, kind, incident_id: incident, attempts, reason } = notification;
  const action = useAction();
  const title = notification.title ?? (kind === 'test' ? 'A test' : `Incident ${incident}`);
  return (
    <li class="message">
      <time class="soft" dateTime={notification.created_at}>
        {moment(notification.sent_at ?? notification.created_at)}
      </time>
      <strong class={`outcome ${status}`}>{OUTCOMES[status]}</strong>
      <span>
        {onItsPage || incident === null ? title : <a href={`/incidents/${incident}`}>{title}</a>}{' '}
        <span class="soft">
          {kind === 'test' ? '' : `${KINDS[kind]}, `}to {notification.channel}
          {attempts > 1 && `, ${attempts} attempts`}
          {notification.next_try_at !== null && `, again at ${moment(notification.next_try_at)}`}
        </span>
        {reason !== null && <span class="why">{reason}</span>}
        <Problem of={action} />
      </span>
      {status === 'failed' && kind !== 'test' && (
        <button
          type="button"
          disabled={action.running}
          onClick={() => action.run(() => change(asMe(`/notifications/${id}/retry`)))}
        >
          Send again
        </button>
      )}
    </li>
  );
}
