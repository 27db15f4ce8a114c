import {
  CombinationModel,
  type CombinationState,
  type MemberRow,
} from '../core/entity/combination-model.ts';
import type { Labels } from '../core/labels.ts';
import { StateReader, StateWriter } from '../core/state.ts';
import type { EntityCheckpoint, EntityDraft } from '../store/entities-table.ts';
import { FIGURES, SAMPLE } from './judged-samples.ts';
import type { LiveSeries } from './live-series.ts';

/** A row that fewer members have a sample for says nothing of how they go together. */
const FEWEST_PRESENT = 2;

/**
 * The series of one entity, judged together on what their own models said.
 *
 * There is a row at every multiple of the longest step among the members: of each member it holds the latest sample
 * that is younger than the row before. Rows depend on samples alone, not on when they are judged.
 */
export class LiveEntity {
  readonly labels: Labels;
  readonly model: CombinationModel;
  /** Every row up to here is judged. */
  judgedUntilMs: number;
  /** The same as the database has it; NaN before it has any. */
  savedUntilMs = Number.NaN;
  /** The latest sample of each member, FIGURES each. */
  #latest: Float64Array;
  #series: readonly LiveSeries[] = [];
  /** Members that were let go, until what ended with them is written. */
  #departed: readonly LiveSeries[] = [];

  constructor(labels: Labels, model: CombinationModel, judgedUntilMs: number) {
    this.labels = labels;
    this.model = model;
    this.judgedUntilMs = judgedUntilMs;
    this.#latest = noSamples(model.members.length);
  }

  /** Goes on where a checkpoint stands. RangeError when it cannot be read. */
  static resume({ labels, members, judgedUntilMs, ...checkpoint }: EntityCheckpoint): LiveEntity {
    const state = new StateReader(checkpoint.state, 'ENTY', 1);
    const model = new CombinationModel(members, state.int());
    if (!isState(checkpoint.episode)) throw new RangeError('Cannot read entity: it has no episode');
    model.restore(state.bytes(), checkpoint.episode);
    const entity = new LiveEntity(labels, model, judgedUntilMs);
    entity.#latest = state.floats();
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
      const latest = noSamples(ids.length);
      ids.forEach((id, i) => {
        const was = this.members.indexOf(id);
        if (was >= 0)
          latest.set(this.#latest.subarray(was * FIGURES, (was + 1) * FIGURES), i * FIGURES);
      });
      this.#latest = latest;
      this.#departed = this.#series;
      this.model.regroup(ids);
    }
    this.#series = series;
  }

  /** Judges every row after the latest one up to `untilMs`; says how many there were. */
  judge(untilMs: number): number {
    const { stepMs } = this.model;
    let rows = 0;
    const firstMs = (Math.floor(this.judgedUntilMs / stepMs) + 1) * stepMs;
    if (firstMs > untilMs) return 0;
    for (let timeMs = firstMs; timeMs <= untilMs; timeMs += stepMs) {
      this.#hear(timeMs);
      const row = this.#rowSince(timeMs - stepMs);
      if (row) this.model.observe(timeMs, row);
      rows++;
    }
    // What belongs to the next row is kept here: its series may be saved as if it had been heard.
    this.#hear(untilMs);
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
    const out = new StateWriter('ENTY', 1);
    out.int(this.model.stepMs);
    out.bytes(this.model.snapshot());
    out.floats(this.#latest);
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

  #hear(untilMs: number): void {
    this.#series.forEach(({ judged }, i) => {
      judged.hear(untilMs, { out: this.#latest, at: i * FIGURES });
    });
  }

  #rowSince(afterMs: number): MemberRow | undefined {
    const size = this.members.length;
    const offsets = new Float64Array(size).fill(Number.NaN);
    const values = offsets.slice();
    const figure = (member: number, name: keyof typeof SAMPLE): number =>
      this.#latest[member * FIGURES + SAMPLE[name]] ?? Number.NaN;
    let present = 0;
    let odd = false;
    for (let i = 0; i < size; i++) {
      if (!(figure(i, 'timeMs') > afterMs)) continue;
      present++;
      offsets[i] = figure(i, 'offset');
      values[i] = figure(i, 'value');
      odd ||= figure(i, 'odd') === 1;
    }
    if (present < FEWEST_PRESENT) return undefined;
    return {
      offsets,
      values,
      odd,
      judgementOf: (i) => ({
        value: figure(i, 'value'),
        expected: figure(i, 'expected'),
        lower: figure(i, 'lower'),
        upper: figure(i, 'upper'),
      }),
    };
  }
}

function noSamples(members: number): Float64Array {
  return new Float64Array(members * FIGURES).fill(Number.NaN);
}

/** The engine alone writes it. */
function isState(value: unknown): value is CombinationState {
  return typeof value === 'object' && value !== null && 'episode' in value && 'blame' in value;
}
