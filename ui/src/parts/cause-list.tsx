import type { Cause } from '../../../src/contract/incident.ts';
import { percentage } from '../format/quantity.ts';
import { span } from '../format/time.ts';
import { SeriesName } from './series-name.tsx';
import { SeverityMark } from './severity-mark.tsx';

/** The anomalies of an incident with how likely it began with each, as bars. */
export function CauseList({ causes }: { readonly causes: readonly Cause[] }) {
  return (
    <section aria-labelledby="causes">
      <h2 id="causes">What it likely began with</h2>
      <ul class="bars card">
        {causes.map((cause) => (
          <li key={cause.anomaly_id}>
            <a href={`/anomalies/${cause.anomaly_id}`}>
              <SeriesName name={cause.metric_name} labels={cause.labels} />{' '}
              <SeverityMark severity={cause.severity} />{' '}
              <span class="soft">
                {cause.kind.replace('_', ' ')},{' '}
                {cause.after_seconds === 0
                  ? 'first'
                  : `${span(cause.after_seconds)} after the first`}
                {cause.tied_by.map(({ text }) => `. ${text}`)}
              </span>
            </a>
            <span class="bar-track">
              <span style={{ width: `${cause.contribution * 100}%` }} />
            </span>
            <span class="soft number">{percentage(cause.contribution)}</span>
          </li>
        ))}
      </ul>
      <p class="soft">An order in time and strength, not a proof of what caused what.</p>
    </section>
  );
}
