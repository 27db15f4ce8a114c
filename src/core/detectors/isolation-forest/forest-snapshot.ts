import { StateReader, StateWriter } from '../../state.ts';
import { type Forest, MAX_FEATURES, MAX_SAMPLE_SIZE } from './forest.ts';
import { heightLimit } from './path-length.ts';

const MAGIC = 'FRST';
const VERSION = 1;

/** The forest as bytes, little-endian: its packed form as it stands, about 36 KB for 100 trees of 256 samples. */
export function snapshotForest(forest: Forest): Uint8Array {
  const out = new StateWriter(MAGIC, VERSION);
  out.int(forest.sampleSize);
  out.floats(forest.quantiser.low);
  out.floats(forest.quantiser.scale);
  out.bytes(bytesOf(Uint32Array.from(forest.quantiser.median)));
  out.bytes(bytesOf(forest.starts));
  out.bytes(bytesOf(forest.nodes));
  out.bytes(forest.leaves);
  return out.finish();
}

/** RangeError when the bytes are not a forest's snapshot, or one whose trees would lead out of their bounds. */
export function restoreForest(bytes: Uint8Array): Forest {
  const state = new StateReader(bytes, MAGIC, VERSION);
  const sampleSize = state.int();
  const low = state.floats();
  const scale = state.floats();
  const median = wordsOf(state.bytes());
  const starts = wordsOf(state.bytes());
  const nodes = wordsOf(state.bytes());
  const leaves = state.bytes();
  state.end();
  const features = low.length;
  const forest: Forest = {
    features,
    sampleSize,
    quantiser: { low, scale, median: Uint16Array.from(median) },
    starts,
    nodes,
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
function holdsTogether({ starts, nodes, leaves, features, sampleSize }: Forest): boolean {
  const trees = starts.length - 1;
  if (trees < 1 || starts[0] !== 0 || starts[trees] !== nodes.length) return false;
  if (leaves.length !== nodes.length + trees) return false;
  const limit = heightLimit(sampleSize);
  const isTree = (at: number, inner: number, depth: number): boolean => {
    if (inner === 0) return true;
    const node = nodes[at];
    const left = (node >>> 16) & 1023;
    if (depth === limit || left >= inner || node >>> 26 >= features) return false;
    return isTree(at + 1, left, depth + 1) && isTree(at + 1 + left, inner - left - 1, depth + 1);
  };
  return starts.every(
    (start, tree) =>
      tree === trees || (starts[tree + 1] >= start && isTree(start, starts[tree + 1] - start, 0)),
  );
}

function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.byteLength));
  words.forEach((word, at) => view.setUint32(at * 4, word, true));
  return new Uint8Array(view.buffer);
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  if (bytes.length % 4 !== 0) {
    throw new RangeError(`Cannot restore a forest: ${bytes.length} bytes are no 4-byte words`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}
