import { FEWEST_PRESENT, type MemberRow } from '../core/entity/member-row.ts';
import { EVIDENCE_VIEWS } from '../core/model/evidence-views.ts';
import type { StateReader, StateWriter } from '../core/state.ts';
import { FIGURES, type JudgedSamples, SAMPLE } from './judged-samples.ts';

/**
 * The rows of an entity from the samples of its members, whose steps may differ: a row holds of each the latest sample
 * that is younger than the row before. Rows depend on samples alone, not on when they are asked for.
 */
export class EntityRows {
  /** The latest sample of each member, FIGURES each. */
  readonly #latest: Float64Array;

  constructor(size: number) {
    this.#latest = new Float64Array(size * FIGURES).fill(Number.NaN);
  }

  /** Hears the samples of each member up to `untilMs`. */
  hear(members: readonly JudgedSamples[], untilMs: number): void {
    members.forEach((judged, i) => judged.hear(untilMs, { out: this.#latest, at: i * FIGURES }));
  }

  /** The row of what was heard, of samples after `afterMs`; undefined where too few members have one. */
  since(afterMs: number): MemberRow | undefined {
    const size = this.#latest.length / FIGURES;
    const values = new Float64Array(size).fill(Number.NaN);
    const evidence = new Float64Array(size * EVIDENCE_VIEWS);
    let present = 0;
    let odd = false;
    for (let i = 0; i < size; i++) {
      if (!(this.#figure(i, 'timeMs') > afterMs)) continue;
      present++;
      values[i] = this.#figure(i, 'value');
      odd ||= this.#figure(i, 'odd') === 1;
      const from = i * FIGURES + SAMPLE.evidence;
      evidence.set(this.#latest.subarray(from, from + EVIDENCE_VIEWS), i * EVIDENCE_VIEWS);
    }
    if (present < FEWEST_PRESENT) return undefined;
    return {
      evidence,
      values,
      odd,
      judgementOf: (i) => ({
        value: this.#figure(i, 'value'),
        expected: this.#figure(i, 'expected'),
        lower: this.#figure(i, 'lower'),
        upper: this.#figure(i, 'upper'),
      }),
    };
  }

  /** The same of other members: `from[i]` is the place that member i had here, -1 for one that is new. */
  regrouped(from: readonly number[]): EntityRows {
    const next = new EntityRows(from.length);
    from.forEach((was, i) => {
      if (was < 0) return;
      next.#latest.set(this.#latest.subarray(was * FIGURES, (was + 1) * FIGURES), i * FIGURES);
    });
    return next;
  }

  save(out: StateWriter): void {
    out.floats(this.#latest);
  }

  load(state: StateReader): void {
    this.#latest.set(state.floats());
  }

  #figure(member: number, name: keyof typeof SAMPLE): number {
    return this.#latest[member * FIGURES + SAMPLE[name]] ?? Number.NaN;
  }
}
