import type { Episode } from '../anomalies/episode.ts';
import { DAY_MS, daysFromCivil, HOUR_MS } from '../civil-time.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import { type Rng, seededRng } from '../random.ts';
import { backtest } from './backtest.ts';

const MINUTE_MS = 60_000;
/** A Monday. */
export const START_MS = daysFromCivil(2026, 11, 2) * DAY_MS;

/** Value at a time in days since the start; NaN for missing. */
export type Signal = (day: number) => number;

/** A story that a series tells, and what should be said of it. For tests and benchmarks: nothing of it is in the product. */
export interface Scenario {
  readonly stepMs: number;
  readonly learnDays: number;
  readonly days: number;
  readonly signal: (rng: Rng) => Signal;
  readonly events?: () => DeclaredEvent[];
  /** What is wrong with these episodes and this course of what was expected; undefined when nothing is. */
  readonly fault: (
    episodes: readonly Sighting[],
    expectedAt: (day: number) => number,
  ) => string | undefined;
}

/** An episode in days since the start. */
export interface Sighting {
  readonly kind: Episode['kind'];
  readonly opened: number;
  /** NaN while it is open. */
  readonly ended: number;
  readonly ending: Episode['ending'];
  readonly episode: Episode;
}

/** What is wrong with what is said of a scenario, played the way production would have met it, with nightly fits. */
export function faultOf(scenario: Scenario, seed: number): string | undefined {
  const { episodes, expected } = replayed(scenario, seed);
  const { stepMs, learnDays } = scenario;
  const rowOf = (day: number): number => Math.round(((day - learnDays) * DAY_MS) / stepMs);
  return scenario.fault(episodes, (day) => expected[rowOf(day)] ?? Number.NaN);
}

/** The episodes of a scenario, played likewise. */
export function play(scenario: Scenario, seed: number): Sighting[] {
  return replayed(scenario, seed).episodes;
}

function replayed(
  scenario: Scenario,
  seed: number,
): { readonly episodes: Sighting[]; readonly expected: Float64Array } {
  const { stepMs, learnDays, days } = scenario;
  const signal = scenario.signal(seededRng(seed));
  const times = Float64Array.from(
    { length: Math.round((days * DAY_MS) / stepMs) },
    (_, i) => START_MS + i * stepMs,
  );
  const values = times.map((timeMs) => signal((timeMs - START_MS) / DAY_MS));
  const { episodes, rows } = backtest(
    { times, names: ['value'], columns: [values] },
    {
      learnRows: Math.round((learnDays * DAY_MS) / stepMs),
      policy: { stepMs },
      ...(scenario.events && { events: scenario.events() }),
    },
  );
  const sightings = episodes.map((episode) => ({
    kind: episode.kind,
    opened: (episode.openedAtMs - START_MS) / DAY_MS,
    ended: (episode.endedAtMs - START_MS) / DAY_MS,
    ending: episode.ending,
    episode,
  }));
  return { episodes: sightings, expected: rows.expected };
}

export function wave(day: number): number {
  return Math.sin(2 * Math.PI * (day - 0.3));
}

export function hourOf(day: number): number {
  return ((day % 1) * DAY_MS) / HOUR_MS;
}

export function minutes(count: number): number {
  return (count * MINUTE_MS) / DAY_MS;
}

export function quiet(episodes: readonly Sighting[]): string | undefined {
  return episodes.length === 0 ? undefined : `raised ${told(episodes)}`;
}

export function told(episodes: readonly Sighting[]): string {
  return episodes
    .map(({ kind, opened, ended }) => `${kind} ${opened.toFixed(3)}-${ended.toFixed(3)}`)
    .join(', ');
}

/** Every one of `starts` must be met by an opening within `withinDays`, and nothing may be raised before the first. */
export function flagged(
  episodes: readonly Sighting[],
  { starts, withinDays }: { starts: readonly number[]; withinDays: number },
): string | undefined {
  const missed = starts.filter(
    (start) =>
      !episodes.some(({ opened }) => opened >= start - 1e-9 && opened <= start + withinDays + 1e-9),
  );
  if (missed.length > 0) return `missed ${missed.join(', ')} of ${told(episodes)}`;
  return quiet(episodes.filter(({ opened }) => opened < (starts[0] ?? 0) - 1e-9));
}

export function during(day: number, from: number, hours: number): boolean {
  return day >= from - 1e-9 && day < from + hours / 24 - 1e-9;
}
