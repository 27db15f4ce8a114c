import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PROMETHEUS, promql, RESULTS } from './data-sources.ts';
import { curves, dashboard, figure, from, scrapedCurves, scrapedFigure } from './panels.ts';
import { chosen, resultsVariable } from './variables.ts';

const HERE = 'instance=~"$instance"';
const DISKS = `${HERE},device!~"(ram|loop|fd|sr|zram|dm-|md).*"`;
const NETWORKS = `${HERE},device!~"(lo|(veth|docker|br-|virbr|vnet|cali|flannel|cni|tap|ifb).*)"`;
const FILE_SYSTEMS = `${HERE},fstype!~"(tmpfs|devtmpfs|ramfs|squashfs|iso9660|autofs|nsfs|fuse.*)"`;

/** Machines under node_exporter, with what SAIMon says of them. */
export function hostDashboard(): Builder<Dashboard> {
  return dashboard(
    'saimon-host',
    'Host overview',
    'Machines under node_exporter, and what is odd there',
  )
    .withVariable(resultsVariable())
    .withVariable(
      chosen('instance', {
        label: 'Machine',
        source: PROMETHEUS,
        query: 'label_values(node_uname_info, instance)',
        all: true,
      }),
    )
    .withRow(new RowBuilder('Now'))
    .withPanel(
      figure({
        title: 'Anomalous series here',
        description: 'Series of these machines whose latest score is 1 or more',
        source: RESULTS,
        span: 4,
        height: 4,
        targets: [
          promql('A', `count(saimon_anomaly_score{${HERE}} >= 1) or vector(0)`, {
            source: RESULTS,
            instant: true,
          }),
        ],
      }).thresholds(from({ green: null, orange: 1 })),
    )
    .withPanel(
      scrapedFigure({
        title: 'Up for',
        description: 'Since the last boot',
        span: 4,
        unit: 's',
        targets: [
          promql('A', `time() - node_boot_time_seconds{${HERE}}`, {
            legend: '{{instance}}',
            instant: true,
          }),
        ],
      }),
    )
    .withPanel(
      scrapedFigure({
        title: 'CPUs busy',
        description: 'Share of their time',
        span: 4,
        unit: 'percentunit',
        targets: [
          promql(
            'A',
            `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${HERE}}[$__rate_interval]))`,
            { legend: '{{instance}}', instant: true },
          ),
        ],
      }).thresholds(from({ green: null, orange: 0.8, red: 0.95 })),
    )
    .withPanel(
      scrapedFigure({
        title: 'Memory in use',
        description: 'What programs cannot get any more',
        span: 4,
        unit: 'percentunit',
        targets: [
          promql(
            'A',
            `1 - node_memory_MemAvailable_bytes{${HERE}} / node_memory_MemTotal_bytes{${HERE}}`,
            { legend: '{{instance}}', instant: true },
          ),
        ],
      }).thresholds(from({ green: null, orange: 0.85, red: 0.95 })),
    )
    .withPanel(
      scrapedFigure({
        title: 'Fullest file system',
        description: 'Of each machine',
        span: 8,
        unit: 'percentunit',
        targets: [
          promql(
            'A',
            `max by (instance) (1 - node_filesystem_avail_bytes{${FILE_SYSTEMS}} / node_filesystem_size_bytes{${FILE_SYSTEMS}})`,
            { legend: '{{instance}}', instant: true },
          ),
        ],
      }).thresholds(from({ green: null, orange: 0.8, red: 0.9 })),
    )
    .withRow(new RowBuilder('Over time'))
    .withPanel(
      curves({
        title: 'Scores of these machines',
        description:
          'Deviation ratio of every series that carries their name; 1 and above is anomalous',
        source: RESULTS,
        span: 24,
        height: 7,
        targets: [
          promql('A', `max by (for, instance) (saimon_anomaly_score{${HERE}})`, {
            source: RESULTS,
            legend: '{{for}} {{instance}}',
          }),
        ],
      }).min(0),
    )
    .withPanel(
      scrapedCurves({
        title: 'CPU by mode',
        description: 'Share of all CPUs of a machine',
        span: 12,
        unit: 'percentunit',
        targets: [
          promql(
            'A',
            `avg by (instance, mode) (rate(node_cpu_seconds_total{mode!="idle",${HERE}}[$__rate_interval]))`,
            { legend: '{{instance}} {{mode}}' },
          ),
        ],
      }).min(0),
    )
    .withPanel(
      scrapedCurves({
        title: 'Load',
        description: 'Processes that run or wait, over one and fifteen minutes',
        span: 12,
        targets: [
          promql('A', `node_load1{${HERE}}`, { legend: '{{instance}} 1m' }),
          promql('B', `node_load15{${HERE}}`, { legend: '{{instance}} 15m' }),
        ],
      }).min(0),
    )
    .withPanel(
      scrapedCurves({
        title: 'Memory available',
        description: 'What programs can still get',
        span: 12,
        unit: 'bytes',
        targets: [
          promql('A', `node_memory_MemAvailable_bytes{${HERE}}`, { legend: '{{instance}}' }),
        ],
      }).min(0),
    )
    .withPanel(
      scrapedCurves({
        title: 'Disks: read and written',
        description: 'Bytes a second, written below zero',
        span: 12,
        unit: 'Bps',
        targets: [
          promql(
            'A',
            `sum by (instance) (rate(node_disk_read_bytes_total{${DISKS}}[$__rate_interval]))`,
            {
              legend: '{{instance}} read',
            },
          ),
          promql(
            'B',
            `-sum by (instance) (rate(node_disk_written_bytes_total{${DISKS}}[$__rate_interval]))`,
            {
              legend: '{{instance}} written',
            },
          ),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'Network: received and sent',
        description: 'Bytes a second, sent below zero',
        span: 12,
        unit: 'Bps',
        targets: [
          promql(
            'A',
            `sum by (instance) (rate(node_network_receive_bytes_total{${NETWORKS}}[$__rate_interval]))`,
            {
              legend: '{{instance}} received',
            },
          ),
          promql(
            'B',
            `-sum by (instance) (rate(node_network_transmit_bytes_total{${NETWORKS}}[$__rate_interval]))`,
            {
              legend: '{{instance}} sent',
            },
          ),
        ],
      }),
    )
    .withPanel(
      scrapedCurves({
        title: 'File systems in use',
        description: 'Share of each',
        span: 12,
        unit: 'percentunit',
        targets: [
          promql(
            'A',
            `1 - node_filesystem_avail_bytes{${FILE_SYSTEMS}} / node_filesystem_size_bytes{${FILE_SYSTEMS}}`,
            { legend: '{{instance}} {{mountpoint}}' },
          ),
        ],
      })
        .min(0)
        .max(1),
    );
}
