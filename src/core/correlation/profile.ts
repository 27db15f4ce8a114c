import { DAY_MS } from '../civil-time.ts';
import type { Span } from '../context/maintenance.ts';
import type { Samples } from '../series.ts';
import { quantile } from '../stats/quantile.ts';
import { smallMedian } from '../stats/small-median.ts';

/** Means of so long, epoch milliseconds; bins begin at its multiples. */
export const BIN_MS = 300_000;
export const BINS_A_DAY = DAY_MS / BIN_MS;
const DAYS = 7;
/** Less than this teaches nothing of how series go together. */
const FEWEST_BINS = 3 * BINS_A_DAY;
/** Steps of an entry to a unit of scatter. */
const STEPS = 20;
/** What is more than six units away counts as six, so that no outage speaks for a week. */
const MOST = 127;
/** The entry of a bin of which nothing is known. */
export const MISSING = -128;
/** The deviation of normal noise, by the median of its absolute values. */
const DEVIATION = 1.4826;

/** What a series did in a week that neither the clock nor the bin before let expect, in units of its own scatter. */
export interface Profile {
  /** A multiple of BIN_MS. */
  readonly startMs: number;
  /** A signed byte for each bin of a week, 20 to a unit; `MISSING` where nothing is known. */
  readonly surprises: Int8Array;
}

/**
 * The profile of the last week of time-ordered samples, without ascending spans `without`: means of five minutes (of a counter, their
 * growth), less the median of the same time on all days, less as much of the bin before as usually lasts, by the scatter of what is left.
 * Undefined where less than three days are known or nothing moves.
 */
export function profileOf(samples: Samples, without: readonly Span[] = []): Profile | undefined {
  const lastMs = samples.times[samples.times.length - 1] ?? Number.NaN;
  if (Number.isNaN(lastMs)) return undefined;
  const startMs = (Math.floor(lastMs / BIN_MS) + 1 - DAYS * BINS_A_DAY) * BIN_MS;
  const bins = meansOf(samples, startMs);
  for (const span of without) {
    const from = Math.max(0, Math.floor((span.startMs - startMs) / BIN_MS));
    bins.fill(Number.NaN, from, Math.max(from, Math.ceil((span.endMs - startMs) / BIN_MS)));
  }
  if (onlyGrows(bins)) takeGrowth(bins);
  leaveOutClock(bins);
  leaveOutInertia(bins);
  const surprises = inOwnUnits(bins);
  return surprises && { startMs, surprises };
}

/** NaN where there is no sample. */
function meansOf({ times, values }: Samples, startMs: number): Float64Array {
  const bins = new Float64Array(DAYS * BINS_A_DAY);
  const counts = new Uint32Array(bins.length);
  for (let i = times.length - 1; i >= 0 && times[i] >= startMs; i--) {
    if (!Number.isFinite(values[i])) continue;
    const bin = Math.floor((times[i] - startMs) / BIN_MS);
    bins[bin] += values[i];
    counts[bin]++;
  }
  // 0 / 0 where there is none.
  return bins.map((sum, bin) => sum / counts[bin]);
}

/** Whether it is a counter: at most one step in a hundred goes down, which is a reset. */
function onlyGrows(bins: Float64Array): boolean {
  let [ups, downs] = [0, 0];
  for (let at = 1; at < bins.length; at++) {
    if (bins[at] > bins[at - 1]) ups++;
    else if (bins[at] < bins[at - 1]) downs++;
  }
  return 100 * downs <= ups;
}

/** In place: how much a counter grew; nothing is known of a reset. */
function takeGrowth(bins: Float64Array): void {
  for (let at = bins.length - 1; at > 0; at--) {
    const growth = bins[at] - bins[at - 1];
    bins[at] = growth >= 0 ? growth : Number.NaN;
  }
  bins[0] = Number.NaN;
}

/** In place. */
function leaveOutClock(bins: Float64Array): void {
  const same = new Float64Array(DAYS);
  for (let time = 0; time < BINS_A_DAY; time++) {
    let known = 0;
    for (let at = time; at < bins.length; at += BINS_A_DAY) {
      if (!Number.isNaN(bins[at])) same[known++] = bins[at];
    }
    const usual = smallMedian(same, known);
    for (let at = time; at < bins.length; at += BINS_A_DAY) bins[at] -= usual;
  }
}

/** In place; inertia is told by what is not far out. */
function leaveOutInertia(bins: Float64Array): void {
  const far = 5 * scatterOf(bins);
  let [lasting, whole] = [0, 0];
  for (let at = 1; at < bins.length; at++) {
    const [before, now] = [clamp(bins[at - 1], far), clamp(bins[at], far)];
    if (Number.isNaN(before * now)) continue;
    lasting += before * now;
    whole += before * before;
  }
  const share = whole > 0 ? Math.max(0, Math.min(1, lasting / whole)) : 0;
  for (let at = bins.length - 1; at > 0; at--) bins[at] -= share * bins[at - 1];
  bins[0] = Number.NaN;
}

function inOwnUnits(bins: Float64Array): Int8Array | undefined {
  const known = bins.filter((bin) => !Number.isNaN(bin));
  if (known.length < FEWEST_BINS) return undefined;
  // Of what seldom moves the median stands still.
  const usual = scatterOf(known) || Math.hypot(...known) / Math.sqrt(known.length);
  if (!(usual > 0)) return undefined;
  const restless = restlessHours(bins);
  return Int8Array.from(bins, (bin, at) => {
    const unit = Math.max(usual, restless[at % BINS_A_DAY]);
    return Number.isNaN(bin) ? MISSING : Math.round(clamp((STEPS * bin) / unit, MOST));
  });
}

/** Scatter at each time of day: a nightly job must not be all that is seen of a series. */
function restlessHours(bins: Float64Array): Float64Array {
  const sizes = new Float64Array(DAYS * 3);
  return Float64Array.from({ length: BINS_A_DAY }, (_, time) => {
    let known = 0;
    for (let at = time; at < bins.length; at += BINS_A_DAY) {
      for (let near = Math.max(0, at - 1); near <= Math.min(at + 1, bins.length - 1); near++) {
        if (!Number.isNaN(bins[near])) sizes[known++] = Math.abs(bins[near]);
      }
    }
    return known === 0 ? 0 : DEVIATION * smallMedian(sizes, known);
  });
}

/** 0 where more than half of the values are 0. */
function scatterOf(values: Float64Array): number {
  return DEVIATION * quantile(values.map(Math.abs), 0.5);
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
