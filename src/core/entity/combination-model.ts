import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState } from '../anomalies/episode-machine.ts';
import { BlockBoundary } from '../calibration/block-boundary.ts';
import { Persistence } from '../calibration/persistence.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { Judgement } from '../model/judgement.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { SmallestSpread } from './joint-distance.ts';
import { JointView } from './joint-view.ts';

/** Against the clock a series has some scatter, however regular it is; by its values likewise. */
const CLOCK_SPREAD = { absolute: 0.25, relative: 0 };
const PLAIN_SPREAD = { absolute: 1e-12, relative: 0.005 };
/** Hours (or blocks of 12 rows) whose highest evidence must be known before anything is flagged. */
const LEARNING_BLOCKS = 24;
const YOUNG_MS = 3 * DAY_MS;
const REFIT_MS = HOUR_MS;
const GROWN_REFIT_MS = DAY_MS;
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

/** Part of one member in an unusual combination. */
export interface MemberShare {
  readonly member: number;
  /** 0..1; the shares of all members sum to 1. */
  readonly share: number;
}

/** An unusual combination from its opening to its close. */
export interface Combination extends Episode {
  /** The member that had the largest share when it opened: value, band and identity are this one's. */
  readonly leader: number;
  /** At the peak, largest first. */
  readonly shares: readonly MemberShare[];
}

/** What the members' own models say of one row. */
export interface MemberRow {
  /** `SeriesModel.offset` of every member; NaN of one that has no sample at this row. */
  readonly offsets: Float64Array;
  /** The values themselves, likewise. */
  readonly values: Float64Array;
  /** Whether a member is anomalous by itself, or normal only after an event. */
  readonly odd: boolean;
  /** What its own model said of the member at `index`. */
  judgementOf(index: number): Pick<Judgement, 'value' | 'expected' | 'lower' | 'upper'>;
}

type Blame = Pick<Combination, 'openedAtMs' | 'leader' | 'shares'>;

/** A model at rest, as plain data beside its snapshot. */
export interface CombinationState {
  readonly episode: EpisodeState;
  readonly blame: Blame | null;
}

/**
 * Whether the series of one entity go together as they usually do, judged on what their own models say of them.
 *
 * Evidence is the tail probability of the row's distance (see JointDistance), learned from the entity's own past. Two
 * views must agree, the weaker one counts: how the series stand against what the clock lets expect of each, where a
 * nightly job is nothing unusual, and their plain values, where expectations that differ are nothing unusual. The
 * entity's own hours set the boundary, as they do for a series. A row at which a member is anomalous by itself, or has been
 * within a quarter of an hour or 12 rows, opens nothing: that member has its own anomaly. Neither
 * such rows nor those of an open combination are learned; what goes on for a day, or comes and goes for longer, is
 * the new way to go together: it closes as the new level and everything is learned anew.
 */
export class CombinationModel {
  /** Numbers by which the members are known, in the order of the rows. */
  members: readonly number[];
  readonly stepMs: number;
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
  readonly #persistence: Persistence;
  readonly #unrestGain: number;
  readonly #machine: EpisodeMachine;
  /** By what the clock lets expect, and by plain values. */
  #views: readonly [JointView, JointView];
  #boundary: BlockBoundary;
  #firstMs = Number.NaN;
  #refitMs = Number.NEGATIVE_INFINITY;
  #unrest = 0;
  #oddMs = Number.NEGATIVE_INFINITY;
  #blame: Blame | undefined;
  #news: Combination[] = [];

