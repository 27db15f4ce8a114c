import { crownOf, type Forest, LAST_LEFT, LEFT_BITS, PATH_UNITS, RESTS } from './forest.ts';
import { averagePathLength, heightLimit } from './path-length.ts';

// What a file imports or exports is looked up at every use.
const LEFT = LAST_LEFT;
const SHIFT = LEFT_BITS;
const EDGE = PATH_UNITS;
const REST = RESTS;

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
export function leafPaths({ nodes, marks, crowns, trees, sampleSize }: Forest): Uint8Array {
  const paths = new Uint8Array(marks.length);
  const crown = crownOf(sampleSize);
  // Right subtrees that wait until their left ones are done: one a level.
  const inners = new Uint16Array(heightLimit(sampleSize));
  const places = new Uint16Array(inners.length);
  let slot = 0;
  let leaf = 0;
  for (let tree = 0; tree < trees; tree++) {
    let inner = nodes[slot++];
    let place = 1;
    for (let waiting = 0; ; ) {
      if (inner > 0) {
        const left = place <= crown ? crowns[tree * crown + place - 1] : marks[slot] & LEFT;
        slot++;
        inners[waiting] = inner - left - 1;
        places[waiting++] = 2 * place + 1;
        inner = left;
        place *= 2;
      } else {
        paths[leaf] = (31 - Math.clz32(place)) * EDGE + REST[marks[leaf] >>> SHIFT];
        leaf++;
        if (waiting === 0) break;
        inner = inners[--waiting];
        place = places[waiting];
      }
    }
  }
  return paths;
}
