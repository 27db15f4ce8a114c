import { useState } from 'preact/hooks';
import type { IncidentDetail, Moment } from '../../../src/contract/incident.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { moment } from '../format/time.ts';
import { Problem } from './problem.tsx';

type Told = Pick<Wire<typeof IncidentDetail>, 'id' | 'timeline' | 'merged_into'>;

/** What happened in an incident, oldest first, and a field to add a note. */
export function IncidentTimeline({ incident }: { readonly incident: Told }) {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">What happened</h2>
      <ol class="timeline card">
        {incident.timeline.map((one, index) => (
          <li key={`${one.at} ${index}`} class={one.kind}>
            <time dateTime={one.at}>{moment(one.at)}</time>
            <strong>{one.kind}</strong>
            <span>
              <Words of={one} />
            </span>
          </li>
        ))}
      </ol>
      {incident.merged_into === null && <NoteForm id={incident.id} />}
    </section>
  );
}

function Words({ of: { anomaly_id: anomaly, text, user } }: { readonly of: Moment }) {
  return (
    <>
      {anomaly === null ? text : <a href={`/anomalies/${anomaly}`}>{text}</a>}
      {user !== null && <span class="soft"> by {user}</span>}
    </>
  );
}

function NoteForm({ id }: { readonly id: number }) {
  const [text, setText] = useState('');
  const { problem, running, run } = useAction();
  return (
    <form
      class="filters note"
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await change(asMe(`/incidents/${id}/notes`), { body: { text } });
          setText('');
        });
      }}
    >
      <label class="field grows">
        <span>Note</span>
        <input
          value={text}
          maxLength={5000}
          required
          placeholder="What you found, for those who look at it after you"
          onInput={({ currentTarget: { value } }) => setText(value)}
        />
      </label>
      <button type="submit" disabled={running}>
        Add note
      </button>
      <Problem of={{ problem }} />
    </form>
  );
}
