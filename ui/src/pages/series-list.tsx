import type { SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SeriesName } from '../parts/series-name.tsx';

const ROWS = 100;
const STATES = ['warm-up', 'learning', 'ready', 'stale'] as const;

/** All series that are watched, to be searched. */
export function SeriesListPage({ address }: { readonly address: URL }) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  for (const name of ['search', 'state']) if (chosen(name) !== '') asked.set(name, chosen(name));
  const list = useAnswer<Wire<typeof SeriesList>>(`/series?${asked}`);
  const counts = list.answer?.by_state;
  const choices = Object.fromEntries(
    STATES.map((state) => [state, counts ? `${state} (${counts[state] ?? 0})` : state]),
  );
  return (
    <>
      <h1>Series</h1>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label class="field grows">
          <span>Find</span>
          <input
            type="search"
            placeholder="Part of a metric's name or of a label"
            value={chosen('search')}
            onInput={({ currentTarget: { value } }) =>
              go(withParameters(address, { search: value, skip: '' }), { replace: true })
            }
          />
        </label>
        <SelectField
          label="State"
          value={chosen('state')}
          choices={{ '': 'Any', ...choices }}
          onChoose={(state) => go(withParameters(address, { state, skip: '' }))}
        />
      </form>
      <Answered of={list}>
        {({ series, ...page }) => (
          <>
            {series.length === 0 ? (
              <Empty title="No series is like this">
                <a href="/series">Show all series</a>
              </Empty>
            ) : (
              <ul class="rows card">
                {series.map((one) => (
                  <li key={one.id}>
                    <a class="whole series" href={`/series/${one.id}`}>
                      <SeriesName name={one.metric_name} labels={one.labels} />
                      <span class={`state ${one.state}`}>
                        {one.state === 'learning'
                          ? `learning, ${percentage(one.progress)}`
                          : one.state}
                      </span>
                    </a>
                  </li>
                ))}
              </ul>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}
