import type { IncidentList } from '../../../src/contract/incident.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { IncidentRow } from '../parts/incident-row.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SEVERITY_CHOICES } from '../parts/severities.ts';

const FILTERS = ['status', 'severity'] as const;
const ROWS = 50;
const STATUSES = { '': 'Any', open: 'Open', acknowledged: 'Acknowledged', resolved: 'Resolved' };

/** All incidents, the newest first; what is filtered stands in the address. */
export function IncidentsPage({ address }: { readonly address: URL }) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const choose = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value, skip: '' }));
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  for (const name of FILTERS) if (chosen(name) !== '') asked.set(name, chosen(name));
  const list = useAnswer<Wire<typeof IncidentList>>(`/incidents?${asked}`);
  const isFiltered = FILTERS.some((name) => chosen(name) !== '');
  return (
    <>
      <h1>Incidents</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Status"
          value={chosen('status')}
          choices={STATUSES}
          onChoose={(value) => choose('status', value)}
        />
        <SelectField
          label="Severity"
          value={chosen('severity')}
          choices={SEVERITY_CHOICES}
          onChoose={(value) => choose('severity', value)}
        />
        {isFiltered && <a href="/incidents">Show all</a>}
      </form>
      <Answered of={list}>
        {({ incidents, ...page }) => (
          <>
            {incidents.length === 0 ? (
              <Empty title={isFiltered ? 'No incident is like this' : 'There was no incident yet'}>
                {isFiltered ? (
                  <a href="/incidents">Show all incidents</a>
                ) : (
                  'Anomalies of the same trouble are gathered here as they are found.'
                )}
              </Empty>
            ) : (
              <ul class="cards">
                {incidents.map((incident) => (
                  <IncidentRow key={incident.id} incident={incident} />
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
