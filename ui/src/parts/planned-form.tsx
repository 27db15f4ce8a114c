import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { timeOfInput } from '../format/time.ts';
import { complaintAt, type Place } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { faultOfLines, labelsOfLines, matchersOfLines } from './label-lines.ts';
import { MatchesNote } from './matches-note.tsx';
import { SelectField } from './select-field.tsx';
import { TextField } from './text-field.tsx';

const FIELDS: readonly Place[] = [['title'], ['match'], ['starts_at'], ['ends_at'], ['weekly']];

/** Plans work: once, or every week. */
export function PlannedForm() {
  const action = useAction();
  const [title, setTitle] = useState('');
  const [often, setOften] = useState('once');
  const [weekly, setWeekly] = useState('');
  const [starts, setStarts] = useState('');
  const [ends, setEnds] = useState('');
  const [match, setMatch] = useState('');
  const told = (place: string): string | undefined => complaintAt(action.complaints, [place]);
  const fault = faultOfLines(match);
  const add = async (): Promise<void> => {
    const once = {
      ...(starts !== '' && { starts_at: timeOfInput(starts) }),
      ends_at: timeOfInput(ends),
    };
    const when = often === 'weekly' ? { weekly } : once;
    await change(asMe('/maintenance-windows'), {
      body: { title, match: labelsOfLines(match), ...when },
    });
    setTitle('');
  };
  return (
    <FormFrame
      label="Plan work"
      submit="Plan work"
      action={action}
      send={add}
      fields={FIELDS}
      faulty={fault !== undefined}
      about="Anomalies within it are recorded, alert nobody before they outlast it, and teach nothing."
    >
      <div class="filters">
        <TextField
          label="What"
          value={title}
          onType={setTitle}
          complaint={told('title')}
          placeholder="Upgrade of the database"
          maxLength={500}
          required
          grows
        />
        <SelectField
          label="How often"
          value={often}
          choices={{ once: 'Once', weekly: 'Every week' }}
          onChoose={setOften}
        />
      </div>
      <div class="filters">
        {often === 'weekly' ? (
          <TextField
            label="Days and times"
            value={weekly}
            onType={setWeekly}
            complaint={told('weekly')}
            hint="In the zone of SAIMon, reader.tz"
            placeholder="sun 02:00-04:00"
            maxLength={200}
            required
            grows
          />
        ) : (
          <>
            <TextField
              label="Begins"
              type="datetime-local"
              value={starts}
              onType={setStarts}
              complaint={told('starts_at')}
              hint="Now when empty"
            />
            <TextField
              label="Ends"
              type="datetime-local"
              value={ends}
              onType={setEnds}
              complaint={told('ends_at')}
              required
            />
          </>
        )}
        <TextField
          label="On series with"
          value={match}
          onType={setMatch}
          complaint={fault ?? told('match')}
          hint="Labels, one a line; all series when empty"
          placeholder="host=db-1"
          lines={2}
          grows
        />
      </div>
      <MatchesNote matchers={fault === undefined ? matchersOfLines(match) : undefined} />
    </FormFrame>
  );
}
