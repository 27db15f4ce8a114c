import { entityOf } from '../core/entity/entity-of.ts';
import { type Labels, labelsKey } from '../core/labels.ts';
import {
  type EpisodeStates,
  type FittedDetector,
  SeriesModel,
} from '../core/model/series-model.ts';
import type { Checkpoint, CheckpointDraft } from '../store/checkpoints-table.ts';
import type { ActiveModel, ModelSnapshot } from '../store/models-table.ts';
import type { SeriesState, StoredSeries } from '../store/series-table.ts';
import { JudgedSamples } from './judged-samples.ts';
import { NOTHING_DECLARED, type Surroundings } from './surroundings.ts';
import type { WatchedQuery } from './watched-query.ts';

/** What a checkpoint holds beside the learned state. */
interface Memo {
  readonly basis: string;
  readonly episodes: EpisodeStates;
  /** Model versions in force, by detector kind. */
  readonly models: Readonly<Record<string, ModelInForce>>;
  readonly trainedAtMs: number | null;
}

export interface ModelInForce {
  readonly id: number;
  readonly version: string;
}

const STATE_EVERY_MS = 3_600_000;

/**
 * One series in memory: its model (about 64 KB) and how far detection has come.
 *
 * `learnedUntilMs` is the last sample the model has seen, `scoredUntilMs` the last one whose verdict is in the database.
 * After a restart the model is younger than the verdicts: the samples between are learned again without being scored.
 */
export class LiveSeries {
  readonly id: number;
  readonly labels: Labels;
  readonly key: string;
  /** What it was measured on, and the key of that; undefined when no label says so. */
  readonly entity: Labels | undefined;
  readonly entityKey: string | undefined;
  /** What its entity has still to hear of. */
  readonly judged = new JudgedSamples();
  readonly firstSeenAtMs: number;
  query: WatchedQuery;
  model: SeriesModel;
  /** -Infinity before there is a checkpoint. */
  scoredUntilMs = Number.NEGATIVE_INFINITY;
  learnedUntilMs = Number.NEGATIVE_INFINITY;
  lastSampleMs = Number.NEGATIVE_INFINITY;
  /** Model time of the learned state that the database holds. */
  stateSavedMs = Number.NEGATIVE_INFINITY;
  trainedAtMs = Number.NaN;
  readonly models = new Map<string, ModelInForce>();
  /** Versions to take over, by id: each before the first sample of its time (epoch milliseconds) or later. */
  readonly wanted = new Map<number, number>();
  /** Ids of versions that cannot be read. */
  readonly refused = new Set<number>();
  /** Declared events and planned work, told anew before every run. */
  surroundings: Surroundings = NOTHING_DECLARED;
  /** Its latest sample that was normal after an event only. */
  excused: { readonly kind: string; readonly timeMs: number } | undefined;
  /** Whether its history has been read, or it has none: it may be scored. */
  opened = false;
  state: SeriesState;
  reason: string;
  samplesSeen: number;
  /** Name of its first training, once per series in the table of jobs. */
  firstOccasion = 'first';
  /** When its first training failed; NaN when it did not. It is tried again hourly. */
  firstFailedMs = Number.NaN;
  /** When the row of the series was written last. */
  writtenAtMs = Number.NEGATIVE_INFINITY;
  /** What is wrong with it, for people; and in how many runs in a row it was. */
  problem: string | undefined;
  failures = 0;
  /** Its model is in an unknown state and must be read again. */
  broken = false;
  warnedLate = false;

  constructor(stored: StoredSeries, query: WatchedQuery) {
    this.id = stored.id;
    this.labels = stored.labels;
    this.key = labelsKey(stored.labels);
    this.entity = entityOf(stored.labels);
    this.entityKey = this.entity && labelsKey(this.entity);
    this.firstSeenAtMs = stored.firstSeenAtMs;
    this.state = stored.state;
    this.reason = stored.reason;
    this.samplesSeen = stored.samplesSeen;
    this.lastSampleMs = stored.lastSampleAtMs ?? Number.NEGATIVE_INFINITY;
    this.query = query;
    this.model = new SeriesModel(query.policy);
  }

  get firstFailed(): boolean {
    return !Number.isNaN(this.firstFailedMs);
  }

  /** For people. */
  get title(): string {
    return `${this.query.alias} ${this.key}`;
  }

  get trained(): boolean {
    return this.model.fitted;
  }

  /** Keeps what was said of the series before it was read again. */
  takeTroublesOf({ problem, failures, warnedLate, firstFailedMs }: LiveSeries): void {
    this.problem = problem;
    this.failures = failures;
    this.warnedLate = warnedLate;
    this.firstFailedMs = firstFailedMs;
  }

