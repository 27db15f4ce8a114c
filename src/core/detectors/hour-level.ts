import type { StateReader, StateWriter } from '../state.ts';
import type { Room } from '../stats/room.ts';
import { SortedWindow } from '../stats/sorted-window.ts';

const MINUTES = 60;
const FEWEST = 6;

/** Median of the last 60 values, or of means of a minute where a minute holds several. */
export class HourLevel {
  readonly #perMinute: number;
  readonly #minutes: SortedWindow;
  #sum = 0;
  #count = 0;

  constructor(stepMs: number, room: Room) {
    this.#perMinute = Math.max(1, Math.round(60_000 / stepMs));
    this.#minutes = new SortedWindow(MINUTES, room);
  }

  /** NaN while there are too few. */
  median(): number {
    return this.#minutes.count < FEWEST ? Number.NaN : this.#minutes.median();
  }

  learn(value: number): void {
    this.#sum += value;
    if (++this.#count < this.#perMinute) return;
    this.#minutes.push(this.#sum / this.#count);
    this.#sum = 0;
    this.#count = 0;
  }

  clear(): void {
    this.#minutes.clear();
    this.#sum = 0;
    this.#count = 0;
  }

  save(out: StateWriter): void {
    this.#minutes.save(out);
    out.float(this.#sum);
    out.int(this.#count);
  }

  load(state: StateReader): void {
    this.#minutes.load(state);
    this.#sum = state.float();
    this.#count = state.int();
  }
}
