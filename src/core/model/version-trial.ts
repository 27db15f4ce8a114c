import { DAY_MS } from '../civil-time.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import type { Span } from '../context/maintenance.ts';
import type { Samples } from '../series.ts';
import type { SeriesPolicy } from './policy.ts';
import { type FittedDetector, SeriesModel } from './series-model.ts';

/** The fitted parts of one version of a series' models. */
export type VersionParts = readonly Pick<FittedDetector, 'kind' | 'snapshot'>[];

/** What versions are tried on. */
export interface Trial {
  readonly policy: SeriesPolicy;
  /** Learned state (SeriesModel.snapshot) before the first of `samples`. */
  readonly state: Uint8Array;
  readonly samples: Samples;
  readonly events: readonly DeclaredEvent[];
  /** Where an anomaly is no false alarm: what was recorded and not called one, and planned work. Ascending. */
  readonly known: readonly Span[];
}

/** What one version raises. */
export interface TrialFigures {
  /** Anomalies that touch nothing known. */
  readonly falseAlarms: number;
  /** Abnormal samples in these. */
  readonly falseSamples: number;
}

/** How a new version of the fitted parts does beside the one in force, on the same past. */
export interface Comparison {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly samples: number;
  readonly champion: TrialFigures;
  readonly challenger: TrialFigures;
}

/** Lets both versions judge the same samples from the same learned state. RangeError when a part cannot be read. */
export function compareVersions(
  champion: VersionParts,
  challenger: VersionParts,
  trial: Trial,
): Comparison {
  const { times } = trial.samples;
  return {
    fromMs: times[0],
    untilMs: times[times.length - 1],
    samples: times.length,
    champion: tryVersion(champion, trial),
    challenger: tryVersion(challenger, trial),
  };
}

/** Whether a new version raises no more false alarms than the one in force, which is tried only if that matters. */
export function standsTrial(
  champion: VersionParts,
  challenger: VersionParts,
  trial: Trial,
): boolean {
  const { falseAlarms } = tryVersion(challenger, trial);
  return falseAlarms === 0 || falseAlarms <= tryVersion(champion, trial).falseAlarms;
}

/** Whether later versions are tried from what is learned by `nowMs`, no longer from `fromMs`: half a day lies between. */
export function isTrialOver(fromMs: number, nowMs: number): boolean {
  return nowMs - fromMs >= DAY_MS / 2;
}

function tryVersion(parts: VersionParts, { policy, state, ...trial }: Trial): TrialFigures {
  const model = new SeriesModel(policy);
  model.restore(state);
  for (const { kind, snapshot } of parts) model.adopt(kind, snapshot);
  model.declareEvents(trial.events);
  observeAll(model, trial.samples);
  let falseAlarms = 0;
  let falseSamples = 0;
  for (const { startedAtMs, lastAtMs, samples } of model.drainEpisodes()) {
    const touches = ({ startMs, endMs }: Span): boolean =>
      startMs <= lastAtMs && endMs > startedAtMs;
    if (trial.known.some(touches)) continue;
    falseAlarms++;
    falseSamples += samples;
  }
  return { falseAlarms, falseSamples };
}

function observeAll(model: SeriesModel, samples: Samples): void {
  const { times, values } = samples;
  for (let row = 0; row < times.length; ) {
    model.observe(times[row], values[row]);
    const end = model.anticipate(samples, row + 1);
    for (row++; row < end; row++) model.observe(times[row], values[row]);
  }
}
