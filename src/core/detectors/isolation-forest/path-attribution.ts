import type { Rows } from './codes.ts';
import { type Forest, featureOf, leftOf, PATH_UNITS, startsOf } from './forest.ts';
import { leafPaths } from './leaf-paths.ts';
import { quantiseRows } from './quantiser.ts';

/**
 * How many edges each feature takes off a row's path, mean over the trees: every cut on its path is credited with the
 * mean path length of the leaves before it minus that of the leaves left after it (Saabas' decomposition of a tree's
 * prediction, 2014, on the path length of an isolation tree). The figures of a tree sum to the mean path of its leaves
 * minus the path of this row; a feature that made the row look more usual has a negative figure.
 *
 * `row`: `forest.features` numbers; NaN counts as the median.
 */
export function attributePath(forest: Forest, row: Rows): Float64Array {
  const { features, nodes, trees } = forest;
  const codes = new Uint16Array(features);
  quantiseRows(forest.quantiser, row, { from: 0, count: 1, codes });
  const sums = sumsOf(leafPaths(forest));
  const mean = (leaf: number, inner: number): number =>
    (sums[leaf + inner + 1] - sums[leaf]) / (inner + 1);
  const shortened = new Float64Array(features);
  const starts = startsOf(forest);
  for (let tree = 0; tree < trees; tree++) {
    let leaf = starts[tree];
    let slot = leaf + 1;
    let inner = nodes[leaf];
    let place = 1;
    let path = mean(leaf, inner);
    while (inner > 0) {
      const node = nodes[slot];
      const feature = featureOf(node);
      const left = leftOf(forest, { tree, slot, place });
      const right = codes[feature] > node;
      if (right) {
        slot += left + 1;
        leaf += left + 1;
        inner -= left + 1;
      } else {
        slot++;
        inner = left;
      }
      place = 2 * place + (right ? 1 : 0);
      const after = mean(leaf, inner);
      shortened[feature] += path - after;
      path = after;
    }
  }
  return shortened.map((units) => units / (PATH_UNITS * trees));
}

/** Sums of all entries before each, and of all. */
function sumsOf(entries: Uint8Array): Uint32Array {
  const sums = new Uint32Array(entries.length + 1);
  for (let i = 0; i < entries.length; i++) sums[i + 1] = sums[i] + entries[i];
  return sums;
}
