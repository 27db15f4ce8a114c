import type { Background } from '../anomalies/contribution.ts';
import type { Episode } from '../anomalies/episode.ts';
import {
  EpisodeMachine,
  type EpisodeRules,
  type EpisodeState,
} from '../anomalies/episode-machine.ts';
import { hasBoundary } from '../calibration/alert-budget.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Condition } from './condition.ts';
import { conditionGrounds } from './grounds.ts';
import type { Judgement } from './judgement.ts';

interface Watched {
  readonly condition: Condition;
  readonly machine: EpisodeMachine;
}

/** The conditions of one series, each with the episodes it opens. */
export class Conditions {
  /** What the boundaries of those that have one are multiplied by, for an alert budget. */
  strictness = 1;
  readonly #watched: readonly Watched[];

  constructor(conditions: readonly Condition[], { stepMs }: Pick<EpisodeRules, 'stepMs'>) {
    // How long a condition must last is its own matter: its ratio says so.
    this.#watched = conditions.map((condition) => ({
      condition,
      machine: new EpisodeMachine({
        kind: condition.kind,
        stepMs,
        openAfter: 'auto',
        closeAfter: 'auto',
      }),
    }));
  }

  /** Highest ratio of all; 0 when there is none. */
  get ratio(): number {
    let highest = 0;
    for (const { condition } of this.#watched)
      highest = Math.max(highest, this.#ratioOf(condition));
    return highest;
  }

  /** The same of those that have a boundary, at the boundary itself. */
  get peak(): number {
    let highest = 0;
    for (const { condition } of this.#watched) {
      if (hasBoundary(condition.kind)) highest = Math.max(highest, condition.last.ratio);
    }
    return highest;
  }

  /** Whether a trouble goes on: not one that only waits for its day to pass. */
  get active(): boolean {
    return this.#watched.some(({ machine }) => machine.active);
  }

  observe(sample: Readonly<Judgement>, localMs: number): void {
    for (const { condition } of this.#watched) condition.observe(sample, localMs);
  }

  /** Lets what was observed last open, extend or close episodes. */
  raise(background: () => Background): void {
    for (const { condition, machine } of this.#watched) {
      const { kind, confidence, ending, drift, standstill } = condition;
      const ratio = this.#ratioOf(condition);
      const last = ratio === condition.last.ratio ? condition.last : { ...condition.last, ratio };
      const votes = (): Record<string, number> => ({ [kind]: ratio });
      const grounds = () => conditionGrounds(condition, background());
      const isAway = condition.away ?? false;
      machine.observe(last, { votes, confidence, ending, isAway, drift, standstill, grounds });
    }
  }

  drain(): Episode[] {
    return this.#watched.flatMap(({ machine }) => machine.drain());
  }

  end(timeMs: number): void {
    for (const { machine } of this.#watched) machine.end(timeMs);
  }

  states(): Record<string, EpisodeState> {
    return Object.fromEntries(
      this.#watched.map(({ condition, machine }) => [condition.kind, machine.state()]),
    );
  }

  resume(states: Readonly<Record<string, EpisodeState>>): void {
    for (const { condition, machine } of this.#watched) {
      const state = states[condition.kind];
      if (state) machine.resume(state);
    }
  }

  save(out: StateWriter): void {
    for (const { condition } of this.#watched) condition.save(out);
  }

  load(state: StateReader): void {
    for (const { condition } of this.#watched) condition.load(state);
  }

  #ratioOf({ kind, last }: Condition): number {
    return hasBoundary(kind) ? last.ratio / this.strictness : last.ratio;
  }
}
