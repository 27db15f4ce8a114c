import { type DeclaredEvent, NO_EVENTS } from '../../core/context/declared-event.ts';
import type { Span } from '../../core/context/maintenance.ts';
import { type Profile, profileOf } from '../../core/correlation/profile.ts';
import { historyToFit } from '../../core/model/fit-history.ts';
import type { SeriesPolicy } from '../../core/model/policy.ts';
import { type FittedDetector, SeriesModel } from '../../core/model/series-model.ts';
import {
  type Comparison,
  compareVersions,
  type Trial,
  type VersionParts,
} from '../../core/model/version-trial.ts';
import { type Samples, sliceSamples } from '../../core/series.ts';

/** What a new version is compared with, and from where on. */
export interface ChampionTask {
  /** The fitted parts in force. */
  readonly parts: VersionParts;
  /** Learned state of some hours ago, and the time of the last sample it had learned. */
  readonly state: Uint8Array;
  readonly untilMs: number;
  /** Where an anomaly is no false alarm: see Trial. */
  readonly known: readonly Span[];
}

/** History of one series on its step grid: what crosses to a worker thread, by transfer. */
export interface GridHistory {
  readonly startMs: number;
  readonly stepMs: number;
  /** Value at `startMs + i * stepMs`; NaN where there is none. */
  readonly values: Float64Array;
}

export interface TrainingTask {
  readonly policy: SeriesPolicy;
  readonly history: GridHistory;
  readonly seed: number;
  /** A first training fits the detectors on so much of the end of the history; any other on all of it. */
  readonly fitWindowMs: number;
  /** What detectors are not fitted on: see unusualSpans. */
  readonly without: readonly Span[];
  /** Planned work and what follows declared events, ascending: how series moved then says nothing of them. */
  readonly declared?: readonly Span[];
  /** Learned state of the live model, when it only needs a new fit; absent, history is learned from its begin. */
  readonly state?: Uint8Array;
  /** Absent where a new version takes over without being compared. */
  readonly champion?: ChampionTask;
  /** Declared events that concern the series, oldest first: a first training learns what follows them. */
  readonly events?: readonly DeclaredEvent[];
}

export function isTrainingTask(message: unknown): message is TrainingTask {
  return (
    typeof message === 'object' && message !== null && 'policy' in message && 'history' in message
  );
}

export interface TrainingOutcome {
  /** None where too little was left to fit on. */
  readonly detectors: readonly FittedDetector[];
  /** Learned state after the history, for a first training, and the time of the last sample learned. */
  readonly learned?: { readonly state: Uint8Array; readonly untilMs: number };
  readonly samples: number;
  /** How it moved; absent where too little is known. */
  readonly profile?: Profile;
  /** How the new version does beside the one in force; absent where that could not be tried. */
  readonly comparison?: Comparison;
  /** Samples that detectors were not fitted on, although they lie in the window. */
  readonly leftOut: number;
  readonly durationMs: number;
}

/** Trains one series: pure arithmetic, on a worker thread or wherever it is called. RangeError when it holds too little. */
export function trainOnHistory({
  policy,
  history,
  seed,
  fitWindowMs,
  without,
  declared,
  state,
  champion,
  events = NO_EVENTS,
}: TrainingTask): TrainingOutcome {
  const begun = performance.now();
  const samples = samplesOf(history);
  const count = samples.times.length;
  if (count === 0) {
    throw new RangeError('Cannot train a model: its history holds no sample, check the query');
  }
  const profile = profileOf(samples, declared);
  const model = new SeriesModel(policy);
  if (state !== undefined) {
    model.restore(state);
    const kept = historyToFit(samples, without);
    if (kept) model.fit(kept, seed);
    const detectors = model.fittedDetectors();
    const comparison =
      champion && kept && compare(champion, detectors, { policy, samples, events });
    return {
      detectors,
      ...(comparison && { comparison }),
      ...(profile && { profile }),
      samples: count,
      leftOut: count - (kept?.times.length ?? 0),
      durationMs: performance.now() - begun,
    };
  }
  const untilMs = samples.times[count - 1] ?? Number.NaN;
  const recent = since(samples, untilMs - fitWindowMs);
  // There is no other version to keep: where too little would be left, everything is taken.
  const kept = historyToFit(recent, without) ?? recent;
  model.declareEvents(events);
  model.fit(kept, seed);
  model.learn(samples);
  return {
    detectors: model.fittedDetectors(),
    learned: { state: model.snapshot(), untilMs },
    ...(profile && { profile }),
    samples: count,
    leftOut: recent.times.length - kept.times.length,
    durationMs: performance.now() - begun,
  };
}

/** Undefined where no sample has come since, or this program cannot read the old state. */
function compare(
  { parts, state, untilMs, known }: ChampionTask,
  challenger: VersionParts,
  past: Pick<Trial, 'policy' | 'samples' | 'events'>,
): Comparison | undefined {
  const samples = since(past.samples, untilMs + 1);
  if (samples.times.length === 0) return undefined;
  try {
    return compareVersions(parts, challenger, { ...past, samples, state, known });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The samples that are there. */
export function samplesOf({ startMs, stepMs, values }: GridHistory): Samples {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count++;
  const times = new Float64Array(count);
  const present = new Float64Array(count);
  let row = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    times[row] = startMs + i * stepMs;
    present[row++] = value;
  }
  return { times, values: present };
}

function since(samples: Samples, startMs: number): Samples {
  return sliceSamples(samples, startMs, Number.POSITIVE_INFINITY);
}

/** From its first step to just after its last. */
export function rangeOf({ startMs, stepMs, values }: GridHistory): Span {
  return { startMs, endMs: startMs + values.length * stepMs };
}

/** How many samples a history holds. */
export function countSamples({ values }: GridHistory): number {
  let count = 0;
  for (const value of values) if (Number.isFinite(value)) count++;
  return count;
}
