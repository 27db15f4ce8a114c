import type { IncidentReport } from '../../../src/contract/incident-report.ts';
import type { TruthIncidentList } from '../../../src/contract/truth-incident.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { leadText } from '../format/lead.ts';
import { moment } from '../format/time.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Problem } from './problem.tsx';

type Judged = IncidentReport['incidents'][number];

/** What really happened, the newest first: what was found in time, and what was missed. */
export function TruthList({ incidents }: { readonly incidents: readonly Judged[] }) {
  const kept = useAnswer<Wire<typeof TruthIncidentList>>('/truth-incidents?limit=1000');
  const ids = new Map(
    (kept.answer?.truth_incidents ?? []).map((one) => [`${one.started_at} ${one.name}`, one.id]),
  );
  return (
    <ul class="rows card">
      {incidents.toReversed().map((one) => (
        <TruthRow
          key={`${one.started_at} ${one.name}`}
          incident={one}
          id={ids.get(`${one.started_at} ${one.name}`)}
        />
      ))}
    </ul>
  );
}

interface TruthRowProps {
  readonly incident: Judged;
  readonly id: number | undefined;
}

function TruthRow({ incident, id }: TruthRowProps) {
  const { name, labels, found, started_at: start, ended_at: end, page } = incident;
  const action = useAction();
  return (
    <li class="message">
      <time class="soft" dateTime={start}>
        {moment(start)}
      </time>
      <strong class={`outcome ${found ? 'sent' : 'failed'}`}>{found ? 'Found' : 'Missed'}</strong>
      <span>
        {name}{' '}
        {Object.entries(labels).map(([label, value]) => (
          <code key={label} class="label">
            {label}={value}
          </code>
        ))}
        <span class="soft">
          {end === null ? 'goes on' : `to ${moment(end)}`}
          {incident.lead_seconds !== null && `, paged ${leadText(incident.lead_seconds)}`}
        </span>
        {page !== null && <span class="why soft">{page}</span>}
        <Problem of={action} />
      </span>
      {id !== undefined && (
        <ConfirmButton
          label="Remove"
          question="It did not happen:"
          disabled={action.running}
          onConfirm={() =>
            action.run(() => change(asMe(`/truth-incidents/${id}`), { method: 'DELETE' }))
          }
        />
      )}
    </li>
  );
}
