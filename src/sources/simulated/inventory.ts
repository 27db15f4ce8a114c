import type { Labels } from '../../core/labels.ts';

/** One metric of the estate: what it is called, what it can be and what a fault makes of it. */
export interface EstateMetric {
  readonly name: string;
  /** What people call it in a fault's title. */
  readonly noun: string;
  readonly unit: string;
  readonly description: string;
  readonly range: readonly [number, number];
  /** A full fault turns v into `times * v + add`, within the range. */
  readonly fault: { readonly times: number; readonly add: number };
  /** Less than this is nothing to anybody. */
  readonly minDeviation: number;
  readonly labelSets: readonly Labels[];
}

export interface EstateHost {
  readonly instance: string;
  readonly cores: number;
  /** How much of the people's activity reaches this host. */
  readonly share: number;
  /** Whether the night backup runs here. */
  readonly backup: boolean;
}

export interface ShopRoute {
  readonly route: string;
  /** Requests per second at the peak. */
  readonly peakRate: number;
  /** Median seconds of an idle shop. */
  readonly idleSeconds: number;
}

const MB = 1e6;

export const HOSTS: readonly EstateHost[] = [
  { instance: 'web-1', cores: 4, share: 1, backup: false },
  { instance: 'web-2', cores: 4, share: 0.9, backup: false },
  { instance: 'db-1', cores: 8, share: 0.75, backup: true },
];

export const ROUTES: readonly ShopRoute[] = [
  { route: '/', peakRate: 120, idleSeconds: 0.024 },
  { route: '/cart', peakRate: 42, idleSeconds: 0.041 },
  { route: '/checkout', peakRate: 11, idleSeconds: 0.088 },
];

const hosts = HOSTS.map(({ instance }) => ({ instance }));
const routes = ROUTES.map(({ route }) => ({ route }));
const database = [{ instance: 'db-1' }];
const RATIO = [0, 1] as const;
/** No upper limit, in a number that JSON can hold. */
const POSITIVE = [0, Number.MAX_SAFE_INTEGER] as const;

/** Everything that exists. The names of host metrics are those of the `node-exporter` presets. */
export const METRICS: readonly EstateMetric[] = [
  {
    name: 'node_cpu_busy',
    noun: 'CPU',
    unit: 'ratio',
    description: 'Share of time the CPUs are busy',
    range: RATIO,
    fault: { times: 1, add: 0.4 },
    minDeviation: 0.05,
    labelSets: hosts,
  },
  {
    name: 'node_load1',
    noun: 'Load',
    unit: '',
    description: 'Load average over one minute',
    range: POSITIVE,
    fault: { times: 2, add: 3 },
    minDeviation: 1,
    labelSets: hosts,
  },
  {
    name: 'node_memory_available',
    noun: 'Available memory',
    unit: 'ratio',
    description: 'Share of memory that programs can still get',
    range: RATIO,
    fault: { times: 0.45, add: 0 },
    minDeviation: 0.05,
    labelSets: hosts,
  },
  {
    name: 'node_disk_read',
    noun: 'Disk read',
    unit: 'bytes/s',
    description: 'Bytes read from disks',
    range: POSITIVE,
    fault: { times: 4, add: 20 * MB },
    minDeviation: 5 * MB,
    labelSets: hosts,
  },
  {
    name: 'node_disk_written',
    noun: 'Disk write',
    unit: 'bytes/s',
    description: 'Bytes written to disks',
    range: POSITIVE,
    fault: { times: 4, add: 20 * MB },
    minDeviation: 5 * MB,
    labelSets: hosts,
  },
  {
    name: 'node_network_received',
    noun: 'Network receive',
    unit: 'bytes/s',
    description: 'Bytes received',
    range: POSITIVE,
    fault: { times: 3, add: 2 * MB },
    minDeviation: MB,
    labelSets: hosts,
  },
  {
    name: 'node_network_transmitted',
    noun: 'Network transmit',
    unit: 'bytes/s',
    description: 'Bytes sent',
    range: POSITIVE,
    fault: { times: 3, add: 4 * MB },
    minDeviation: MB,
    labelSets: hosts,
  },
  {
    name: 'node_filesystem_used',
    noun: 'File system',
    unit: 'ratio',
    description: 'Share of the file system in use',
    range: RATIO,
    fault: { times: 1, add: 0.25 },
    minDeviation: 0.02,
    labelSets: hosts,
  },
  {
    name: 'shop_request_rate',
    noun: 'Request rate',
    unit: 'count/s',
    description: 'Requests served',
    range: POSITIVE,
    fault: { times: 0.3, add: 0 },
    minDeviation: 1,
    labelSets: routes,
  },
  {
    name: 'shop_latency_p50',
    noun: 'Latency p50',
    unit: 'seconds',
    description: 'Median response time',
    range: POSITIVE,
    fault: { times: 3, add: 0 },
    minDeviation: 0.01,
    labelSets: routes,
  },
  {
    name: 'shop_latency_p95',
    noun: 'Latency p95',
    unit: 'seconds',
    description: 'Response time that 95 % stay under',
    range: POSITIVE,
    fault: { times: 3, add: 0.1 },
    minDeviation: 0.03,
    labelSets: routes,
  },
  {
    name: 'shop_error_ratio',
    noun: 'Error ratio',
    unit: 'ratio',
    description: 'Share of requests that fail',
    range: RATIO,
    fault: { times: 1, add: 0.1 },
    minDeviation: 0.01,
    labelSets: routes,
  },
  {
    name: 'db_connections',
    noun: 'Connections',
    unit: '',
    description: 'Open connections',
    range: [0, 400],
    fault: { times: 1.5, add: 80 },
    minDeviation: 10,
    labelSets: database,
  },
  {
    name: 'db_query_rate',
    noun: 'Query rate',
    unit: 'count/s',
    description: 'Queries executed',
    range: POSITIVE,
    fault: { times: 0.3, add: 0 },
    minDeviation: 20,
    labelSets: database,
  },
  {
    name: 'db_replication_lag',
    noun: 'Replication lag',
    unit: 'seconds',
    description: 'How far the replica is behind',
    range: POSITIVE,
    fault: { times: 1, add: 40 },
    minDeviation: 0.5,
    labelSets: database,
  },
  {
    name: 'db_cache_hit_ratio',
    noun: 'Cache hit ratio',
    unit: 'ratio',
    description: 'Share of reads that the cache served',
    range: RATIO,
    fault: { times: 1, add: -0.15 },
    minDeviation: 0.02,
    labelSets: database,
  },
];

/** The metric of that name, if it exists. */
export function findMetric(name: string): EstateMetric | undefined {
  return METRICS.find((metric) => metric.name === name);
}
