import { isOdd } from '../core/entity/member-row.ts';
import { EVIDENCE_VIEWS } from '../core/model/evidence-views.ts';
import type { SeriesModel } from '../core/model/series-model.ts';

/** Where in a judged sample stands what; `odd` as in MemberRow. */
export const SAMPLE = { timeMs: 0, value: 1, expected: 2, lower: 3, upper: 4, odd: 5, evidence: 6 };
/** What is kept of one judged sample: see SAMPLE. */
export const FIGURES = SAMPLE.evidence + EVIDENCE_VIEWS;
/** What a model says of the sample that it judged last. */
export type JudgedModel = Pick<
  SeriesModel,
  'last' | 'writeEvidence' | 'momentaryRatio' | 'normalAfter'
>;

/** After an outage the entity hears of so many of the latest samples only. */
const MOST_WAITING = 240;
const FIRST_ROOM = 4;
const NOTHING = new Float64Array(0);

/** What the model of one series said of its latest samples, until the entity that the series belongs to has heard it. */
export class JudgedSamples {
  /** Samples after this time are wanted. */
  #afterMs = Number.POSITIVE_INFINITY;
  /** FIGURES each, in the order of time. */
  #waiting: Float64Array = NOTHING;
  #size = 0;

  /** How many wait to be heard. */
  get size(): number {
    return this.#size;
  }

  /** Wants samples after `afterMs` from now on, which is infinite where no entity listens; forgets the others. */
  listen(afterMs: number): void {
    this.#afterMs = afterMs;
    this.#drop(this.#upTo(afterMs));
  }

  /** Takes the sample that `model` judged last. */
  add(model: JudgedModel): void {
    const { timeMs, value, expected, lower, upper } = model.last;
    if (!(timeMs > this.#afterMs)) return;
    if (this.#size >= 2 * MOST_WAITING) this.#drop(MOST_WAITING);
    const at = this.#size * FIGURES;
    this.#size++;
    if (at === this.#waiting.length) {
      const larger = new Float64Array(Math.max(FIRST_ROOM * FIGURES, 2 * at));
      larger.set(this.#waiting);
      this.#waiting = larger;
    }
    this.#waiting.set([timeMs, value, expected, lower, upper, Number(isOdd(model))], at);
    model.writeEvidence(this.#waiting, at + SAMPLE.evidence);
  }

  /** Lets hear the samples up to `untilMs`: the last of them is written to `out` from `at` on, if there is one. */
  hear(untilMs: number, { out, at }: { readonly out: Float64Array; readonly at: number }): void {
    const end = this.#upTo(untilMs);
    if (end === 0) return;
    out.set(this.#waiting.subarray((end - 1) * FIGURES, end * FIGURES), at);
    this.#drop(end);
  }

  /** How many there are up to `timeMs`. */
  #upTo(timeMs: number): number {
    let end = 0;
    while (end < this.#size && (this.#waiting[end * FIGURES] ?? 0) <= timeMs) end++;
    return end;
  }

  #drop(count: number): void {
    if (count === 0) return;
    this.#waiting.copyWithin(0, count * FIGURES, this.#size * FIGURES);
    this.#size -= count;
    if (this.#size === 0) this.#waiting = NOTHING;
  }
}
