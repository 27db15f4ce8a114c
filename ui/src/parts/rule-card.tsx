import type { Rule } from '../../../src/contract/rule.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { moment } from '../format/time.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { EffectFacts } from './effect-facts.tsx';
import { Problem } from './problem.tsx';

const WORDS: Readonly<Record<Rule['status'], string>> = {
  proposed: 'proposed',
  accepted: 'in force',
  off: 'switched off',
  rejected: 'rejected',
  removed: 'removed',
};

interface RuleCardProps {
  readonly rule: Rule;
  /** On the page of the anomaly that it was made for, which need not be named there. */
  readonly onItsPage?: boolean;
}

/** One rule: what it keeps quiet, what it did, and what a person makes of it. */
export function RuleCard({ rule, onItsPage = false }: RuleCardProps) {
  const { id, status, acted, acted_on_confirmed: wrongly, anomaly_id: anomaly } = rule;
  return (
    <li class={`card rule ${status}`}>
      <p class="sentence">
        <span class="mark">{WORDS[status]}</span> Keeps quiet: {rule.sentence}
      </p>
      {rule.reason !== '' && <p class="said">“{rule.reason}”</p>}
      {status === 'proposed' ? (
        <EffectFacts effect={rule.effect} />
      ) : (
        <p class="facts">
          <span>
            acted <strong>{acted}</strong> {acted === 1 ? 'time' : 'times'}
            {rule.last_acted_at !== null && `, last ${moment(rule.last_acted_at)}`}
          </span>
          {wrongly > 0 && <span class="lost">{wrongly} of them were called true</span>}
        </p>
      )}
      <p class="facts soft">
        <span>rule {id}</span>
        {anomaly !== null && !onItsPage && (
          <span>
            made for <a href={`/anomalies/${anomaly}`}>anomaly {anomaly}</a>
          </span>
        )}
        <span>
          by {rule.created_by}, {moment(rule.created_at)}
        </span>
        {rule.decided_by !== null && rule.decided_at !== null && (
          <span>
            {WORDS[status]} by {rule.decided_by}, {moment(rule.decided_at)}
          </span>
        )}
      </p>
      <RuleButtons rule={rule} />
    </li>
  );
}

function RuleButtons({ rule: { id, status } }: { readonly rule: Rule }) {
  const action = useAction();
  const post = (verb: 'enable' | 'disable') => () =>
    action.run(() => change(asMe(`/rules/${id}/${verb}`)));
  const remove = (): void => action.run(() => change(asMe(`/rules/${id}`), { method: 'DELETE' }));
  if (status === 'removed') return null;
  return (
    <div class="buttons" role="group" aria-label={`What to do with rule ${id}`}>
      {status === 'accepted' ? (
        <button type="button" disabled={action.running} onClick={post('disable')}>
          Switch off
        </button>
      ) : (
        <button
          type="button"
          class={status === 'proposed' ? 'main' : ''}
          disabled={action.running}
          onClick={post('enable')}
        >
          {status === 'off' ? 'Switch on' : 'Accept'}
        </button>
      )}
      {status === 'proposed' ? (
        <button type="button" disabled={action.running} onClick={remove}>
          Reject
        </button>
      ) : (
        <ConfirmButton
          label="Remove"
          question="It never acts again:"
          disabled={action.running}
          onConfirm={remove}
        />
      )}
      <Problem of={action} />
    </div>
  );
}
