import { setImmediate } from 'node:timers/promises';

const LONGEST_MS = 8;

/** Long arithmetic in short pieces: `rest` lets everything else run once this one has been busy for a few milliseconds. */
export class Pace {
  #sinceMs = performance.now();

  async rest(): Promise<void> {
    if (performance.now() - this.#sinceMs < LONGEST_MS) return;
    await setImmediate();
    this.#sinceMs = performance.now();
  }
}
