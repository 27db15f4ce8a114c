import type { Anomaly } from '../../../src/contract/anomaly.ts';
import type { Explanation, SimilarAnomalies } from '../../../src/contract/explanation.ts';
import { useAnswer } from '../api/use-answer.ts';
import { lasting } from '../format/lasting.ts';
import { percentage, quantity } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { go } from '../navigation.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import type { Span } from '../parts/chart-options.ts';
import { Contributions } from '../parts/contributions.tsx';
import { Fact } from '../parts/fact.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { SeriesCurve } from '../parts/series-curve.tsx';
import { SeriesName } from '../parts/series-name.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { VerdictButtons } from '../parts/verdict-buttons.tsx';
import { WhatElseMoved } from '../parts/what-else-moved.tsx';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_BEFORE_MS = 168 * HOUR_MS;

/** One anomaly: what happened, why it counts as one, how it looked, what was like it. */
export function AnomalyPage({ id }: { readonly id: number }) {
  const anomaly = useAnswer<Anomaly>(`/anomalies/${id}`);
  const explanation = useAnswer<Explanation>(`/anomalies/${id}/explain`);
  return (
    <Answered of={anomaly}>
      {(one) => (
        <>
          <header class="heading">
            <SeverityMark severity={one.severity} />
            <h1>
              <SeriesName name={one.metric_name} labels={one.labels} />
            </h1>
          </header>
          <Answered of={explanation}>{(why) => <Why anomaly={one} explanation={why} />}</Answered>
          <WhatElseMoved anomaly={one} span={spanAround(one)} />
          <Similar id={id} />
        </>
      )}
    </Answered>
  );
}

interface WhyProps {
  readonly anomaly: Anomaly;
  readonly explanation: Explanation;
}

function Why({ anomaly, explanation }: WhyProps) {
  const { unit, normal_would_be: normal, confidence, score } = explanation;
  const seriesId = anomaly.series_id;
  return (
    <>
      <p class="sentence lead">{explanation.sentence}</p>
      {anomaly.incident_id !== null && (
        <p>
          A part of <a href={`/incidents/${anomaly.incident_id}`}>incident {anomaly.incident_id}</a>
        </p>
      )}
      <VerdictButtons anomaly={anomaly} />
      <dl class="facts-grid">
        <Fact name="Actual">{quantity(explanation.value, unit)}</Fact>
        <Fact name="Expected">{quantity(explanation.expected, unit)}</Fact>
        {normal !== null && (
          <Fact name="Normal would be">
            {quantity(normal[0], unit)} to {quantity(normal[1], unit)}
          </Fact>
        )}
        <Fact name="Score">{score === null ? '–' : score.toFixed(3)}</Fact>
        <Fact name="Confidence">{confidence === null ? '–' : percentage(confidence)}</Fact>
        <Fact name="Started">
          {moment(explanation.started_at)}, {lasting(anomaly, Date.now())}
        </Fact>
      </dl>
      {seriesId !== null && (
        <section aria-labelledby="curve">
          <h2 id="curve">Before, during and after</h2>
          <SeriesCurve
            seriesId={seriesId}
            unit={unit}
            span={spanAround(anomaly)}
            onZoom={(drawn) => go(closer(seriesId, drawn))}
          />
          <p>
            <a href={`/series/${seriesId}`}>The series as a whole</a>
          </p>
        </section>
      )}
      <Contributions explanation={explanation} />
    </>
  );
}

/** As long before it as it lasted, an hour at least and a week at most; and a part of that after it. */
function spanAround({ started_at: from, ended_at: end, status, last_at: last }: Anomaly): Span {
  const startMs = Date.parse(from);
  const endMs = Date.parse(end ?? last);
  const aroundMs = Math.min(LONGEST_BEFORE_MS, Math.max(HOUR_MS, endMs - startMs));
  return {
    startMs: startMs - aroundMs,
    endMs: endMs + (status === 'open' ? MINUTE_MS : aroundMs / 4),
  };
}

function closer(seriesId: number, { startMs, endMs }: Span): string {
  return `/series/${seriesId}?from=${Math.round(startMs)}&to=${Math.round(endMs)}`;
}

function Similar({ id }: { readonly id: number }) {
  const similar = useAnswer<SimilarAnomalies>(`/anomalies/${id}/similar?limit=5`);
  return (
    <section aria-labelledby="similar">
      <h2 id="similar">Similar ones before</h2>
      <Answered of={similar}>
        {({ similar: ones, compared }) =>
          ones.length === 0 ? (
            <Empty title="None">Compared with {compared} earlier anomalies.</Empty>
          ) : (
            <ul class="cards">
              {ones.map(({ anomaly, similarity }) => (
                <AnomalyRow
                  key={anomaly.id}
                  anomaly={anomaly}
                  note={`${percentage(similarity)} alike`}
                />
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  );
}
