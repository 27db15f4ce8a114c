import type { IncidentDetail } from '../../../src/contract/incident.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { incidentState } from '../format/incident-state.ts';
import { moment } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { CauseList } from '../parts/cause-list.tsx';
import type { Span } from '../parts/chart-options.ts';
import { ChartWall } from '../parts/chart-wall.tsx';
import { Fact } from '../parts/fact.tsx';
import { IncidentActions } from '../parts/incident-actions.tsx';
import { courseOf } from '../parts/incident-row.tsx';
import { IncidentTimeline } from '../parts/incident-timeline.tsx';
import { Answered } from '../parts/notice.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { drawnSpan, spanParameters } from '../parts/span-of.ts';
import { WhoWasTold } from '../parts/who-was-told.tsx';

type Incident = Wire<typeof IncidentDetail>;

const MINUTE_MS = 60_000;
/** More would be read from the source at once than a reader looks at. */
const MOST_CHARTS = 12;

interface IncidentPageProps {
  readonly id: number;
  readonly address: URL;
}

/** One incident: what moved first, all of it over one axis of time, what happened, what it touches. */
export function IncidentPage({ id, address }: IncidentPageProps) {
  const incident = useAnswer<Incident>(`/incidents/${id}`);
  return (
    <Answered of={incident}>
      {(one) => (
        <>
          <header class="heading">
            <SeverityMark severity={one.severity} />
            <h1>{one.title}</h1>
          </header>
          {one.merged_into !== null && (
            <p class="notice">
              It became a part of{' '}
              <a href={`/incidents/${one.merged_into}`}>incident {one.merged_into}</a>.
            </p>
          )}
          <dl class="facts-grid">
            <Fact name="Status">{incidentState(one)}</Fact>
            <Fact name="Began">
              {moment(one.started_at)}, {courseOf(one, Date.now())}
            </Fact>
            <Fact name="Seen by">{one.acknowledged_by ?? 'nobody yet'}</Fact>
            <Fact name="Touches">{touched(one.blast_radius)}</Fact>
          </dl>
          {one.merged_into === null && <IncidentActions incident={one} />}
          <Wall incident={one} address={address} />
          <CauseList causes={one.causes} />
          <IncidentTimeline incident={one} />
          {one.merged_into === null && <WhoWasTold incidentId={id} />}
        </>
      )}
    </Answered>
  );
}

function touched({ series, metrics, entities }: Incident['blast_radius']): string {
  const names = entities.map((labels) => Object.values(labels).join(' '));
  const counts = `${series} series of ${metrics.length} ${metrics.length === 1 ? 'metric' : 'metrics'}`;
  return names.length === 0 ? counts : `${counts} on ${names.join(', ')}`;
}

function Wall({ incident, address }: { readonly incident: Incident; readonly address: URL }) {
  const span = drawnSpan(address) ?? spanAround(incident);
  const series = new Map(
    incident.causes.flatMap(({ series_id: id, metric_name: name, labels }) =>
      id === null ? [] : [[id, { id, name, labels }] as const],
    ),
  );
  if (series.size === 0) return null;
  const shown = [...series.values()].slice(0, MOST_CHARTS);
  return (
    <section aria-labelledby="wall">
      <h2 id="wall">What moved, likeliest cause first</h2>
      {drawnSpan(address) && (
        <p>
          <a href={address.pathname}>The whole incident</a>
        </p>
      )}
      <ChartWall
        series={shown}
        span={span}
        onZoom={(drawn) => go(withParameters(address, spanParameters(drawn)))}
      />
      {series.size > shown.length && (
        <p class="soft">
          {shown.length} of {series.size} series; all are listed below
        </p>
      )}
    </section>
  );
}

/** Half as long before it as it lasted, half an hour at least; whole minutes, so that the same is asked again. */
function spanAround({ started_at: from, ended_at: end }: Incident): Span {
  const startMs = Date.parse(from);
  const endMs = end === null ? Date.now() : Date.parse(end);
  const aroundMs = Math.max(30 * MINUTE_MS, (endMs - startMs) / 2);
  const wholeMinute = (timeMs: number): number => Math.ceil(timeMs / MINUTE_MS) * MINUTE_MS;
  return {
    startMs: wholeMinute(startMs - aroundMs),
    endMs: wholeMinute(end === null ? endMs : endMs + aroundMs / 2),
  };
}
