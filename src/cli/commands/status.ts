import * as z from 'zod';
import { AlertBudgetStatus } from '../../contract/alert-budget.ts';
import { type Anomaly, AnomalyList } from '../../contract/anomaly.ts';
import { DetailedHealth } from '../../contract/health.ts';
import { MaintenanceWindowList } from '../../contract/maintenance-window.ts';
import { SeriesList } from '../../contract/series.ts';
import { plannedWork } from '../../core/context/maintenance.ts';
import { figure, paint, print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient } from '../server-client.ts';
import { labelText, wireTime } from '../wire-text.ts';

const Total = z.object({ total: z.int() });
const SHOWN = 40;

/** `status` */
export async function statusCommand(options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const [health, series, open, models, planned, { alert_budget: budget, routes: routeBudgets }] =
    await Promise.all([
      client.get('/health/detailed', DetailedHealth),
      client.get(`/api/v1/series?limit=${SHOWN}`, SeriesList),
      client.get('/api/v1/anomalies?status=open&limit=20', AnomalyList),
      client.get('/api/v1/models?active_only=true&limit=1', Total),
      client.get('/api/v1/maintenance-windows?limit=1000', MaintenanceWindowList),
      client.get('/api/v1/alert-budget', AlertBudgetStatus),
    ]);
  const active = planned.maintenance_windows.filter((window) => window.active);
  if (options.json) {
    printJson({
      url: client.url,
      health,
      series,
      open_anomalies: open,
      maintenance_windows: active,
      active_models: models.total,
      alert_budget: budget,
      route_budgets: routeBudgets,
    });
    return;
  }
  const states = Object.entries(series.by_state).map(([state, count]) => `${count} ${state}`);
  const colour = health.status === 'healthy' ? 'green' : 'yellow';
  print(`${client.url}  ${paint(colour, health.status)}  ${health.version}`);
  for (const [name, check] of Object.entries(health.checks)) {
    if (check.status === 'unhealthy') print(paint('yellow', `  ${name}: ${check.detail}`));
  }
  print(
    `${series.total} series (${states.join(', ') || 'none yet'}), ${models.total} models in force, ${open.total} anomalies open`,
  );
  for (const { title, match, weekly, ends_at: end } of active) {
    const what = [plannedWork(title), labelText(match)].filter((text) => text !== '').join(' on ');
    print(
      paint('yellow', `${what} lets it alert nobody (${weekly ?? `until ${wireTime(end)} UTC`})`),
    );
  }
  if (budget) print(`Alert budget: ${budget.sentence}`);
  for (const { sentence } of routeBudgets) print(`Alert budget: ${sentence}`);
  if (series.series.length > 0) {
    const head = ['ID', 'SERIES', 'STATE', 'PROGRESS', 'WHY'];
    const rows = series.series.map((one) => [
      String(one.id),
      seriesName(one.metric_name, one.labels),
      one.state,
      `${Math.floor(one.progress * 100)} %`,
      one.reason,
    ]);
    print(`\n${table(head, rows)}`);
    if (series.total > SHOWN) print(`… and ${series.total - SHOWN} more, see --json or the API`);
  }
  for (const anomaly of open.anomalies) print(`\n${anomalyLine(anomaly)}`);
}

export function seriesName(metric: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`;
}

const COLOURS = { low: 'cyan', medium: 'yellow', high: 'red', critical: 'red' } as const;

/** One anomaly for the terminal: severity, score, and the sentence that explains it. */
export function anomalyLine(anomaly: Anomaly): string {
  const severity = paint(COLOURS[anomaly.severity], anomaly.severity.padEnd(8));
  const score = (anomaly.anomaly_score ?? 0).toFixed(3);
  const what =
    anomaly.explanation ??
    `${seriesName(anomaly.metric_name ?? '', anomaly.labels)} was ${figure(anomaly.value ?? Number.NaN)}`;
  return `${severity} ${score}  ${what}`;
}
