import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { promql } from './data-sources.ts';
import { dashboard, from, scrapedCurves, scrapedFigure } from './panels.ts';

/** How SAIMon itself is doing. */
export function saimonDashboard(): Builder<Dashboard> {
  return dashboard(
    'saimon-itself',
    'SAIMon itself',
    'Detection, training, sources, API and results sent',
  )
    .withRow(new RowBuilder('State'))
    .withPanel(
      scrapedFigure({
        title: 'Processes up',
        description: 'Processes that Prometheus reaches, of those that it knows',
        span: 4,
        targets: [promql('A', 'sum(up{job="saimon"})', { instant: true })],
      }).thresholds(from({ red: null, green: 1 })),
    )
    .withPanel(
      scrapedFigure({
        title: 'Models in force',
        description: 'Model versions in force; a series has several',
        span: 4,
        targets: [promql('A', 'max(saimon_active_models)', { instant: true })],
      }),
    )
    .withPanel(
      scrapedFigure({
        title: 'Series by state',
        description: 'Ready are judged; the others learn, or no longer send',
        span: 8,
        targets: [
          promql('A', 'max by (state) (saimon_series_state)', {
            legend: '{{state}}',
            instant: true,
          }),
        ],
      }),
    )
    .withPanel(
      scrapedFigure({
        title: 'Detection behind by',
        description: 'How late the last detection run began',
        span: 4,
        unit: 's',
        targets: [promql('A', 'max(saimon_scheduler_lag_seconds)', { instant: true })],
      }).thresholds(from({ green: null, orange: 60, red: 600 })),
    )
    .withPanel(
      scrapedFigure({
        title: 'Open incidents',
        description: 'Incidents that are not resolved, of every severity',
        span: 4,
        targets: [promql('A', 'sum(max by (severity) (saimon_incidents_open))', { instant: true })],
      }).thresholds(from({ green: null, orange: 1 })),
    )
    .withRow(new RowBuilder('Detection and training'))
    .withPanel(
      scrapedCurves({
        title: 'Samples judged a second',
        description: 'Over all series',
        span: 8,
        unit: 'cps',
        targets: [
          promql('A', 'sum(rate(saimon_samples_scored_total[$__rate_interval]))', {
            legend: 'judged',
          }),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Duration of a detection run',
        description: 'Median and the slowest twentieth',
        span: 8,
        unit: 's',
        targets: [
          promql('A', quantileOf('0.5', 'saimon_detection_latency_seconds'), { legend: 'median' }),
          promql('B', quantileOf('0.95', 'saimon_detection_latency_seconds'), { legend: '95 %' }),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Runs a minute',
        description: 'Runs that happened, and those that did not, by reason',
        span: 8,
        targets: [
          promql('A', 'sum by (stage) (rate(saimon_model_runs_total[$__rate_interval])) * 60', {
            legend: '{{stage}}',
          }),
          promql(
            'B',
            '(sum by (reason) (rate(saimon_model_runs_skipped_total[$__rate_interval])) or vector(0)) * 60',
            { legend: 'skipped {{reason}}' },
          ),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Models trained an hour',
        description: 'New versions, whether they came into force or not',
        span: 8,
        targets: [
          promql('A', 'sum(increase(saimon_models_trained_total[1h]))', { legend: 'trained' }),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Time the source takes to answer',
        description: 'The slowest twentieth, by outcome',
        span: 8,
        unit: 's',
        targets: [
          promql(
            'A',
            'histogram_quantile(0.95, sum by (le, outcome) (rate(saimon_reader_request_duration_seconds_bucket[$__rate_interval])))',
            { legend: '{{outcome}}' },
          ),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Memory',
        description: 'Resident memory of each process',
        span: 8,
        unit: 'bytes',
        targets: [
          promql('A', 'process_resident_memory_bytes{job="saimon"}', { legend: '{{instance}}' }),
        ],
      }),
    )
    .withRow(new RowBuilder('API and what is sent'))
    .withPanel(
      scrapedCurves({
        title: 'Requests a second',
        description: 'By status',
        span: 8,
        unit: 'reqps',
        targets: [
          promql('A', 'sum by (status) (rate(saimon_api_requests_total[$__rate_interval]))', {
            legend: '{{status}}',
          }),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Time to answer',
        description: 'Median and the slowest twentieth',
        span: 8,
        unit: 's',
        targets: [
          promql('A', quantileOf('0.5', 'saimon_api_request_duration_seconds'), {
            legend: 'median',
          }),
          promql('B', quantileOf('0.95', 'saimon_api_request_duration_seconds'), {
            legend: '95 %',
          }),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Results sent a second',
        description: 'By remote write; dropped ones were refused or had no more room',
        span: 8,
        unit: 'cps',
        targets: [
          promql(
            'A',
            'sum by (outcome) (rate(saimon_remote_write_samples_total[$__rate_interval])) or vector(0)',
            { legend: '{{outcome}}' },
          ),
          promql('B', 'sum(saimon_remote_write_waiting_samples)', { legend: 'waiting' }),
        ],
      }),
    );
}

function quantileOf(quantile: string, histogram: string): string {
  return `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`;
}
