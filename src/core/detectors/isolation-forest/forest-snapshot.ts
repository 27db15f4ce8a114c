import { StateReader, StateWriter } from '../../state.ts';
import { CODE_BITS, type Forest, leftsOf, MAX_FEATURES, MAX_SAMPLE_SIZE } from './forest.ts';
import { bytesOfLeaves } from './leaf-paths.ts';
import { heightLimit } from './path-length.ts';

const MAGIC = 'FRST';
const VERSION = 3;

/** The forest as bytes, little-endian: its packed form as it stands, about 31 KB for 100 trees of 256 samples. */
export function snapshotForest(forest: Forest): Uint8Array {
  const out = new StateWriter(MAGIC, VERSION);
  out.int(forest.sampleSize);
  out.floats(forest.quantiser.low);
  out.floats(forest.quantiser.scale);
  out.halves(forest.quantiser.median);
  out.words(forest.starts);
  out.halves(forest.nodes);
  if (forest.lefts instanceof Uint8Array) out.bytes(forest.lefts);
  else out.halves(forest.lefts);
  out.bytes(forest.leaves);
  return out.finish();
}

/** RangeError when the bytes are not a forest's snapshot, or one whose trees would lead out of their bounds. */
export function restoreForest(bytes: Uint8Array): Forest {
  const state = new StateReader(bytes, MAGIC, VERSION);
  const sampleSize = state.int();
  const low = state.floats();
  const scale = state.floats();
  const median = state.halves();
  const starts = state.words();
  const nodes = state.halves();
  const lefts = leftsOf(sampleSize, 0) instanceof Uint8Array ? state.bytes() : state.halves();
  const leaves = state.bytes();
  state.end();
  const features = low.length;
  const forest: Forest = {
    features,
    sampleSize,
    quantiser: { low, scale, median },
    starts,
    nodes,
    lefts,
    leaves,
  };
  if (
    features < 1 ||
    features > MAX_FEATURES ||
    scale.length !== features ||
    median.length !== features ||
    sampleSize < 2 ||
    sampleSize > MAX_SAMPLE_SIZE ||
    !holdsTogether(forest)
  ) {
    throw new RangeError('Cannot restore a forest: its parts do not fit together');
  }
  return forest;
}

/** Whether every walk from every root ends at a leaf of the same tree, not below the height limit. */
function holdsTogether({ starts, nodes, lefts, leaves, features, sampleSize }: Forest): boolean {
  const trees = starts.length - 1;
  if (trees < 1 || starts[0] !== 0 || starts[trees] !== nodes.length) return false;
  if (leaves.length !== bytesOfLeaves(nodes.length + trees) || lefts.length !== nodes.length)
    return false;
  const limit = heightLimit(sampleSize);
  const isTree = (at: number, inner: number, depth: number): boolean => {
    if (inner === 0) return true;
    const left = lefts[at];
    if (depth === limit || left >= inner || nodes[at] >>> CODE_BITS >= features) return false;
    return isTree(at + 1, left, depth + 1) && isTree(at + 1 + left, inner - left - 1, depth + 1);
  };
  return starts.every(
    (start, tree) =>
      tree === trees || (starts[tree + 1] >= start && isTree(start, starts[tree + 1] - start, 0)),
  );
}
