import { DAY_MS } from '../../core/civil-time.ts';
import { type Rng, seededRng } from '../../core/random.ts';
import type { Fault, FaultKind, FaultPlan, FaultTarget } from './faults.ts';
import { findMetric, HOSTS } from './inventory.ts';
import { seedOf } from './noise.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** What a kind of fault is called, how long it lasts and which metrics show it well. */
interface FaultHabit {
  readonly kind: Exclude<FaultKind, 'cascade'>;
  readonly word: string;
  readonly minutes: readonly [number, number];
  readonly metrics: readonly string[];
}

const HABITS: readonly FaultHabit[] = [
  {
    kind: 'jump',
    word: 'jump',
    minutes: [1, 3],
    metrics: ['node_cpu_busy', 'shop_latency_p95', 'shop_error_ratio', 'node_network_transmitted'],
  },
  {
    kind: 'spike_burst',
    word: 'spikes',
    minutes: [2, 4],
    metrics: ['db_replication_lag', 'shop_latency_p50', 'node_disk_written'],
  },
  {
    kind: 'level_shift',
    word: 'level shift',
    minutes: [4, 5],
    metrics: ['shop_request_rate', 'db_cache_hit_ratio', 'db_query_rate'],
  },
  {
    kind: 'creep',
    word: 'creep',
    minutes: [4, 5],
    metrics: ['node_memory_available', 'db_connections', 'node_filesystem_used'],
  },
  {
    kind: 'dropout',
    word: 'dropout',
    // Five minutes of silence are an absence, the next time half as long again.
    minutes: [8, 10],
    metrics: ['shop_error_ratio', 'node_load1', 'db_connections'],
  },
  {
    kind: 'combination',
    word: 'at odds with the load',
    minutes: [3, 5],
    metrics: ['node_cpu_busy', 'db_query_rate', 'node_network_received'],
  },
];

const FIRST: FaultHabit = {
  kind: 'jump',
  word: 'jump',
  minutes: [2, 2],
  metrics: ['node_cpu_busy'],
};

const OLD: FaultHabit = {
  kind: 'level_shift',
  word: 'level shift',
  minutes: [25, 25],
  metrics: ['db_replication_lag'],
};

/** What falls over when a host does, in this order, each a few seconds after the one before. */
const CASCADE = [
  'node_disk_written',
  'node_load1',
  'node_cpu_busy',
  'db_connections',
  'db_replication_lag',
  'node_network_transmitted',
];

/**
 * Two old faults in the two weeks before `startMs`; a CPU jump on web-1 35 to 40 s after it; from then
 * on every kind in turn with two to five minutes of peace between. The same seed and start give the
 * same plan.
 */
export function createFaultPlan(seed: number, startMs: number): FaultPlan {
  const rng = seededRng(seedOf(seed, 'faults'));
  const faults: Fault[] = oldFaults(startMs);
  let turn: (FaultHabit | 'cascade')[] = [];
  const first = startMs + (35 + 5 * rng()) * SECOND_MS;
  faults.push(single(FIRST, { startMs: first, rng: () => 0 }));
  let nextMs = endOf(faults) + quiet(rng);

  /** Adds a fault at `atMs` and returns when the next one starts. */
  const add = (atMs: number): number => {
    if (turn.length === 0) turn = shuffled([...HABITS, 'cascade'], rng);
    const habit = turn.pop() ?? 'cascade';
    const at = { startMs: atMs, rng };
    faults.push(habit === 'cascade' ? cascade(pick(HOSTS, rng).instance, at) : single(habit, at));
    return endOf(faults) + quiet(rng);
  };

  return {
    until(timeMs) {
      while (nextMs <= timeMs) nextMs = add(nextMs);
      return faults.filter((fault) => fault.startMs <= timeMs);
    },
  };
}

interface Occasion {
  readonly startMs: number;
  readonly rng: Rng;
}

function oldFaults(startMs: number): Fault[] {
  const outage = cascade('web-2', { startMs: startMs - 9.4 * DAY_MS, rng: () => 0 });
  return [
    { ...outage, endMs: outage.startMs + 18 * MINUTE_MS },
    single(OLD, { startMs: startMs - 5.2 * DAY_MS, rng: () => 0 }),
  ];
}

function single(habit: FaultHabit, { startMs, rng }: Occasion): Fault {
  const metric = findMetric(pick(habit.metrics, rng));
  if (metric === undefined) throw new RangeError(`Cannot plan a ${habit.kind}: no such metric`);
  const labels = pick(metric.labelSets, rng);
  const [shortest, longest] = habit.minutes;
  const place = labels['instance'] ?? labels['route'];
  return {
    kind: habit.kind,
    startMs: Math.round(startMs),
    endMs: Math.round(startMs + (shortest + rng() * (longest - shortest)) * MINUTE_MS),
    title: `${metric.noun} ${habit.word} on ${place}`,
    targets: [{ metric: metric.name, labels, delayMs: 0 }],
  };
}

function cascade(instance: string, { startMs, rng }: Occasion): Fault {
  const targets: FaultTarget[] = [];
  for (const name of CASCADE) {
    const labels = findMetric(name)?.labelSets.find((set) => set['instance'] === instance);
    if (labels === undefined) continue;
    targets.push({ metric: name, labels, delayMs: targets.length * 10 * SECOND_MS });
  }
  return {
    kind: 'cascade',
    startMs: Math.round(startMs),
    endMs: Math.round(startMs + (3 + rng() * 2) * MINUTE_MS),
    title: `Cascade over ${instance}`,
    targets,
  };
}

function quiet(rng: Rng): number {
  return (2 + 3 * rng()) * MINUTE_MS;
}

function endOf(faults: readonly Fault[]): number {
  return faults.at(-1)?.endMs ?? 0;
}

function pick<T>(choices: readonly T[], rng: Rng): T {
  const choice = choices[Math.floor(rng() * choices.length)];
  if (choice === undefined) throw new RangeError('Cannot choose from nothing');
  return choice;
}

/** A new array in random order (Fisher and Yates). */
function shuffled<T>(sorted: readonly T[], rng: Rng): T[] {
  const rest = [...sorted];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(rng() * rest.length), 1));
  return order;
}
