import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { SeriesDetail } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { percentage } from '../format/quantity.ts';
import { moment, span } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { DriftNote } from '../parts/drift-note.tsx';
import { Fact } from '../parts/fact.tsx';
import { ModelFacts } from '../parts/model-facts.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { SeriesCurve } from '../parts/series-curve.tsx';
import { SeriesName } from '../parts/series-name.tsx';
import { SpanChoice } from '../parts/span-choice.tsx';
import { spanOf, spanParameters } from '../parts/span-of.ts';
import { isOn, Toggle } from '../parts/toggle.tsx';
import { useMinute } from '../use-minute.ts';

const LONGEST_AHEAD_MS = 90 * 86_400_000;

interface SeriesPageProps {
  readonly id: number;
  readonly address: URL;
}

/** One series: its curve over a span that stands in the address, its models and its anomalies. */
export function SeriesPage({ id, address }: SeriesPageProps) {
  const series = useAnswer<Wire<typeof SeriesDetail>>(`/series/${id}`);
  const nowMs = useMinute();
  const shown = spanOf(address, nowMs);
  const aheadMs = Math.min(LONGEST_AHEAD_MS, (shown.endMs - shown.startMs) / 2);
  return (
    <Answered of={series}>
      {(one) => (
        <>
          <h1>
            <SeriesName name={one.metric_name} labels={one.labels} />
          </h1>
          {one.drift !== null && <DriftNote drift={one.drift} unit={one.unit} />}
          <SpanChoice address={address} nowMs={nowMs} />
          <SeriesCurve
            seriesId={id}
            unit={one.unit}
            span={shown}
            weekBefore={isOn(address, 'week')}
            aheadMs={isOn(address, 'ahead') && shown.endMs >= nowMs ? aheadMs : 0}
            onZoom={(drawn) => go(withParameters(address, spanParameters(drawn)))}
          />
          <div class="toggles">
            <Toggle address={address} name="week" label="Same time a week before" />
            <Toggle address={address} name="ahead" label="Forecast" />
          </div>
          <dl class="facts-grid">
            <Fact name="State">
              {one.state}
              {one.state === 'learning' && `, ${percentage(one.progress)}`}
            </Fact>
            <Fact name="Samples learned">{one.samples_seen.toLocaleString('en')}</Fact>
            <Fact name="A sample every">{span(one.step_seconds)}</Fact>
            {one.last_sample_at !== null && <Fact name="Latest">{moment(one.last_sample_at)}</Fact>}
            <Fact name="Anomalies in 7 days">{one.anomalies_7d}</Fact>
          </dl>
          <p class="query soft">
            {one.reason !== '' && `${one.reason}. `}Query: <code>{one.query}</code>.{' '}
            <a href={`/backtests?series=${id}`}>Backtest it</a>
          </p>
          <ModelFacts seriesId={id} />
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
