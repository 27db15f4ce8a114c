import { CivilTime } from '../core/civil-time.ts';
import { JointModel } from '../core/entity/joint-model.ts';
import type { Entities, Unborn } from './entities.ts';
import { readHistory, seriesInBudget } from './history.ts';
import { LiveEntity } from './live-entity.ts';
import type { LiveSeries } from './live-series.ts';
import type { TrainRunOptions } from './train-run-options.ts';
import { messageOf } from './trouble.ts';
import type { GridHistory } from './workers/training-task.ts';

type Histories = Map<number, GridHistory>;

/**
 * Lets entities whose members have been trained learn from the past how these go together, so that they are judged from
 * now on as a backtest judges the columns of a table. Entities are taken together as far as the memory for history reaches.
 */
export async function trainEntities(entities: Entities, run: TrainRunOptions): Promise<void> {
  const { historyBytes, historyMs } = run.options;
  const waiting = entities.unborn(run.rosters());
  while (waiting.length > 0) {
    run.signal.throwIfAborted();
    const some: Unborn[] = [];
    for (let room = 1; room > 0 && waiting.length > 0; ) {
      const next = waiting.shift();
      if (next === undefined) break;
      some.push(next);
      for (const { query } of next.members) {
        room -= 1 / seriesInBudget(historyBytes, historyMs, query.stepMs);
      }
    }
    const histories = await readPasts(some, run);
    const born = await Promise.all(some.map((one) => train(one, { histories, run })));
    await run.turn(() => entities.take(born, run));
  }
}

/** The past of all members up to the latest step that has closed, by series id. */
async function readPasts(some: readonly Unborn[], run: TrainRunOptions): Promise<Histories> {
  const histories: Histories = new Map();
  const wanted = new Set(some.flatMap(({ members }) => members));
  const { historyMs } = run.options;
  for (const roster of run.rosters()) {
    const members = [...roster.all()].filter((series) => wanted.has(series));
    if (members.length === 0) continue;
    const { stepMs } = roster.query;
    const endMs = lastStep(stepMs, run);
    const startMs = endMs - Math.floor(historyMs / stepMs) * stepMs;
    const past = await readHistory(roster, members, { startMs, endMs }, run);
    for (const [id, history] of past) histories.set(id, history);
  }
  return histories;
}

/** An entity that has learned its past; where that fails it knows nothing yet. */
async function train(
  { labels, members, stepMs }: Unborn,
  { histories, run }: { readonly histories: Histories; readonly run: TrainRunOptions },
): Promise<LiveEntity> {
  const { zone } = run.options;
  const untilMs = lastStep(stepMs, run);
  const joint = new JointModel(
    members.map(({ id }) => id),
    { stepMs, civil: new CivilTime(zone) },
  );
  try {
    const pasts = members.map((series) => pastOf(series, histories));
    const task = { members: pasts, stepMs, zone, untilMs };
    joint.restore(await run.workers.learnTogether(task, run.signal), joint.state());
  } catch (error) {
    run.signal.throwIfAborted();
    const [first] = members;
    run.logger.warn(
      { err: error },
      `Learning from now on how the series of ${first?.entityKey} go together: their past cannot be used: ${messageOf(error)}`,
    );
  }
  return new LiveEntity(labels, joint, untilMs);
}

function pastOf({ id, query, model, surroundings }: LiveSeries, histories: Histories) {
  const { policy } = query;
  const nothing = { startMs: 0, stepMs: policy.stepMs, values: new Float64Array(0) };
  return {
    policy,
    history: histories.get(id) ?? nothing,
    detectors: model.fittedDetectors().map(({ kind, snapshot }) => ({ kind, snapshot })),
    events: surroundings.events,
  };
}

function lastStep(stepMs: number, { clock, options }: TrainRunOptions): number {
  return Math.floor((clock.now() - options.settleMs) / stepMs) * stepMs;
}
