import type { ChannelList } from '../../../src/contract/channel.ts';
import type { NotificationList } from '../../../src/contract/notification.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { Answered, Empty } from './notice.tsx';
import { NotificationRow } from './notification-row.tsx';

/** What channels were told of an incident; where none was, why. */
export function WhoWasTold({ incidentId }: { readonly incidentId: number }) {
  const list = useAnswer<Wire<typeof NotificationList>>(
    `/notifications?incident_id=${incidentId}&limit=100`,
  );
  return (
    <section aria-labelledby="told">
      <h2 id="told">
        {list.answer?.notifications.some(({ status }) => status === 'sent') === false
          ? 'Why nobody was told'
          : 'Who was told'}
      </h2>
      <Answered of={list}>
        {({ notifications }) =>
          notifications.length === 0 ? (
            <NoRoute />
          ) : (
            <ul class="rows card">
              {notifications.map((one) => (
                <NotificationRow key={one.id} notification={one} onItsPage />
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  );
}

function NoRoute() {
  const list = useAnswer<Wire<typeof ChannelList>>('/channels');
  return (
    <Answered of={list}>
      {({ total }) =>
        total === 0 ? (
          <Empty title="There is no channel">
            <a href="/channels">Add one</a>, and the next incident is told.
          </Empty>
        ) : (
          <Empty title="No route leads from it to a channel">
            None of its anomalies has the labels that the <a href="/channels">channels</a> ask for,
            or it has not enough of them to be an incident.
          </Empty>
        )
      }
    </Answered>
  );
}
