import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { labelsToChoose, type Reach } from './rule-reach.ts';
import { SelectField } from './select-field.tsx';

interface ReachFieldProps {
  readonly anomaly: Anomaly;
  readonly value: Reach;
  readonly onChoose: (reach: Reach) => void;
}

/** What a rule is to be about: this series, its query, or series with some of its labels. */
export function ReachField({ anomaly, value, onChoose }: ReachFieldProps) {
  const labels = labelsToChoose(anomaly);
  const { __name__: _, ...own } = labels;
  const choices = {
    series: 'This series only',
    query: `Every series of ${anomaly.metric_name ?? 'its query'}`,
    ...(Object.keys(own).length > 0 && { labels: 'Series with its labels…' }),
  };
  return (
    <>
      <SelectField
        label="A rule would be about"
        value={typeof value === 'string' ? value : 'labels'}
        choices={choices}
        onChoose={(chosen) =>
          onChoose(chosen === 'series' || chosen === 'query' ? chosen : { ...own })
        }
      />
      {typeof value !== 'string' && (
        <fieldset class="toggles">
          <legend class="soft">Labels that count</legend>
          {Object.entries(labels).map(([label, text]) => (
            <label key={label} class="toggle">
              <input
                type="checkbox"
                checked={Object.hasOwn(value, label)}
                onChange={({ currentTarget: { checked } }) =>
                  onChoose(changed(value, { label, text, checked }))
                }
              />
              {label}={text}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

interface Change {
  readonly label: string;
  readonly text: string;
  readonly checked: boolean;
}

/** The last label stays: a rule about everything is not meant. */
function changed(value: Exclude<Reach, string>, { label, text, checked }: Change): Reach {
  if (checked) return { ...value, [label]: text };
  const { [label]: _, ...others } = value;
  return Object.keys(others).length === 0 ? value : others;
}
