import type { Anomaly } from '../../../src/contract/anomaly.ts';
import type { RuleProposals as Proposed, RuleList } from '../../../src/contract/rule.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { EffectFacts } from './effect-facts.tsx';
import { Answered, Empty } from './notice.tsx';
import { Problem } from './problem.tsx';
import { ReachField } from './reach-field.tsx';
import { RuleCard } from './rule-card.tsx';
import { type Reach, reachParameters } from './rule-reach.ts';

type Proposal = Proposed['proposals'][number];

interface RuleProposalsProps {
  readonly anomaly: Anomaly;
  readonly reach: Reach;
  readonly onReach: (reach: Reach) => void;
}

/** What would keep the like of a false alarm quiet: the rules that were made for it, and what else would. */
export function RuleProposals({ anomaly, reach, onReach }: RuleProposalsProps) {
  const made = useAnswer<Wire<typeof RuleList>>('/rules?limit=1000');
  const rules = (made.answer?.rules ?? []).filter(({ anomaly_id: of }) => of === anomaly.id);
  const known = new Set(rules.map(({ sentence }) => sentence));
  const others = useAnswer<Proposed>(
    anomaly.series_id === null
      ? undefined
      : `/anomalies/${anomaly.id}/rule-proposals?${reachParameters(reach)}`,
    { once: true },
  );
  if (anomaly.series_id === null) return null;
  return (
    <section aria-labelledby="proposals">
      <h2 id="proposals">Keep the like of it quiet</h2>
      {rules.length > 0 && (
        <ul class="cards">
          {rules.map((rule) => (
            <RuleCard key={rule.id} rule={rule} onItsPage />
          ))}
        </ul>
      )}
      <details open={made.answer !== undefined && rules.length === 0}>
        <summary>{rules.length > 0 ? 'Other ways' : 'What would'}</summary>
        <div class="filters actions">
          <ReachField anomaly={anomaly} value={reach} onChoose={onReach} />
        </div>
        <Answered of={others}>
          {({ proposals, costly, weeks }) => (
            <Ways
              anomalyId={anomaly.id}
              proposals={proposals.filter(({ sentence }) => !known.has(sentence))}
              costly={costly.filter(({ sentence }) => !known.has(sentence))}
              weeks={weeks}
            />
          )}
        </Answered>
      </details>
    </section>
  );
}

type WaysProps = Pick<Proposed, 'proposals' | 'costly' | 'weeks'> & { readonly anomalyId: number };

function Ways({ anomalyId, proposals, costly, weeks }: WaysProps) {
  if (proposals.length + costly.length === 0)
    return (
      <Empty title="Nothing else to propose">
        What it looked like returns to training in any case.
      </Empty>
    );
  return (
    <>
      <p class="soft">
        Judged by the past {weeks} weeks, as anomalies ended. Nothing acts before somebody accepts
        it.
      </p>
      <ul class="cards">
        {proposals.map((one) => (
          <ProposalCard key={one.sentence} anomalyId={anomalyId} proposal={one} />
        ))}
        {costly.map((one) => (
          <ProposalCard key={one.sentence} anomalyId={anomalyId} proposal={one} costly />
        ))}
      </ul>
    </>
  );
}

interface ProposalCardProps {
  readonly anomalyId: number;
  readonly proposal: Proposal;
  /** It would have lost what is known to be true. */
  readonly costly?: boolean;
}

function ProposalCard({ anomalyId, proposal, costly = false }: ProposalCardProps) {
  const action = useAction();
  const { sentence, effect, ...rule } = proposal;
  const accept = (): void =>
    action.run(() =>
      change(asMe('/rules'), { body: { ...rule, anomaly_id: anomalyId, status: 'accepted' } }),
    );
  return (
    <li class="card rule">
      <p class="sentence">
        <span class="mark">{costly ? 'costly' : 'possible'}</span> Would keep quiet: {sentence}
      </p>
      <EffectFacts effect={effect} />
      <div class="buttons">
        {costly ? (
          <ConfirmButton
            label="Accept"
            question="True ones would be lost:"
            disabled={action.running}
            onConfirm={accept}
          />
        ) : (
          <button type="button" disabled={action.running} onClick={accept}>
            Accept
          </button>
        )}
        <Problem of={action} />
      </div>
    </li>
  );
}
