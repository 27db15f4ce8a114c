import { useState } from 'preact/hooks';
import type { Rule, RuleList } from '../../../src/contract/rule.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { RuleCard } from '../parts/rule-card.tsx';
import { RuleForm } from '../parts/rule-form.tsx';
import { SelectField } from '../parts/select-field.tsx';

const ROWS = 50;
const STATUSES = {
  '': 'Proposed and in use',
  proposed: 'Proposed',
  accepted: 'In force',
  off: 'Switched off',
  rejected: 'Rejected',
  removed: 'Removed',
};

/** What keeps anomalies quiet, and what waits for somebody to decide on it. */
export function RulesPage({ address }: { readonly address: URL }) {
  const status = address.searchParams.get('status') ?? '';
  const [isWriting, setWriting] = useState(false);
  return (
    <>
      <div class="titled">
        <h1>Rules</h1>
        <button type="button" aria-expanded={isWriting} onClick={() => setWriting(!isWriting)}>
          {isWriting ? 'Close' : 'Write a rule'}
        </button>
      </div>
      {isWriting ? (
        <RuleForm onMade={() => setWriting(false)} />
      ) : (
        <p class="soft">
          What a rule meets is recorded, but tells nobody. The best come of false alarms: call one
          so on the page of an <a href="/anomalies">anomaly</a>.
        </p>
      )}
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Status"
          value={status}
          choices={STATUSES}
          onChoose={(value) => go(withParameters(address, { status: value, skip: '' }))}
        />
      </form>
      {status === '' ? <InUse /> : <OfStatus status={status} address={address} />}
    </>
  );
}

/** Those that matter: decided on, or to be. */
function InUse() {
  const proposed = useRules('status=proposed');
  const accepted = useRules('status=accepted');
  const off = useRules('status=off');
  return (
    <>
      <Group title="To be decided" of={proposed} empty="Nothing waits" />
      <Group title="In force" of={accepted} empty="No rule acts" />
      {off.answer !== undefined && off.answer.rules.length > 0 && (
        <Group title="Switched off" of={off} empty="" />
      )}
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly of: ReturnType<typeof useRules>;
  readonly empty: string;
}

function Group({ title, of, empty }: GroupProps) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Answered of={of}>{({ rules }) => <Cards rules={rules} empty={empty} />}</Answered>
    </section>
  );
}

function OfStatus({ status, address }: { readonly status: string; readonly address: URL }) {
  const skip = address.searchParams.get('skip') ?? '0';
  const list = useRules(`status=${encodeURIComponent(status)}&limit=${ROWS}&skip=${skip}`);
  return (
    <Answered of={list}>
      {({ rules, ...page }) => (
        <>
          <Cards rules={rules} empty="No rule is so" />
          <Pager address={address} page={page} />
        </>
      )}
    </Answered>
  );
}

function Cards({ rules, empty }: { readonly rules: readonly Rule[]; readonly empty: string }) {
  if (rules.length === 0) return <Empty title={empty} />;
  return (
    <ul class="cards">
      {rules.map((rule) => (
        <RuleCard key={rule.id} rule={rule} />
      ))}
    </ul>
  );
}

function useRules(query: string) {
  return useAnswer<Wire<typeof RuleList>>(`/rules?${query}`);
}
