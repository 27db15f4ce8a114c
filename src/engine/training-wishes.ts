import { CivilTime, HOUR_MS } from '../core/civil-time.ts';
import { FitCalendar } from '../core/model/fit-calendar.ts';
import {
  enqueueTrainingJobs,
  type StoredTrainingJob,
  type TrainingWish,
} from '../store/training-jobs-table.ts';
import { fitDueAt } from './fit-calendar.ts';
import type { LiveSeries } from './live-series.ts';
import type { TrainRunOptions } from './train-run-options.ts';

/** Queues the trainings that are due: the first of every series that has enough samples, and tonight's of all others. */
export async function queueDueTrainings(run: TrainRunOptions): Promise<void> {
  const { options, clock } = run;
  const now = clock.now();
  const times = { startMs: options.fitStartMs, everyMs: options.fitEveryMs };
  const calendar = new FitCalendar(new CivilTime(options.zone), times);
  const tonight = fitDueAt(now, { calendar, ...times });
  const number = calendar.numberAt(now);
  const wishes: TrainingWish[] = [];
  const firsts: LiveSeries[] = [];
  for (const roster of run.rosters()) {
    // What a fit sees must have been judged by the models before it.
    const isRead = roster.readUntilMs + roster.query.stepMs >= calendar.endOf(number);
    for (const series of roster.all()) {
      if (!series.opened || series.state === 'stale') continue;
      if (!series.trained) {
        const isTooSoon = now - series.firstFailedMs < HOUR_MS;
        if (series.samplesSeen >= options.minSamples && !isTooSoon) firsts.push(series);
      } else if (isRead && calendar.numberAt(series.trainedAtMs) !== number) {
        wishes.push({ seriesId: series.id, ...tonight });
      }
    }
  }
  await enqueue(run, wishes);
  const queued = await enqueue(
    run,
    firsts.map((series) => firstWish(series, now)),
  );
  // A first training that is not queued anew was tried before; should it still wait, it is worked off now.
  for (const series of firsts) if (!queued.has(series.id)) series.firstFailedMs = now;
}

/** Queues trainings, each occasion once; gives the series that have a new job. */
export async function enqueue(
  run: TrainRunOptions,
  wishes: readonly TrainingWish[],
): Promise<Set<number>> {
  const queued = await enqueueTrainingJobs(run.database, wishes);
  for (const job of queued) publish(run, job, 'queued');
  return new Set(queued.flatMap(({ seriesId }) => seriesId ?? []));
}

/** A first training that failed is tried again at most once an hour: the same occasion is never queued twice. */
export function firstWish(series: LiveSeries, nowMs: number): TrainingWish {
  const hour = new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS).toISOString().slice(0, 13);
  const occasion = series.firstFailed ? `first, again at ${hour}` : series.firstOccasion;
  return { seriesId: series.id, occasion };
}

/** Tells how a job stands. */
export function publish(
  { hub }: TrainRunOptions,
  { id, seriesId }: StoredTrainingJob,
  status: StoredTrainingJob['status'],
): void {
  hub.publish({ kind: 'training', jobId: id, seriesId, status });
}
