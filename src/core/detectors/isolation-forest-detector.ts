import type { FeatureShare } from '../anomalies/contribution.ts';
import { type CivilTime, DAY_MS } from '../civil-time.ts';
import { seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import type { Detector, Observation } from './detector.ts';
import {
  FEATURE_NAMES,
  FEATURES,
  FeatureWindow,
  featureRows,
  robustScaling,
  rowsAfter,
  type Scaling,
} from './isolation-forest/features.ts';
import { fitForest } from './isolation-forest/fit-forest.ts';
import type { Forest } from './isolation-forest/forest.ts';
import { restoreForest, snapshotForest } from './isolation-forest/forest-snapshot.ts';
import { attributePath } from './isolation-forest/path-attribution.ts';
import { scoreForest, scoreForestRows } from './isolation-forest/score-forest.ts';

export interface IsolationForestOptions {
  readonly trees: number;
  readonly sampleSize: number;
  readonly room?: Room;
}

const NOTHING = new Float64Array(0);

/** Scores of samples to come; `next` is the first that has not been learned. */
interface Anticipated {
  readonly times: Float64Array;
  readonly scores: Float64Array;
  next: number;
}

/**
 * Unusual patterns: how easily random cuts isolate the sample, seen with its recent mean, scatter and time of day, from
 * the past week (Liu, Ting and Zhou, 2008). Output: the published score, 0..1; the streaming part is the short past
 * that the features need.
 */
export class IsolationForestDetector implements Detector {
  readonly kind = 'isolation_forest';
  readonly columns = 1;
  readonly #civil: CivilTime;
  readonly #options: IsolationForestOptions;
  #forest: Forest | undefined;
  readonly #window: FeatureWindow;
  #scaling: Scaling = { location: 0, scale: 1 };
  #fittedOn = 0;
  #ahead: Anticipated | undefined;

  constructor(civil: CivilTime, options: IsolationForestOptions) {
    this.#civil = civil;
    this.#options = options;
    this.#window = new FeatureWindow(this.#scaling, options.room ?? new Room());
  }

  fit({ times, values }: Samples, seed: number): void {
    const kept = new Float64Array(values.length);
    const timesOfDay = new Float64Array(values.length);
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      timesOfDay[count] = this.#civil.toLocal(times[i]) % DAY_MS;
      kept[count++] = values[i];
    }
    if (count === 0) return;
    const present = kept.subarray(0, count);
    this.#rescale(robustScaling(present));
    const rows = featureRows(present, timesOfDay, this.#scaling);
    const { trees, sampleSize } = this.#options;
    this.#forest = fitForest(rows, FEATURES, { trees, sampleSize, rng: seededRng(seed) });
    this.#fittedOn = present.length;
  }

  scoreOne({ timeMs, value, localMs }: Observation, out: Float64Array, at: number): void {
    const ahead = this.#ahead;
    if (!this.#forest) out[at] = Number.NaN;
    else if (ahead && ahead.times[ahead.next] === timeMs) out[at] = ahead.scores[ahead.next];
    else out[at] = scoreForest(this.#forest, this.#window.peek(value, localMs % DAY_MS));
  }

  learnOne({ timeMs, value }: Observation): void {
    this.#window.learn(value);
    const ahead = this.#ahead;
    if (ahead && ahead.times[ahead.next++] !== timeMs) this.#ahead = undefined;
  }

  /**
   * Scores samples that are about to come, all at once, which takes half the time; finite values in the order of time.
   * Should others come instead, they are scored one by one as ever.
   */
  anticipate({ times, values }: Samples): void {
    if (!this.#forest) return;
    const window = this.#windowAfter(this.#window.recent());
    const timesOfDay = times.map((timeMs) => this.#civil.toLocal(timeMs) % DAY_MS);
    const rows = rowsAfter(window, values, timesOfDay);
    const scores = scoreForestRows(this.#forest, rows, new Float64Array(times.length));
    this.#ahead = { times, scores, next: 0 };
  }

  /** How much each feature isolated the sample that was learned last, largest first: see attributePath. */
  attribute({ value, localMs }: Observation): FeatureShare[] {
    if (!this.#forest) return [];
    const before = this.#windowAfter(this.#window.recent().subarray(0, -1));
    const edges = attributePath(this.#forest, before.peek(value, localMs % DAY_MS));
    const all = edges.reduce((sum, edge) => sum + Math.max(0, edge), 0);
    return FEATURE_NAMES.map((name, i) => ({ name, share: edges[i] / all }))
      .filter(({ share }) => share > 0)
      .toSorted((a, b) => b.share - a.share);
  }

  interrupt(): void {
    this.#ahead = undefined;
    this.#window.restart(this.#scaling, NOTHING);
  }

  snapshot(): Uint8Array | undefined {
    if (!this.#forest) return undefined;
    const out = new StateWriter('IFOR', 1);
    out.float(this.#scaling.location);
    out.float(this.#scaling.scale);
    out.int(this.#fittedOn);
    out.bytes(snapshotForest(this.#forest));
    return out.finish();
  }

  restore(snapshot: Uint8Array): void {
    const state = new StateReader(snapshot, 'IFOR', 1);
    const scaling = { location: state.float(), scale: state.float() };
    const fittedOn = state.int();
    const forest = restoreForest(state.bytes());
    state.end();
    this.#rescale(scaling);
    this.#forest = forest;
    this.#fittedOn = fittedOn;
  }

  describe(): { config: Record<string, unknown>; metrics: Record<string, number> } {
    return {
      config: {
        trees: this.#options.trees,
        sample_size: this.#options.sampleSize,
        features: FEATURES,
      },
      metrics: { samples: this.#fittedOn },
    };
  }

  save(out: StateWriter): void {
    out.floats(this.#window.recent());
  }

  load(state: StateReader): void {
    this.#ahead = undefined;
    this.#window.restart(this.#scaling, state.floats());
  }

  /** Another window, as this one was after raw values. */
  #windowAfter(recent: Float64Array): FeatureWindow {
    const window = new FeatureWindow(this.#scaling);
    window.restart(this.#scaling, recent);
    return window;
  }

  #rescale(scaling: Scaling): void {
    this.#ahead = undefined;
    this.#scaling = scaling;
    this.#window.restart(scaling, this.#window.recent());
  }
}
