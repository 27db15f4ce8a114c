import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { lasting } from '../format/lasting.ts';
import { SeriesName } from './series-name.tsx';
import { SeverityMark } from './severity-mark.tsx';

/** One anomaly of many, in a line. */
export function AnomalyLine({ anomaly }: { readonly anomaly: Anomaly }) {
  return (
    <li>
      <a class="moving" href={`/anomalies/${anomaly.id}`}>
        <SeverityMark severity={anomaly.severity} />
        <SeriesName name={anomaly.metric_name} labels={anomaly.labels} />
        <span class="soft">{lasting(anomaly, Date.now())}</span>
      </a>
    </li>
  );
}
