// Unusual combinations: how many are raised in weeks without a fault, in the simulated estate and on hosts whose load
// wanders; how many times one of CPU and memory going against the other, gently and within its usual range, is found; what a
// row and an entity cost. Run it with `npm run bench:entities -- [SEEDS] [WEEKS] [STEP IN SECONDS]`.
import { backtest } from '../src/core/backtest/backtest.ts';
import { CivilTime, DAY_MS, HOUR_MS } from '../src/core/civil-time.ts';
import { entityOf } from '../src/core/entity/entity-of.ts';
import { JointModel } from '../src/core/entity/joint-model.ts';
import { labelsKey } from '../src/core/labels.ts';
import { EVIDENCE_VIEWS } from '../src/core/model/evidence-views.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { createEstate } from '../src/sources/simulated/estate.ts';
import { fixedFaults } from '../src/sources/simulated/faults.ts';
import { type Signal, smoothNoise } from '../src/sources/simulated/noise.ts';
import { print } from './rounds.ts';

const [, , seeds = '3', weeks = '2', step = '60'] = process.argv;
const STEP_MS = 1000 * Number(step);
const START_MS = Date.UTC(2026, 10, 2);
const LEARN_MS = 7 * DAY_MS;
const QUIET_MS = LEARN_MS + Number(weeks) * 7 * DAY_MS;
/** One fault a day for a week: two hours apart, half an hour to go and to come back. */
const FAULTS = 7;
const APART_MS = 2 * HOUR_MS;
const RAMP_MS = HOUR_MS / 2;

interface Found {
  readonly sinceMs: number;
  readonly by: string;
}
type Column = readonly [name: string, values: Float64Array];

const tally = { quiet: 0, weeks: 0, faults: 0, together: 0, alone: 0, guilty: 0 };
for (let seed = 1; seed <= Number(seeds); seed++) {
  playEstate(seed);
  playWandering(seed);
}
const { quiet, faults, together, alone, guilty } = tally;
print(`${quiet} combinations in ${tally.weeks} entity-weeks without a fault`);
print(
  `of ${faults} times apart: ${together} found together, ${alone} by a series itself; memory, which went against the ` +
    `others, had the largest part in ${guilty} of ${together}`,
);
for (const members of [4, 8, 16, 32]) printCost(members);

function playEstate(seed: number): void {
  const times = grid(QUIET_MS);
  const estate = createEstate({ seed, startMs: START_MS, faults: fixedFaults() });
  const groups = new Map<string, Column[]>();
  for (const series of estate.series) {
    const key = labelsKey(entityOf(series.labels) ?? { service: 'shop' });
    const column: Column = [series.metric.name, estate.values(series, times)];
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  for (const [key, columns] of groups) countQuiet(`${seed} ${key}`, judge(times, columns).together);
}

function playWandering(seed: number): void {
  const times = grid(QUIET_MS + FAULTS * DAY_MS);
  const slow = smoothNoise(100 * seed, 3 * HOUR_MS);
  const quick = smoothNoise(100 * seed + 1, 20 * 60_000);
  const load: Signal = (timeMs) => 0.9 * slow(timeMs) + 0.4 * quick(timeMs);
  const rng = seededRng(seed);
  const column = (name: string, value: Signal): Column => [name, times.map(value)];
  const noisy =
    (signal: Signal): Signal =>
    (timeMs) =>
      signal(timeMs) + 0.15 * gaussian(rng);
  const found = judge(times, [
    column('cpu', noisy(load)),
    column(
      'memory',
      noisy((timeMs) => load(timeMs) * (1 - 2 * apart(timeMs))),
    ),
    column('network', noisy(load)),
    column('disk', noisy(smoothNoise(100 * seed + 2, HOUR_MS))),
  ]);
  const startMs = START_MS + QUIET_MS;
  countQuiet(
    `${seed} wandering`,
    found.together.filter(({ sinceMs }) => sinceMs < startMs),
  );
  for (let day = 0; day < FAULTS; day++) {
    const fromMs = startMs + (day + 0.5) * DAY_MS;
    const within = ({ sinceMs }: Found) =>
      sinceMs >= fromMs && sinceMs < fromMs + APART_MS + HOUR_MS;
    const hit = found.together.find(within);
    tally.faults++;
    if (hit) tally.together++;
    if (hit?.by === 'memory') tally.guilty++;
    if (found.alone.some(within)) tally.alone++;
  }
}

/** 0 together, 1 apart. */
function apart(timeMs: number): number {
  const sinceMs = timeMs - START_MS - QUIET_MS;
  if (sinceMs < 0) return 0;
  const atMs = (sinceMs % DAY_MS) - DAY_MS / 2;
  return Math.min(1, Math.max(0, Math.min(atMs, APART_MS + RAMP_MS - atMs) / RAMP_MS));
}

function countQuiet(what: string, found: readonly Found[]): void {
  tally.quiet += found.length;
  tally.weeks += Number(weeks);
  for (const { sinceMs, by } of found) {
    print(`  seed ${what} on day ${((sinceMs - START_MS) / DAY_MS).toFixed(2)}, first ${by}`);
  }
}

/** What opened after the learning: together, and of the series by themselves. */
function judge(
  times: Float64Array,
  columns: readonly Column[],
): Record<'together' | 'alone', Found[]> {
  const names = columns.map(([name]) => name);
  const frame = { names, times, columns: columns.map(([, values]) => values) };
  const learnRows = LEARN_MS / STEP_MS;
  const { episodes, columns: own } = backtest(frame, { learnRows });
  const combinations = episodes.filter(({ kind }) => kind === 'combination');
  return {
    together: combinations.map((one) => {
      const [first] = 'shares' in one ? one.shares : [];
      return { sinceMs: one.openedAtMs, by: names[first?.member ?? -1] ?? '' };
    }),
    alone: own.flatMap((found, i) =>
      found.map(({ openedAtMs }) => ({ sinceMs: openedAtMs, by: names[i] ?? '' })),
    ),
  };
}

function grid(lengthMs: number): Float64Array {
  return Float64Array.from({ length: lengthMs / STEP_MS }, (_, i) => START_MS + i * STEP_MS);
}

function printCost(members: number): void {
  const options = { stepMs: 15_000, civil: new CivilTime('UTC') };
  const model = new JointModel([...Array(members).keys()], options);
  const rng = seededRng(1);
  const rows = Array.from({ length: 1000 }, () => ({
    values: Float64Array.from({ length: members }, () => gaussian(rng)),
    evidence: Float64Array.from({ length: members * EVIDENCE_VIEWS }, () => 0.2 * rng()),
    odd: false,
    judgementOf: () => model.last,
  }));
  let row = 0;
  const observe = (): void => {
    for (const one of rows) model.observe(START_MS + 15_000 * row++, one);
  };
  const rowUs = microseconds(40, observe) / 1000;
  const refitUs = microseconds(5, () => model.regroup(model.members));
  print(
    `${members} members: ${rowUs.toFixed(2)} µs a row, ${(refitUs / 1000).toFixed(2)} ms a refit, ` +
      `${model.snapshot().length} bytes`,
  );
}

/** Processor time of one call: the machine may be busy with other things. */
function microseconds(calls: number, call: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index++) call();
  return process.cpuUsage(before).user / calls;
}
