import type { Silence } from '../../../src/contract/silence.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { asMe } from '../api/who.ts';
import { moment, span } from '../format/time.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Problem } from './problem.tsx';

/** One silence: what it keeps quiet, how long, why and who wants that. */
export function SilenceCard({ silence }: { readonly silence: Silence }) {
  const { id, status, matchers, comment, created_by: by, expired_by: expiredBy } = silence;
  const action = useAction();
  return (
    <li class={`card silence ${status}`}>
      <p class="chips">
        <span class="mark">{STATUSES[status]}</span>
        {matchers.map(({ name, op, value }) => (
          <code key={`${name}${op}${value}`} class="chip">
            {name}
            {op}"{value}"
          </code>
        ))}
      </p>
      {comment !== '' && <p>{comment}</p>}
      <p class="facts soft">
        <span>{courseOf(silence, Date.now())}</span>
        <span>by {by}</span>
        {expiredBy !== null && <span>ended by {expiredBy}</span>}
        <span>silence {id}</span>
      </p>
      {status !== 'expired' && (
        <div class="buttons">
          <ConfirmButton
            label="End now"
            question="Its anomalies alert again:"
            disabled={action.running}
            onConfirm={() => action.run(() => change(asMe(`/silences/${id}/expire`)))}
          />
          <Problem of={action} />
        </div>
      )}
    </li>
  );
}

const STATUSES: Readonly<Record<Silence['status'], string>> = {
  active: 'active',
  pending: 'to come',
  expired: 'over',
};

function courseOf(
  { status, starts_at: start, ends_at: end }: Pick<Silence, 'status' | 'starts_at' | 'ends_at'>,
  nowMs: number,
): string {
  const both = `${moment(start)} to ${moment(end)}`;
  if (status === 'active') return `${both}, ${span((Date.parse(end) - nowMs) / 1000)} left`;
  return status === 'pending' ? `${both}, in ${span((Date.parse(start) - nowMs) / 1000)}` : both;
}
