import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { SEVERITIES } from '../core/anomalies/severity.ts';

/** SAIMon's own metrics, one field each; the API fills its own two. */
export type Telemetry = ReturnType<typeof createTelemetry>;

const QUICK_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Makes the metrics on `registry`; once per registry. */
export function createTelemetry(registry: Registry, { version }: { readonly version: string }) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Histogram({ name, help, labelNames, buckets: QUICK_SECONDS, registers });

  gauge('saimon_build_info', 'Always 1; the version is a label', ['version']).set({ version }, 1);
  const telemetry = {
    registry,
    anomaliesDetected: counter('saimon_anomalies_detected_total', 'Anomalies opened', ['severity']),
    anomaliesBySeverity: gauge('saimon_anomalies_by_severity', 'Anomalies open now', ['severity']),
    modelsTrained: counter('saimon_models_trained_total', 'Model versions trained'),
    activeModels: gauge('saimon_active_models', 'Model versions in force'),
    detectionLatency: histogram('saimon_detection_latency_seconds', 'Duration of a detection run'),
    trainingDuration: histogram('saimon_training_duration_seconds', 'Duration of one training'),
    apiRequests: counter('saimon_api_requests_total', 'Requests answered', [
      'method',
      'route',
      'status',
    ]),
    apiRequestDuration: histogram('saimon_api_request_duration_seconds', 'Time to answer', [
      'method',
      'route',
    ]),
    configReloadSuccessful: gauge(
      'saimon_config_last_reload_successful',
      'Whether the last reading of the configuration succeeded',
    ),
    readerRequestDuration: histogram(
      'saimon_reader_request_duration_seconds',
      'Time the source takes to answer',
      ['outcome'],
    ),
    modelRuns: counter('saimon_model_runs_total', 'Runs over series', ['stage']),
    modelRunsSkipped: counter('saimon_model_runs_skipped_total', 'Runs that did not happen', [
      'reason',
    ]),
    seriesState: gauge('saimon_series_state', 'Series in each state', ['state']),
    schedulerLag: gauge('saimon_scheduler_lag_seconds', 'How late the last detection run began'),
    samplesScored: counter('saimon_samples_scored_total', 'Samples judged'),
    alertBudgetMax: gauge('saimon_alert_budget_max', 'Most anomalies in the time of the budget', [
      'scope',
    ]),
    alertBudgetStrictness: gauge(
      'saimon_alert_budget_strictness',
      'What learned boundaries are multiplied by to keep within the budget',
      ['scope'],
    ),
    alertBudgetExpected: gauge(
      'saimon_alert_budget_expected',
      'Anomalies in the time of the budget if it goes on like the last 14 days; no promise',
      ['scope'],
    ),
    alertBudgetRaised: gauge(
      'saimon_alert_budget_raised',
      'Anomalies really opened in the last such time',
      ['scope'],
    ),
    notifications: counter('saimon_notifications_total', 'Notifications sent', [
      'channel',
      'outcome',
    ]),
    remoteWriteSamples: counter(
      'saimon_remote_write_samples_total',
      'Results sent to writer.remote_write, or given up',
      ['outcome'],
    ),
    remoteWriteWaiting: gauge(
      'saimon_remote_write_waiting_samples',
      'Results that wait to be sent to writer.remote_write',
    ),
    incidentsOpen: gauge('saimon_incidents_open', 'Incidents open now', ['severity']),
  };
  telemetry.configReloadSuccessful.set(1);
  for (const severity of SEVERITIES) {
    telemetry.anomaliesDetected.inc({ severity }, 0);
    telemetry.anomaliesBySeverity.set({ severity }, 0);
    telemetry.incidentsOpen.set({ severity }, 0);
  }
  for (const state of ['warm-up', 'learning', 'ready', 'stale'])
    telemetry.seriesState.set({ state }, 0);
  return telemetry;
}
