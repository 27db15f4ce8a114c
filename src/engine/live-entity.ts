import type { CivilTime } from '../core/civil-time.ts';
import type { JointState } from '../core/entity/joint-episodes.ts';
import { JointModel } from '../core/entity/joint-model.ts';
import type { Labels } from '../core/labels.ts';
import { StateReader, StateWriter } from '../core/state.ts';
import type { EntityCheckpoint, EntityDraft } from '../store/entities-table.ts';
import type { StrictnessAt } from './detect-slice.ts';
import { EntityRows } from './entity-rows.ts';
import type { LiveSeries } from './live-series.ts';

/** The series of one entity, judged together on what their own models said: a row at every multiple of the longest step. */
export class LiveEntity {
  readonly labels: Labels;
  readonly model: JointModel;
  /** Every row up to here is judged. */
  judgedUntilMs: number;
  /** The same as the database has it; NaN before it has any. */
  savedUntilMs = Number.NaN;
  #rows: EntityRows;
  #series: readonly LiveSeries[] = [];
  /** Members that were let go, until what ended with them is written. */
  #departed: readonly LiveSeries[] = [];

  constructor(labels: Labels, model: JointModel, judgedUntilMs: number) {
    this.labels = labels;
    this.model = model;
    this.judgedUntilMs = judgedUntilMs;
    this.#rows = new EntityRows(model.members.length);
  }

  /** Goes on where a checkpoint stands. RangeError when it cannot be read. */
  static resume(
    { labels, members, judgedUntilMs, ...checkpoint }: EntityCheckpoint,
    civil: CivilTime,
  ): LiveEntity {
    const state = new StateReader(checkpoint.state, 'ENTY', 2);
    const model = new JointModel(members, { stepMs: state.int(), civil });
    if (!isState(checkpoint.episode)) throw new RangeError('Cannot read entity: it has no episode');
    model.restore(state.bytes(), checkpoint.episode);
    const entity = new LiveEntity(labels, model, judgedUntilMs);
    entity.#rows.load(state);
    state.end();
    entity.savedUntilMs = judgedUntilMs;
    return entity;
  }

  get members(): readonly number[] {
    return this.model.members;
  }

  /** Judges from now on these series, in the order of `members`; another order or number regroups the model. */
  follow(series: readonly LiveSeries[]): void {
    const ids = series.map(({ id }) => id);
    if (ids.join() !== this.members.join()) {
      this.#rows = this.#rows.regrouped(ids.map((id) => this.members.indexOf(id)));
      this.#departed = this.#series;
      this.model.regroup(ids);
    }
    this.#series = series;
  }

  /** Judges every row after the latest one up to `untilMs`; says how many there were. */
  judge(untilMs: number, strictnessAt: StrictnessAt): number {
    const { stepMs } = this.model;
    let rows = 0;
    const firstMs = (Math.floor(this.judgedUntilMs / stepMs) + 1) * stepMs;
    if (firstMs > untilMs) return 0;
    const members = this.#series.map(({ judged }) => judged);
    for (let timeMs = firstMs; timeMs <= untilMs; timeMs += stepMs) {
      this.#rows.hear(members, timeMs);
      const row = this.#rows.since(timeMs - stepMs);
      this.model.strictness = strictnessAt(timeMs);
      if (row) this.model.observe(timeMs, row);
      else this.model.pass();
      rows++;
    }
    // What belongs to the next row is kept here: its series may be saved as if it had been heard.
    this.#rows.hear(members, untilMs);
    this.judgedUntilMs = Math.max(this.judgedUntilMs, untilMs);
    return rows;
  }

  get series(): readonly LiveSeries[] {
    return this.#series;
  }

  find(member: number): LiveSeries | undefined {
    const isIt = ({ id }: LiveSeries): boolean => id === member;
    return this.#series.find(isIt) ?? this.#departed.find(isIt);
  }

  /** How it stands, for the database. */
  checkpoint(): EntityDraft {
    const out = new StateWriter('ENTY', 2);
    out.int(this.model.stepMs);
    out.bytes(this.model.snapshot());
    this.#rows.save(out);
    const shares = this.model.shares();
    return {
      labels: this.labels,
      members: this.members,
      judgedFromMs: Number.isNaN(this.savedUntilMs) ? null : this.savedUntilMs,
      judgedUntilMs: this.judgedUntilMs,
      deviationRatio: this.model.last.ratio,
      contributions: shares.map(({ member, share }) => ({ seriesId: member, share })),
      state: out.finish(),
      episode: this.model.state(),
    };
  }

  /** The database has it as it stands. */
  saved(): void {
    this.savedUntilMs = this.judgedUntilMs;
    this.#departed = [];
  }
}

/** The engine alone writes it. */
function isState(value: unknown): value is JointState {
  return typeof value === 'object' && value !== null && 'episode' in value && 'blame' in value;
}
