import { CivilTime } from '../../core/civil-time.ts';
import type { DeclaredEvent } from '../../core/context/declared-event.ts';
import { JointModel } from '../../core/entity/joint-model.ts';
import type { SeriesPolicy } from '../../core/model/policy.ts';
import { type FittedDetector, SeriesModel } from '../../core/model/series-model.ts';
import type { Samples } from '../../core/series.ts';
import { EntityRows } from '../entity-rows.ts';
import { JudgedSamples } from '../judged-samples.ts';
import { type GridHistory, samplesOf } from './training-task.ts';

/** One member of an entity: its past, and the fitted parts in force. */
export interface MemberPast {
  readonly policy: SeriesPolicy;
  readonly history: GridHistory;
  readonly detectors: readonly Pick<FittedDetector, 'kind' | 'snapshot'>[];
  readonly events: readonly DeclaredEvent[];
}

/** What an entity is to learn of its members' past before it is judged. */
export interface JointTask {
  readonly members: readonly MemberPast[];
  readonly stepMs: number;
  readonly zone: string;
  /** Rows up to here are learned. */
  readonly untilMs: number;
}

export function isJointTask(message: unknown): message is JointTask {
  return typeof message === 'object' && message !== null && 'members' in message;
}

/** A member whose past is heard again. */
interface Member {
  readonly model: SeriesModel;
  readonly samples: Samples;
  readonly judged: JudgedSamples;
  /** First sample that was not heard, and the first that the model has not prepared for. */
  next: number;
  ready: number;
}

/**
 * Learns how the series of an entity go together from their past: models with the fitted parts in force hear it again, as they
 * did when they were trained. Pure arithmetic; gives the snapshot of a JointModel.
 */
export function learnTogether({ members, stepMs, zone, untilMs }: JointTask): Uint8Array {
  const heard = members.map(memberOf);
  const judged = heard.map((member) => member.judged);
  const joint = new JointModel([...members.keys()], { stepMs, civil: new CivilTime(zone) });
  const rows = new EntityRows(members.length);
  const firstMs = Math.min(
    ...heard.map(({ samples }) => samples.times[0] ?? Number.POSITIVE_INFINITY),
  );
  for (let timeMs = Math.ceil(firstMs / stepMs) * stepMs; timeMs <= untilMs; timeMs += stepMs) {
    for (const member of heard) hear(member, timeMs);
    rows.hear(judged, timeMs);
    const row = rows.since(timeMs - stepMs);
    if (row) joint.absorb(timeMs, row);
  }
  return joint.snapshot();
}

function memberOf({ policy, history, detectors, events }: MemberPast): Member {
  const model = new SeriesModel(policy);
  model.declareEvents(events);
  for (const { kind, snapshot } of detectors) model.adopt(kind, snapshot);
  const judged = new JudgedSamples();
  judged.listen(Number.NEGATIVE_INFINITY);
  return { model, samples: samplesOf(history), judged, next: 0, ready: 0 };
}

/** Lets a model learn its samples up to `untilMs`. */
function hear(member: Member, untilMs: number): void {
  const { model, samples, judged } = member;
  for (; (samples.times[member.next] ?? Number.POSITIVE_INFINITY) <= untilMs; member.next++) {
    if (member.next >= member.ready) member.ready = model.anticipate(samples, member.next);
    const [timeMs = 0, value = 0] = [samples.times[member.next], samples.values[member.next]];
    if (model.absorb(timeMs, value)) judged.add(model);
  }
}
