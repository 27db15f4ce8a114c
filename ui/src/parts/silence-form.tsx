import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { keepWho, who } from '../api/who.ts';
import { timeOfInput } from '../format/time.ts';
import { go } from '../navigation.ts';
import { complaintAt, type Place } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { MatcherRows } from './matcher-rows.tsx';
import { MatchesNote } from './matches-note.tsx';
import { SelectField } from './select-field.tsx';
import { askable, type Matcher } from './silence-matchers.ts';
import { TextField } from './text-field.tsx';

const LENGTHS = {
  '30m': '30 minutes',
  '1h': '1 hour',
  '2h': '2 hours',
  '4h': '4 hours',
  '8h': '8 hours',
  '1d': '1 day',
  '7d': '1 week',
  until: 'Until…',
};
const FIELDS: readonly Place[] = [
  ['matchers'],
  ['starts_at'],
  ['ends_at'],
  ['comment'],
  ['created_by'],
];

/** Keeps anomalies quiet for a time: which, how long, why and who. */
export function SilenceForm({ matchers: given }: { readonly matchers: readonly Matcher[] }) {
  const action = useAction();
  const [matchers, setMatchers] = useState(
    given.length > 0 ? given : [{ name: '', op: '=' as const, value: '' }],
  );
  const [starts, setStarts] = useState('');
  const [length, setLength] = useState('2h');
  const [ends, setEnds] = useState('');
  const [comment, setComment] = useState('');
  const [name, setName] = useState(who() === 'web' ? '' : who());
  const told = (place: string): string | undefined => complaintAt(action.complaints, [place]);
  const add = async (): Promise<void> => {
    keepWho(name);
    const body = {
      matchers,
      ...(starts !== '' && { starts_at: timeOfInput(starts) }),
      ...(length === 'until' ? { ends_at: timeOfInput(ends) } : { duration: length }),
      comment,
      created_by: who(),
    };
    await change('/silences', { body });
    go('/silences');
  };
  return (
    <FormFrame label="Add a silence" submit="Silence" action={action} send={add} fields={FIELDS}>
      <MatcherRows matchers={matchers} complaints={action.complaints} onChange={setMatchers} />
      <MatchesNote matchers={askable(matchers)} />
      <div class="filters">
        <TextField
          label="Begins"
          type="datetime-local"
          value={starts}
          onType={setStarts}
          complaint={told('starts_at')}
          hint="Now when empty"
        />
        <SelectField label="For" value={length} choices={LENGTHS} onChoose={setLength} />
        {length === 'until' && (
          <TextField
            label="Until"
            type="datetime-local"
            value={ends}
            onType={setEnds}
            complaint={told('ends_at')}
            required
          />
        )}
      </div>
      <div class="filters">
        <TextField
          label="Why"
          value={comment}
          onType={setComment}
          complaint={told('comment')}
          placeholder="The disks are being replaced"
          maxLength={2000}
          required
          grows
        />
        <TextField
          label="Your name"
          value={name}
          onType={setName}
          complaint={told('created_by')}
          maxLength={200}
          required
        />
      </div>
    </FormFrame>
  );
}
