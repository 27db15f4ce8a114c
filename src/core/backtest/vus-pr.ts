/** Thresholds at which precision and recall are taken, spread evenly over the ranks of the scores. */
const THRESHOLDS = 250;

/**
 * Volume under the precision-recall surface, 0..1: how well `scores` rank the anomalous rows, whatever the boundary. Mean, over
 * tolerances of 0 to `window` rows, of the area under range-based precision and recall, where rows near a label count in part.
 * Missing scores are 0; NaN when `labels` (1 = anomalous) are all the same. Arrays of one length in row order.
 * Method: Paparrizos et al., "Volume Under the Surface", VLDB 2022, with the thresholds of TSB-AD (Liu and Paparrizos, 2024).
 */
export function vusPr(labels: Uint8Array, scores: Float64Array, window: number): number {
  const runs = runsOf(labels);
  const anomalous = labels.reduce((sum, label) => sum + label, 0);
  if (anomalous === 0 || anomalous === labels.length) return Number.NaN;
  const levels = thresholdRanks(scores);
  const predicted = new Float64Array(THRESHOLDS);
  const hits = new Float64Array(THRESHOLDS);
  for (let row = 0; row < labels.length; row++) {
    predicted[levels[row]]++;
    hits[levels[row]] += labels[row];
  }
  accumulate(predicted);
  accumulate(hits);
  const near = new Float64Array(labels.length);
  let sum = 0;
  for (let width = 0; width <= window; width++) {
    const reach = width >> 1;
    const nearHits = hitsNear(labels, { runs, levels, near, width });
    const found = foundSegments(runs, levels, reach);
    let before = 0;
    for (let i = 0; i < THRESHOLDS; i++) {
      const positives = hits[i] + nearHits[i];
      const recall = Math.min(positives / (anomalous + nearHits[i] / 2), 1) * found[i];
      sum += (recall - before) * (positives / predicted[i]);
      before = recall;
    }
  }
  return sum / (window + 1);
}

/** First and last rows of an unbroken run of anomalous rows. */
interface Run {
  readonly first: number;
  readonly last: number;
}

/** The unbroken runs of 1 in `labels`, in order. */
export function runsOf(labels: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (let first = 0; first < labels.length; first++) {
    if (labels[first] === 0) continue;
    let last = first;
    while (last + 1 < labels.length && labels[last + 1] === 1) last++;
    runs.push({ first, last });
    first = last;
  }
  return runs;
}

/** For each row the number of the highest threshold that its score reaches. */
function thresholdRanks(scores: Float64Array): Uint8Array {
  const usable = scores.map((score) => (Number.isNaN(score) ? 0 : score));
  const ascending = usable.toSorted();
  const step = (scores.length - 1) / (THRESHOLDS - 1);
  const thresholds = Float64Array.from(
    { length: THRESHOLDS },
    (_, i) =>
      ascending[
        scores.length - 1 - (i === THRESHOLDS - 1 ? scores.length - 1 : Math.floor(i * step))
      ],
  );
  return Uint8Array.from(usable, (score) => {
    let low = 0;
    let high = THRESHOLDS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (thresholds[middle] <= score) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

interface Nearness {
  readonly runs: readonly Run[];
  readonly levels: Uint8Array;
  /** Scratch, all zero. */
  readonly near: Float64Array;
  readonly width: number;
}

/** What rows beside a run add to the hits at each threshold: √(1 − distance/width) each, at most 1. Leaves `near` all zero. */
function hitsNear(labels: Uint8Array, { runs, levels, near, width }: Nearness): Float64Array {
  const hits = new Float64Array(THRESHOLDS);
  const reach = width >> 1;
  const lastRow = labels.length - 1;
  for (const { first, last } of runs) {
    for (let distance = 1; distance <= reach; distance++) {
      const share = Math.sqrt(1 - distance / width);
      if (last + distance <= lastRow) near[last + distance] += share;
      if (first - distance >= 0) near[first - distance] += share;
    }
  }
  const collect = (row: number): void => {
    if (row < 0 || row > lastRow) return;
    if (labels[row] === 0) hits[levels[row]] += Math.min(1, near[row]);
    near[row] = 0;
  };
  for (const { first, last } of runs) {
    for (let distance = 1; distance <= reach; distance++) {
      collect(last + distance);
      collect(first - distance);
    }
  }
  accumulate(hits);
  return hits;
}

/** Share of the runs, widened by `reach` rows and joined where they then touch, that each threshold finds. */
function foundSegments(runs: readonly Run[], levels: Uint8Array, reach: number): Float64Array {
  const found = new Float64Array(THRESHOLDS);
  let count = 0;
  let from = Math.max(runs[0].first - reach, 0);
  runs.forEach(({ last }, i) => {
    const next = i + 1 < runs.length ? runs[i + 1].first - reach : Number.POSITIVE_INFINITY;
    if (last + reach >= next) return;
    const to = Math.min(last + reach, levels.length - 1);
    let level = THRESHOLDS;
    for (let row = from; row <= to; row++) level = Math.min(level, levels[row]);
    found[level]++;
    count++;
    from = next;
  });
  accumulate(found);
  return found.map((segments) => segments / count);
}

/** Turns counts into running sums, in place. */
function accumulate(counts: Float64Array): void {
  for (let i = 1; i < counts.length; i++) counts[i] += counts[i - 1];
}
