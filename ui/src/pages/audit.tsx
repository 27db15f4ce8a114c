import { useState } from 'preact/hooks';
import type { AuditList } from '../../../src/contract/audit.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { AuditRow } from '../parts/audit-row.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { TextField } from '../parts/text-field.tsx';

const ROWS = 50;
const FILTERS = ['subject', 'user'] as const;
const SUBJECTS = {
  '': 'Anything',
  anomalies: 'Anomalies',
  incidents: 'Incidents',
  rules: 'Rules',
  silences: 'Silences',
  channels: 'Channels',
  notifications: 'Messages',
  events: 'Events',
  'maintenance-windows': 'Planned work',
  calendars: 'Days off',
  models: 'Models',
  backtests: 'Backtests',
};

/** Who changed what, newest first; what is filtered stands in the address. */
export function AuditPage({ address }: { readonly address: URL }) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const choose = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value, skip: '' }));
  const [user, setUser] = useState(chosen('user'));
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  for (const name of FILTERS) if (chosen(name) !== '') asked.set(name, chosen(name));
  const list = useAnswer<Wire<typeof AuditList>>(`/audit?${asked}`);
  const isFiltered = FILTERS.some((name) => chosen(name) !== '');
  return (
    <>
      <h1>Audit</h1>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          choose('user', user.trim());
        }}
      >
        <SelectField
          label="What"
          value={chosen('subject')}
          choices={SUBJECTS}
          onChoose={(value) => choose('subject', value)}
        />
        <TextField label="Who" value={user} onType={setUser} placeholder="Anybody" />
        <button type="submit">Show</button>
        {isFiltered && <a href="/audit">Show all</a>}
      </form>
      <Answered of={list}>
        {({ entries, ...page }) => (
          <>
            {entries.length === 0 ? (
              <Empty title={isFiltered ? 'No change is like this' : 'Nothing was changed yet'} />
            ) : (
              <ul class="rows card">
                {entries.map((entry) => (
                  <AuditRow key={entry.id} entry={entry} />
                ))}
              </ul>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}
