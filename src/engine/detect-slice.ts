import type { SeverityLevels } from '../core/anomalies/severity.ts';
import { BandRecorder } from '../core/model/band-chunk.ts';
import { lowerBound, type Samples } from '../core/series.ts';
import type { SeriesDetection } from '../store/detection.ts';
import { draftEpisode } from './episode-draft.ts';
import type { LiveSeries } from './live-series.ts';
import type { Pace } from './pace.ts';
import type { ResultRecorder } from './results.ts';

const SAMPLES_A_BREATH = 128;

/** What boundaries are multiplied by for a sample of a time, for an alert budget. */
export type StrictnessAt = (timeMs: number) => number;

/** Learned state as a checkpoint holds it. */
export type Learned = ReturnType<LiveSeries['learnedState']>;

/** Learns again, without verdict, the samples up to the checkpoint: what a restart or a new model has not seen. */
export async function replaySamples(
  series: LiveSeries,
  samples: Samples,
  { pace, strictnessAt }: { readonly pace: Pace; readonly strictnessAt: StrictnessAt },
): Promise<void> {
  const { model, scoredUntilMs } = series;
  const { times, values } = samples;
  for (let i = lowerBound(times, series.learnedUntilMs); i < times.length; i++) {
    const timeMs = times[i] ?? Number.NaN;
    if (timeMs > scoredUntilMs) return;
    if (!(timeMs > series.learnedUntilMs)) continue;
    model.strictness = strictnessAt(timeMs);
    if (model.absorb(timeMs, values[i] ?? Number.NaN)) series.judged.add(model);
    series.learnedUntilMs = timeMs;
    if (i % SAMPLES_A_BREATH === 0) await pace.rest();
  }
}

/** Whether there is a sample beyond the checkpoint. */
export function hasNews(series: LiveSeries, { times }: Samples): boolean {
  return (times.at(-1) ?? Number.NEGATIVE_INFINITY) > series.scoredUntilMs;
}

/**
 * Scores every sample beyond the checkpoint, each once. A time that is not after the one before is late and never
 * scored. `state` is what the model had learned before them, where it is to be kept.
 */
export async function scoreSamples(
  series: LiveSeries,
  samples: Samples,
  options: {
    readonly pace: Pace;
    readonly levels: SeverityLevels;
    readonly strictnessAt: StrictnessAt;
    readonly state?: Learned | undefined;
    /** Whether its source went on while the series paused up to a time. */
    readonly wasMissed: (pauseEndMs: number) => boolean;
    readonly results?: ResultRecorder | undefined;
  },
): Promise<{ detection: SeriesDetection | undefined; scored: number; late: number }> {
  const { model } = series;
  const { times, values } = samples;
  const bands = new BandRecorder();
  let scored = 0;
  let late = 0;
  for (let i = lowerBound(times, series.scoredUntilMs); i < times.length; i++) {
    const timeMs = times[i] ?? Number.NaN;
    const value = values[i] ?? Number.NaN;
    if (!(timeMs > series.learnedUntilMs && timeMs > series.scoredUntilMs)) {
      if (timeMs < series.scoredUntilMs || scored > 0) late++;
      continue;
    }
    if (timeMs > model.absenceDueMs && (model.absent || options.wasMissed(timeMs))) {
      model.miss(timeMs - 1);
    }
    model.strictness = options.strictnessAt(timeMs);
    model.observe(timeMs, value);
    const kind = model.normalAfter;
    if (kind !== undefined) series.excused = { kind, timeMs };
    if (Number.isFinite(value)) {
      bands.add(model.last);
      options.results?.add(model.last);
      series.judged.add(model);
    }
    series.learnedUntilMs = timeMs;
    scored++;
    if (i % SAMPLES_A_BREATH === 0) await options.pace.rest();
  }
  series.samplesSeen = model.samplesSeen;
  series.lastSampleMs = Math.max(series.lastSampleMs, series.learnedUntilMs);
  if (scored === 0) return { detection: undefined, scored, late };
  const detection = {
    ...series.checkpoint(series.learnedUntilMs, options.state),
    metricId: series.query.id,
    labels: series.labels,
    episodes: model.drainEpisodes().map((episode) => draftEpisode(episode, series, options.levels)),
    bands: bands.drain(),
  };
  return { detection, scored, late };
}

/** Ends the episodes of a series that has vanished; undefined when none is open. */
export function endEpisodes(
  series: LiveSeries,
  levels: SeverityLevels,
): SeriesDetection | undefined {
  if (!Number.isFinite(series.scoredUntilMs)) return undefined;
  series.model.endEpisodes(series.scoredUntilMs);
  const ended = series.model.drainEpisodes();
  if (ended.length === 0) return undefined;
  return {
    ...series.checkpoint(series.scoredUntilMs),
    metricId: series.query.id,
    labels: series.labels,
    episodes: ended.map((episode) => draftEpisode(episode, series, levels)),
    bands: [],
  };
}
