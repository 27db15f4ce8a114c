import type { AnomalyList } from '../../../src/contract/anomaly.ts';
import type { MetricList } from '../../../src/contract/metric.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go, withParameters } from '../navigation.ts';
import { AnomalyRow } from '../parts/anomaly-row.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SEVERITY_CHOICES } from '../parts/severities.ts';

const FILTERS = ['status', 'severity', 'metric_name', 'min_score', 'quieted'] as const;
const ROWS = 50;

const STATUSES = { '': 'Any', open: 'Open', closed: 'Over' };
const SCORES = {
  '': 'Any',
  '0.85': '0.85 and more',
  '0.95': '0.95 and more',
  '0.99': '0.99 and more',
};

const QUIETED = { '': 'Any', true: 'Kept quiet', false: 'Not kept quiet' };

/** All anomalies, the newest first; what is filtered stands in the address. */
export function AnomaliesPage({ address }: { readonly address: URL }) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const choose = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value, skip: '' }));
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  for (const name of FILTERS) if (chosen(name) !== '') asked.set(name, chosen(name));
  const list = useAnswer<Wire<typeof AnomalyList>>(`/anomalies?${asked}`);
  const metrics = useAnswer<Wire<typeof MetricList>>('/metrics?limit=1000');
  const names = [chosen('metric_name'), ...(metrics.answer?.metrics ?? []).map(({ name }) => name)];
  const nameChoices = Object.fromEntries(names.toSorted().map((name) => [name, name]));
  const isFiltered = FILTERS.some((name) => chosen(name) !== '');
  return (
    <>
      <h1>Anomalies</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Status"
          value={chosen('status')}
          choices={STATUSES}
          onChoose={(value) => choose('status', value)}
        />
        <SelectField
          label="Severity"
          value={chosen('severity')}
          choices={SEVERITY_CHOICES}
          onChoose={(value) => choose('severity', value)}
        />
        <SelectField
          label="Metric"
          value={chosen('metric_name')}
          choices={{ ...nameChoices, '': 'Any' }}
          onChoose={(value) => choose('metric_name', value)}
        />
        <SelectField
          label="Score"
          value={chosen('min_score')}
          choices={SCORES}
          onChoose={(value) => choose('min_score', value)}
        />
        <SelectField
          label="By a rule"
          value={chosen('quieted')}
          choices={QUIETED}
          onChoose={(value) => choose('quieted', value)}
        />
        {isFiltered && <a href="/anomalies">Show all</a>}
      </form>
      <Answered of={list}>
        {({ anomalies, ...page }) => (
          <>
            {anomalies.length === 0 ? (
              <Empty title={isFiltered ? 'No anomaly is like this' : 'No anomaly was found yet'}>
                {isFiltered ? (
                  <a href="/anomalies">Show all anomalies</a>
                ) : (
                  <>
                    Series are judged once they have learned: see how far the{' '}
                    <a href="/series">series</a> are.
                  </>
                )}
              </Empty>
            ) : (
              <ul class="cards">
                {anomalies.map((anomaly) => (
                  <AnomalyRow key={anomaly.id} anomaly={anomaly} />
                ))}
              </ul>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}
