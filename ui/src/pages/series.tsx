import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { SeriesDetail } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { moment, span } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { Fact } from '../parts/fact.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { SeriesCurve } from '../parts/series-curve.tsx';
import { SeriesName } from '../parts/series-name.tsx';
import { SpanChoice } from '../parts/span-choice.tsx';
import { spanOf } from '../parts/span-of.ts';
import { useMinute } from '../use-minute.ts';

interface SeriesPageProps {
  readonly id: number;
  readonly address: URL;
}

/** One series: its curve over a span that stands in the address, and its anomalies. */
export function SeriesPage({ id, address }: SeriesPageProps) {
  const series = useAnswer<Wire<typeof SeriesDetail>>(`/series/${id}`);
  const shown = spanOf(address, useMinute());
  return (
    <Answered of={series}>
      {(one) => (
        <>
          <h1>
            <SeriesName name={one.metric_name} labels={one.labels} />
          </h1>
          <SpanChoice address={address} />
          <SeriesCurve
            seriesId={id}
            unit={one.unit}
            span={shown}
            onZoom={({ startMs, endMs }) =>
              go(
                withParameters(address, {
                  span: '',
                  from: String(Math.round(startMs)),
                  to: String(Math.round(endMs)),
                }),
              )
            }
          />
          <dl class="facts-grid">
            <Fact name="State">
              {one.state}
              {one.state === 'learning' && `, ${percentage(one.progress)}`}
            </Fact>
            <Fact name="Because">{one.reason || 'all samples needed are there'}</Fact>
            <Fact name="Samples learned">{one.samples_seen.toLocaleString('en')}</Fact>
            <Fact name="A sample every">{span(one.step_seconds)}</Fact>
            {one.last_sample_at !== null && <Fact name="Latest">{moment(one.last_sample_at)}</Fact>}
          </dl>
          <p class="query soft">
            Query: <code>{one.query}</code>
          </p>
          <Past seriesId={id} />
        </>
      )}
    </Answered>
  );
}

function Past({ seriesId }: { readonly seriesId: number }) {
  const list = useAnswer<Wire<typeof AnomalyList>>(`/anomalies?series_id=${seriesId}&limit=20`);
  return (
    <section aria-labelledby="past">
      <h2 id="past">Its anomalies</h2>
      <Answered of={list}>
        {({ anomalies, total }) => (
          <>
            {anomalies.length === 0 ? (
              <Empty title="None so far" />
            ) : (
              <ul class="cards">
                {anomalies.map((anomaly) => (
                  <AnomalyRow key={anomaly.id} anomaly={anomaly} />
                ))}
              </ul>
            )}
            {total > anomalies.length && (
              <p class="soft">
                The latest {anomalies.length} of {total}
              </p>
            )}
          </>
        )}
      </Answered>
    </section>
  );
}
