import { useState } from 'preact/hooks';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { CHANNEL_KEYS, linesOf, settingsOf } from './channel-keys.ts';
import { complaintAt, type Place } from './complaint.ts';
import { FormFrame } from './form-frame.tsx';
import { MatchesNote } from './matches-note.tsx';
import { SelectField } from './select-field.tsx';
import { TextField } from './text-field.tsx';

const TYPES = {
  slack: 'Slack',
  email: 'Mail',
  webhook: 'Webhook',
  pagerduty: 'PagerDuty',
  alertmanager: 'Alertmanager',
  ntfy: 'ntfy',
  template: 'Any other, by a template',
};
const SEVERITIES = {
  low: 'Low and worse',
  medium: 'Medium and worse',
  high: 'High and worse',
  critical: 'Critical',
};
const ROUTE_FIELDS: readonly Place[] = [
  ['route', 'matchers'],
  ['route', 'quiet_hours'],
];

/** Adds a channel: what it is, how it is reached, and what it is sent. */
export function ChannelForm() {
  const action = useAction();
  const [name, setName] = useState('');
  const [type, setType] = useState('slack');
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({});
  const [severity, setSeverity] = useState('medium');
  const [matchers, setMatchers] = useState('');
  const [quiet, setQuiet] = useState('');
  const keys = CHANNEL_KEYS[type] ?? [];
  const add = async (): Promise<void> => {
    const route = {
      min_severity: severity,
      ...(linesOf(matchers).length > 0 && { matchers: linesOf(matchers) }),
      ...(linesOf(quiet).length > 0 && { quiet_hours: linesOf(quiet) }),
    };
    await change(asMe('/channels'), { body: { name, ...settingsOf(type, written), route } });
    setName('');
    setWritten({});
  };
  const told = (...place: Place): string | undefined => complaintAt(action.complaints, place);
  return (
    <FormFrame
      label="Add a channel"
      submit="Add channel"
      action={action}
      send={add}
      fields={[['name'], ...keys.map(({ key }) => [key]), ...ROUTE_FIELDS]}
    >
      <div class="filters">
        <SelectField label="Type" value={type} choices={TYPES} onChoose={setType} />
        <TextField
          label="Name"
          value={name}
          onType={setName}
          complaint={told('name')}
          placeholder="ops"
          maxLength={64}
          required
        />
      </div>
      <div class="filters">
        {keys.map(({ key, label, hint, example, secret, list, lines, required }) => (
          <TextField
            key={`${type} ${key}`}
            label={label}
            value={written[key] ?? ''}
            onType={(value) => setWritten({ ...written, [key]: value })}
            complaint={told(key)}
            hint={list ? `${hint === undefined ? '' : `${hint}; `}one a line` : hint}
            type={secret ? 'password' : 'text'}
            lines={lines ?? (list ? 2 : 1)}
            placeholder={example}
            required={required ?? false}
            grows
          />
        ))}
      </div>
      <fieldset>
        <legend>What it is sent</legend>
        <div class="filters">
          <SelectField
            label="Incidents"
            value={severity}
            choices={SEVERITIES}
            onChoose={setSeverity}
          />
          <TextField
            label="That match"
            value={matchers}
            onType={setMatchers}
            complaint={told('route', 'matchers')}
            hint="One a line; everything when empty"
            placeholder={'instance=~"web-.*"'}
            lines={2}
            grows
          />
          <TextField
            label="Quiet hours"
            value={quiet}
            onType={setQuiet}
            complaint={told('route', 'quiet_hours')}
            hint="One a line; only ends are sent then"
            placeholder="daily 22:00-07:00"
            lines={2}
            grows
          />
        </div>
        <MatchesNote matchers={linesOf(matchers)} />
      </fieldset>
    </FormFrame>
  );
}
