import type { Complaint } from '../../../src/contract/error-body.ts';
import { complaintAt } from './complaint.ts';
import { faultOf, type Matcher, OPERATORS } from './silence-matchers.ts';
import { TextField } from './text-field.tsx';

const MEANINGS: Readonly<Record<Matcher['op'], string>> = {
  '=': 'is',
  '!=': 'is not',
  '=~': 'is like',
  '!~': 'is not like',
};
const NEW: Matcher = { name: '', op: '=', value: '' };

interface MatcherRowsProps {
  readonly matchers: readonly Matcher[];
  readonly complaints: readonly Complaint[];
  readonly onChange: (matchers: readonly Matcher[]) => void;
}

/** Labels that must all be as they say, one a row. */
export function MatcherRows({ matchers, complaints, onChange }: MatcherRowsProps) {
  const put = (index: number, changes: Partial<Matcher>): void =>
    onChange(matchers.map((one, i) => (i === index ? { ...one, ...changes } : one)));
  return (
    <fieldset class="matchers">
      <legend class="soft">Anomalies that meet all of these</legend>
      {matchers.map((one, index) => (
        <div key={index} class="matcher">
          <TextField
            label="Label"
            value={one.name}
            onType={(name) => put(index, { name })}
            placeholder="instance"
            required
          />
          <label class="field">
            <span>How</span>
            <select
              value={one.op}
              onChange={({ currentTarget: { value } }) =>
                put(index, { op: OPERATORS.find((op) => op === value) ?? '=' })
              }
            >
              {OPERATORS.map((op) => (
                <option key={op} value={op}>
                  {MEANINGS[op]}
                </option>
              ))}
            </select>
          </label>
          <TextField
            label="Value"
            value={one.value}
            onType={(value) => put(index, { value })}
            complaint={faultOf(one) ?? complaintAt(complaints, ['matchers', index])}
            placeholder={one.op.endsWith('~') ? 'web-.*|db-1' : 'web-1'}
            grows
          />
          {matchers.length > 1 && (
            <button
              type="button"
              aria-label={`Remove the matcher of ${one.name === '' ? 'no label' : one.name}`}
              onClick={() => onChange(matchers.filter((_, i) => i !== index))}
            >
              ×
            </button>
          )}
        </div>
      ))}
      <button type="button" onClick={() => onChange([...matchers, NEW])}>
        One more
      </button>
    </fieldset>
  );
}
