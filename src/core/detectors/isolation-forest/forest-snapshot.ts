import { StateReader, StateWriter } from '../../state.ts';
import {
  crownOf,
  crownsOf,
  depthOf,
  type Forest,
  featureOf,
  leftOf,
  MAX_FEATURES,
  MAX_SAMPLE_SIZE,
} from './forest.ts';
import { heightLimit } from './path-length.ts';
import { CELLS_OF_FEATURE } from './quantiser.ts';

const MAGIC = 'FRST';
const VERSION = 4;

/** The forest as bytes, little-endian: its packed form as it stands, about 27 KB for 100 trees of 256 samples. */
export function snapshotForest(forest: Forest): Uint8Array {
  const out = new StateWriter(MAGIC, VERSION);
  out.int(forest.sampleSize);
  out.int(forest.trees);
  out.floats(forest.quantiser);
  out.halves(forest.nodes);
  out.bytes(forest.marks);
  if (forest.crowns instanceof Uint8Array) out.bytes(forest.crowns);
  else out.halves(forest.crowns);
  return out.finish();
}

/** RangeError when the bytes are not a forest's snapshot, or one whose trees would lead out of their bounds. */
export function restoreForest(bytes: Uint8Array): Forest {
  const state = new StateReader(bytes, MAGIC, VERSION);
  const sampleSize = state.int();
  const trees = state.int();
  const quantiser = state.floats();
  const nodes = state.halves();
  const marks = state.bytes();
  const isSmall = crownsOf(sampleSize, 0) instanceof Uint8Array;
  const crowns = isSmall ? state.bytes() : state.halves();
  state.end();
  const features = quantiser.length / CELLS_OF_FEATURE;
  const forest: Forest = { features, sampleSize, trees, quantiser, nodes, marks, crowns };
  if (
    !Number.isInteger(features) ||
    features < 1 ||
    features > MAX_FEATURES ||
    sampleSize < 2 ||
    sampleSize > MAX_SAMPLE_SIZE ||
    !holdsTogether(forest)
  ) {
    throw new RangeError('Cannot restore a forest: its parts do not fit together');
  }
  return forest;
}

/** Whether every walk from every root ends at a leaf of the same tree, not below the height limit. */
function holdsTogether(forest: Forest): boolean {
  const { trees, nodes, marks, crowns, features, sampleSize } = forest;
  if (trees < 1 || crowns.length !== trees * crownOf(sampleSize)) return false;
  if (marks.length !== nodes.length) return false;
  const limit = heightLimit(sampleSize);
  let next = 0;
  for (let tree = 0; tree < trees; tree++) {
    const isTree = (slot: number, inner: number, place: number): boolean => {
      if (inner === 0) return true;
      const left = leftOf(forest, { tree, slot, place });
      if (depthOf(place) === limit || left >= inner || featureOf(nodes[slot]) >= features)
        return false;
      return (
        isTree(slot + 1, left, 2 * place) &&
        isTree(slot + 1 + left, inner - left - 1, 2 * place + 1)
      );
    };
    const inner = nodes[next];
    if (!(next + inner < nodes.length) || !isTree(next + 1, inner, 1)) return false;
    next += 1 + inner;
  }
  return next === nodes.length;
}
