import { useState } from 'preact/hooks';
import type { BacktestSettings } from '../../../src/contract/backtest.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { go } from '../navigation.ts';
import { type DroppedFile, FileDrop } from './file-drop.tsx';
import { Problem } from './problem.tsx';
import { SelectField } from './select-field.tsx';
import { SeriesPicker } from './series-picker.tsx';

const HOUR_S = 3600;
const SPANS = {
  '86400': 'The past day',
  '259200': 'The past 3 days',
  '604800': 'The past week',
  '2592000': 'The past 30 days',
};
const LEARNED = {
  '1d': '1 day',
  '3d': '3 days',
  '7d': '7 days',
  '14d': '14 days',
  '28d': '28 days',
};
const DIRECTIONS = {
  '': 'As it is',
  both: 'Both',
  above_expected: 'Above expected only',
  below_expected: 'Below expected only',
};

/** What is judged, over which span, and what is changed. */
export function BacktestForm({ seriesIds }: { readonly seriesIds: readonly number[] }) {
  const [chosen, setChosen] = useState(seriesIds);
  const [file, setFile] = useState<DroppedFile>();
  const [spanS, setSpanS] = useState(String(168 * HOUR_S));
  const [learn, setLearn] = useState('7d');
  const [direction, setDirection] = useState('');
  const [deviation, setDeviation] = useState('');
  const [budget, setBudget] = useState('');
  const [rules, setRules] = useState(true);
  const action = useAction();

  const submit = async (): Promise<void> => {
    const settings = settingsOf({ direction, deviation, budget });
    const nowS = Math.floor(Date.now() / 1000);
    const body = file
      ? { csv: file, settings }
      : { series_ids: chosen, start: nowS - Number(spanS), end: nowS, learn, settings, rules };
    const { backtest_id: id } = await change<{ backtest_id: number }>('/backtests', { body });
    go(`/backtests/${id}`);
  };
  return (
    <form
      class="card backtest-form"
      onSubmit={(event) => {
        event.preventDefault();
        action.run(submit);
      }}
    >
      <fieldset>
        <legend>What to judge</legend>
        <FileDrop file={file} onFile={setFile} />
        {file ? (
          <button type="button" onClick={() => setFile(undefined)}>
            Series instead
          </button>
        ) : (
          <>
            <SeriesPicker chosen={chosen} onChoose={setChosen} />
            <div class="filters">
              <SelectField label="Judged" value={spanS} choices={SPANS} onChoose={setSpanS} />
              <SelectField
                label="Learned before it"
                value={learn}
                choices={LEARNED}
                onChoose={setLearn}
              />
            </div>
          </>
        )}
      </fieldset>
      <fieldset>
        <legend>What to change</legend>
        <div class="filters">
          <NumberField
            label="Anomalies a week of each series, at most"
            hint="as learned"
            value={budget}
            onWrite={setBudget}
          />
          <NumberField
            label="Least deviation from expected"
            hint="as it is"
            value={deviation}
            onWrite={setDeviation}
          />
          <SelectField
            label="Direction"
            value={direction}
            choices={DIRECTIONS}
            onChoose={setDirection}
          />
        </div>
        {!file && (
          <label class="toggle">
            <input
              type="checkbox"
              checked={rules}
              onChange={({ currentTarget: { checked } }) => setRules(checked)}
            />
            Accepted rules keep quiet what they meet
          </label>
        )}
        <p class="soft">
          Everything else is as production has it: detectors, nightly fits, planned work, days off.
          Deviations are in the unit of the values: 0.05 of a ratio is 5 %.
        </p>
      </fieldset>
      <button
        type="submit"
        class="main"
        disabled={action.running || (!file && chosen.length === 0)}
      >
        Run the backtest
      </button>
      <Problem of={action} />
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onWrite: (text: string) => void;
}

function NumberField({ label, hint, value, onWrite }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min="0"
        step="any"
        placeholder={hint}
        value={value}
        onInput={({ currentTarget }) => onWrite(currentTarget.value)}
      />
    </label>
  );
}

function settingsOf({
  direction,
  deviation,
  budget,
}: Readonly<Record<'direction' | 'deviation' | 'budget', string>>): BacktestSettings {
  const isDirection =
    direction === 'both' || direction === 'above_expected' || direction === 'below_expected';
  return {
    ...(isDirection && { detection_direction: direction }),
    ...(deviation !== '' && { min_dev_from_expected: Number(deviation) }),
    ...(budget !== '' && { alert_budget: { max: Number(budget), every: '7d' } }),
  };
}
