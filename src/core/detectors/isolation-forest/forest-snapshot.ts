import type { Forest } from './forest.ts';

export declare function snapshotForest(forest: Forest): Uint8Array;

/** RangeError when the bytes are not a forest's snapshot. */
export declare function restoreForest(bytes: Uint8Array): Forest;
