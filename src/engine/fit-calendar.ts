import { DAY_MS } from '../core/civil-time.ts';
import { FIRST_SEED, type FitCalendar, type FitTimes } from '../core/model/fit-calendar.ts';
import type { TrainingWish } from '../store/training-jobs-table.ts';

/** What of the past a training sees and from when on its versions judge; its job keeps it. */
export interface FitPlan {
  /** Epoch milliseconds, exclusive; null: everything there is. */
  readonly untilMs: number | null;
  /** Epoch milliseconds; null: from the next run on. */
  readonly inForceFromMs: number | null;
  readonly seed: number;
}

/**
 * The training that is due at a time: `night 2026-11-22` from 02:00 of that civil day on. Two times of one occasion
 * have no training between them, however often the clock is put back or the program restarted.
 */
export function fitDueAt(
  timeMs: number,
  { calendar, everyMs }: { readonly calendar: FitCalendar; readonly everyMs: FitTimes['everyMs'] },
): Required<Omit<TrainingWish, 'seriesId'>> {
  const number = calendar.numberAt(timeMs);
  const date = new Date(calendar.localOf(number)).toISOString().slice(0, 16).replace('T', ' ');
  const occasion = everyMs >= DAY_MS ? `night ${date.slice(0, 10)}` : `fit ${date}`;
  const [untilMs, inForceFromMs] = [calendar.endOf(number), calendar.forceOf(number)];
  const plan: FitPlan = { untilMs, inForceFromMs, seed: FIRST_SEED + number };
  return { occasion, config: { ...plan } };
}

/** The plan that a job keeps; first trainings and those on request have none. */
export function planOf({
  untilMs,
  inForceFromMs,
  seed,
}: Readonly<Record<string, unknown>>): FitPlan {
  return typeof untilMs === 'number' &&
    typeof inForceFromMs === 'number' &&
    typeof seed === 'number'
    ? { untilMs, inForceFromMs, seed }
    : { untilMs: null, inForceFromMs: null, seed: FIRST_SEED };
}

/** Whether the calendar asked for it, not a person and not the first meeting with a series. */
export function isRoutine(occasion: string): boolean {
  return /^(?:night|fit) /.test(occasion);
}
