import { BlockBoundary, SINGLE } from '../calibration/block-boundary.ts';
import { DailyRange } from '../calibration/daily-range.ts';
import { HourlyPeaks } from '../calibration/hourly-peaks.ts';
import { Persistence } from '../calibration/persistence.ts';
import { type CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { Judgement } from '../model/judgement.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import {
  type JointEpisode,
  JointEpisodes,
  type JointState,
  type MemberShare,
} from './joint-episodes.ts';
import { JointEvidence } from './joint-evidence.ts';
import type { MemberRow } from './member-row.ts';

/** Evidence of all members together at which an entity is anomalous; the hours' own maxima hide too much here. */
const BOUNDARY = 2.1;
/** Hours (or blocks of 12 rows) whose evidence sets the boundary of members that are apart, before anything is flagged by it. */
const FEWEST_BLOCKS = 24;
/** So long an entity is watched before anything is flagged: what happens every night must have been met. */
const LEARNING_MS = 4 * DAY_MS;
const YOUNG_MS = 3 * DAY_MS;
const REFIT_MS = HOUR_MS;
const GROWN_REFIT_MS = DAY_MS;
/** What was met at this time of other days may be so many times as much today. */
const HABIT_MARGIN = 1.3;
/** After so many normal rows trouble is over. */
const CALM_ROWS = 3;
/** Share of flagged rows, of which one counts half after three days, at which that is how the series go together now: a day of them. */
const NEW_HABIT = 0.2;
const HABIT_HALF_LIFE_MS = 3 * DAY_MS;
/** After a series that was anomalous by itself the others need so long to come to rest, at least. */
const AFTERMATH_MS = 900_000;
const AFTERMATH_ROWS = 12;
const FULL_TRUST_MS = 7 * DAY_MS;
const MOST_TRUST = 0.95;
const JUST_NORMAL = 0.99;
/** Members with a smaller share go unnamed. */
const SMALLEST_SHARE = 0.01;

export interface JointModelOptions {
  /** A row comes every so often. */
  readonly stepMs: number;
  readonly civil: CivilTime;
}

/**
 * One verdict over several series of one machine or service, from what their own models say of the same row: live and
 * in backtests.
 *
 * A row is as unusual as the members are together (against a fixed boundary) or as far as they are apart from how they
 * usually go together (against a boundary that the entity's own hours have set), whichever is more: see JointEvidence.
 * What was met at this time on several days of a week opens nothing, as with a series.
 *
 * Rows of an open combination are not learned, so that it does not become usual while it goes on; what goes on for a
 * day, or comes and goes for longer, is the new way to go together: it closes as the new level and all is learned anew.
 */
export class JointModel {
  /** Numbers by which the members are known, in the order of the rows. */
  members: readonly number[];
  readonly stepMs: number;
  readonly civil: CivilTime;
  /** Judgement of the latest row; value, expected and band are those of the leading member. */
  readonly last: Judgement = {
    timeMs: Number.NaN,
    value: Number.NaN,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    ratio: 0,
    flagged: false,
  };
  /** What both boundaries are multiplied by, for an alert budget; of this run, not of the learned state. */
  strictness = 1;
  /** The highest ratios of late of rows at which no member is anomalous by itself, all at the boundaries themselves. */
  readonly peaks: HourlyPeaks;
  readonly #persistence: Persistence;
  readonly #habits: DailyRange;
  readonly #unrestGain: number;
  readonly #episodes: JointEpisodes;
  #evidence: JointEvidence;
  #boundary: BlockBoundary;
  #apart = false;
  #firstMs = Number.NaN;
  #refitMs = Number.NEGATIVE_INFINITY;
  #unrest = 0;
  #oddMs = Number.NEGATIVE_INFINITY;
  /** Normal rows in a row, as far as it matters. */
  #calm = CALM_ROWS;

