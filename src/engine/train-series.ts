import { isTrialOver } from '../core/model/version-trial.ts';
import type { SeriesTraining } from '../store/save-trainings.ts';
import { failTrainingJob, type StoredTrainingJob } from '../store/training-jobs-table.ts';
import { type Champions, type Verdict, verdictOn } from './champion.ts';
import { isRoutine, planOf } from './fit-calendar.ts';
import type { LiveSeries } from './live-series.ts';
import type { TrainRunOptions } from './train-run-options.ts';
import { publish } from './training-wishes.ts';
import { messageOf } from './trouble.ts';
import type { UnusualPast } from './unusual-past.ts';
import { countSamples, type GridHistory, type TrainingOutcome } from './workers/training-task.ts';

/** A series and the job that asks for its training. */
export interface Pair {
  readonly job: StoredTrainingJob;
  readonly series: LiveSeries;
}

export interface Trained extends Pair {
  readonly outcome: TrainingOutcome;
  readonly verdict: Verdict;
  /** What later versions are compared from, where that is due. */
  readonly trial?: SeriesTraining['trial'];
}

/** What trainings need to know, by series id. */
export interface Known {
  readonly histories: Map<number, GridHistory>;
  readonly pasts: ReadonlyMap<number, UnusualPast>;
  readonly champions: Champions;
}

/** Undefined when the training failed; its job says why. The history is used up. */
export async function trainSeries(
  { job, series }: Pair,
  { histories, pasts, champions }: Known,
  run: TrainRunOptions,
): Promise<Trained | undefined> {
  const { options, workers, signal } = run;
  const history = histories.get(series.id);
  histories.delete(series.id);
  try {
    const count = history ? countSamples(history) : 0;
    const needed = series.trained ? 1 : options.minSamples;
    if (history === undefined || count < needed) {
      throw new RangeError(
        `Cannot train a model: its past holds ${count} of ${needed} samples, wait until they are there`,
      );
    }
    const { unusual = [], known = [], declared = [] } = pasts.get(series.id) ?? {};
    const trial = champions.trials.get(series.id);
    const { learnedUntilMs, model, query, surroundings } = series;
    const state = model.snapshot();
    const task = {
      policy: query.policy,
      history,
      seed: planOf(job.config).seed,
      fitWindowMs: options.fitWindowMs,
      without: unusual,
      declared,
      events: surroundings.events,
      ...(series.trained && { state }),
      ...(series.trained &&
        trial && {
          champion: {
            parts: model.fittedDetectors(),
            state: trial.bytes,
            untilMs: trial.untilMs,
            known,
          },
        }),
    };
    const outcome = await workers.train(task, signal);
    const held = champions.held.has(series.id) && isRoutine(job.occasion);
    const verdict = verdictOn(outcome, { held });
    const { learned } = outcome;
    const now = learned
      ? { bytes: learned.state, untilMs: learned.untilMs }
      : { bytes: state, untilMs: learnedUntilMs };
    const isDue = learned || !trial || isTrialOver(trial.untilMs, now.untilMs);
    return { job, series, outcome, verdict, ...(isDue && { trial: now }) };
  } catch (error) {
    signal.throwIfAborted();
    run.logger.error({ err: error }, `Training of ${series.title} failed: ${messageOf(error)}`);
    if (!series.trained) series.firstFailedMs = run.clock.now();
    await fail(run, job, messageOf(error));
    return undefined;
  }
}

/** Says that a training failed, and why. */
export async function fail(
  run: TrainRunOptions,
  job: StoredTrainingJob,
  errorMessage: string,
): Promise<void> {
  await failTrainingJob(run.database, job.id, { errorMessage });
  publish(run, job, 'failed');
}
