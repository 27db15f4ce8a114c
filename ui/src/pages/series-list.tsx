import type { Series, SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SeriesMultiples } from '../parts/series-multiples.tsx';
import { SeriesName } from '../parts/series-name.tsx';
import { isOn, Toggle } from '../parts/toggle.tsx';
import { useMinute } from '../use-minute.ts';

const ROWS = 100;
const CHARTS = 24;
const SHOWN_MS = 6 * 3_600_000;
const STATES = ['warm-up', 'learning', 'ready', 'stale'] as const;
const RATES = { '': 'Any', '1': '1 and more', '3': '3 and more', '10': '10 and more' };
const FILTERS = ['search', 'state', 'label', 'min_anomalies'] as const;

/** All series that are watched, to be searched: as rows, or as small curves. */
export function SeriesListPage({ address }: { readonly address: URL }) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const write = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value, skip: '' }), { replace: true });
  const areCharts = isOn(address, 'charts');
  const asked = new URLSearchParams({
    limit: String(areCharts ? CHARTS : ROWS),
    skip: chosen('skip') || '0',
  });
  for (const name of FILTERS) {
    const isWritten = name !== 'label' || chosen(name).includes('=');
    if (chosen(name) !== '' && isWritten) asked.set(name, chosen(name));
  }
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
            onInput={({ currentTarget: { value } }) => write('search', value)}
          />
        </label>
        <label class="field">
          <span>Label</span>
          <input
            type="search"
            placeholder="instance=web-1"
            value={chosen('label')}
            onInput={({ currentTarget: { value } }) => write('label', value)}
          />
        </label>
        <SelectField
          label="State"
          value={chosen('state')}
          choices={{ '': 'Any', ...choices }}
          onChoose={(state) => go(withParameters(address, { state, skip: '' }))}
        />
        <SelectField
          label="Anomalies in 7 days"
          value={chosen('min_anomalies')}
          choices={RATES}
          onChoose={(value) => go(withParameters(address, { min_anomalies: value, skip: '' }))}
        />
        <Toggle address={address} name="charts" label="Curves" />
      </form>
      <Answered of={list}>
        {({ series, ...page }) => (
          <>
            {series.length === 0 && (
              <NoSeries isFiltered={FILTERS.some((one) => chosen(one) !== '')} />
            )}
            {series.length > 0 &&
              (areCharts ? <Curves series={series} /> : <Rows series={series} />)}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}

function NoSeries({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No series is like this">
      <a href="/series">Show all series</a>
    </Empty>
  ) : (
    <Empty title="No series yet">
      They come with the first samples. <a href="/status">Status</a> says what keeps them away.
    </Empty>
  );
}

function Curves({ series }: { readonly series: readonly Series[] }) {
  const endMs = useMinute();
  return <SeriesMultiples series={series} span={{ startMs: endMs - SHOWN_MS, endMs }} />;
}

function Rows({ series }: { readonly series: readonly Series[] }) {
  return (
    <ul class="rows card">
      {series.map((one) => (
        <li key={one.id}>
          <a class="whole series" href={`/series/${one.id}`}>
            <SeriesName name={one.metric_name} labels={one.labels} />
            <span class="soft few">
              {one.anomalies_7d > 0 && (
                <span class="found">
                  {one.anomalies_7d} {one.anomalies_7d === 1 ? 'anomaly' : 'anomalies'}
                </span>
              )}
              {one.last_sample_at !== null && (
                <span class="late">{moment(one.last_sample_at)}</span>
              )}
              <span class={`state ${one.state}`}>
                {one.state === 'learning' ? `learning, ${percentage(one.progress)}` : one.state}
              </span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
