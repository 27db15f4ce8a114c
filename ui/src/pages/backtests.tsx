import type { Backtest, BacktestList } from '../../../src/contract/backtest.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { BacktestForm } from '../parts/backtest-form.tsx';
import { Answered, Empty } from '../parts/notice.tsx';

/** Judge the past with other settings, and what was judged in the last days. */
export function BacktestsPage({ address }: { readonly address: URL }) {
  const list = useAnswer<Wire<typeof BacktestList>>('/backtests?limit=50');
  const series = address.searchParams
    .getAll('series')
    .map(Number)
    .filter((id) => id > 0);
  return (
    <>
      <h1>Backtests</h1>
      <p class="soft">What would have been flagged in the past, with other settings.</p>
      <BacktestForm seriesIds={series} />
      <section aria-labelledby="done">
        <h2 id="done">Of the last days</h2>
        <Answered of={list}>
          {({ backtests }) =>
            backtests.length === 0 ? (
              <Empty title="None yet">They are kept for a week.</Empty>
            ) : (
              <ul class="rows card">
                {backtests.map((one) => (
                  <li key={one.id}>
                    <a class="whole series" href={`/backtests/${one.id}`}>
                      <span>
                        <span class="alias">{one.name}</span>
                        <span class="soft">{moment(one.created_at)}</span>
                      </span>
                      <span class={`state ${one.status === 'failed' ? 'stale' : ''}`}>
                        {stateOf(one)}
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
            )
          }
        </Answered>
      </section>
    </>
  );
}

function stateOf({ status, progress, parts }: Backtest): string {
  if (status === 'running') return `running, ${percentage(progress)}`;
  if (status !== 'completed') return status;
  const found = parts.reduce((sum, { anomalies }) => sum + anomalies.length, 0);
  return `${found} ${found === 1 ? 'anomaly' : 'anomalies'}`;
}
