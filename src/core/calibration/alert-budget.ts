import type { EpisodeKind } from '../anomalies/episode.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { Span } from '../context/maintenance.ts';
import { DEFAULT_LEVEL, type HourlyPeaks, LEVELS, LOOK_BACK_MS } from './hourly-peaks.ts';

/** So many anomalies at most, of all series together, in so much time. */
export interface AlertBudget {
  readonly max: number;
  readonly everyMs: number;
}

/** What a budget acts on: a model whose boundary is multiplied by `strictness`. */
export interface Budgeted {
  strictness: number;
  readonly peaks: HourlyPeaks;
}

/** What is looked back at of one series. */
export interface Watched extends Pick<Budgeted, 'peaks'> {
  /** Planned work, which counts for nothing. */
  readonly planned?: readonly Span[];
}

/** What the recent past of a set of series says of any boundary. */
export interface RecentPast {
  readonly series: number;
  /** Hours judged, of all series together. */
  readonly hours: number;
  /** Anomalies that there would have been with every boundary multiplied by LEVELS[i]; never growing with i. */
  readonly counts: Float64Array;
}

/** The boundary that a budget asks for, and what it costs. */
export interface BudgetDecision {
  /** What every boundary is multiplied by: above 1 less is anomalous. */
  readonly strictness: number;
  /** Anomalies in the time of the budget if the next days are like the last: a look back, not a promise. */
  readonly expected: number;
  /** Anomalies of the recent past at the boundaries that the series set themselves. */
  readonly found: number;
  /** How many there would have been with this strictness. */
  readonly kept: number;
  /** Days of that past, of a series in the mean. */
  readonly days: number;
}

export interface DecisionOptions {
  /** The strictness in force. */
  readonly inForce: number;
  /** Anomalies of the recent past that no boundary decided. */
  readonly others: number;
}

/** The choice is among LEVELS up to here: four times the boundary. */
const STRICTEST_LEVEL = DEFAULT_LEVEL + 48;
/** What was seen this often is taken as it was seen; what is rarer is the tail's. */
const OFTEN = 10;
/** Before an anomaly was seen, half of one was. */
const UNSEEN = 0.5;
/** A learned boundary lies ten scales of its tail above the usual hour: a tenth of it divides the claimed rate by e. */
const CLAIMED_SCALE = 0.1;
/** The boundary in force stays unless it can be lower by more levels than this: 12 %. */
const LEVELS_OF_PATIENCE = 4;

/** Counts what a set of series would have raised at each boundary, in the 14 days before `untilMs` as far as they were judged. */
export function recentPastOf(models: Iterable<Watched>, untilMs: number): RecentPast {
  const counts = new Float64Array(LEVELS.length);
  let series = 0;
  let hours = 0;
  for (const { peaks, planned } of models) {
    const judged = peaks.countRuns(counts, { untilMs, planned });
    hours += judged;
    if (judged > 0) series++;
  }
  // A higher boundary cuts one long anomaly into several: that is no reason to ask for a lower one.
  for (let i = LEVELS.length - 2; i >= 0; i--) counts[i] = Math.max(counts[i], counts[i + 1]);
  return { series, hours, counts };
}

/** The same where only anomalies of at least this deviation ratio count: a lower boundary adds none. */
export function recentPastFrom({ counts, ...past }: RecentPast, ratio: number): RecentPast {
  const from = LEVELS.findIndex((level) => level >= ratio);
  const floor = counts[from === -1 ? counts.length - 1 : from];
  return { ...past, counts: counts.map((count) => Math.min(count, floor)) };
}

/**
 * The lowest boundary (0.75 to 4 times the learned ones) at which a budget is expected to hold. The rate is the one
 * really seen in the recent past, pooled over the series; where fewer than ten anomalies were seen it falls as an
 * exponential tail does, by their mean excess and not faster than the calibrated tails claim.
 */
export function decideBudget(
  past: RecentPast,
  { max, everyMs }: AlertBudget,
  { inForce, others }: DecisionOptions,
): BudgetDecision {
  const countAt = smoothedCounts(past.counts);
  const days = past.series === 0 ? 0 : past.hours / 24 / past.series;
  const shareOfPast = days === 0 ? 0 : everyMs / DAY_MS / days;
  const expectedAt = (level: number): number => (others + countAt(level)) * shareOfPast;
  const holds = (level: number): boolean => expectedAt(level) <= max;
  let level = 0;
  while (level < STRICTEST_LEVEL && !holds(level)) level++;
  const before = LEVELS.findIndex((one) => one >= inForce * (1 - 1e-9));
  if (level < before && before - level <= LEVELS_OF_PATIENCE && holds(before)) level = before;
  return {
    strictness: LEVELS[level],
    expected: expectedAt(level),
    found: others + past.counts[DEFAULT_LEVEL],
    kept: others + past.counts[level],
    days,
  };
}

/** Anomalies of the past by level: as they were seen where they were many, else on the tail. */
function smoothedCounts(counts: Float64Array): (level: number) => number {
  const often = Math.max(
    0,
    counts.findLastIndex((count) => count >= OFTEN),
  );
  let excess = 0;
  for (let i = often + 1; i < LEVELS.length; i++) {
    excess += (counts[i] * (LEVELS[i] - LEVELS[i - 1])) / counts[often];
  }
  const scale = Math.max(CLAIMED_SCALE, excess || 0);
  return (level) => {
    if (level <= often) return counts[level] + UNSEEN;
    return (counts[often] + UNSEEN) * Math.exp((LEVELS[often] - LEVELS[level]) / scale);
  };
}

/**
 * Whether a boundary decides of anomalies of a kind. All others happen whatever the budget: how unusual a flat line or an
 * absence is grows with how long it lasts, and a stricter boundary would only tell of it later.
 */
export function hasBoundary(kind: EpisodeKind): boolean {
  return kind === 'deviation' || kind === 'drift' || kind === 'combination';
}

/** Decisions are numbered by their days (UTC): each looks back from midnight and judges from an hour later on. */
export function decisionAt(timeMs: number): { readonly lookBack: Span; readonly sinceMs: number } {
  const midnightMs = Math.floor((timeMs - HOUR_MS) / DAY_MS) * DAY_MS;
  const lookBack = { startMs: midnightMs - LOOK_BACK_MS, endMs: midnightMs };
  return { lookBack, sinceMs: midnightMs + HOUR_MS };
}
