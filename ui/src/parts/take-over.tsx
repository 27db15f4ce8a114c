import type { BacktestReport, BacktestSettings } from '../../../src/contract/backtest.ts';
import type { Query, QueryList } from '../../../src/contract/query.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { configurationOf } from '../format/configuration.ts';
import { Problem } from './problem.tsx';

/** How to go on with the settings of a backtest: the lines for saimon.yml, or a button where no file stands in the way. */
export function TakeOver({ backtest }: { readonly backtest: BacktestReport }) {
  const list = useAnswer<Wire<typeof QueryList>>('/queries?limit=1000');
  const action = useAction();
  const settings = settingsOf(backtest);
  const judged = new Set(
    backtest.parts.flatMap(({ name, series_id: id }) => (id === null ? [] : [name])),
  );
  const queries = (list.answer?.queries ?? []).filter(({ alias }) => judged.has(alias));
  const text = configurationOf(settings, queries);
  if (text === '') return null;
  const { alert_budget: _budget, ...changes } = settings;
  const changeable = queries.filter(({ origin }) => origin !== 'config');
  return (
    <section aria-labelledby="take">
      <h2 id="take">Take over as configuration</h2>
      <pre class="card">
        <code>{text}</code>
      </pre>
      {changeable.length > 0 && Object.keys(changes).length > 0 && (
        <div class="filters actions">
          <button
            type="button"
            disabled={action.running}
            onClick={() =>
              action.run(() => Promise.all(changeable.map((one) => write(one, changes))))
            }
          >
            Change {changeable.map(({ alias }) => alias).join(', ')} now
          </button>
          <span class="soft">
            Without the file. It is asked for from the next detection run on, for all series of the
            query.
          </span>
          <Problem of={action} />
        </div>
      )}
    </section>
  );
}

function write({ alias, expr, description, unit, options }: Query, changes: object) {
  const body = { expr, description, unit, options: { ...options, ...changes } };
  return change(`/queries/${encodeURIComponent(alias)}`, { method: 'PUT', body });
}

/** What was asked for came through the same schema. */
function settingsOf({ request }: BacktestReport): BacktestSettings {
  const { settings } = request;
  return settings ?? {};
}
