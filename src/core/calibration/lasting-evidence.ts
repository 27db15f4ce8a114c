import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { SortedWindow } from '../stats/sorted-window.ts';

const SAMPLES = 7;

/**
 * Evidence that lasts: the median of the latest seven samples'. Three odd samples make none, however odd they are; four of which
 * each says little make some.
 */
export class LastingEvidence {
  readonly #latest: SortedWindow;

  constructor(room = new Room()) {
    this.#latest = new SortedWindow(SAMPLES, room);
    this.clear();
  }

  next(evidence: number): number {
    this.#latest.push(evidence);
    return this.#latest.median();
  }

  /** As after seven samples that say nothing: the first odd ones after it must not be most of few. */
  clear(): void {
    for (let i = 0; i < SAMPLES; i++) this.#latest.push(0);
  }

  save(out: StateWriter): void {
    this.#latest.save(out);
  }

  load(state: StateReader): void {
    this.#latest.load(state);
  }
}
