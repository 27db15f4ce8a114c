import type { Background } from '../anomalies/contribution.ts';
import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState } from '../anomalies/episode-machine.ts';
import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { conditionGrounds } from './grounds.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

/** A series is regular when it is known for a day and fewer than one in 200 of its samples come after a pause. */
const FEWEST_SAMPLES = 200;
const YOUNG_MS = DAY_MS;
const RARE = 0.005;
const PAUSE_STEPS = 1.5;
const SHARE_FADES_MS = 7 * DAY_MS;
const LONGEST_FADES_MS = 28 * DAY_MS;
const LEAST_STEPS = 5;
const LEAST_MS = 300_000;
const TIMES_THE_LONGEST = 1.5;
/** After so long a silent series is forgotten. */
const FORGOTTEN_MS = DAY_MS;
/** High: a series that always sends does not stop for nothing. */
const RATIO = 2.5;
const MOST_TRUST = 0.95;
const FULL_TRUST_MS = 7 * DAY_MS;

/**
 * Finds the silence of a series that sent regularly, by its own pauses so far: one and a half times the longest, at least
 * five steps and five minutes. Its owner says up to when samples were asked for in vain: no sample tells that it is missing.
 */
export class Absence {
  readonly #policy: Pick<SeriesPolicy, 'stepMs' | 'missing'>;
  readonly #machine: EpisodeMachine;
  #firstMs = Number.NaN;
  #lastMs = Number.NaN;
  #samples = 0;
  /** Share of samples that came after a pause, fading. */
  #pauses = 0;
  /** Longest usual pause, fading; the longest ever. */
  #usualMs = 0;
  #longestMs = 0;

  constructor(policy: Pick<SeriesPolicy, 'stepMs' | 'missing'>) {
    this.#policy = policy;
    this.#machine = new EpisodeMachine({
      kind: 'absence',
      stepMs: policy.stepMs,
      openAfter: 'auto',
      closeAfter: 1,
    });
  }

  get open(): boolean {
    return this.#machine.open;
  }

  /** When the silence since the latest sample becomes an absence; never for a series that is not regular. */
  get dueMs(): number {
    return this.#lastMs + this.#patienceMs();
  }

  /** Takes the time of a sample, in order. */
  learn(timeMs: number): void {
    const { stepMs } = this.#policy;
    if (this.#samples++ === 0) this.#firstMs = timeMs;
    else {
      const passedMs = timeMs - this.#lastMs;
      const paused = passedMs > PAUSE_STEPS * stepMs;
      const weight = Math.max(1 / this.#samples, stepMs / SHARE_FADES_MS);
      this.#pauses += weight * ((paused ? 1 : 0) - this.#pauses);
      // An absence makes the next one wait half as long again, not for its own length: what recurs is to be seen again.
      const mostMs = paused && this.#isRegular() ? this.#allowedMs() : passedMs;
      this.#usualMs *= Math.max(0, 1 - passedMs / LONGEST_FADES_MS);
      if (paused) {
        this.#usualMs = Math.max(this.#usualMs, Math.min(passedMs, mostMs));
        this.#longestMs = Math.max(this.#longestMs, passedMs);
      }
    }
    this.#lastMs = timeMs;
  }

  /** No sample came up to `untilMs` although its source answered: opens an absence that is due, ends a forgotten one. */
  miss(untilMs: number, last: Readonly<Judgement>, background: () => Background): void {
    const sinceMs = this.#lastMs;
    if (this.dueMs <= untilMs && this.#saidMs() !== sinceMs) {
      const { expected, lower, upper } = last;
      const judgement = { expected, lower, upper, value: Number.NaN, ratio: RATIO, flagged: true };
      this.#machine.observe(
        { ...judgement, timeMs: this.dueMs },
        {
          votes: () => ({ absence: RATIO }),
          confidence:
            MOST_TRUST * Math.sqrt(Math.min(1, (sinceMs - this.#firstMs) / FULL_TRUST_MS)),
          standstill: { sinceMs, longestMs: this.#longestMs },
          grounds: () =>
            conditionGrounds({ kind: 'absence', last: { ...last, ratio: RATIO } }, background()),
        },
      );
    }
    if (this.open && untilMs - sinceMs >= FORGOTTEN_MS) this.end(sinceMs + FORGOTTEN_MS);
  }

  /** A sample came, judged as `last`: an open absence is over. */
  back(last: Readonly<Judgement>): void {
    if (!this.open) return;
    this.#machine.observe({ ...last, ratio: 0 }, { votes: () => ({}), confidence: 0 });
  }

  /** Closes an open absence: the series will not come again. */
  end(timeMs: number): void {
    this.#machine.end(timeMs);
  }

  drain(): Episode[] {
    return this.#machine.drain();
  }

  state(): EpisodeState {
    return this.#machine.state();
  }

  resume(state: EpisodeState): void {
    this.#machine.resume(state);
  }

  save(out: StateWriter): void {
    out.int(this.#samples);
    for (const figure of [this.#firstMs, this.#lastMs, this.#pauses]) out.float(figure);
    for (const figure of [this.#usualMs, this.#longestMs]) out.float(figure);
  }

  load(state: StateReader): void {
    this.#samples = state.int();
    this.#firstMs = state.float();
    this.#lastMs = state.float();
    this.#pauses = state.float();
    this.#usualMs = state.float();
    this.#longestMs = state.float();
  }

  #isRegular(): boolean {
    const isOld = this.#samples >= FEWEST_SAMPLES && this.#lastMs - this.#firstMs >= YOUNG_MS;
    return isOld && this.#pauses < RARE;
  }

  #patienceMs(): number {
    const { missing } = this.#policy;
    if (missing === 'ok') return Number.POSITIVE_INFINITY;
    if (missing !== 'anomaly') return missing.afterMs;
    return this.#isRegular() ? this.#allowedMs() : Number.POSITIVE_INFINITY;
  }

  #allowedMs(): number {
    const { stepMs } = this.#policy;
    const allowedMs = Math.max(LEAST_MS, TIMES_THE_LONGEST * this.#usualMs);
    return Math.max(LEAST_STEPS, Math.ceil(allowedMs / stepMs)) * stepMs;
  }

  /** Latest sample before the silence that was told last. */
  #saidMs(): number | undefined {
    return this.#machine.state().episode?.standstill?.sinceMs;
  }
}
