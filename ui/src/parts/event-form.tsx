import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { timeOfInput } from '../format/time.ts';
import { complaintAt, type Place } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { faultOfLines, labelsOfLines } from './label-lines.ts';
import { TextField } from './text-field.tsx';

const FIELDS: readonly Place[] = [['kind'], ['title'], ['labels'], ['started_at'], ['ended_at']];

/** Declares a deploy or another change. */
export function EventForm() {
  const action = useAction();
  const [kind, setKind] = useState('deploy');
  const [title, setTitle] = useState('');
  const [labels, setLabels] = useState('');
  const [starts, setStarts] = useState('');
  const [ends, setEnds] = useState('');
  const told = (place: string): string | undefined => complaintAt(action.complaints, [place]);
  const fault = faultOfLines(labels);
  const add = async (): Promise<void> => {
    const body = {
      kind,
      title,
      labels: labelsOfLines(labels),
      ...(starts !== '' && { started_at: timeOfInput(starts) }),
      ...(ends !== '' && { ended_at: timeOfInput(ends) }),
    };
    await change(asMe('/events'), { body });
    setTitle('');
  };
  return (
    <FormFrame
      label="Declare an event"
      submit="Declare event"
      action={action}
      send={add}
      fields={FIELDS}
      faulty={fault !== undefined}
      about="What usually follows events of a kind on a series is normal after one, once five are known."
    >
      <div class="filters">
        <TextField
          label="Kind"
          value={kind}
          onType={setKind}
          complaint={told('kind')}
          maxLength={64}
          required
        />
        <TextField
          label="What"
          value={title}
          onType={setTitle}
          complaint={told('title')}
          placeholder="api v1.2"
          maxLength={500}
          grows
        />
      </div>
      <div class="filters">
        <TextField
          label="Began"
          type="datetime-local"
          value={starts}
          onType={setStarts}
          complaint={told('started_at')}
          hint="Now when empty"
        />
        <TextField
          label="Ended"
          type="datetime-local"
          value={ends}
          onType={setEnds}
          complaint={told('ended_at')}
          hint="May be left out"
        />
        <TextField
          label="About series with"
          value={labels}
          onType={setLabels}
          complaint={fault ?? told('labels')}
          hint="Labels, one a line; all series when empty"
          placeholder="service=api"
          lines={2}
          grows
        />
      </div>
    </FormFrame>
  );
}
