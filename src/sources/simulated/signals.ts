import { CivilTime, DAY_MS } from '../../core/civil-time.ts';
import type { Labels } from '../../core/labels.ts';
import { type EstateHost, type EstateMetric, HOSTS, ROUTES, type ShopRoute } from './inventory.ts';
import { livelyNoise, type Signal, seedOf } from './noise.ts';
import { orderSignal } from './order-chain.ts';
import { activityAt, backupAt, lunchAt } from './rhythm.ts';

/** What all series of one estate share: the people outside, the clock on the wall, the night jobs. */
interface World {
  /** How much is asked of the shop, 0 to about 1.1. */
  readonly load: Signal;
  readonly lunch: Signal;
  readonly backup: Signal;
  readonly timeOfDay: Signal;
  /** Unit normal noise of one thing. */
  readonly noise: (name: string) => Signal;
}

/** The undisturbed signal of one series, within the metric's range: a pure function of seed, zone, series and time. */
export function createSignal(
  metric: EstateMetric,
  labels: Labels,
  options: { readonly seed: number; readonly zone: string },
): Signal {
  const world = createWorld(options.seed, options.zone);
  const ordered = orderSignal(metric.name, { seed: options.seed, load: world.load });
  const signal = ordered ?? shapeOf(metric.name, labels, world);
  const [lowest, highest] = metric.range;
  return (timeMs) => Math.min(highest, Math.max(lowest, signal(timeMs)));
}

function createWorld(seed: number, zone: string): World {
  const civil = new CivilTime(zone);
  const crowd = livelyNoise(seedOf(seed, 'crowd'));
  return {
    load: (timeMs) => activityAt(civil.toLocal(timeMs)) * (1 + 0.035 * crowd(timeMs)),
    lunch: (timeMs) => lunchAt(civil.toLocal(timeMs)),
    backup: (timeMs) => backupAt(civil.toLocal(timeMs)),
    timeOfDay: (timeMs) => {
      const localMs = civil.toLocal(timeMs);
      return localMs / DAY_MS - Math.floor(localMs / DAY_MS);
    },
    noise: (name) => livelyNoise(seedOf(seed, name)),
  };
}

function shapeOf(name: string, labels: Labels, world: World): Signal {
  const host = HOSTS.find(({ instance }) => instance === labels['instance']);
  const route = ROUTES.find((candidate) => candidate.route === labels['route']);
  const shape =
    host === undefined
      ? route && SHOP_SHAPES[name]?.(route, world)
      : (HOST_SHAPES[name]?.(host, world) ?? DATABASE_SHAPES[name]?.(world));
  if (shape === undefined) {
    throw new RangeError(`Cannot simulate ${name}: ${JSON.stringify(labels)} has no shape`);
  }
  return shape;
}

const MB = 1e6;

const HOST_SHAPES: Record<string, (host: EstateHost, world: World) => Signal> = {
  node_cpu_busy: cpuBusy,
  node_load1(host, world) {
    const busy = cpuBusy(host, world);
    const noise = world.noise(`load ${host.instance}`);
    return (t) => host.cores * busy(t) * (1 + 0.08 * noise(t));
  },
  node_memory_available(host, { load, noise }) {
    const own = noise(`memory ${host.instance}`);
    return (t) => 0.52 - 0.16 * host.share * load(t) + 0.006 * own(t);
  },
  node_disk_read(host, { load, backup, noise }) {
    const own = noise(`disk read ${host.instance}`);
    const night = host.backup ? 60 * MB : 0;
    return (t) => (0.3 * MB + 1.8 * MB * load(t) + night * backup(t)) * Math.exp(0.12 * own(t));
  },
  node_disk_written(host, { load, backup, noise }) {
    const own = noise(`disk written ${host.instance}`);
    const night = host.backup ? 25 * MB : 0;
    return (t) => (0.6 * MB + 3.2 * MB * load(t) + night * backup(t)) * Math.exp(0.12 * own(t));
  },
  node_network_received(host, { load, noise }) {
    const own = noise(`received ${host.instance}`);
    return (t) => (0.05 * MB + 1.1 * MB * host.share * load(t)) * Math.exp(0.06 * own(t));
  },
  node_network_transmitted(host, { load, backup, noise }) {
    const own = noise(`transmitted ${host.instance}`);
    const night = host.backup ? 30 * MB : 0;
    return (t) =>
      (0.08 * MB + 6.5 * MB * host.share * load(t) + night * backup(t)) * Math.exp(0.06 * own(t));
  },
  /** Logs fill it through the day and are rotated at midnight. */
  node_filesystem_used(host, { timeOfDay, noise }) {
    const own = noise(`file system ${host.instance}`);
    return (t) => 0.58 + 0.015 * timeOfDay(t) + 0.0006 * own(t);
  },
};

const SHOP_SHAPES: Record<string, (route: ShopRoute, world: World) => Signal> = {
  shop_request_rate({ route, peakRate }, { load, noise }) {
    const own = noise(`requests ${route}`);
    return (t) => peakRate * load(t) * Math.exp(0.05 * own(t));
  },
  shop_latency_p50: median,
  shop_latency_p95(route, world) {
    const middle = median(route, world);
    const own = world.noise(`tail ${route.route}`);
    return (t) => middle(t) * (2.4 + 0.9 * world.lunch(t)) * Math.exp(0.07 * own(t));
  },
  shop_error_ratio({ route }, { load, noise }) {
    const own = noise(`errors ${route}`);
    return (t) => 0.002 * (1 + 0.4 * load(t)) * Math.exp(0.25 * own(t));
  },
};

const DATABASE_SHAPES: Record<string, (world: World) => Signal> = {
  db_connections({ load, noise }) {
    const own = noise('connections');
    return (t) => Math.round(24 + 70 * load(t) + 2 * own(t));
  },
  db_query_rate({ load, noise }) {
    const own = noise('queries');
    return (t) => 60 + 820 * load(t) * Math.exp(0.045 * own(t));
  },
  db_replication_lag({ load, backup, noise }) {
    const own = noise('replication');
    return (t) => (0.04 + 0.05 * load(t) + 1.4 * backup(t)) * Math.exp(0.2 * own(t));
  },
  /** The backup reads what nobody else reads and spoils the cache while it runs. */
  db_cache_hit_ratio({ load, backup, noise }) {
    const own = noise('cache');
    return (t) => 0.991 - 0.006 * load(t) - 0.03 * backup(t) + 0.0008 * own(t);
  },
};

function cpuBusy(host: EstateHost, world: World): Signal {
  const own = world.noise(`cpu ${host.instance}`);
  const night = host.backup ? 0.12 : 0;
  return (t) => {
    const load = world.load(t);
    const busy = 0.05 + 0.5 * host.share * load + night * world.backup(t);
    return busy + (0.006 + 0.014 * load) * own(t);
  };
}

function median({ route, idleSeconds }: ShopRoute, { load, lunch, noise }: World): Signal {
  const own = noise(`latency ${route}`);
  return (t) => {
    const queueing = 1 + 0.35 * load(t) ** 2 + 0.5 * lunch(t);
    return idleSeconds * queueing * Math.exp(0.045 * own(t));
  };
}
