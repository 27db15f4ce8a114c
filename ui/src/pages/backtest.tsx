import { useEffect } from 'preact/hooks';
import type { Backtest, BacktestReport } from '../../../src/contract/backtest.ts';
import { tell } from '../api/live.ts';
import { change } from '../api/read.ts';
import { type Action, useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import { percentage } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { go } from '../navigation.ts';
import { BacktestIncidents } from '../parts/backtest-incidents.tsx';
import { BacktestPart } from '../parts/backtest-part.tsx';
import { Answered } from '../parts/notice.tsx';
import { Problem } from '../parts/problem.tsx';
import { drawnSpan } from '../parts/span-of.ts';
import { TakeOver } from '../parts/take-over.tsx';

const LOOK_AGAIN_MS = 700;

interface BacktestPageProps {
  readonly id: number;
  readonly address: URL;
}

/** One backtest: how far it is, then what it would have flagged and how to take its settings over. */
export function BacktestPage(asked: BacktestPageProps) {
  const removal = useAction();
  // Meanwhile nothing of it is asked for: it may be gone before the answer.
  if (removal.running) return <p class="loading">Deleting…</p>;
  return <OneBacktest {...asked} removal={removal} />;
}

interface OneBacktestProps extends BacktestPageProps {
  readonly removal: Action;
}

function OneBacktest({ id, address, removal }: OneBacktestProps) {
  const backtest = useAnswer<Backtest>(`/backtests/${id}`);
  const status = backtest.answer?.status;
  const isOver = status === 'completed' || status === 'failed';
  useEffect(() => {
    if (isOver) return undefined;
    const looking = setInterval(tell, LOOK_AGAIN_MS);
    return () => clearInterval(looking);
  }, [isOver]);
  return (
    <Answered of={backtest}>
      {(one) => (
        <>
          <h1>Backtest of {one.name}</h1>
          <p class="soft">Asked for {moment(one.created_at)}</p>
          {one.error !== null && <p class="problem">{one.error}</p>}
          {!isOver && <Progress of={one} />}
          {one.status === 'completed' && <Report id={id} address={address} />}
          <div class="filters actions">
            <button type="button" onClick={() => removal.run(() => remove(id))}>
              {isOver ? 'Delete it' : 'Cancel it'}
            </button>
            <Problem of={removal} />
          </div>
        </>
      )}
    </Answered>
  );
}

async function remove(id: number): Promise<void> {
  await change(`/backtests/${id}`, { method: 'DELETE' });
  go('/backtests');
}

function Progress({ of: { status, progress } }: { readonly of: Backtest }) {
  return (
    <div class="card learner">
      <span>{status === 'queued' ? 'Waiting for its turn, or reading samples' : 'Judging'}</span>
      <progress value={progress} max={1} aria-label="Rows judged" />
      <span class="soft">{percentage(progress)}</span>
    </div>
  );
}

function Report({ id, address }: BacktestPageProps) {
  const span = drawnSpan(address);
  const asked = span ? `?start=${Math.round(span.startMs)}&end=${Math.round(span.endMs)}` : '';
  const report = useAnswer<BacktestReport>(`/backtests/${id}/report${asked}`);
  return (
    <Answered of={report}>
      {(one) => (
        <>
          {span && (
            <p>
              <a href={address.pathname}>The whole span</a>
            </p>
          )}
          {one.parts.map((part) => (
            <BacktestPart key={`${part.name} ${part.series_id}`} part={part} span={span} />
          ))}
          {one.parts.some(({ series_id: series }) => series !== null) && (
            <BacktestIncidents id={id} />
          )}
          <TakeOver backtest={one} />
        </>
      )}
    </Answered>
  );
}
