import type { QueryProposal } from '../source.ts';
import type { PresetQuery } from './preset.ts';

/** Virtual devices repeat what the physical ones under them do, or do nothing. */
const DISKS = 'device!~"(ram|loop|fd|sr|zram|dm-|md).*"';
const NETWORKS = 'device!~"(lo|(veth|docker|br-|virbr|vnet|cali|flannel|cni|tap|ifb).*)"';
/** Real file systems only; container engines mount single files and layers of them a second time. */
const FILE_SYSTEMS = [
  'fstype!~"(tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|autofs|nsfs|fuse.*)"',
  'mountpoint!~"/(etc|run|var/lib/(docker|containers|kubelet))/.+"',
].join(',');

const RATIO = [0, 1] as const;
/** No upper limit, in a number that JSON can hold. */
const NOT_NEGATIVE = [0, Number.MAX_SAFE_INTEGER] as const;
const DISK_FLOOR = 5e6;
const NETWORK_FLOOR = 1e6;

/**
 * What a machine under node_exporter is judged by. `without` instead of `by` keeps whatever labels the
 * targets carry (cluster, environment), so that two machines never become one series.
 */
export function nodeExporterPreset(rateWindow: string): PresetQuery[] {
  return [
    query({
      alias: 'node_cpu_busy',
      expr: `1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[${rateWindow}]))`,
      metricType: 'gauge',
      description: 'Share of time the CPUs are busy',
      unit: 'ratio',
      dataRange: RATIO,
      minDeviation: 0.05,
    }),
    query({
      alias: 'node_memory_available',
      expr: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes',
      metricType: 'gauge',
      description: 'Share of memory that programs can still get',
      unit: 'ratio',
      dataRange: RATIO,
      minDeviation: 0.05,
    }),
    query({
      alias: 'node_load1',
      expr: 'node_load1',
      metricType: 'gauge',
      description: 'Load average over one minute',
      unit: '',
      dataRange: NOT_NEGATIVE,
      minDeviation: 1,
    }),
    query({
      alias: 'node_disk_read',
      expr: `rate(node_disk_read_bytes_total{${DISKS}}[${rateWindow}])`,
      metricType: 'counter',
      description: 'Bytes read from a disk',
      unit: 'bytes/s',
      dataRange: NOT_NEGATIVE,
      minDeviation: DISK_FLOOR,
    }),
    query({
      alias: 'node_disk_written',
      expr: `rate(node_disk_written_bytes_total{${DISKS}}[${rateWindow}])`,
      metricType: 'counter',
      description: 'Bytes written to a disk',
      unit: 'bytes/s',
      dataRange: NOT_NEGATIVE,
      minDeviation: DISK_FLOOR,
    }),
    query({
      alias: 'node_network_received',
      expr: `rate(node_network_receive_bytes_total{${NETWORKS}}[${rateWindow}])`,
      metricType: 'counter',
      description: 'Bytes received by a network device',
      unit: 'bytes/s',
      dataRange: NOT_NEGATIVE,
      minDeviation: NETWORK_FLOOR,
    }),
    query({
      alias: 'node_network_transmitted',
      expr: `rate(node_network_transmit_bytes_total{${NETWORKS}}[${rateWindow}])`,
      metricType: 'counter',
      description: 'Bytes sent by a network device',
      unit: 'bytes/s',
      dataRange: NOT_NEGATIVE,
      minDeviation: NETWORK_FLOOR,
    }),
    query({
      alias: 'node_filesystem_used',
      expr: `1 - node_filesystem_avail_bytes{${FILE_SYSTEMS}} / node_filesystem_size_bytes{${FILE_SYSTEMS}}`,
      metricType: 'gauge',
      description: 'Share of a file system in use',
      unit: 'ratio',
      dataRange: RATIO,
      minDeviation: 0.02,
    }),
  ];
}

/** A query requires every metric that its expression names. */
function query(proposal: QueryProposal): PresetQuery {
  return { proposal, requires: proposal.expr.match(/\bnode_\w+/g) ?? [] };
}