  /** `members` at least two, all different. */
  constructor(members: readonly number[], { stepMs, civil }: JointModelOptions) {
    this.members = members;
    this.stepMs = stepMs;
    this.civil = civil;
    this.#persistence = new Persistence(stepMs);
    const room = new Room();
    this.peaks = new HourlyPeaks(room);
    this.#habits = new DailyRange(stepMs, { room });
    this.#unrestGain = 1 - 2 ** (-stepMs / HABIT_HALF_LIFE_MS);
    this.#episodes = new JointEpisodes(stepMs);
    this.#evidence = new JointEvidence(members.length, stepMs, room);
    this.#boundary = new BlockBoundary(stepMs, SINGLE);
  }

  /** Whether it has watched for four days: before that nothing is flagged. */
  get grown(): boolean {
    return this.#ageMs >= LEARNING_MS;
  }

  /** Index of the member that has the largest share in the latest row. */
  get top(): number {
    const parts = this.#partsOfLatest();
    let top = 0;
    for (let i = 1; i < parts.length; i++) if (parts[i] > parts[top]) top = i;
    return top;
  }

  /** Share of each member in the latest verdict, largest first; none where nothing deviates. */
  shares(): MemberShare[] {
    const parts = this.#partsOfLatest();
    const sum = parts.reduce((all, part) => all + part, 0);
    return this.members
      .map((member, i) => ({ member, share: sum > 0 ? parts[i] / sum : 0 }))
      .filter(({ share }) => share >= SMALLEST_SHARE)
      .toSorted((a, b) => b.share - a.share);
  }

