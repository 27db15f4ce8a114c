import type { IncidentList } from '../../../src/contract/incident.ts';
import type { Wire } from '../api/wire.ts';
import { FilteredList } from '../parts/filtered-list.tsx';
import { IncidentRow } from '../parts/incident-row.tsx';
import { SEVERITY_CHOICES } from '../parts/severities.ts';

const STATUSES = { '': 'Any', open: 'Open', acknowledged: 'Acknowledged', resolved: 'Resolved' };
const FILTERS = [
  { name: 'status', label: 'Status', choices: STATUSES },
  { name: 'severity', label: 'Severity', choices: SEVERITY_CHOICES },
];
const NONE = {
  title: 'There was no incident yet',
  children: 'Anomalies of the same trouble are gathered here as they are found.',
};

export function IncidentsPage({ address }: { readonly address: URL }) {
  return (
    <FilteredList<Wire<typeof IncidentList>>
      address={address}
      title="Incidents"
      noun="incidents"
      one="incident"
      filters={FILTERS}
      none={NONE}
      rows={({ incidents }) => incidents.map((one) => <IncidentRow key={one.id} incident={one} />)}
    />
  );
}
