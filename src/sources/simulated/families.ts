import type { Labels } from '../../core/labels.ts';

/** A part of a family: one exported series for each label set of the estate's metric. */
export interface FamilyPart {
  /** Labels beside those of the estate's series. */
  readonly labels: Labels;
  /** From the signals in the family's order: a gauge's value, a counter's growth per second. */
  readonly of: (first: number, second: number) => number;
}

/** One family of the estate's metrics page, as node_exporter, a shop or a database exporter names it. */
export interface Family {
  /** Counters carry their `_total`. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** The estate's metrics that it is made of: one, or two with equal label sets. */
  readonly signals: readonly [string] | readonly [string, string];
  readonly parts: readonly FamilyPart[];
}

const FILE_SYSTEM_BYTES = 200e9;
const MEMORY_BYTES = 16 * 2 ** 30;

const ROOT = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
const WHOLE = part({}, (value) => value);
const DISK = part({ device: 'sda' }, (rate) => rate);
const CARD = part({ device: 'eth0' }, (rate) => rate);

export const FAMILIES: readonly Family[] = [
  {
    name: 'node_cpu_seconds_total',
    type: 'counter',
    help: 'Seconds the CPU spent in each mode.',
    signals: ['node_cpu_busy'],
    parts: [
      part({ cpu: '0', mode: 'idle' }, (busy) => 1 - busy),
      part({ cpu: '0', mode: 'system' }, (busy) => 0.3 * busy),
      part({ cpu: '0', mode: 'user' }, (busy) => 0.7 * busy),
    ],
  },
  gauge('node_load1', 'Load average over one minute.', 'node_load1'),
  {
    ...gauge('node_memory_MemTotal_bytes', 'Memory installed.', 'node_memory_available'),
    parts: [part({}, () => MEMORY_BYTES)],
  },
  {
    ...gauge('node_memory_MemAvailable_bytes', 'Memory to be had.', 'node_memory_available'),
    parts: [part({}, (available) => Math.round(MEMORY_BYTES * available))],
  },
  {
    ...counter('node_disk_read_bytes_total', 'Bytes read from disks.', 'node_disk_read'),
    parts: [DISK],
  },
  {
    ...counter('node_disk_written_bytes_total', 'Bytes written to disks.', 'node_disk_written'),
    parts: [DISK],
  },
  {
    ...counter('node_network_receive_bytes_total', 'Bytes received.', 'node_network_received'),
    parts: [CARD],
  },
  {
    ...counter('node_network_transmit_bytes_total', 'Bytes sent.', 'node_network_transmitted'),
    parts: [CARD],
  },
  {
    ...gauge('node_filesystem_size_bytes', 'Size of the file system.', 'node_filesystem_used'),
    parts: [part(ROOT, () => FILE_SYSTEM_BYTES)],
  },
  {
    ...gauge('node_filesystem_avail_bytes', 'Bytes left to users.', 'node_filesystem_used'),
    parts: [part(ROOT, (used) => Math.round(FILE_SYSTEM_BYTES * (1 - used)))],
  },
  {
    name: 'shop_requests_total',
    type: 'counter',
    help: 'Requests answered, by status.',
    signals: ['shop_request_rate', 'shop_error_ratio'],
    parts: [
      part({ code: '200' }, (rate, failing) => rate * (1 - failing)),
      part({ code: '500' }, (rate, failing) => rate * failing),
    ],
  },
  gauge('shop_latency_p50_seconds', 'Median response time.', 'shop_latency_p50'),
  gauge('shop_latency_p95_seconds', 'Response time that 95 % stay under.', 'shop_latency_p95'),
  gauge('db_connections', 'Open connections.', 'db_connections'),
  counter('db_queries_total', 'Queries executed.', 'db_query_rate'),
  gauge('db_replication_lag_seconds', 'How far the replica is behind.', 'db_replication_lag'),
  gauge('db_cache_hit_ratio', 'Share of reads the cache served.', 'db_cache_hit_ratio'),
];

function gauge(name: string, help: string, signal: string): Family {
  return { name, type: 'gauge', help, signals: [signal], parts: [WHOLE] };
}

function counter(name: string, help: string, signal: string): Family {
  return { name, type: 'counter', help, signals: [signal], parts: [WHOLE] };
}

function part(labels: Labels, of: FamilyPart['of']): FamilyPart {
  return { labels, of };
}