  /** Judges one row, then learns it. A time not after the latest one is passed over. */
  observe(timeMs: number, row: MemberRow): void {
    const { last } = this;
    if (!this.#judge(timeMs, row)) return;
    this.#raise(row);
    const outageMs = this.#episodes.outageOverAt(timeMs);
    if (outageMs !== undefined) {
      this.#habits.forgetSince(this.civil.toLocal(timeMs) - (timeMs - outageMs));
    }
    if (!last.flagged || this.#episodes.kind !== 'combination') this.#learn(row);
    this.#unrest += (Number(last.flagged) - this.#unrest) * this.#unrestGain;
    if (this.#unrest >= NEW_HABIT) this.#beginAnew();
  }

  /** The same without opening an episode: what history gets. */
  absorb(timeMs: number, row: MemberRow): void {
    if (this.#judge(timeMs, row)) this.#learn(row);
  }

  /** A row that too few members have a sample for. */
  pass(): void {
    this.last.ratio = 0;
  }

  /** Anomalies opened, extended or closed since the last call, each in its latest form, oldest first. */
  drain(): JointEpisode[] {
    return this.#episodes.drain();
  }

  /** Closes what is open at `timeMs`: the entity is judged no longer. */
  end(timeMs: number): void {
    this.#episodes.end(timeMs);
  }

  state(): JointState {
    return this.#episodes.state();
  }

  /** Goes on with other members; those that are new say nothing of how all go together until more is known of them. */
  regroup(members: readonly number[]): void {
    const { leader } = this.#episodes;
    if (leader !== undefined && !members.includes(leader)) this.end(this.last.timeMs);
    this.#evidence.regroup(members.map((member) => this.members.indexOf(member)));
    this.members = members;
  }

  /** What was learned, versioned binary; the episode is apart (`state`). */
  snapshot(): Uint8Array {
    const out = new StateWriter('JNTM', 4);
    const { last } = this;
    const figures = [last.timeMs, last.value, last.expected, last.lower, last.upper, last.ratio];
    const times = [this.#firstMs, this.#refitMs, this.#oddMs, this.#unrest];
    for (const figure of [...figures, ...times]) out.float(figure);
    out.int(this.#calm);
    out.int(Number(this.#apart));
    for (const part of this.#parts()) part.save(out);
    return out.finish();
  }

  /** Goes on where another model of the same members stood. RangeError when it cannot be read. */
  restore(bytes: Uint8Array, episodes: JointState): void {
    const state = new StateReader(bytes, 'JNTM', 4);
    const { last } = this;
    last.timeMs = state.float();
    last.value = state.float();
    last.expected = state.float();
    last.lower = state.float();
    last.upper = state.float();
    last.ratio = state.float();
    this.#firstMs = state.float();
    this.#refitMs = state.float();
    this.#oddMs = state.float();
    this.#unrest = state.float();
    this.#calm = state.int();
    this.#apart = state.int() === 1;
    for (const part of this.#parts()) part.load(state);
    state.end();
    this.#episodes.resume(episodes);
    last.flagged = this.#episodes.open;
  }

  #parts() {
    return [this.#evidence, this.#boundary, this.#persistence, this.#habits, this.peaks];
  }

  get #ageMs(): number {
    return this.last.timeMs - this.#firstMs;
  }

  get #confidence(): number {
    return MOST_TRUST * Math.sqrt(Math.min(1, this.#ageMs / FULL_TRUST_MS));
  }

  /** Whether a member is anomalous by itself, or has just been. */
  get #held(): boolean {
    const aftermathMs = Math.max(AFTERMATH_MS, AFTERMATH_ROWS * this.stepMs);
    return this.last.timeMs - this.#oddMs <= aftermathMs;
  }

  /** Where the members are apart, what each has to do with that; else how loud each is by itself. */
  #partsOfLatest(): Float64Array {
    return this.#apart ? this.#evidence.residuals() : this.#evidence.loudness();
  }

  /** False for a time that was judged before. */
  #judge(timeMs: number, row: MemberRow): boolean {
    const { last } = this;
    if (timeMs <= last.timeMs) return false;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
    last.timeMs = timeMs;
    if (row.odd) this.#oddMs = timeMs;
    this.#evidence.measure(row);
    const together = this.#evidence.together / BOUNDARY;
    const known = this.#boundary.blocks >= FEWEST_BLOCKS;
    const apart = known ? this.#evidence.apart / this.#boundary.at(this.#ageMs / DAY_MS) : 0;
    this.#apart = apart > together;
    const ratio = Math.max(together, apart);
    // A stricter boundary excuses nothing less: what is learned does not depend on the budget.
    const least = Math.min(1, this.strictness);
    const localMs = this.civil.toLocal(timeMs);
    const isHabit =
      ratio >= least &&
      this.#calm >= CALM_ROWS &&
      this.#habits.covers(localMs, ratio / HABIT_MARGIN);
    this.#habits.learn(localMs, ratio);
    const counts = isHabit || !this.grown ? Math.min(ratio, JUST_NORMAL * least) : ratio;
    this.#calm = counts < least ? Math.min(this.#calm + 1, CALM_ROWS) : 0;
    if (this.grown) this.peaks.learn(timeMs, this.#held ? 0 : counts);
    last.ratio = this.#persistence.next(counts / this.strictness);
    return true;
  }

  /** Lets the row open, extend or close an anomaly. */
  #raise(row: MemberRow): void {
    const { last } = this;
    const leader = this.#episodes.open ? this.#episodes.leader : undefined;
    const index = leader === undefined ? this.top : this.members.indexOf(leader);
    const { value, expected, lower, upper } = row.judgementOf(Math.max(0, index));
    Object.assign(last, { value, expected, lower, upper });
    this.#episodes.raise(last, {
      confidence: this.#confidence,
      ...(!this.grown && { ending: 'new_level' }),
      accuse: () => ({
        first: this.members[0],
        shares: this.shares(),
        kind: this.#held ? 'deviation' : 'combination',
      }),
    });
    last.flagged = this.#episodes.open;
  }

  #learn(row: MemberRow): void {
    const { timeMs } = this.last;
    this.#boundary.learn(timeMs, this.#evidence.apart);
    this.#evidence.learn(timeMs, row);
    const pauseMs = this.#ageMs < YOUNG_MS ? REFIT_MS : GROWN_REFIT_MS;
    if (timeMs - this.#refitMs < pauseMs) return;
    this.#refitMs = timeMs;
    this.#evidence.refit();
    this.#boundary.refit();
  }

  #beginAnew(): void {
    this.#evidence = this.#evidence.anew();
    this.#boundary = new BlockBoundary(this.stepMs, SINGLE);
    this.#firstMs = Number.NaN;
    this.#unrest = 0;
  }
}
