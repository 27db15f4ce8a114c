import { CODE_BITS } from './codes.ts';
import {
  crownOf,
  type Forest,
  LAST_LEFT,
  LEFT_BITS,
  MAX_SAMPLE_SIZE,
  PATH_UNITS,
  RESTS,
} from './forest.ts';

// What a file imports or exports is looked up at every use: a sixth of the time of this walk.
const FEATURE = CODE_BITS;
const LEFT = LAST_LEFT;
const SHIFT = LEFT_BITS;
const EDGE = PATH_UNITS;
const REST = RESTS;
/** How often the way to each place of a tree goes left. */
const LEFT_TURNS = Uint8Array.from({ length: 2 * MAX_SAMPLE_SIZE }, (_, place) => {
  let turns = 0;
  for (let above = place; above > 1; above >>= 1) turns += 1 - (above & 1);
  return turns;
});

/**
 * Sum of a row's path lengths over all trees, in tenths of an edge; its codes begin at `base`. Two trees are walked side by side
 * as long as both go on: every step waits for what it reads, and two steps wait together.
 */
export function pathSum(forest: Forest, codes: Uint16Array, base: number): number {
  const { nodes, marks, crowns, trees } = forest;
  const crown = crownOf(forest.sampleSize);
  let sum = 0;
  let start = 0;
  for (let tree = 0; tree < trees; tree += 2) {
    const crownA = tree * crown - 1;
    const crownB = crownA + crown;
    const isPair = tree + 1 < trees;
    let innerA = nodes[start];
    let slotA = start + 1;
    let placeA = 1;
    start += 1 + innerA;
    let innerB = isPair ? nodes[start] : 0;
    let slotB = start + 1;
    let placeB = 1;
    start += 1 + innerB;
    while (innerA > 0 && innerB > 0) {
      const isUpper = placeA <= crown;
      const leftA = isUpper ? crowns[crownA + placeA] : marks[slotA] & LEFT;
      const leftB = isUpper ? crowns[crownB + placeB] : marks[slotB] & LEFT;
      const rightA = isRight(nodes[slotA], codes, base);
      const rightB = isRight(nodes[slotB], codes, base);
      slotA += 1 + (leftA & rightA);
      slotB += 1 + (leftB & rightB);
      innerA = leftA + ((innerA - 2 * leftA - 1) & rightA);
      innerB = leftB + ((innerB - 2 * leftB - 1) & rightB);
      placeA = 2 * placeA - rightA;
      placeB = 2 * placeB - rightB;
    }
    while (innerA > 0) {
      const left = placeA <= crown ? crowns[crownA + placeA] : marks[slotA] & LEFT;
      const right = isRight(nodes[slotA], codes, base);
      slotA += 1 + (left & right);
      innerA = left + ((innerA - 2 * left - 1) & right);
      placeA = 2 * placeA - right;
    }
    while (innerB > 0) {
      const left = placeB <= crown ? crowns[crownB + placeB] : marks[slotB] & LEFT;
      const right = isRight(nodes[slotB], codes, base);
      slotB += 1 + (left & right);
      innerB = left + ((innerB - 2 * left - 1) & right);
      placeB = 2 * placeB - right;
    }
    sum += pathTo(placeA, slotA, marks);
    if (isPair) sum += pathTo(placeB, slotB, marks);
  }
  return sum;
}

/** All ones where the row goes right, else 0: a branch would be mispredicted half the time. */
function isRight(node: number, codes: Uint16Array, base: number): number {
  return (node - codes[base + (node >>> FEATURE)]) >> 31;
}

/** Path length of the leaf at a place, before which so many slots of its tree are passed: the leaf's own is found from that. */
function pathTo(place: number, slot: number, marks: Uint8Array): number {
  const mark = marks[slot - 1 - LEFT_TURNS[place]];
  return (31 - Math.clz32(place)) * EDGE + REST[mark >>> SHIFT];
}
