import { type Forest, PATH_UNITS } from './forest.ts';
import { averagePathLength } from './path-length.ts';

/**
 * Path lengths still to go, c(rows of a leaf), that leaves are told apart by, in tenths of an edge: four bits a leaf. Most
 * leaves hold one row or two; among many a coarser step is a smaller part.
 */
const RESTS = Uint8Array.of(0, 10, 12, 19, 23, 27, 31, 36, 42, 49, 57, 66, 76, 88, 102, 132);

/** Which of RESTS is nearest to what is still to go in a leaf of so many rows. */
export function restCode(rows: number): number {
  const rest = averagePathLength(rows) * PATH_UNITS;
  let nearest = 0;
  for (let code = 1; code < RESTS.length; code++) {
    if (Math.abs(RESTS[code] - rest) < Math.abs(RESTS[nearest] - rest)) nearest = code;
  }
  return nearest;
}

/** Bytes that so many leaves take. */
export function bytesOfLeaves(count: number): number {
  return (count + 1) >> 1;
}

/** Path length of a leaf at this depth, in tenths of an edge. */
export function leafPath(leaves: Uint8Array, leaf: number, depth: number): number {
  return depth * PATH_UNITS + RESTS[(leaves[leaf >> 1] >> ((leaf & 1) << 2)) & 15];
}

/** The same of every leaf of a forest. */
export function leafPaths({ starts, lefts, leaves }: Forest): Uint8Array {
  const trees = starts.length - 1;
  const paths = new Uint8Array(starts[trees] + trees);
  let node = 0;
  let leaf = 0;
  const walk = (inner: number, depth: number): void => {
    if (inner === 0) {
      paths[leaf] = leafPath(leaves, leaf, depth);
      leaf++;
      return;
    }
    const left = lefts[node++];
    walk(left, depth + 1);
    walk(inner - left - 1, depth + 1);
  };
  for (let tree = 0; tree < trees; tree++) walk(starts[tree + 1] - starts[tree], 0);
  return paths;
}
