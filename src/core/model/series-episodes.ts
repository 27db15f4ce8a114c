import type { Background } from '../anomalies/contribution.ts';
import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState, type Evidence } from '../anomalies/episode-machine.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { Absence } from './absence.ts';
import { Conditions } from './conditions.ts';
import { DriftCondition } from './drift-condition.ts';
import { FlatLineCondition } from './flat-line-condition.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

/** Episodes of one series at rest, by kind. */
export type EpisodeStates = Readonly<Record<string, EpisodeState>>;

/** All troubles of one series that can be open side by side: deviating samples, conditions, an absence. */
export class SeriesEpisodes {
  readonly drift: DriftCondition;
  readonly absence: Absence;
  readonly #deviation: EpisodeMachine;
  readonly #conditions: Conditions;

  constructor(policy: SeriesPolicy, room = new Room()) {
    this.#deviation = new EpisodeMachine(policy);
    this.drift = new DriftCondition(policy, room);
    this.#conditions = new Conditions([this.drift, new FlatLineCondition(policy)], policy);
    this.absence = new Absence(policy);
  }

  /** Highest ratio of the conditions; 0 when there is none. */
  get ratio(): number {
    return this.#conditions.ratio;
  }

  /** See Conditions. */
  set strictness(factor: number) {
    this.#conditions.strictness = factor;
  }

  /** See Conditions. */
  get peak(): number {
    return this.#conditions.peak;
  }

  /** Whether a trouble with the samples that come goes on. */
  get active(): boolean {
    return this.#deviation.active || this.#conditions.active;
  }

  /** When the outage began that was over at `timeMs`; undefined when none was. */
  outageOverAt(timeMs: number): number | undefined {
    return this.#deviation.outageOverAt(timeMs);
  }

  /** Takes a judged sample and its civil time, in order. Opens nothing. */
  learn(sample: Readonly<Judgement>, localMs: number): void {
    this.absence.learn(sample.timeMs);
    this.#conditions.observe(sample, localMs);
  }

  /** Lets the sample that was learned last open, extend or close episodes. */
  raise(sample: Readonly<Judgement>, evidence: Evidence, background: () => Background): void {
    this.absence.back(sample);
    this.#deviation.observe(sample, evidence);
    this.#conditions.raise(background);
  }

  /** Episodes opened, extended or closed since the last call, each in its latest form, oldest first. */
  drain(): Episode[] {
    return [...this.#deviation.drain(), ...this.#conditions.drain(), ...this.absence.drain()];
  }

  /** Closes what is open at `timeMs`, but for an absence. */
  end(timeMs: number): void {
    this.#deviation.end(timeMs);
    this.#conditions.end(timeMs);
  }

  states(): EpisodeStates {
    return {
      deviation: this.#deviation.state(),
      absence: this.absence.state(),
      ...this.#conditions.states(),
    };
  }

  resume(states: EpisodeStates): void {
    const { deviation, absence } = states;
    if (absence) this.absence.resume(absence);
    if (deviation) this.#deviation.resume(deviation);
    this.#conditions.resume(states);
  }

  /** What the conditions have learned; the episodes are apart. */
  save(out: StateWriter): void {
    this.#conditions.save(out);
  }

  load(state: StateReader): void {
    this.#conditions.load(state);
  }
}
