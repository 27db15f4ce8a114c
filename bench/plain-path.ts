import {
  FEATURES,
  featureRows,
  robustScaling,
  type Scaling,
} from '../src/core/detectors/isolation-forest/features.ts';
import { fitForest } from '../src/core/detectors/isolation-forest/fit-forest.ts';
import type { Forest } from '../src/core/detectors/isolation-forest/forest.ts';
import { scoreForestRows } from '../src/core/detectors/isolation-forest/score-forest.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { quantileSorted } from '../src/core/stats/quantile.ts';

const CONTAMINATION = 0.01;
const ZSCORE_THRESHOLD = 3;
const STEP_MS = 15_000;
const DAY_MS = 86_400_000;

/** A series of a week at 15 s with a daily rhythm, noise and some anomalies. */
export interface Week {
  readonly values: Float64Array;
  readonly localMsOfDay: Float64Array;
}

export function generateWeek(count = 40_320): Week {
  const rng = seededRng(11);
  const localMsOfDay = Float64Array.from({ length: count }, (_, i) => (i * STEP_MS) % DAY_MS);
  const values = localMsOfDay.map(
    (ms) => 50 + 20 * Math.sin((2 * Math.PI * ms) / DAY_MS) + 2 * gaussian(rng),
  );
  for (let at = 300; at < count; at += 1571) values.fill(95, at, at + 5);
  return { values, localMsOfDay };
}

/** What the original trains on a series: here with five features more, distances and time of day. */
export interface PlainModel {
  readonly scaling: Scaling;
  readonly forest: Forest;
  readonly scoreThreshold: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Features, scaling, forest, every point scored for the threshold, z-score. */
export function trainPlain(week: Week): PlainModel {
  const { values, localMsOfDay } = week;
  const scaling = robustScaling(values);
  const rows = featureRows(values, localMsOfDay, scaling);
  const forest = fitForest(rows, FEATURES, { rng: seededRng(42) });
  const scores = scoreForestRows(forest, rows, new Float32Array(values.length));
  const scoreThreshold = quantileSorted(scores.toSorted(), 1 - CONTAMINATION);
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / values.length);
  const model = { scaling, forest, scoreThreshold, mean, deviation };
  byZscore(model, values);
  return model;
}

export function detectPlain(
  model: PlainModel,
  week: Week,
): { forest: Uint8Array; zscore: Uint8Array } {
  const rows = featureRows(week.values, week.localMsOfDay, model.scaling);
  const scores = scoreForestRows(model.forest, rows, new Float32Array(week.values.length));
  const forest = Uint8Array.from(scores, (score) => (score > model.scoreThreshold ? 1 : 0));
  return { forest, zscore: byZscore(model, week.values) };
}

export function firstOf(week: Week, count: number): Week {
  return {
    values: week.values.subarray(0, count),
    localMsOfDay: week.localMsOfDay.subarray(0, count),
  };
}

function byZscore(model: PlainModel, values: Float64Array): Uint8Array {
  const limit = ZSCORE_THRESHOLD * model.deviation;
  const flags = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) {
    flags[at] = Math.abs(values[at] - model.mean) > limit ? 1 : 0;
  }
  return flags;
}
