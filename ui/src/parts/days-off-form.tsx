import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { complaintAt } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { TextField } from './text-field.tsx';

/** Tells which days are like a weekend: written, or from a file. */
export function DaysOffForm() {
  const action = useAction();
  const [name, setName] = useState('');
  const [content, setContent] = useState('');
  const add = async (): Promise<void> => {
    await change(asMe('/calendars'), { body: { name, content } });
    setName('');
    setContent('');
  };
  return (
    <FormFrame
      label="Add days off"
      submit="Add days off"
      action={action}
      send={add}
      fields={[['name'], ['content']]}
      about="Days that are like a weekend. One of the same name is replaced."
    >
      <div class="filters">
        <TextField
          label="Name"
          value={name}
          onType={setName}
          complaint={complaintAt(action.complaints, ['name'])}
          placeholder="holidays"
          maxLength={200}
          required
        />
        <label class="field">
          <span>iCalendar or CSV</span>
          <input
            type="file"
            accept=".ics,.csv,.txt,.yml,.yaml"
            onChange={({ currentTarget: { files } }) => {
              const file = files?.[0];
              if (file === undefined) return;
              if (name === '') setName(file.name.replace(/\.\w+$/, ''));
              void file.text().then(setContent);
            }}
          />
        </label>
      </div>
      <TextField
        label="Days"
        value={content}
        onType={setContent}
        complaint={complaintAt(action.complaints, ['content'])}
        hint="A date and a name a line; a date without a year is every year"
        placeholder={'12-25, Christmas\n2026-05-14, Founding day'}
        lines={4}
        required
      />
    </FormFrame>
  );
}
