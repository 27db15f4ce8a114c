import { useState } from 'preact/hooks';
import type { QueryList } from '../../../src/contract/query.ts';
import type { PreviewedRule } from '../../../src/contract/rule.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { useSettled } from '../use-settled.ts';
import { complaintAt, type Place } from './complaint.ts';
import { EffectFacts } from './effect-facts.tsx';
import { FormFrame } from './form-frame.tsx';
import { faultOfLines } from './label-lines.ts';
import { UNWRITTEN, type WrittenRule, wishOf } from './rule-wish.ts';
import { SelectField } from './select-field.tsx';
import { TextField } from './text-field.tsx';

const TYPING_MS = 400;
const KINDS = {
  deviation: 'Outside what is expected',
  drift: 'A slow drift',
  flat_line: 'A value that stands still',
  absence: 'Samples that stay away',
  combination: 'An unusual combination',
};
const WAYS = {
  min_deviation: 'Small deviations',
  direction: 'One direction',
  hours: 'Hours of the week',
};
const ABOUT = { query: 'All series of a query', labels: 'Series with labels' };
const THEN = { accepted: 'Act at once', proposed: 'Wait until somebody accepts it' };
const FIELDS: readonly Place[] = [
  ['reason'],
  ['condition', 'hours'],
  ['condition', 'size'],
  ['condition', 'absolute'],
  ['condition', 'relative'],
];

/** A rule by hand, with what it would have done to the past before it acts. */
export function RuleForm({ onMade }: { readonly onMade: () => void }) {
  const action = useAction();
  const [written, setWritten] = useState(UNWRITTEN);
  const [reason, setReason] = useState('');
  const [status, setStatus] = useState('accepted');
  const put = (changes: Partial<WrittenRule>): void => setWritten({ ...written, ...changes });
  const told = (...place: Place): string | undefined => complaintAt(action.complaints, place);
  const wish = wishOf(written);
  const add = async (): Promise<void> => {
    await change(asMe('/rules'), { body: { ...wish, reason, status } });
    onMade();
  };
  return (
    <FormFrame
      label="Write a rule"
      submit={status === 'accepted' ? 'Keep these quiet' : 'Propose the rule'}
      action={action}
      send={add}
      fields={FIELDS}
      faulty={wish === undefined}
      about="What it meets is recorded, but tells nobody, from the next detection run on."
    >
      <div class="filters">
        <SelectField
          label="About"
          value={written.about}
          choices={ABOUT}
          onChoose={(about) => put({ about: about === 'labels' ? about : 'query' })}
        />
        {written.about === 'query' ? (
          <QueryChoice value={written.query} onChoose={(query) => put({ query })} />
        ) : (
          <TextField
            label="Labels"
            value={written.labels}
            onType={(labels) => put({ labels })}
            complaint={faultOfLines(written.labels)}
            hint="One a line, all of them; tags of the query count, __name__ is its alias"
            placeholder="host=db-1"
            lines={2}
            required
            grows
          />
        )}
        <SelectField
          label="Kind of anomaly"
          value={written.kind}
          choices={KINDS}
          onChoose={(kind) => put({ kind: kindOf(kind) })}
        />
      </div>
      <Condition written={written} onWrite={put} told={told} />
      <Preview json={wish && JSON.stringify(wish)} />
      <div class="filters">
        <TextField
          label="Why"
          value={reason}
          onType={setReason}
          complaint={told('reason')}
          placeholder="The nightly backup"
          maxLength={2000}
          required
          grows
        />
        <SelectField label="Then" value={status} choices={THEN} onChoose={setStatus} />
      </div>
    </FormFrame>
  );
}

interface QueryChoiceProps {
  readonly value: string;
  readonly onChoose: (alias: string) => void;
}

function QueryChoice({ value, onChoose }: QueryChoiceProps) {
  const { answer } = useAnswer<Wire<typeof QueryList>>('/queries?limit=1000', { once: true });
  const aliases = (answer?.queries ?? [])
    .filter(({ active }) => active)
    .map(({ alias }) => alias)
    .toSorted();
  const choices = { '': 'Choose one…', ...Object.fromEntries(aliases.map((one) => [one, one])) };
  return <SelectField label="Query" value={value} choices={choices} onChoose={onChoose} />;
}

interface ConditionProps {
  readonly written: WrittenRule;
  readonly onWrite: (changes: Partial<WrittenRule>) => void;
  readonly told: (...place: Place) => string | undefined;
}

/** Which of them are kept quiet. */
function Condition({ written, onWrite, told }: ConditionProps) {
  const { way } = written;
  return (
    <div class="filters">
      <SelectField
        label="Keeps quiet"
        value={way}
        choices={WAYS}
        onChoose={(chosen) =>
          onWrite({ way: chosen === 'hours' || chosen === 'direction' ? chosen : 'min_deviation' })
        }
      />
      {way === 'min_deviation' && (
        <>
          <TextField
            label="Smaller than"
            value={written.absolute}
            onType={(absolute) => onWrite({ absolute })}
            complaint={told('condition', 'absolute')}
            hint="In the unit of the metric"
            placeholder="0.05"
          />
          <TextField
            label="Or than so many percent"
            value={written.percent}
            onType={(percent) => onWrite({ percent })}
            complaint={told('condition', 'relative')}
            hint="Of what is expected; one of the two will do"
            placeholder="10"
          />
        </>
      )}
      {way === 'direction' && (
        <SelectField
          label="Where it is"
          value={written.direction}
          choices={{ below: 'Below what is expected', above: 'Above what is expected' }}
          onChoose={(chosen) => onWrite({ direction: chosen === 'above' ? chosen : 'below' })}
        />
      )}
      {way === 'hours' && (
        <>
          <TextField
            label="Days and times"
            value={written.hours}
            onType={(hours) => onWrite({ hours })}
            complaint={told('condition', 'hours')}
            hint="In the zone of SAIMon, reader.tz"
            placeholder="sun 02:00-04:00"
            required
          />
          <TextField
            label="Not larger than"
            value={written.size}
            onType={(size) => onWrite({ size })}
            complaint={told('condition', 'size')}
            hint={
              written.kind === 'deviation'
                ? 'In widths of the band: 1 is its limit'
                : 'As a deviation ratio: 1 is the limit'
            }
            required
          />
        </>
      )}
    </div>
  );
}

/** What it would have done to the past four weeks. */
function Preview({ json }: { readonly json: string | undefined }) {
  const settled = useSettled(json, TYPING_MS);
  const path = settled === undefined ? undefined : '/rules/preview';
  const { answer, problem } = useAnswer<PreviewedRule>(path, { once: true, json: settled });
  return (
    <div class="preview" role="status">
      {json === undefined && (
        <p class="soft">
          Say what it is about and what it keeps quiet: here stands what it would have done to the
          past four weeks.
        </p>
      )}
      {json !== undefined && problem !== undefined && <p class="lost">{problem}</p>}
      {json !== undefined && problem === undefined && answer !== undefined && (
        <>
          <p class="sentence">Would keep quiet: {answer.sentence}</p>
          <EffectFacts effect={answer.effect} />
        </>
      )}
    </div>
  );
}

function kindOf(text: string): WrittenRule['kind'] {
  const kinds: readonly WrittenRule['kind'][] = ['drift', 'flat_line', 'absence', 'combination'];
  return kinds.find((kind) => kind === text) ?? 'deviation';
}
