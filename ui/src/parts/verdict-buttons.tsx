import { useState } from 'preact/hooks';
import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { tell } from '../api/live.ts';
import { change } from '../api/read.ts';
import { moment } from '../format/time.ts';

/** A person's judgement of an anomaly: what it is now, and buttons to give it. */
export function VerdictButtons({ anomaly }: { readonly anomaly: Anomaly }) {
  const [problem, setProblem] = useState<string>();
  const { id, is_confirmed: verdict, confirmed_at: givenAt } = anomaly;
  const give = async (confirmed: boolean): Promise<void> => {
    try {
      await change(`/anomalies/${id}/confirm?confirmed=${confirmed}&user=web`);
      setProblem(undefined);
      tell();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="verdicts" role="group" aria-label="Your verdict">
      <button type="button" aria-pressed={verdict === true} onClick={() => void give(true)}>
        Confirm
      </button>
      <button type="button" aria-pressed={verdict === false} onClick={() => void give(false)}>
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
