import { DAY_MS } from '../civil-time.ts';
import { withoutItsBestDays } from './best-days.ts';
import { BIN_MS, BINS_A_DAY, MISSING, type Profile } from './profile.ts';

/** How two series moved together in the past. */
export interface CoMovement {
  /** -1..1, without the two days that speak most for it. */
  readonly correlation: number;
  /** How long the second one follows the first one, milliseconds; negative where it leads. */
  readonly lagMs: number;
}

const MINUTE_MS = 60_000;
/** A cascade takes so many bins from one series to another at most. */
const MOST_LAG = 6;
export const MOST_LAG_MS = MOST_LAG * BIN_MS;
/** So much must be known of both. */
const FEWEST_COMMON = (3 * DAY_MS) / BIN_MS;
/** What is weaker says too little, however sure it is. */
const LEAST_CORRELATION = 0.35;
/** Shifts, in bins either way, that no cascade explains: three hours to three days, whole days among them. */
const FAR = { from: 36, to: 3 * BINS_A_DAY, by: 12 } as const;
/** So many times the largest correlation at a far shift. */
const STANDS_OUT = 1.75;

/**
 * Whether two series move together, at most half an hour apart: undefined where they do not.
 *
 * A delay that is no whole number of bins shows in two neighbouring lags: their correlations add up. The most of them must be
 * 0.35 at least without the day that speaks most for it, so that no one outage makes it; and it must stand out from those
 * at 140 far shifts of the same two series. These say what chance gives to series with as much inertia, as few movements and as
 * much of a common rhythm.
 */
export function coMovementOf(a: Profile, b: Profile): CoMovement | undefined {
  const offset = Math.round((a.startMs - b.startMs) / BIN_MS);
  if (commonBins(a, b, offset) < FEWEST_COMMON) return undefined;
  const [x, y] = [centred(a), centred(b)];
  const scale = Math.sqrt(dot(x, x, 0) * dot(y, y, 0));
  const first = offset - MOST_LAG;
  const near = dots(x, y, first, 2 * MOST_LAG + 2);
  let [most, best] = [LEAST_CORRELATION * scale, -1];
  for (let at = 0; at <= 2 * MOST_LAG; at++) {
    const size = strength(near[at], near[at + 1]);
    if (size <= most) continue;
    most = size;
    best = at;
  }
  if (best < 0) return undefined;
  const [here, next] = [near[best], near[best + 1]];
  const isBetween = Math.abs(here + next) > Math.abs(here);
  const correlation = withoutItsBestDays(a, b, { lag: first + best, isBetween });
  if (Math.abs(correlation) < LEAST_CORRELATION) return undefined;
  const least = (Math.abs(correlation) * scale) / STANDS_OUT;
  for (const from of [offset - FAR.to, offset + FAR.from]) {
    for (let far = from; far <= from + FAR.to - FAR.from; far += FAR.by) {
      if (strength(dot(x, y, far), dot(x, y, far + 1)) > least) return undefined;
    }
  }
  const bins = best - MOST_LAG + (isBetween ? next / (here + next) : 0);
  // Plus 0: a sum is never -0.
  return { correlation, lagMs: Math.round((bins * BIN_MS) / MINUTE_MS) * MINUTE_MS + 0 };
}

/** Of a movement at one lag, or between it and the next one. */
function strength(here: number, next: number): number {
  return Math.max(Math.abs(here), Math.abs(here + next));
}

function commonBins({ surprises: x }: Profile, { surprises: y }: Profile, lag: number): number {
  let common = 0;
  for (let i = Math.max(0, -lag); i < Math.min(x.length, y.length - lag); i++) {
    if (x[i] !== MISSING && y[i + lag] !== MISSING) common++;
  }
  return common;
}

/** Around 0, which also stands for what is not known. */
function centred({ surprises }: Profile): Float64Array {
  let [sum, known] = [0, 0];
  for (const surprise of surprises) {
    if (surprise === MISSING) continue;
    sum += surprise;
    known++;
  }
  const mean = sum / known;
  const out = new Float64Array(surprises.length);
  for (let i = 0; i < out.length; i++) {
    if (surprises[i] !== MISSING) out[i] = surprises[i] - mean;
  }
  return out;
}

/** `dot` at `count` lags from `first` on. */
function dots(x: Float64Array, y: Float64Array, first: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, at) => dot(x, y, first + at));
}

/** Sum of the products of what is `lag` bins apart. */
function dot(x: Float64Array, y: Float64Array, lag: number): number {
  const end = Math.min(x.length, y.length - lag);
  let sum = 0;
  for (let i = Math.max(0, -lag); i < end; i++) sum += x[i] * y[i + lag];
  return sum;
}
