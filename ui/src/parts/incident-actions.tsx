import { useState } from 'preact/hooks';
import type { IncidentDetail, IncidentList } from '../../../src/contract/incident.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { moment } from '../format/time.ts';
import { Problem } from './problem.tsx';
import { SelectField } from './select-field.tsx';
import { silenceLink } from './silence-matchers.ts';

/** What a person does about an incident: looks at it, ends it, makes others a part of it. */
export function IncidentActions({ incident }: { readonly incident: Wire<typeof IncidentDetail> }) {
  const { problem, running, run } = useAction();
  const [other, setOther] = useState('');
  const { id, status } = incident;
  const list = useAnswer<Wire<typeof IncidentList>>('/incidents?limit=50');
  const others = (list.answer?.incidents ?? []).filter((one) => one.id !== id);
  return (
    <div class="filters actions" role="group" aria-label="What to do about it">
      <button
        type="button"
        disabled={running || status !== 'open'}
        onClick={() => run(() => change(asMe(`/incidents/${id}/acknowledge`)))}
      >
        Acknowledge
      </button>
      <button
        type="button"
        disabled={running || status === 'resolved'}
        onClick={() => run(() => change(asMe(`/incidents/${id}/resolve`)))}
      >
        Resolve
      </button>
      <a class="button" href={silenceLink(incident.causes)}>
        Silence
      </a>
      {others.length > 0 && (
        <>
          <SelectField
            label="Another one that is the same trouble"
            value={other}
            choices={{
              '': 'None',
              ...Object.fromEntries(
                others.map((one) => [one.id, `${one.title}, ${moment(one.started_at)}`]),
              ),
            }}
            onChoose={setOther}
          />
          <button
            type="button"
            disabled={running || other === ''}
            onClick={() =>
              run(async () => {
                const body = { incident_ids: [Number(other)] };
                await change(asMe(`/incidents/${id}/merge`), { body });
                setOther('');
              })
            }
          >
            Merge it into this one
          </button>
        </>
      )}
      <Problem of={{ problem }} />
    </div>
  );
}
