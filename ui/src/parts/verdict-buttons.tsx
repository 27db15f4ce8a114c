import { useState } from 'preact/hooks';
import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { moment } from '../format/time.ts';
import { Problem } from './problem.tsx';
import { ReachField } from './reach-field.tsx';
import { RuleProposals } from './rule-proposals.tsx';
import { type Reach, scopeOf } from './rule-reach.ts';
import { silenceLink } from './silence-matchers.ts';
import { TextField } from './text-field.tsx';

type Verdict = 'confirmed' | 'false_positive' | 'none';

/** A person's judgement of an anomaly: what it is now, buttons to give it, and what a false alarm would teach. */
export function VerdictButtons({ anomaly }: { readonly anomaly: Anomaly }) {
  const action = useAction();
  const [isTelling, setTelling] = useState(false);
  const [comment, setComment] = useState('');
  const [reach, setReach] = useState<Reach>('series');
  const { id, is_confirmed: verdict, confirmed_at: givenAt, confirmed_by: by } = anomaly;
  const give = (verdictGiven: Verdict): void =>
    action.run(async () => {
      const body =
        verdictGiven === 'false_positive'
          ? { verdict: verdictGiven, comment, scope: scopeOf(reach) }
          : { verdict: verdictGiven };
      await change(asMe(`/anomalies/${id}/feedback`), { body });
      setTelling(false);
      setComment('');
    });
  return (
    <>
      <div class="verdicts" role="group" aria-label="Your verdict">
        <button
          type="button"
          disabled={action.running}
          aria-pressed={verdict === true}
          onClick={() => give(verdict === true ? 'none' : 'confirmed')}
        >
          Confirm
        </button>
        <button
          type="button"
          disabled={action.running}
          aria-pressed={verdict === false}
          aria-expanded={verdict === false ? undefined : isTelling}
          onClick={() => (verdict === false ? give('none') : setTelling(!isTelling))}
        >
          False alarm
        </button>
        <a class="button" href={silenceLink([anomaly])}>
          Silence
        </a>
        <span class="soft" role="status">
          {verdict === null
            ? 'Was it one? Your verdict decides what is learned of it.'
            : `Said ${givenAt === null ? 'before' : moment(givenAt)}${by === null ? '' : ` by ${by}`}`}
        </span>
      </div>
      {isTelling && verdict !== false && (
        <form
          class="card form verdict-form"
          onSubmit={(event) => {
            event.preventDefault();
            give('false_positive');
          }}
        >
          <TextField
            label="Why it was none"
            value={comment}
            onType={setComment}
            maxLength={2000}
            placeholder="The nightly backup; may be left out"
          />
          <ReachField anomaly={anomaly} value={reach} onChoose={setReach} />
          <div class="buttons">
            <button type="submit" class="main" disabled={action.running}>
              It was a false alarm
            </button>
            <button type="button" onClick={() => setTelling(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
      <Problem of={action} />
      {anomaly.quieted_by !== null && (
        <p class="notice">
          Kept quiet by <a href="/rules">rule {anomaly.quieted_by.rule_id}</a>:{' '}
          {anomaly.quieted_by.reason}
        </p>
      )}
      {verdict === false && <RuleProposals anomaly={anomaly} reach={reach} onReach={setReach} />}
    </>
  );
}
