import type { Rng } from '../../random.ts';
import type { Forest, Rows } from './forest.ts';

export interface ForestOptions {
  /** Default 100. */
  readonly trees?: number;
  /** Rows drawn for each tree without replacement, 2..1024; default 256. */
  readonly sampleSize?: number;
  readonly rng: Rng;
}

export declare function fitForest(rows: Rows, features: number, options: ForestOptions): Forest;
