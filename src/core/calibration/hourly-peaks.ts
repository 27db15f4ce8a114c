import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

const KEPT_HOURS = 672;
const LEVELS_AN_OCTAVE = 24;
/** Index of level 1. */
export const DEFAULT_LEVEL = 10;
/** Deviation ratios told apart: 3 % from one to the next, from 0.75 to 12.3. */
export const LEVELS: Readonly<Float64Array> = Float64Array.from(
  { length: 98 },
  (_, i) => 2 ** ((i - DEFAULT_LEVEL) / LEVELS_AN_OCTAVE),
);

/**
 * The highest deviation ratio of each hour of the last 28 days, at the boundary that the series has set itself: what would
 * have been anomalous at any other boundary can be counted from it. 672 bytes.
 */
export class HourlyPeaks {
  /** How many levels an hour reached, plus one; 0 where nothing was judged. */
  readonly #reached = new Uint8Array(KEPT_HOURS);
  #hour = Number.NaN;

  learn(timeMs: number, ratio: number): void {
    const hour = Math.floor(timeMs / HOUR_MS);
    if (hour !== this.#hour) this.#begin(hour);
    const at = slotOf(hour);
    const reached = 1 + levelsReached(ratio);
    if (reached > this.#reached[at]) this.#reached[at] = reached;
  }

  /** Adds to `counts[i]` how many runs of hours reached LEVELS[i], a run being one anomaly; gives the hours judged. Fills `counts`. */
  countRuns(counts: Float64Array): number {
    let hours = 0;
    let before = 0;
    for (let hour = this.#hour - KEPT_HOURS + 1; hour <= this.#hour; hour++) {
      const kept = this.#reached[slotOf(hour)];
      if (kept > 0) hours++;
      const reached = Math.max(0, kept - 1);
      for (let level = before; level < reached; level++) counts[level]++;
      before = reached;
    }
    return hours;
  }

  save(out: StateWriter): void {
    out.float(this.#hour);
    out.bytes(this.#reached);
  }

  load(state: StateReader): void {
    this.#hour = state.float();
    this.#reached.set(state.bytes());
  }

  #begin(hour: number): void {
    const next = Number.isNaN(this.#hour) ? hour : this.#hour + 1;
    for (let past = Math.max(next, hour - KEPT_HOURS + 1); past <= hour; past++) {
      this.#reached[slotOf(past)] = 0;
    }
    this.#hour = hour;
  }
}

/** Also for times before 1970. */
function slotOf(hour: number): number {
  return ((hour % KEPT_HOURS) + KEPT_HOURS) % KEPT_HOURS;
}

function levelsReached(ratio: number): number {
  if (!(ratio >= LEVELS[0])) return 0;
  const highest = DEFAULT_LEVEL + Math.floor(LEVELS_AN_OCTAVE * Math.log2(ratio));
  return Math.min(LEVELS.length, highest + 1);
}
