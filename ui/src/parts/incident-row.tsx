import type { Incident } from '../../../src/contract/incident.ts';
import { incidentState } from '../format/incident-state.ts';
import { moment, span } from '../format/time.ts';
import { SeverityMark } from './severity-mark.tsx';

/** One incident of a list: what moved first, since when, how bad, who looks at it. */
export function IncidentRow({ incident }: { readonly incident: Incident }) {
  const { id, title, severity, members, acknowledged_by: by } = incident;
  return (
    <li class={`card anomaly ${severity}`}>
      <a class="whole" href={`/incidents/${id}`}>
        <span class="top">
          <SeverityMark severity={severity} />
          <span class="sentence">{title}</span>
        </span>
        <span class="facts soft">
          <span>{incidentState(incident)}</span>
          <span>{moment(incident.started_at)}</span>
          <span>{courseOf(incident, Date.now())}</span>
          <span>
            {members} {members === 1 ? 'anomaly' : 'anomalies'}
          </span>
          {by !== null && <span>seen by {by}</span>}
        </span>
      </a>
    </li>
  );
}

/** How long an incident went on, or goes on up to `nowMs`. */
export function courseOf(
  { started_at: start, ended_at: end }: Pick<Incident, 'started_at' | 'ended_at'>,
  nowMs: number,
): string {
  const startMs = Date.parse(start);
  if (end === null) return `going on for ${span(Math.max(0, nowMs - startMs) / 1000)}`;
  return `lasted ${span((Date.parse(end) - startMs) / 1000)}`;
}
