import { StateReader, StateWriter } from '../../state.ts';
import { CODE_BITS } from './codes.ts';
import {
  crownOf,
  crownsOf,
  type Forest,
  LAST_LEFT,
  MAX_FEATURES,
  MAX_SAMPLE_SIZE,
} from './forest.ts';
import { heightLimit } from './path-length.ts';
import { CELLS_OF_FEATURE } from './quantiser.ts';

const MAGIC = 'FRST';
const VERSION = 4;
// What a file imports or exports is looked up at every use.
const LEFT = LAST_LEFT;
const FEATURE = CODE_BITS;

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
function holdsTogether({ trees, nodes, marks, crowns, features, sampleSize }: Forest): boolean {
  const crown = crownOf(sampleSize);
  if (trees < 1 || crowns.length !== trees * crown) return false;
  if (marks.length !== nodes.length) return false;
  const deepest = 1 << heightLimit(sampleSize);
  // Right subtrees that wait until their left ones are done: one a level.
  const inners = new Uint16Array(heightLimit(sampleSize));
  const places = new Uint16Array(inners.length);
  let next = 0;
  for (let tree = 0; tree < trees; tree++) {
    let slot = next + 1;
    let inner = nodes[next];
    next = slot + inner;
    if (!(next <= nodes.length)) return false;
    let place = 1;
    for (let waiting = 0; inner > 0 || waiting > 0; ) {
      if (inner > 0) {
        const left = place <= crown ? crowns[tree * crown + place - 1] : marks[slot] & LEFT;
        if (place >= deepest || left >= inner || nodes[slot] >>> FEATURE >= features) return false;
        slot++;
        inners[waiting] = inner - left - 1;
        places[waiting++] = 2 * place + 1;
        inner = left;
        place *= 2;
      } else {
        inner = inners[--waiting];
        place = places[waiting];
      }
    }
  }
  return next === nodes.length;
}
