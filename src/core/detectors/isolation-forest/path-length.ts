const EULER = 0.5772156649015329;

/** Mean path length of an unsuccessful search among `count` rows, c(n) of Liu, Ting and Zhou (2008). */
export function averagePathLength(count: number): number {
  if (count <= 1) return 0;
  if (count === 2) return 1;
  return 2 * (Math.log(count - 1) + EULER) - (2 * (count - 1)) / count;
}

/** Levels below which a tree of `sampleSize` rows does not grow. */
export function heightLimit(sampleSize: number): number {
  return 32 - Math.clz32(sampleSize - 1);
}
