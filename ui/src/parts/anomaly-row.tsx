import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { headlineOf } from '../format/headline.ts';
import { lasting } from '../format/lasting.ts';
import { moment } from '../format/time.ts';
import { SeriesName } from './series-name.tsx';
import { SeverityMark } from './severity-mark.tsx';

interface AnomalyRowProps {
  readonly anomaly: Anomaly;
  /** Why it is in this list. */
  readonly note?: string;
}

/** One anomaly of a list: what, where, since when, how bad. */
export function AnomalyRow({ anomaly, note }: AnomalyRowProps) {
  const { id, severity, anomaly_score: score, confidence, maintenance } = anomaly;
  return (
    <li class={`card anomaly ${severity}`}>
      <a class="whole" href={`/anomalies/${id}`}>
        <span class="top">
          <SeverityMark severity={severity} />
          <SeriesName name={anomaly.metric_name} labels={anomaly.labels} />
        </span>
        <span class="sentence">{headlineOf(anomaly)}</span>
        <span class="facts soft">
          {note !== undefined && <span>{note}</span>}
          <span>{moment(anomaly.started_at)}</span>
          <span>{lasting(anomaly, Date.now())}</span>
          {score !== null && <span>score {score.toFixed(2)}</span>}
          {confidence !== null && <span>confidence {confidence.toFixed(2)}</span>}
          {maintenance !== null && <span>during planned work: {maintenance.title}</span>}
          {anomaly.quieted_by !== null && (
            <span>kept quiet by rule {anomaly.quieted_by.rule_id}</span>
          )}
          {anomaly.is_confirmed !== null && (
            <span>{anomaly.is_confirmed ? 'confirmed' : 'false alarm'}</span>
          )}
        </span>
      </a>
    </li>
  );
}
