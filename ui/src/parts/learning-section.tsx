import type { Series, SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { span } from '../format/time.ts';
import { Answered, Empty } from './notice.tsx';
import { SeriesName } from './series-name.tsx';

/** How many series are in which state, and when those that learn will be ready. */
export function LearningSection() {
  const learning = useAnswer<Wire<typeof SeriesList>>('/series?state=learning&limit=12');
  return (
    <section aria-labelledby="learning">
      <h2 id="learning">Series</h2>
      <Answered of={learning}>
        {({ by_state: states, series, total }) => (
          <>
            <StateCounts states={states} />
            {total > 0 && (
              <ul class="rows card">
                {series.map((one) => (
                  <LearningRow key={one.id} series={one} />
                ))}
              </ul>
            )}
            {total > series.length && (
              <p>
                <a href="/series?state=learning">All {total} that are learning</a>
              </p>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}

function StateCounts({ states }: { readonly states: Wire<typeof SeriesList>['by_state'] }) {
  const counts = Object.entries(states);
  if (counts.length === 0)
    return (
      <Empty title="No series yet">
        They come with the first samples. <code>saimon doctor</code> says what keeps them away.
      </Empty>
    );
  return (
    <ul class="facts-grid">
      {counts.map(([state, count]) => (
        <li key={state} class="card fact count">
          <a href={`/series?state=${state}`}>
            <strong>{count}</strong> {state}
          </a>
        </li>
      ))}
    </ul>
  );
}

function LearningRow({ series }: { readonly series: Series }) {
  const { progress, seconds_left: left } = series;
  return (
    <li class="learner">
      <a href={`/series/${series.id}`}>
        <SeriesName name={series.metric_name} labels={series.labels} />
      </a>
      <progress value={progress} max={1} aria-label={`${series.metric_name}: samples learned`} />
      <span class="soft">
        {percentage(progress)},{' '}
        {left !== null && left > 0 ? `ready in about ${span(left)}` : series.reason}
      </span>
    </li>
  );
}
