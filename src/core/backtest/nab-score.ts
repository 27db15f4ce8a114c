import { alertStarts } from './alert-starts.ts';
import { type TruthWindow, truthEvents } from './truth-events.ts';

/** Weight of a false alarm in NAB's standard profile; a detection weighs 1, and so does a miss. */
const FALSE_ALARM_WEIGHT = 0.11;
/** Share of a file, and of the rows up to most, in which nothing counts. */
const PROBATION = 0.15;
const PROBATION_UP_TO_ROWS = 5000;

export interface NabOptions {
  /** All windows of the file, in order. */
  readonly windows: readonly TruthWindow[];
  readonly stepMs: number;
}

/** What one file adds to the score. */
export interface NabPart {
  /** Points above those of a detector that says nothing. */
  readonly gain: number;
  /** Windows that count, because they reach beyond the probation. */
  readonly counted: number;
  readonly windows: number;
}

/**
 * Points of one whole file (learned rows included, with flag 0) by its alerts (see alertStarts): the earlier in a window the
 * better, only the best of a window counts; behind a window the further the worse. `times` are epoch ms.
 * Method: Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms", 2015, standard profile.
 */
export function nabPart(
  times: Float64Array,
  flags: Uint8Array,
  { windows, stepMs }: NabOptions,
): NabPart {
  const probation = Math.floor(PROBATION * Math.min(times.length, PROBATION_UP_TO_ROWS));
  const spans = truthEvents(times, flags, { stepMs, windows });
  const best = spans.map(() => Number.NEGATIVE_INFINITY);
  let gain = 0;
  for (const row of alertStarts(times, flags, stepMs)) {
    if (row < probation) continue;
    const inside = spans.findIndex(({ first, last }) => row >= first && row <= last);
    if (inside >= 0) {
      const { first, last } = spans[inside];
      const points = sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);
      best[inside] = Math.max(best[inside], points);
      continue;
    }
    const behind = spans.findLast(({ last }) => last < row);
    const worth = behind ? sigmoid((row - behind.last) / (behind.last - behind.first)) : -1;
    gain += FALSE_ALARM_WEIGHT * worth;
  }
  for (const points of best) if (points > Number.NEGATIVE_INFINITY) gain += points + 1;
  const counted = spans.filter(({ last }) => last >= probation).length;
  return { gain, counted, windows: windows.length };
}

/** NAB's normalised score of several files: 0 for silence, 100 for a detector that meets every window at once. */
export function nabScore(parts: readonly NabPart[]): number {
  const sum = (pick: (part: NabPart) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  return (
    (100 * sum((part) => part.gain)) / (sum((part) => part.windows) + sum((part) => part.counted))
  );
}

/** NAB's scaled sigmoid of a position relative to the width of the window: 1 long before its end, 0 at it, −1 behind. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
