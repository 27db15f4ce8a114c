import { topThreeShares } from './top-three-shares.ts';

/** Half-life of the smoothing, in samples. */
const FADE = 2 ** (-1 / 2);
const VIEWS = 1;
const FOREST = 0.6;

/** Mean of the three largest entries of `evidence`. */
export function topThree(evidence: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  for (let i = 0; i < evidence.length; i++) {
    const value = evidence[i];
    if (value > first) {
      third = second;
      second = first;
      first = value;
    } else if (value > second) {
      third = second;
      second = value;
    } else if (value > third) third = value;
  }
  return (first + second + third) / 3;
}

/**
 * One figure of evidence from many: several views must agree, so the mean of the top three counts, and the forest adds
 * its own. Weights and smoothing were chosen by measurement on labelled series.
 */
export function combine(views: Float64Array, forest: number): number {
  return VIEWS * topThree(views) + FOREST * forest;
}

/** What each view, and last the forest, adds to `combine`: exact Shapley values, where silence is evidence 0. */
export function combinedShares(views: Float64Array, forest: number): Float64Array {
  const shares = new Float64Array(views.length + 1);
  shares.set(topThreeShares(views).map((share) => VIEWS * share));
  shares[views.length] = FOREST * forest;
  return shares;
}

/** Half of the evidence as it is, half smoothed over the last samples: one odd sample counts less than three. */
export class EvidenceSmoothing {
  /** What the newest sample's evidence is multiplied by in what `next` gives. */
  static readonly newest = 1 - FADE / 2;
  level = 0;

  next(evidence: number): number {
    this.level = this.level * FADE + evidence * (1 - FADE);
    return (evidence + this.level) / 2;
  }
}
