import type { NotificationList } from '../../../src/contract/notification.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from './notice.tsx';
import { NotificationRow, OUTCOMES } from './notification-row.tsx';
import { Pager } from './pager.tsx';
import { SelectField } from './select-field.tsx';

const ROWS = 50;
const FILTERS = ['channel', 'status'] as const;

interface DeliveryHistoryProps {
  readonly address: URL;
  readonly channels: readonly string[];
}

/** What channels were told, newest first; what is filtered stands in the address. */
export function DeliveryHistory({ address, channels }: DeliveryHistoryProps) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const choose = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value, skip: '' }), { replace: true });
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  for (const name of FILTERS) if (chosen(name) !== '') asked.set(name, chosen(name));
  const list = useAnswer<Wire<typeof NotificationList>>(`/notifications?${asked}`);
  const names = [...new Set([...channels, chosen('channel')])].filter((name) => name !== '');
  const isFiltered = FILTERS.some((name) => chosen(name) !== '');
  return (
    <section aria-labelledby="history">
      <h2 id="history">What was sent</h2>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Channel"
          value={chosen('channel')}
          choices={{ '': 'Any', ...Object.fromEntries(names.map((name) => [name, name])) }}
          onChoose={(value) => choose('channel', value)}
        />
        <SelectField
          label="Outcome"
          value={chosen('status')}
          choices={{ '': 'Any', ...OUTCOMES }}
          onChoose={(value) => choose('status', value)}
        />
        {isFiltered && <a href="/channels">Show all</a>}
      </form>
      <Answered of={list}>
        {({ notifications, ...page }) => (
          <>
            {notifications.length === 0 ? (
              <Empty title={isFiltered ? 'No message is like this' : 'Nothing was sent yet'} />
            ) : (
              <ul class="rows card">
                {notifications.map((one) => (
                  <NotificationRow key={one.id} notification={one} />
                ))}
              </ul>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </section>
  );
}
