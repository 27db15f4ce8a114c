import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { timeOfInput } from '../format/time.ts';
import { complaintAt, type Place } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { faultOfLines, labelsOfLines } from './label-lines.ts';
import { TextField } from './text-field.tsx';

const AT = ['incidents', 0] as const;
const FIELDS: readonly Place[] = ['name', 'labels', 'started_at', 'ended_at'].map((field) => [
  ...AT,
  field,
]);

/** Records something that really happened. */
export function TruthForm() {
  const action = useAction();
  const [name, setName] = useState('');
  const [starts, setStarts] = useState('');
  const [ends, setEnds] = useState('');
  const [labels, setLabels] = useState('');
  const told = (field: string): string | undefined =>
    complaintAt(action.complaints, [...AT, field]);
  const fault = faultOfLines(labels);
  const add = async (): Promise<void> => {
    const incident = {
      name,
      labels: labelsOfLines(labels),
      started_at: timeOfInput(starts),
      ...(ends !== '' && { ended_at: timeOfInput(ends) }),
    };
    await change(asMe('/truth-incidents'), { body: { incidents: [incident] } });
    setName('');
    setStarts('');
    setEnds('');
  };
  return (
    <FormFrame
      label="Record an incident"
      submit="Record incident"
      action={action}
      send={add}
      fields={FIELDS}
      faulty={fault !== undefined}
      about={
        <>
          Many at once: <code>saimon truth import incidents.csv</code>, or let Alertmanager tell.
        </>
      }
    >
      <div class="filters">
        <TextField
          label="What happened"
          value={name}
          onType={setName}
          complaint={told('name')}
          placeholder="The shop was down"
          maxLength={500}
          required
          grows
        />
        <TextField
          label="Began"
          type="datetime-local"
          value={starts}
          onType={setStarts}
          complaint={told('started_at')}
          required
        />
        <TextField
          label="Ended"
          type="datetime-local"
          value={ends}
          onType={setEnds}
          complaint={told('ended_at')}
          hint="Empty while it goes on"
        />
      </div>
      <TextField
        label="About series with"
        value={labels}
        onType={setLabels}
        complaint={fault ?? told('labels')}
        hint="Labels, one a line; any page counts when empty"
        placeholder="service=shop"
        lines={2}
      />
    </FormFrame>
  );
}
