import { setFlagsFromString } from 'node:v8';

// As the program itself runs: see src/cli/main.ts.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

export interface Comparison {
  readonly theirsMs: number;
  readonly oursMs: number;
  /** Median of the ratios taken pair by pair. */
  readonly ratio: number;
}

/** Runs both sides in turn, after one round that does not count: a drift of the machine meets both alike. */
export async function compare(
  rounds: number,
  sides: { readonly theirs: () => Promise<number>; readonly ours: () => number },
): Promise<Comparison> {
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const theirsMs = await sides.theirs();
    const oursMs = sides.ours();
    if (round === 0) continue;
    theirs.push(theirsMs);
    ours.push(oursMs);
  }
  return {
    theirsMs: median(theirs),
    oursMs: median(ours),
    ratio: median(theirs.map((ms, round) => ms / (ours[round] ?? ms))),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Median milliseconds of one call, over `calls` calls. */
export function timeMs(calls: number, call: () => unknown): number {
  const times: number[] = [];
  for (let index = 0; index < calls; index++) {
    const started = performance.now();
    call();
    times.push(performance.now() - started);
  }
  return median(times);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
