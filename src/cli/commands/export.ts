import { type Anomaly, AnomalyList } from '../../contract/anomaly.ts';
import { print } from '../output.ts';
import { type ClientOptions, createServerClient, pages } from '../server-client.ts';
import { seriesName } from './status.ts';

const COLUMNS = [
  'id',
  'started_at',
  'ended_at',
  'severity',
  'anomaly_score',
  'metric_name',
  'series',
  'value',
  'expected_value',
  'lower',
  'upper',
  'direction',
  'confidence',
  'is_confirmed',
  'explanation',
] as const;

/** `export`: CSV, or one JSON object a line. */
export async function exportCommand(options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  if (!options.json) print(COLUMNS.join(','));
  const ask = (part: string) => client.get(`/api/v1/anomalies?${part}`, AnomalyList);
  for await (const page of pages(ask, ({ anomalies }) => anomalies)) {
    for (const anomaly of page) print(options.json ? JSON.stringify(anomaly) : csvLine(anomaly));
  }
}

function csvLine(anomaly: Anomaly): string {
  const row = { ...anomaly, series: seriesName(anomaly.metric_name ?? '', anomaly.labels) };
  return COLUMNS.map((name) => csvCell(row[name])).join(',');
}

function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
