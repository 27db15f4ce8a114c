/** Runs work, at most as many at a time as was agreed; the rest waits in order. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** A limit of `count` works at a time. */
export function limit(count: number): Limit {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot limit work to ${count} at a time: expected a whole number from 1`);
  }
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