  /** `members` at least two, all different; a row comes every `stepMs`. */
  constructor(members: readonly number[], stepMs: number) {
    this.members = members;
    this.stepMs = stepMs;
    this.#persistence = new Persistence(stepMs);
    this.#unrestGain = 1 - 2 ** (-stepMs / HABIT_HALF_LIFE_MS);
    this.#machine = new EpisodeMachine({
      kind: 'combination',
      stepMs,
      openAfter: 'auto',
      closeAfter: 'auto',
    });
    const viewOf = (smallest: SmallestSpread): JointView =>
      new JointView(members.length, { stepMs, smallest });
    this.#views = [viewOf(CLOCK_SPREAD), viewOf(PLAIN_SPREAD)];
    this.#boundary = new BlockBoundary(stepMs);
  }

  /** Whether it has watched for a day once it knew how the series go together: before that nothing is flagged. */
  get grown(): boolean {
    return this.#boundary.blocks >= LEARNING_BLOCKS;
  }

  /** Share of each member in the latest row's distance, largest first; none where nothing deviates. */
  shares(): MemberShare[] {
    const [clock, plain] = this.#views.map((view) => view.shares());
    return this.members
      .map((member, i) => ({ member, share: (clock[i] + plain[i]) / 2 }))
      .filter(({ share }) => share >= SMALLEST_SHARE)
      .toSorted((a, b) => b.share - a.share);
  }

  /** Judges one row, then learns it. A time not after the latest one is passed over. */
  observe(timeMs: number, row: MemberRow): void {
    const { last } = this;
    if (timeMs <= last.timeMs) return;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
    last.timeMs = timeMs;
    if (row.odd) this.#oddMs = timeMs;
    const [clock, plain] = this.#views;
    const evidence = Math.min(clock.measure(row.offsets), plain.measure(row.values));
    const ratio = this.grown ? evidence / this.#boundary.at(this.#ageMs / DAY_MS) : 0;
    const held = !this.#machine.open && timeMs - this.#oddMs <= this.#aftermathMs;
    last.ratio = this.#persistence.next(held ? Math.min(ratio, JUST_NORMAL) : ratio);
    this.#raise(row);
    // What is unusual must not become usual while it goes on.
    if (!row.odd && !last.flagged) this.#learn(evidence);
    this.#unrest += (Number(last.flagged) - this.#unrest) * this.#unrestGain;
    if (this.#unrest >= NEW_HABIT) this.#beginAnew();
  }

  /** Combinations opened, extended or closed since the last call, each in its latest form, oldest first. */
  drain(): Combination[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Closes what is open at `timeMs`: the entity is judged no longer. */
  end(timeMs: number): void {
    this.#machine.end(timeMs);
    this.#report();
  }

  state(): CombinationState {
    return { episode: this.#machine.state(), blame: this.#blame ?? null };
  }

  /** Goes on with other members; those that are new go their own way until more is known of them. */
  regroup(members: readonly number[]): void {
    if (this.#blame && !members.includes(this.#blame.leader)) this.end(this.last.timeMs);
    const from = members.map((member) => this.members.indexOf(member));
    for (const view of this.#views) view.regroup(from);
    this.members = members;
  }

  /** What was learned, versioned binary; the episode is apart (`state`). */
  snapshot(): Uint8Array {
    const out = new StateWriter('CMBN', 2);
    const { last } = this;
    const figures = [last.timeMs, last.value, last.expected, last.lower, last.upper, last.ratio];
    const times = [this.#firstMs, this.#refitMs, this.#oddMs, this.#unrest];
    for (const figure of [...figures, ...times]) out.float(figure);
    for (const part of this.#parts()) part.save(out);
    return out.finish();
  }

  /** Goes on where another model of the same members stood. RangeError when it cannot be read. */
  restore(bytes: Uint8Array, { episode, blame }: CombinationState): void {
    const state = new StateReader(bytes, 'CMBN', 2);
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
    for (const part of this.#parts()) part.load(state);
    state.end();
    this.#machine.resume(episode);
    this.#blame = blame ?? undefined;
    last.flagged = this.#machine.open;
  }

  #parts() {
    return [this.#persistence, ...this.#views, this.#boundary];
  }

  get #ageMs(): number {
    return this.last.timeMs - this.#firstMs;
  }

  get #aftermathMs(): number {
    return Math.max(AFTERMATH_MS, AFTERMATH_ROWS * this.stepMs);
  }

  get #confidence(): number {
    return MOST_TRUST * Math.sqrt(Math.min(1, this.#ageMs / FULL_TRUST_MS));
  }

  /** Lets the row open, extend or close a combination. */
  #raise(row: MemberRow): void {
    const { last } = this;
    const wasOpen = this.#machine.open;
    if (wasOpen || last.ratio >= 1) {
      const leader = wasOpen ? this.#blame?.leader : this.shares()[0]?.member;
      const index = leader === undefined ? -1 : this.members.indexOf(leader);
      const { value, expected, lower, upper } = row.judgementOf(Math.max(0, index));
      Object.assign(last, { value, expected, lower, upper });
    }
    const changed = this.#machine.observe(last, {
      votes: () => ({ combination: last.ratio }),
      confidence: this.#confidence,
      ...(!this.grown && { ending: 'new_level' }),
    });
    if (changed?.peak.timeMs === last.timeMs) this.#accuse(changed);
    this.#report();
    last.flagged = this.#machine.open;
  }

  #accuse({ openedAtMs }: Episode): void {
    const shares = this.shares();
    const before = this.#blame;
    const leader =
      before?.openedAtMs === openedAtMs ? before.leader : (shares[0]?.member ?? this.members[0]);
    this.#blame = { openedAtMs, leader, shares };
  }

  #report(): void {
    for (const episode of this.#machine.drain()) {
      if (!this.#blame) continue;
      const combination = { ...episode, leader: this.#blame.leader, shares: this.#blame.shares };
      const latest = this.#news.length - 1;
      if (this.#news[latest]?.openedAtMs === episode.openedAtMs) this.#news[latest] = combination;
      else this.#news.push(combination);
    }
  }

  #learn(evidence: number): void {
    const { timeMs } = this.last;
    for (const view of this.#views) view.learn();
    // Before the views are known nothing is evident, which says nothing of what will be.
    if (this.#views.every((view) => view.known)) this.#boundary.learn(timeMs, evidence);
    const pauseMs = this.#ageMs < YOUNG_MS ? REFIT_MS : GROWN_REFIT_MS;
    if (timeMs - this.#refitMs < pauseMs) return;
    this.#refitMs = timeMs;
    for (const view of this.#views) view.refit();
    this.#boundary.refit();
  }

  #beginAnew(): void {
    const [clock, plain] = this.#views;
    this.#views = [clock.anew(), plain.anew()];
    this.#boundary = new BlockBoundary(this.stepMs);
    this.#firstMs = Number.NaN;
    this.#unrest = 0;
  }
}
