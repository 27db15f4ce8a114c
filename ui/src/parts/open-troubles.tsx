import type { Anomaly, AnomalyList } from '../../../src/contract/anomaly.ts';
import type { Incident } from '../../../src/contract/incident.ts';
import type { Wire } from '../api/wire.ts';
import { AnomalyLine } from './anomaly-line.tsx';
import { IncidentRow } from './incident-row.tsx';
import { SEVERITIES } from './severities.ts';

interface OpenTroublesProps {
  readonly open: Wire<typeof AnomalyList>;
  /** Those that are not resolved. */
  readonly incidents: readonly Incident[];
}

/** What is abnormal now: incidents, then every open anomaly, the worst first. */
export function OpenTroubles({ open: { anomalies, total }, incidents }: OpenTroublesProps) {
  const bySeverity = SEVERITIES.map((severity) =>
    anomalies.filter((anomaly) => anomaly.severity === severity),
  ).filter((ones) => ones.length > 0);
  const ordered = bySeverity.flat();
  return (
    <section aria-labelledby="verdict">
      <h1 id="verdict" class={`verdict ${ordered[0]?.severity ?? ''}`} aria-live="polite">
        {total} open {total === 1 ? 'anomaly' : 'anomalies'}
        {incidents.length > 0 &&
          ` in ${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'}`}
        {total > 1 && bySeverity.map((ones) => <Count key={ones[0]?.severity} of={ones} />)}
      </h1>
      {incidents.length > 0 && (
        <ul class="cards">
          {incidents
            .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
            .map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
        </ul>
      )}
      <ul class="rows card open">
        {ordered.map((anomaly) => (
          <AnomalyLine key={anomaly.id} anomaly={anomaly} />
        ))}
      </ul>
      {total > anomalies.length && (
        <p>
          <a href="/anomalies?status=open">All {total} open ones</a>
        </p>
      )}
    </section>
  );
}

function Count({ of: ones }: { readonly of: readonly Anomaly[] }) {
  const severity = ones[0]?.severity ?? '';
  return (
    <span class={`mark ${severity}`}>
      {ones.length} {severity}
    </span>
  );
}
