// When episodes begin and end, and where the band goes, against troubles whose truth is known: jumps, dips and outages of
// 5 minutes to 6 hours on series of four kinds at three steps. Run it with `npm run bench:episodes -- [SEEDS] [PART OF A KIND] [list]`.
import { START_MS } from '../src/core/backtest/scenario.ts';
import { DAY_MS, HOUR_MS } from '../src/core/civil-time.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { SeriesModel, trainSeriesModel } from '../src/core/model/series-model.ts';
import { gaussian, type Rng, seededRng } from '../src/core/random.ts';
import { median, print } from './rounds.ts';

const MINUTE_MS = 60_000;
const LEARNED_MS = 7 * DAY_MS;
const BEFORE_MS = HOUR_MS / 2;
const AFTER_MS = 4 * HOUR_MS;
/** The band is looked at for so long after a trouble. */
const RECOVERY_MS = HOUR_MS;
const STEPS_SECONDS = [15, 60, 300];
const DURATIONS_MINUTES = [5, 15, 34, 60, 120, 360];
const SIZES = [4, 8, 20, 60];

/** A series as it is without trouble: its level and how it scatters about it. */
interface Usual {
  readonly level: (timeMs: number) => number;
  readonly sigma: number;
  readonly noise: (rng: Rng) => number;
}

const USUAL: Readonly<Record<string, (stepMs: number) => Usual>> = {
  seasonal: () => ({
    level: (timeMs) => 100 + 20 * Math.sin((2 * Math.PI * timeMs) / DAY_MS),
    sigma: 3,
    noise: (rng) => 3 * gaussian(rng),
  }),
  'flat noise': () => ({ level: () => 50, sigma: 5, noise: (rng) => 5 * gaussian(rng) }),
  bursty: () => ({
    level: () => 20,
    sigma: 1,
    noise: (rng) => gaussian(rng) + (rng() < 0.01 ? 15 + 30 * rng() : 0),
  }),
  // 30 events a second, counted.
  'counter rate': (stepMs) => {
    const seconds = stepMs / 1000;
    const sigma = Math.sqrt(30 / seconds);
    return {
      level: () => 30,
      sigma,
      noise: (rng) => Math.round(sigma * gaussian(rng) * seconds) / seconds,
    };
  },
};

/** What a trouble makes of a value: moved by so many sigma, or nothing left. */
interface Trouble {
  readonly name: string;
  readonly sigmas: number | 'gone';
}

const TROUBLES: readonly Trouble[] = [
  ...SIZES.map((sigmas) => ({ name: `jump of ${sigmas} sigma`, sigmas })),
  ...SIZES.map((sigmas) => ({ name: `dip of ${sigmas} sigma`, sigmas: -sigmas })),
  { name: 'outage', sigmas: 'gone' },
];

interface Outcome {
  readonly kind: string;
  readonly stepSeconds: number;
  readonly minutes: number;
  readonly trouble: Trouble;
  /** Episodes; those beyond the first are echoes. */
  readonly episodes: number;
  /** Errors in minutes, late is positive; NaN where nothing was raised, Infinity where it has not ended. */
  readonly startError: number;
  readonly endError: number;
  /** The farthest that the centre of the band was from the truth, in sigma. */
  readonly strayDuring: number;
  readonly strayAfter: number;
}

function valueOf(
  usual: Usual,
  { timeMs, rng, sigmas }: { timeMs: number; rng: Rng; sigmas: Trouble['sigmas'] },
): number {
  const value = usual.level(timeMs) + usual.noise(rng);
  return sigmas === 'gone' ? 0 : value + sigmas * usual.sigma;
}

