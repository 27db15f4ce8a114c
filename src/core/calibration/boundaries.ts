import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { BlockBoundary, LASTING, SINGLE } from './block-boundary.ts';
import { LastingEvidence } from './lasting-evidence.ts';

/**
 * What makes a sample of a series anomalous: more evidence than its own past hours reached by themselves, be it that of one
 * sample or what lasts. Noise and jobs make single samples odd now and then, but seldom most of seven, so that what lasts has
 * a boundary of its own and is found where it hides below the other.
 */
export class Boundaries {
  readonly #single: BlockBoundary;
  readonly #lasting: BlockBoundary;
  readonly #lasts: LastingEvidence;
  #evidence = 0;
  #lastingEvidence = 0;
  #singleAt = Number.NaN;
  #lastingAt = Number.NaN;

  constructor(stepMs: number, room = new Room()) {
    this.#single = new BlockBoundary(stepMs, SINGLE, room);
    this.#lasting = new BlockBoundary(stepMs, LASTING, room);
    this.#lasts = new LastingEvidence(room);
  }

  get blocks(): number {
    return this.#single.blocks;
  }

  /** How many of them a day has: less than 24 where a step is long. */
  get blocksADay(): number {
    return this.#single.blocksADay;
  }

  /** Evidence at which one sample by itself is anomalous. */
  get single(): number {
    return this.#singleAt;
  }

  /**
   * Deviation ratio of the sample taken last. Evidence is a logarithm: what lasts counts beyond its boundary as a single
   * sample does beyond the other, and no more than the sample says itself, which may be the first that is back.
   */
  get ratio(): number {
    const single = this.#ratioOf(this.#evidence, this.#singleAt);
    const lasting = Math.min(this.#evidence, this.#lastingEvidence);
    return Math.max(single, this.#ratioOf(lasting, this.#lastingAt));
  }

  /** Evidence at which one sample by itself has this deviation ratio. */
  evidenceAt(ratio: number): number {
    return ratio < 1 ? ratio * this.#singleAt : this.#singleAt + (ratio - 1) * this.#one;
  }

  /** Takes the next sample's evidence, at an age of the series. */
  take(evidence: number, ageDays: number): void {
    this.#evidence = evidence;
    this.#lastingEvidence = this.#lasts.next(evidence);
    this.#singleAt = this.#single.at(ageDays);
    this.#lastingAt = this.#lasting.at(ageDays);
  }

  /**
   * Learns the sample taken last; of one that is `explained` no more than would be normal. True when a block has just been
   * completed.
   */
  learn(timeMs: number, explained: boolean): boolean {
    const mostSingle = explained ? this.#singleAt : Number.POSITIVE_INFINITY;
    const mostLasting = explained ? this.#lastingAt : Number.POSITIVE_INFINITY;
    this.#lasting.learn(timeMs, Math.min(this.#lastingEvidence, mostLasting));
    return this.#single.learn(timeMs, Math.min(this.#evidence, mostSingle));
  }

  refit(): void {
    this.#single.refit();
    this.#lasting.refit();
  }

  /** A trouble is over: nothing lasts. */
  calm(): void {
    this.#lasts.clear();
  }

  save(out: StateWriter): void {
    for (const part of this.#parts()) part.save(out);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
  }

  #ratioOf(evidence: number, boundary: number): number {
    if (evidence < boundary) return evidence / boundary;
    return 1 + (evidence - boundary) / this.#one;
  }

  /** Evidence beyond a boundary that counts as one. */
  get #one(): number {
    return this.#single.beyond * this.#singleAt;
  }

  #parts() {
    return [this.#single, this.#lasting, this.#lasts];
  }
}
