import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { SEVERITIES } from '../core/anomalies/severity.ts';

const QUICK_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LONG_S = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

export type Telemetry = ReturnType<typeof createTelemetry>;

/** Every metric that SAIMon exports of itself, registered in `registry`; results of series are rendered apart. */
export function createTelemetry(registry: Registry, { version }: { readonly version: string }) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter<Label>({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames, registers });
  const seconds = <Label extends string>(
    name: string,
    help: string,
    { buckets, labelNames = [] }: { buckets: number[]; labelNames?: Label[] },
  ) => new Histogram<Label>({ name, help, labelNames, buckets, registers });

  collectDefaultMetrics({ register: registry });
  gauge('saimon_build_info', 'The program that runs, always 1', ['version', 'node']).set(
    { version, node: process.version },
    1,
  );
  const telemetry = {
    registry,
    anomaliesDetected: counter(
      'saimon_anomalies_detected_total',
      'Anomalies opened, by the severity at their opening',
      ['severity'],
    ),
    anomaliesBySeverity: gauge('saimon_anomalies_by_severity', 'Anomalies that are open now', [
      'severity',
    ]),
    modelsTrained: counter('saimon_models_trained_total', 'Model versions made by training'),
    activeModels: gauge('saimon_active_models', 'Model versions in force'),
    detectionLatency: seconds(
      'saimon_detection_latency_seconds',
      'From the beginning of a detection run to its stored result',
      { buckets: LONG_S },
    ),
    trainingDuration: seconds(
      'saimon_training_duration_seconds',
      'Training of one series, history to stored models',
      { buckets: LONG_S },
    ),
    apiRequests: counter('saimon_api_requests_total', 'Requests answered by the API', [
      'method',
      'route',
      'status',
    ]),
    apiRequestDuration: seconds(
      'saimon_api_request_duration_seconds',
      'From request to the last byte of its answer',
      { buckets: QUICK_S, labelNames: ['method', 'route'] },
    ),
    configLastReloadSuccessful: gauge(
      'saimon_config_last_reload_successful',
      'Whether the configuration could be read the last time: 1 or 0',
    ),
    readerRequestDuration: seconds(
      'saimon_reader_request_duration_seconds',
      'Questions to the source of samples',
      { buckets: LONG_S, labelNames: ['outcome'] },
    ),
    modelRuns: counter('saimon_model_runs_total', 'Series worked on, by stage: detect or train', [
      'stage',
    ]),
    modelRunsSkipped: counter(
      'saimon_model_runs_skipped_total',
      'Series that a run left out, and why',
      ['reason'],
    ),
    seriesState: gauge('saimon_series_state', 'Series watched, by state', ['state']),
    schedulerLag: gauge(
      'saimon_scheduler_lag_seconds',
      'How late the latest detection run began after its time',
    ),
    notifications: counter('saimon_notifications_total', 'Messages sent', ['channel', 'outcome']),
    incidentsOpen: gauge('saimon_incidents_open', 'Incidents that are open now', ['severity']),
  };
  telemetry.configLastReloadSuccessful.set(1);
  for (const severity of SEVERITIES) {
    telemetry.anomaliesDetected.inc({ severity }, 0);
    telemetry.anomaliesBySeverity.set({ severity }, 0);
    telemetry.incidentsOpen.set({ severity }, 0);
  }
  for (const state of ['warm-up', 'learning', 'ready', 'stale'])
    telemetry.seriesState.set({ state }, 0);
  return telemetry;
}
