import { depthOf, type Forest, leafPath, leftOf, PATH_UNITS, RESTS, startsOf } from './forest.ts';
import { averagePathLength } from './path-length.ts';

/** Which of RESTS is nearest to what is still to go in a leaf of so many rows. */
export function restCode(rows: number): number {
  const rest = averagePathLength(rows) * PATH_UNITS;
  let nearest = 0;
  for (let code = 1; code < RESTS.length; code++) {
    if (Math.abs(RESTS[code] - rest) < Math.abs(RESTS[nearest] - rest)) nearest = code;
  }
  return nearest;
}

/** Path length of every leaf of a forest, by slot, in tenths of an edge. */
export function leafPaths(forest: Forest): Uint8Array {
  const paths = new Uint8Array(forest.marks.length);
  const starts = startsOf(forest);
  let leaf = 0;
  for (let tree = 0; tree < forest.trees; tree++) {
    let slot = starts[tree];
    const walk = (inner: number, place: number): void => {
      if (inner === 0) {
        paths[leaf] = leafPath(forest.marks[leaf], depthOf(place));
        leaf++;
        return;
      }
      const left = leftOf(forest, { tree, slot: ++slot, place });
      walk(left, 2 * place);
      walk(inner - left - 1, 2 * place + 1);
    };
    walk(forest.nodes[slot], 1);
  }
  return paths;
}
