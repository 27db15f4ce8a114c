import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { moment } from '../format/time.ts';

/** A person's judgement of an anomaly: what it is now, and buttons to give it. */
export function VerdictButtons({ anomaly }: { readonly anomaly: Anomaly }) {
  const { problem, run } = useAction();
  const { id, is_confirmed: verdict, confirmed_at: givenAt } = anomaly;
  const give = (confirmed: boolean): void =>
    run(() => change(`/anomalies/${id}/confirm?confirmed=${confirmed}&user=web`));
  return (
    <div class="verdicts" role="group" aria-label="Your verdict">
      <button type="button" aria-pressed={verdict === true} onClick={() => give(true)}>
        Confirm
      </button>
      <button type="button" aria-pressed={verdict === false} onClick={() => give(false)}>
        False alarm
      </button>
      <span class="soft" role="status">
        {problem ??
          (verdict === null
            ? 'Was it one? Your verdict decides what is learned of it.'
            : `Said ${givenAt === null ? 'before' : moment(givenAt)}`)}
      </span>
    </div>
  );
}
