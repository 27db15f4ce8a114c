import { useState } from 'preact/hooks';
import type { Series, SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { SeriesName } from './series-name.tsx';

interface SeriesPickerProps {
  readonly chosen: readonly number[];
  readonly onChoose: (ids: readonly number[]) => void;
}

const MOST_CHOSEN = 20;

/** Finds series by name and lets several be chosen. */
export function SeriesPicker({ chosen, onChoose }: SeriesPickerProps) {
  const [search, setSearch] = useState('');
  const found = useAnswer<Wire<typeof SeriesList>>(
    `/series?${new URLSearchParams({ search, limit: '8' })}`,
  );
  const offered = (found.answer?.series ?? []).filter(({ id }) => !chosen.includes(id));
  return (
    <div class="picker">
      <ul class="chips" aria-label="Chosen series">
        {chosen.map((id) => (
          <Chosen key={id} id={id} onDrop={() => onChoose(chosen.filter((one) => one !== id))} />
        ))}
      </ul>
      <label class="field">
        <span>Find series</span>
        <input
          type="search"
          value={search}
          placeholder="Part of a metric's name or of a label"
          onInput={({ currentTarget: { value } }) => setSearch(value)}
        />
      </label>
      {chosen.length < MOST_CHOSEN && (
        <ul class="rows card offered" aria-label="Found series">
          {offered.map(({ id, metric_name: name, labels }) => (
            <li key={id}>
              <button type="button" class="plain" onClick={() => onChoose([...chosen, id])}>
                <span aria-hidden="true">+</span> <SeriesName name={name} labels={labels} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Chosen({ id, onDrop }: { readonly id: number; readonly onDrop: () => void }) {
  const series = useAnswer<Series>(`/series/${id}`);
  const name = series.answer?.metric_name ?? `Series ${id}`;
  return (
    <li class="chip">
      {series.answer ? <SeriesName name={name} labels={series.answer.labels} /> : name}
      <button type="button" class="plain drop" aria-label={`Leave ${name} out`} onClick={onDrop}>
        ×
      </button>
    </li>
  );
}
