import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { smallMedian } from '../stats/small-median.ts';

const SAMPLES = 7;
const SCRATCH = new Float64Array(SAMPLES);

/**
 * Evidence that lasts: the median of the latest seven samples'. Three odd samples make none, however odd they are; four of which
 * each says little make some.
 */
export class LastingEvidence {
  readonly #room: Room;
  /** Where the latest begin in the room. */
  readonly #at: number;
  #next = 0;

  constructor(room = new Room()) {
    this.#room = room;
    this.#at = room.reserveFloats(SAMPLES);
  }

  next(evidence: number): number {
    const { floats } = this.#room;
    floats[this.#at + this.#next] = evidence;
    this.#next = (this.#next + 1) % SAMPLES;
    for (let i = 0; i < SAMPLES; i++) SCRATCH[i] = floats[this.#at + i];
    return smallMedian(SCRATCH, SAMPLES);
  }

  clear(): void {
    this.#latest.fill(0);
  }

  save(out: StateWriter): void {
    out.floats(this.#latest);
    out.int(this.#next);
  }

  load(state: StateReader): void {
    this.#latest.set(state.floats());
    this.#next = state.int();
  }

  get #latest(): Float64Array {
    return this.#room.floats.subarray(this.#at, this.#at + SAMPLES);
  }
}
