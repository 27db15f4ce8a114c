import { DAY_MS } from '../civil-time.ts';
import { type Past, PREDICTORS, type PredictorParts, predictBin } from './seasonal-predictors.ts';
import type { SmoothHistory } from './smooth-history.ts';

const PREDICTED = new Float64Array(PREDICTORS.length);

export interface Outlook extends PredictorParts {
  readonly bin: number;
  /** Number of the predictor that speaks. */
  readonly predictor: number;
  /** Bins after which the days it looks at come round again. */
  readonly cycle: number;
  /** How far the level has moved by a bin of the past. */
  readonly drift: (bin: number) => number;
}

/** What is expected in a bin to come, but for its drift: the pattern of `history` goes on. NaN before there is any. */
export function lookAhead(
  history: SmoothHistory,
  { bin, predictor, cycle, drift, ...parts }: Outlook,
): number {
  const still = (past: number): number => {
    const known = history.bin - 1 - history.reach;
    const folded = past > known ? past - Math.ceil((past - known) / cycle) * cycle : past;
    return history.at(folded) - drift(folded);
  };
  const level = history.recentMedian() - drift(history.bin);
  predictBin({ binMs: history.binMs, at: still, recentMedian: () => level }, bin, parts, PREDICTED);
  const predicted = PREDICTED[predictor];
  return Number.isNaN(predicted) ? level : predicted;
}

export interface LookBack extends PredictorParts {
  readonly bin: number;
  /** The first bin that does not count. */
  readonly sinceBin: number;
  /** One expectation more; NaN for none. */
  readonly level: number;
}

/** `value` minus the nearest of what any predictor expects in a bin from what came before another; infinite where none does. */
export function missBefore(
  history: SmoothHistory,
  value: number,
  { bin, sinceBin, level, ...parts }: LookBack,
): number {
  const past: Past = {
    binMs: history.binMs,
    at: (at) => (at < sinceBin ? history.at(at) : Number.NaN),
    recentMedian: () => level,
  };
  predictBin(past, bin, parts, PREDICTED);
  let least = Number.POSITIVE_INFINITY;
  for (const predicted of PREDICTED) {
    const miss = value - predicted;
    if (Math.abs(miss) < Math.abs(least)) least = miss;
  }
  return least;
}

/** How far `value` is at most from two of the seven days before a bin, each at its nearest of the bins around; infinite where they are not known. */
export function missOfDays(history: SmoothHistory, bin: number, value: number): number {
  const day = Math.round(DAY_MS / history.binMs);
  let nearest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let days = 1; days <= 7; days++) {
    let miss = Number.POSITIVE_INFINITY;
    for (let near = -history.reach; near <= history.reach; near++) {
      const distance = Math.abs(value - history.at(bin - days * day + near));
      if (distance < miss) miss = distance;
    }
    if (miss < nearest) {
      second = nearest;
      nearest = miss;
    } else if (miss < second) second = miss;
  }
  return second;
}
