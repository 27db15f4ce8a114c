import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LineStyleBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  FieldColorModeId,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { POSTGRES, PROMETHEUS, promql, RESULTS, sql } from './data-sources.ts';
import {
  curves,
  dashboard,
  figure,
  from,
  SEVERITY_COLOURS,
  severityBars,
  table,
} from './panels.ts';
import { chosen, resultsVariable } from './variables.ts';

const BAND = '#8AB8FF';
/** Anomalies of the chosen query that touch the time shown. */
const SHOWN = `from anomalies a join queries q on q.id = a.metric_id
where q.alias = \${query:sqlstring} and a.started_at <= $__timeTo()::timestamptz
  and coalesce(a.ended_at, a.last_at) >= $__timeFrom()::timestamptz`;

/** What is abnormal, over what was expected. */
export function anomaliesDashboard(): Builder<Dashboard> {
  return dashboard(
    'saimon-anomalies',
    'SAIMon anomalies',
    'What is abnormal, and what was expected',
  )
    .withVariable(resultsVariable())
    .withVariable(
      chosen('query', {
        label: 'Query',
        source: RESULTS,
        query: 'label_values(saimon_anomaly_score, for)',
      }),
    )
    .withVariable(
      // All labels of a series at once, whichever they are: they stand in the panels' selectors as they are.
      chosen('series', {
        label: 'Series',
        source: RESULTS,
        query: 'query_result(saimon_anomaly_score{for="$query"})',
        regex: '/\\{(.*)\\}/',
      }),
    )
    .annotation(
      new AnnotationQueryBuilder()
        .name('Anomalies of the query')
        .datasource(POSTGRES)
        .enable(true)
        .iconColor(SEVERITY_COLOURS.critical)
        .target(sql('Anomalies', anomalyRegions())),
    )
    .annotation(
      new AnnotationQueryBuilder()
        .name('Declared events')
        .datasource(POSTGRES)
        .enable(true)
        .iconColor('#B877D9')
        .target(sql('Events', declaredEvents())),
    )
    .withRow(new RowBuilder('Now'))
    .withPanel(
      figure({
        title: 'Anomalous series',
        description: 'Series whose latest score is 1 or more',
        source: RESULTS,
        span: 4,
        height: 4,
        targets: [
          promql('A', 'count(saimon_anomaly_score >= 1) or vector(0)', {
            source: RESULTS,
            instant: true,
          }),
        ],
      }).thresholds(from({ green: null, orange: 1 })),
    )
    .withPanel(
      figure({
        title: 'Watched series',
        description: 'Series that have a score',
        source: RESULTS,
        span: 4,
        height: 4,
        targets: [
          promql('A', 'count(saimon_anomaly_score) or vector(0)', {
            source: RESULTS,
            instant: true,
          }),
        ],
      }),
    )
    .withPanel(
      figure({
        title: 'Open anomalies by severity',
        description: 'As the database has them',
        source: PROMETHEUS,
        span: 8,
        height: 4,
        targets: [
          promql('A', 'max by (severity) (saimon_anomalies_by_severity)', {
            legend: '{{severity}}',
            instant: true,
          }),
        ],
      }).thresholds(from({ green: null, orange: 1 })),
    )
    .withPanel(
      severityBars({
        title: 'Anomalies opened by severity',
        description: 'How many anomalies of all series opened',
        source: PROMETHEUS,
        span: 8,
        height: 4,
        targets: [
          promql(
            'A',
            'sum by (severity) (increase(saimon_anomalies_detected_total[$__rate_interval]))',
            {
              legend: '{{severity}}',
            },
          ),
        ],
      }),
    )
    .withRow(new RowBuilder('$query'))
    .withPanel(bandPanel())
    .withPanel(
      curves({
        title: 'Score of every series of $query',
        description: 'Deviation ratio: 1 and above is anomalous, for every series',
        source: RESULTS,
        span: 24,
        height: 7,
        targets: [promql('A', 'saimon_anomaly_score{for="$query"}', { source: RESULTS })],
      })
        .min(0)
        .axisSoftMax(1.5)
        .thresholds(from({ transparent: null, red: 1 }))
        .thresholdsStyle(
          new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.LineAndArea),
        ),
    )
    .withPanel(anomalyTable());
}

const NOT_NAMED = {
  id: 'custom.hideFrom',
  value: { legend: true, tooltip: false, viz: false },
};

/** A result of the chosen series. */
function of(result: string): string {
  return `${result}{\${series:raw}}`;
}

function colour(fixedColor: string) {
  return { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } };
}

function bandPanel() {
  return curves({
    title: 'Value and what was expected: $series',
    description: 'The band is where values were expected; anomalies of the query are shaded',
    source: RESULTS,
    span: 24,
    height: 10,
    targets: [
      promql('A', of('saimon_yhat_lower'), { source: RESULTS, legend: 'lower' }),
      promql('B', of('saimon_yhat_upper'), { source: RESULTS, legend: 'upper' }),
      promql('C', of('saimon_yhat'), { source: RESULTS, legend: 'expected' }),
      promql('D', of('saimon_y'), { source: RESULTS, legend: 'value' }),
    ],
  })
    .overrideByName('lower', [colour(BAND), { id: 'custom.lineWidth', value: 0 }, NOT_NAMED])
    .overrideByName('upper', [
      colour(BAND),
      { id: 'custom.lineWidth', value: 0 },
      { id: 'custom.fillBelowTo', value: 'lower' },
      { id: 'custom.fillOpacity', value: 20 },
      NOT_NAMED,
    ])
    .overrideByName('expected', [
      colour(BAND),
      { id: 'custom.lineStyle', value: new LineStyleBuilder().fill('dash').dash([6, 6]).build() },
    ])
    .overrideByName('value', [colour('green'), { id: 'custom.lineWidth', value: 2 }]);
}

function anomalyTable() {
  return table({
    title: 'Anomalies of $query',
    description: 'Those that touch the time shown, newest first',
    source: POSTGRES,
    span: 24,
    height: 9,
    targets: [
      sql(
        'A',
        `select a.id, a.started_at as "started", a.ended_at as "ended", a.severity,
  a.anomaly_score as "score", a.value, a.expected_value as "expected", a.labels::text as "labels",
  a.explanation
${SHOWN}
order by a.started_at desc limit 500`,
      ),
    ],
  })
    .overrideByName('severity', [
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      {
        id: 'mappings',
        value: [
          {
            type: 'value',
            options: Object.fromEntries(
              Object.entries(SEVERITY_COLOURS).map(([severity, color], index) => [
                severity,
                { color, index },
              ]),
            ),
          },
        ],
      },
    ])
    .overrideByName('score', [{ id: 'decimals', value: 3 }])
    .overrideByName('id', [{ id: 'custom.width', value: 70 }])
    .overrideByName('explanation', [{ id: 'custom.width', value: 620 }]);
}

/** A region from the start of each anomaly to its end, or to now. */
function anomalyRegions(): string {
  return `select extract(epoch from a.started_at) * 1000 as time,
  extract(epoch from coalesce(a.ended_at, now())) * 1000 as timeend,
  a.explanation as text, a.severity as tags
${SHOWN}
order by a.started_at limit 1000`;
}

function declaredEvents(): string {
  return `select extract(epoch from started_at) * 1000 as time,
  extract(epoch from coalesce(ended_at, started_at)) * 1000 as timeend,
  case when title = '' then kind else title end as text, kind as tags
from events
where removed_at is null and started_at <= $__timeTo()::timestamptz
  and coalesce(ended_at, started_at) >= $__timeFrom()::timestamptz
order by started_at limit 1000`;
}
