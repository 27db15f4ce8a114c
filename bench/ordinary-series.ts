// False alarms on ordinary series of sixteen kinds, and how many troubles of half an hour are found in them: moved by once and twice
// the range in which nine of ten samples are. Run it with `npm run bench:ordinary -- [SEEDS] [STEP IN SECONDS] [PART OF A KIND]`.
import { ORDINARY_SERIES } from '../src/core/backtest/ordinary-series.ts';
import { during, play, type Sighting, type Signal } from '../src/core/backtest/scenario.ts';
import { DAY_MS } from '../src/core/civil-time.ts';
import { type Rng, seededRng } from '../src/core/random.ts';
import { quantileSorted } from '../src/core/stats/quantile.ts';
import { median, print } from './rounds.ts';

const [, , seeds = '3', step = '60', wanted = ''] = process.argv;
const stepMs = 1000 * Number(step);
const LEARN_DAYS = 7;
const DAYS = 21;
/** When troubles begin, in days: at all hours, on all days of the week. */
const TROUBLES = [8.37, 9.62, 10.12, 11.81, 12.45, 13.98, 15.3, 16.55, 17.02, 19.7];
const LASTS_HOURS = 0.5;
const RANGES = [-2, -1, 1, 2];

let alarms = 0;
let weeks = 0;
print(
  `${seeds} seeds, ${(DAYS - LEARN_DAYS) / 7} weeks after one of learning, a sample every ${step} s`,
);
print('troubles found of all, and after how many minutes, by how many ranges they are off');
print(
  `${''.padEnd(26)}${'false alarms'.padStart(14)}${RANGES.map((range) => String(range).padStart(14)).join('')}`,
);
for (const [kind, ordinary] of Object.entries(ORDINARY_SERIES)) {
  if (!kind.includes(wanted)) continue;
  const quiet = seedsOf((seed) => run(seed, (rng) => ordinary(rng, stepMs)));
  alarms += quiet.length;
  weeks += (Number(seeds) * (DAYS - LEARN_DAYS)) / 7;
  const cells = RANGES.map((ranges) => found(ordinary, ranges).padStart(14));
  print(`${kind.padEnd(26)}${String(quiet.length).padStart(14)}${cells.join('')}`);
}
print(`${alarms} false alarms in ${weeks} series-weeks`);

function run(seed: number, signal: (rng: Rng) => Signal): Sighting[] {
  const scenario = { stepMs, learnDays: LEARN_DAYS, days: DAYS, signal, fault: () => undefined };
  return play(scenario, seed);
}

function found(ordinary: (rng: Rng, stepMs: number) => Signal, ranges: number): string {
  const minutes = seedsOf((seed) => {
    const off = ranges * rangeOf(ordinary(seededRng(seed), stepMs));
    const episodes = run(seed, (rng) => {
      const usual = ordinary(rng, stepMs);
      return (day) =>
        usual(day) + (TROUBLES.some((from) => during(day, from, LASTS_HOURS)) ? off : 0);
    });
    return TROUBLES.flatMap((from) => {
      const hit = episodes.find(({ opened }) => during(opened, from, LASTS_HOURS));
      return hit ? [1440 * (hit.opened - from)] : [];
    });
  });
  const all = TROUBLES.length * Number(seeds);
  const after = minutes.length === 0 ? '' : ` ${Math.round(median(minutes))} min`;
  return `${minutes.length}/${all}${after}`;
}

function seedsOf<Of>(of: (seed: number) => Of[]): Of[] {
  return Array.from({ length: Number(seeds) }, (_, i) => of(i + 1)).flat();
}

/** What nine of ten samples of the first week span; at least a tenth of their median. */
function rangeOf(usual: Signal): number {
  const length = Math.round((LEARN_DAYS * DAY_MS) / stepMs);
  const values = Float64Array.from({ length }, (_, i) => usual((i * stepMs) / DAY_MS)).toSorted();
  const range = quantileSorted(values, 0.95) - quantileSorted(values, 0.05);
  return Math.max(range, 0.1 * Math.abs(quantileSorted(values, 0.5)));
}