  /** Goes on where a checkpoint stands. RangeError when its state cannot be read. */
  resume(checkpoint: Checkpoint, snapshots: readonly ModelSnapshot[]): void {
    const { scoredUntilMs, state, stateUntilMs } = checkpoint;
    const memo = memoOf(checkpoint);
    const model = new SeriesModel(this.query.policy);
    if (state !== null) model.restore(state);
    for (const { modelType, snapshot } of snapshots) model.adopt(modelType, snapshot);
    if (memo) model.resumeEpisodes(memo.episodes);
    this.model = model;
    this.models.clear();
    for (const { id, modelType, version } of snapshots) this.models.set(modelType, { id, version });
    this.scoredUntilMs = scoredUntilMs;
    this.learnedUntilMs = stateUntilMs ?? Number.NEGATIVE_INFINITY;
    this.stateSavedMs = this.learnedUntilMs;
    this.lastSampleMs = Math.max(this.lastSampleMs, scoredUntilMs);
    this.trainedAtMs = memo?.trainedAtMs ?? Number.NaN;
    this.opened = true;
  }

  /** The checkpoint of a first training: samples up to its end count as scored, none of them was judged. */
  firstCheckpoint(
    state: { bytes: Uint8Array; untilMs: number },
    trainedAtMs: number,
  ): CheckpointDraft {
    const scoredUntilMs = Math.max(this.scoredUntilMs, state.untilMs);
    // Its versions are adopted from the database like any other: their ids are not known before they are written.
    const memo: Memo = { ...this.#memo(), models: {}, trainedAtMs };
    return { ...this.checkpoint(scoredUntilMs, state), episode: memo };
  }

  /** Goes on with what a first training learned; what came since is learned again by the next run. */
  beginJudging(
    learned: { readonly state: Uint8Array; readonly untilMs: number },
    detectors: readonly FittedDetector[],
    versions: readonly ActiveModel[],
  ): void {
    this.model = new SeriesModel(this.query.policy);
    this.model.restore(learned.state);
    for (const { kind, snapshot } of detectors) this.model.adopt(kind, snapshot);
    this.models.clear();
    for (const { id, modelType, version } of versions) this.models.set(modelType, { id, version });
    this.samplesSeen = this.model.samplesSeen;
    this.learnedUntilMs = learned.untilMs;
    this.stateSavedMs = learned.untilMs;
    this.scoredUntilMs = Math.max(this.scoredUntilMs, learned.untilMs);
    this.lastSampleMs = Math.max(this.lastSampleMs, learned.untilMs);
    this.firstFailedMs = Number.NaN;
    this.opened = true;
  }

  /** The same knowledge under another policy. */
  adoptPolicy(query: WatchedQuery): void {
    const before = this.model;
    this.query = query;
    this.model = new SeriesModel(query.policy);
    this.model.restore(before.snapshot());
    for (const { kind, snapshot } of before.fittedDetectors()) this.model.adopt(kind, snapshot);
    this.model.resumeEpisodes(before.episodeStates());
  }

  /** Takes over one version. RangeError when it cannot be read; the one in force stays. */
  adoptVersion({ id, modelType, version, snapshot }: ModelSnapshot): void {
    this.model.adopt(modelType, snapshot);
    this.models.set(modelType, { id, version });
  }

  /** Ids of the versions to take over that judge samples of `timeMs`. */
  versionsFor(timeMs: number): number[] {
    return [...this.wanted].filter(([, fromMs]) => fromMs <= timeMs).map(([id]) => id);
  }

  /** What the next checkpoint says; with the learned state where `state` is given. */
  checkpoint(untilMs: number, state?: CheckpointDraft['state']): CheckpointDraft {
    const { scoredUntilMs } = this;
    return {
      seriesId: this.id,
      scoredFromMs: Number.isFinite(scoredUntilMs) ? scoredUntilMs : null,
      scoredUntilMs: untilMs,
      episode: this.#memo(),
      ...(state && { state }),
    };
  }

  #memo(): Memo {
    return {
      basis: this.query.basis,
      episodes: this.model.episodeStates(),
      models: Object.fromEntries(this.models),
      trainedAtMs: Number.isNaN(this.trainedAtMs) ? null : this.trainedAtMs,
    };
  }

  learnedState(): { bytes: Uint8Array; untilMs: number } {
    return { bytes: this.model.snapshot(), untilMs: this.learnedUntilMs };
  }

  /**
   * Whether the learned state should be written again: once an hour of sample time, each series at its own minute. Never
   * ahead of its entity, which after a restart must be told again what it has not heard.
   */
  get stateDue(): boolean {
    if (this.judged.size > 0) return false;
    const offset = (this.id * 7_919_000) % STATE_EVERY_MS;
    const hourOf = (timeMs: number): number => Math.floor((timeMs - offset) / STATE_EVERY_MS);
    return hourOf(this.learnedUntilMs) !== hourOf(this.stateSavedMs);
  }
}

/** Model ids in force when the state of a checkpoint was written. */
export function modelIdsOf(checkpoint: Checkpoint): number[] {
  const memo = memoOf(checkpoint);
  return memo ? Object.values(memo.models).map(({ id }) => id) : [];
}

/** What the state of a checkpoint was learned of. */
export function basisOf(checkpoint: Checkpoint): string | undefined {
  return memoOf(checkpoint)?.basis;
}

function memoOf({ episode }: Checkpoint): Memo | undefined {
  return isMemo(episode) ? episode : undefined;
}

/** The engine alone writes it. */
function isMemo(value: unknown): value is Memo {
  return typeof value === 'object' && value !== null && 'basis' in value && 'episodes' in value;
}
