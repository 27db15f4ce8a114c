// Learned correlation: how many pairs of series would tie. Of the simulated estate: series of one host, of two hosts, of the
// three hosts that orders pass, and of two estates, which have only the clock in common. With a folder as `saimon scorecard`
// takes it: columns of one file, of two files in the same week, of two files in different weeks. Then what a profile and a
// comparison cost. Run it with `npm run bench:correlation -- [SEEDS] [FOLDER]`.
import { DAY_MS } from '../src/core/civil-time.ts';
import { coMovementOf } from '../src/core/correlation/co-movement.ts';
import { type Profile, profileOf } from '../src/core/correlation/profile.ts';
import { entityOf } from '../src/core/entity/entity-of.ts';
import { type Labels, labelsKey } from '../src/core/labels.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { sliceSamples } from '../src/core/series.ts';
import { readLabelledFolder } from '../src/sources/csv/labelled-folder.ts';
import { createEstate } from '../src/sources/simulated/estate.ts';
import { fixedFaults } from '../src/sources/simulated/faults.ts';
import { print } from './rounds.ts';

const [, , seeds = '10', folder] = process.argv;
const WEEK_MS = 7 * DAY_MS;
const START_MS = Date.UTC(2026, 10, 2);
const STEP_MS = 60_000;
/** Weeks of a file that are looked at. */
const MOST_WEEKS = 4;
/** Of the pairs that have nothing to do with each other, one in so many is looked at. */
const ONE_IN = 5;

interface Known {
  readonly profile: Profile;
  /** What it was measured on, its estate or group of files, and when. */
  readonly place: string;
  readonly world: string;
  readonly week: number;
}

print('Simulated estate, a week at 60 s');
tell(estates(), (a, b) => {
  if (a.world !== b.world) return 'two estates';
  if (a.place === b.place) return 'one host';
  const orders = [a, b].filter(({ place }) => place.includes('orders')).length;
  return ['two hosts', 'orders and another host', 'two hosts that orders pass'][orders] ?? '';
});
if (folder !== undefined) {
  print(`\n${folder}, the first ${MOST_WEEKS} weeks of each file`);
  tell(await files(folder), (a, b) => {
    if (a.place === b.place) return a.week === b.week ? `one file (${a.world})` : undefined;
    if (a.week !== b.week) return 'two files, different weeks';
    return a.world === b.world
      ? `two files (${a.world}), the same week`
      : 'two groups, the same week';
  });
}
printCosts();

function estates(): Known[] {
  const times = grid(STEP_MS);
  return Array.from({ length: Number(seeds) }, (_, i) => {
    const seed = i + 1;
    const estate = createEstate({ seed, startMs: START_MS, orders: true, faults: fixedFaults() });
    return estate.series.flatMap((series) => {
      const profile = profileOf({ times, values: estate.values(series, times) });
      return profile ? [{ profile, place: placeOf(series.labels), world: `${seed}`, week: 0 }] : [];
    });
  }).flat();
}

/** Weeks count from the day a file begins; all are moved to one week, so that the clock is the same. */
async function files(path: string): Promise<Known[]> {
  const known: Known[] = [];
  for (const { name, group, frame } of await readLabelledFolder(path)) {
    const { times } = frame;
    const firstMs = Math.floor(times[0] / DAY_MS) * DAY_MS;
    const weeks = Math.floor((times[times.length - 1] - firstMs) / WEEK_MS);
    for (let week = 0; week < Math.min(weeks, MOST_WEEKS); week++) {
      const startMs = firstMs + week * WEEK_MS;
      for (const values of frame.columns) {
        const part = sliceSamples({ times, values }, startMs, startMs + WEEK_MS);
        const moved = part.times.map((timeMs) => timeMs - startMs + START_MS);
        const profile = profileOf({ times: moved, values: part.values });
        if (profile) known.push({ profile, place: name, world: group, week });
      }
    }
  }
  return known;
}

function tell(known: readonly Known[], kindOf: (a: Known, b: Known) => string | undefined): void {
  const tally = new Map<string, { pairs: number; tied: number }>();
  for (let i = 0; i < known.length; i++) {
    for (let j = i + 1; j < known.length; j++) {
      const [a, b] = [known[i], known[j]];
      const kind = kindOf(a, b);
      if (kind === undefined) continue;
      if ((a.world !== b.world || a.week !== b.week) && (31 * i + j) % ONE_IN !== 0) continue;
      const counted = tally.get(kind) ?? { pairs: 0, tied: 0 };
      counted.pairs++;
      if (coMovementOf(a.profile, b.profile)) counted.tied++;
      tally.set(kind, counted);
    }
  }
  for (const [kind, { pairs, tied }] of [...tally].toSorted(([a], [b]) => a.localeCompare(b))) {
    print(`  ${kind}: ${tied} of ${pairs} pairs tie, ${((100 * tied) / pairs).toFixed(2)} %`);
  }
}

function printCosts(): void {
  const rng = seededRng(1);
  const weekOf = (stepMs: number) => {
    const times = grid(stepMs);
    return { times, values: times.map(() => gaussian(rng)) };
  };
  print('\nCPU');
  for (const stepMs of [15_000, 60_000]) {
    const samples = weekOf(stepMs);
    print(`  profile of a week at ${stepMs / 1000} s: ${micros(200, () => profileOf(samples))} us`);
  }
  const [a, b, same] = [weekOf(STEP_MS), weekOf(STEP_MS), weekOf(STEP_MS)].map(profileOfWeek);
  print(`  two that do not tie: ${micros(500, () => coMovementOf(a, b))} us`);
  print(`  two that do: ${micros(100, () => coMovementOf(same, same))} us`);
}

function profileOfWeek(samples: Parameters<typeof profileOf>[0]): Profile {
  const profile = profileOf(samples);
  if (!profile) throw new RangeError('No profile of a week of noise');
  return profile;
}

function micros(times: number, work: () => unknown): string {
  for (let i = 0; i < times / 5; i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  return (process.cpuUsage(before).user / times).toFixed(0);
}

function grid(stepMs: number): Float64Array {
  return Float64Array.from({ length: WEEK_MS / stepMs }, (_, i) => START_MS + i * stepMs);
}

function placeOf(labels: Labels): string {
  return labelsKey(entityOf(labels) ?? labels);
}
