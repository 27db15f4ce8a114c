import type { SeriesModel } from '../core/model/series-model.ts';

/** What is kept of one judged sample: see SAMPLE. */
export const FIGURES = 7;
/** Where in a judged sample stands what; `odd` is 1 where it is anomalous by itself, or normal only after an event. */
export const SAMPLE = { timeMs: 0, value: 1, expected: 2, lower: 3, upper: 4, offset: 5, odd: 6 };
/** What a model says of the sample that it judged last. */
export type JudgedModel = Pick<SeriesModel, 'last' | 'offset' | 'momentaryRatio' | 'normalAfter'>;

/** After an outage the entity hears of so many of the latest samples only. */
const MOST_WAITING = 240;

/** What the model of one series said of its latest samples, until the entity that the series belongs to has heard it. */
export class JudgedSamples {
  /** Samples after this time are wanted. */
  #afterMs = Number.POSITIVE_INFINITY;
  /** FIGURES each, in the order of time. */
  readonly #waiting: number[] = [];

  /** How many wait to be heard. */
  get size(): number {
    return this.#waiting.length / FIGURES;
  }

  /** Wants samples after `afterMs` from now on, which is infinite where no entity listens; forgets the others. */
  listen(afterMs: number): void {
    this.#afterMs = afterMs;
    this.#waiting.splice(0, this.#upTo(afterMs));
  }

  /** Takes the sample that `model` judged last. */
  add(model: JudgedModel): void {
    const { timeMs, value, expected, lower, upper } = model.last;
    if (!(timeMs > this.#afterMs)) return;
    const odd = model.momentaryRatio >= 1 || model.normalAfter !== undefined;
    this.#waiting.push(timeMs, value, expected, lower, upper, model.offset, Number(odd));
    if (this.size >= 2 * MOST_WAITING) this.#waiting.splice(0, MOST_WAITING * FIGURES);
  }

  /** Lets hear the samples up to `untilMs`: the last of them is written to `out` from `at` on, if there is one. */
  hear(untilMs: number, { out, at }: { readonly out: Float64Array; readonly at: number }): void {
    const end = this.#upTo(untilMs);
    if (end === 0) return;
    out.set(this.#waiting.slice(end - FIGURES, end), at);
    this.#waiting.splice(0, end);
  }

  #upTo(timeMs: number): number {
    let end = 0;
    while (end < this.#waiting.length && (this.#waiting[end] ?? 0) <= timeMs) end += FIGURES;
    return end;
  }
}