function play(kind: string, stepSeconds: number, seed: number): Outcome[] {
  const stepMs = 1000 * stepSeconds;
  const usual = USUAL[kind](stepMs);
  const rng = seededRng(seed);
  // Each seed meets its troubles at another time of the day.
  const learned = Math.round((LEARNED_MS + ((seed * 7) % 24) * HOUR_MS) / stepMs);
  const times = Float64Array.from({ length: learned }, (_, i) => START_MS + i * stepMs);
  const values = times.map((timeMs) => valueOf(usual, { timeMs, rng, sigmas: 0 }));
  const policy = { ...DEFAULT_POLICY, stepMs };
  const model = trainSeriesModel(policy, { times, values }, 1);
  const state = model.snapshot();
  const parts = model.fittedDetectors();
  const nowMs = START_MS + learned * stepMs;
  return DURATIONS_MINUTES.flatMap((minutes) =>
    TROUBLES.map((trouble, number) => {
      const fresh = new SeriesModel(policy);
      fresh.restore(state);
      for (const part of parts) fresh.adopt(part.kind, part.snapshot);
      const startMs = nowMs + BEFORE_MS;
      const endMs = startMs + Math.max(minutes * MINUTE_MS, stepMs);
      const noise = seededRng(1000 * seed + number);
      let strayDuring = 0;
      let strayAfter = 0;
      for (let timeMs = nowMs; timeMs < endMs + AFTER_MS; timeMs += stepMs) {
        const isTrouble = timeMs >= startMs && timeMs < endMs;
        const sigmas = isTrouble ? trouble.sigmas : 0;
        fresh.observe(timeMs, valueOf(usual, { timeMs, rng: noise, sigmas }));
        const stray = Math.abs(fresh.last.expected - usual.level(timeMs)) / usual.sigma;
        if (isTrouble) strayDuring = Math.max(strayDuring, stray);
        else if (timeMs >= endMs && timeMs < endMs + RECOVERY_MS)
          strayAfter = Math.max(strayAfter, stray);
      }
      const latest = new Map(
        fresh.drainEpisodes().map((one) => [`${one.kind}${one.openedAtMs}`, one]),
      );
      const episodes = [...latest.values()].filter(({ openedAtMs }) => openedAtMs >= startMs);
      const [first] = episodes;
      return {
        kind,
        stepSeconds,
        minutes,
        trouble,
        episodes: episodes.length,
        startError: first ? (first.startedAtMs - startMs) / MINUTE_MS : Number.NaN,
        endError: first
          ? first.open
            ? Number.POSITIVE_INFINITY
            : (first.endedAtMs - endMs) / MINUTE_MS
          : Number.NaN,
        strayDuring,
        strayAfter,
      };
    }),
  );
}

const HEAD = [
  'found',
  'once',
  'start',
  'worst',
  'end',
  'worst',
  'during',
  'worst',
  'after',
  'worst',
];

/** Median and worst. */
function figures(values: readonly number[]): string[] {
  const worst = values.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  return [median(values), worst].map((one) =>
    Number.isNaN(one) ? '–' : Number.isFinite(one) ? one.toFixed(1) : 'open',
  );
}

function line(name: string, outcomes: readonly Outcome[]): string {
  const found = outcomes.filter(({ episodes }) => episodes > 0);
  const once = found.filter(({ episodes }) => episodes === 1);
  const cells = [
    `${found.length}/${outcomes.length}`,
    String(once.length),
    ...figures(found.map(({ startError }) => startError)),
    ...figures(found.map(({ endError }) => endError)),
    ...figures(outcomes.map(({ strayDuring }) => strayDuring)),
    ...figures(outcomes.map(({ strayAfter }) => strayAfter)),
  ];
  return row(name, cells);
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(9)).join('');
}

function table(outcomes: readonly Outcome[], by: (outcome: Outcome) => string): void {
  print(row('', HEAD));
  for (const name of new Set(outcomes.map(by))) {
    print(
      line(
        name,
        outcomes.filter((outcome) => by(outcome) === name),
      ),
    );
  }
  print('');
}

const [, , seeds = '3', wanted = '', list = ''] = process.argv;
const outcomes = Object.keys(USUAL)
  .filter((kind) => kind.includes(wanted))
  .flatMap((kind) =>
    STEPS_SECONDS.flatMap((stepSeconds) =>
      Array.from({ length: Number(seeds) }, (_, i) => play(kind, stepSeconds, i + 1)).flat(),
    ),
  );
table(outcomes, ({ minutes }) => `${minutes} min`);
table(outcomes, ({ trouble }) => trouble.name);
table(outcomes, ({ kind, stepSeconds }) => `${kind}, ${stepSeconds} s`);
table(outcomes, () => 'all');
if (list) {
  for (const one of outcomes) {
    if (
      Math.abs(one.endError) > 10 ||
      one.episodes > 1 ||
      one.strayDuring > 3 ||
      one.strayAfter > 3
    ) {
      print(
        `${one.kind} ${one.stepSeconds} s ${one.minutes} min ${one.trouble.name}: ${one.episodes} start ${one.startError.toFixed(1)} end ${one.endError.toFixed(1)} stray ${one.strayDuring.toFixed(1)} ${one.strayAfter.toFixed(1)}`,
      );
    }
  }
}
