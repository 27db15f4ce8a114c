import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { MetricList } from '../../../src/contract/metric.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { FilteredList } from '../parts/filtered-list.tsx';
import { SEVERITY_CHOICES } from '../parts/severities.ts';

const STATUSES = { '': 'Any', open: 'Open', closed: 'Over' };
const SCORES = {
  '': 'Any',
  '0.85': '0.85 and more',
  '0.95': '0.95 and more',
  '0.99': '0.99 and more',
};
const QUIETED = { '': 'Any', true: 'Kept quiet', false: 'Not kept quiet' };
const NONE = {
  title: 'No anomaly was found yet',
  children: (
    <>
      Series are judged once they have learned: see how far the <a href="/series">series</a> are.
    </>
  ),
};

export function AnomaliesPage({ address }: { readonly address: URL }) {
  const metrics = useAnswer<Wire<typeof MetricList>>('/metrics?limit=1000');
  const chosen = address.searchParams.get('metric_name') ?? '';
  const names = [chosen, ...(metrics.answer?.metrics ?? []).map(({ name }) => name)];
  const nameChoices = Object.fromEntries(names.toSorted().map((name) => [name, name]));
  return (
    <FilteredList<Wire<typeof AnomalyList>>
      address={address}
      title="Anomalies"
      noun="anomalies"
      one="anomaly"
      filters={[
        { name: 'status', label: 'Status', choices: STATUSES },
        { name: 'severity', label: 'Severity', choices: SEVERITY_CHOICES },
        { name: 'metric_name', label: 'Metric', choices: { ...nameChoices, '': 'Any' } },
        { name: 'min_score', label: 'Score', choices: SCORES },
        { name: 'quieted', label: 'By a rule', choices: QUIETED },
      ]}
      none={NONE}
      rows={({ anomalies }) => anomalies.map((one) => <AnomalyRow key={one.id} anomaly={one} />)}
    />
  );
}
