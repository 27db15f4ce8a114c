import type { Model, ModelList } from '../../../src/contract/model.ts';
import { change } from '../api/read.ts';
import { type Action, useAction } from '../api/use-action.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { comparisonOf } from '../format/comparison.ts';
import { moment } from '../format/time.ts';
import { Answered } from '../parts/notice.tsx';
import { Problem } from '../parts/problem.tsx';

/** All versions of one detector on one series, how each was judged, and which is in force. */
export function ModelPage({ id }: { readonly id: number }) {
  const list = useAnswer<Wire<typeof ModelList>>(`/models/${id}/versions?limit=100`);
  const action = useAction();
  return (
    <Answered of={list}>
      {({ models }) => {
        const seriesId = models[0]?.series_id ?? null;
        return (
          <>
            <h1>{models[0]?.name}</h1>
            {seriesId !== null && (
              <p>
                <a href={`/series/${seriesId}`}>Its series</a>
              </p>
            )}
            <div class="filters actions" role="group" aria-label="What to do with it">
              <button
                type="button"
                disabled={action.running || seriesId === null}
                onClick={() => action.run(() => change(`/models/${id}/train`))}
              >
                Train now
              </button>
              <button
                type="button"
                disabled={action.running}
                onClick={() => action.run(() => change(`/models/${id}/rollback`))}
              >
                Roll back
              </button>
              <Problem of={action} />
            </div>
            <ul class="cards">
              {models.map((model) => (
                <Version key={model.id} model={model} action={action} />
              ))}
            </ul>
          </>
        );
      }}
    </Answered>
  );
}

function Version({ model, action }: { readonly model: Model; readonly action: Action }) {
  const comparison = comparisonOf(model);
  const { id, version, is_active: isActive, activated_by: by } = model;
  return (
    <li class={`card version ${isActive ? 'active' : ''}`}>
      <div>
        <strong>{version}</strong> {isActive && <span class="mark">in force</span>}
        <p class="facts soft">
          <span>trained {moment(model.trained_at)}</span>
          {by !== null && <span>chosen by {by}</span>}
          {comparison?.challenger !== undefined && (
            <span>
              false alarms: {comparison.challenger}, of the one in force {comparison.champion}
            </span>
          )}
        </p>
        {comparison !== undefined && comparison.why !== '' && <p class="soft">{comparison.why}</p>}
      </div>
      {!isActive && (
        <button
          type="button"
          disabled={action.running}
          onClick={() => action.run(() => change(`/models/${id}/activate`))}
        >
          Put in force
        </button>
      )}
    </li>
  );
}
