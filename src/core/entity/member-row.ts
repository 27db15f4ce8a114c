import { EVIDENCE_VIEWS } from '../model/evidence-views.ts';
import type { Judgement } from '../model/judgement.ts';
import type { SeriesModel } from '../model/series-model.ts';

/** A row that fewer members have a sample for says nothing of how they go together. */
export const FEWEST_PRESENT = 2;

/** What the members' own models say of one row. */
export interface MemberRow {
  /** `SeriesModel.writeEvidence` of each member, EVIDENCE_VIEWS entries each; not read of one that has no sample. */
  readonly evidence: Float64Array;
  /** The values themselves; NaN of a member that has no sample at this row. */
  readonly values: Float64Array;
  /** Whether a member is anomalous by itself, or normal only after an event. */
  readonly odd: boolean;
  /** What its own model said of the member at `index`. */
  judgementOf(index: number): Pick<Judgement, 'value' | 'expected' | 'lower' | 'upper'>;
}

/** Whether a model's latest sample is anomalous by itself, or normal only after an event. */
export function isOdd({
  momentaryRatio,
  normalAfter,
}: Pick<SeriesModel, 'momentaryRatio' | 'normalAfter'>): boolean {
  return momentaryRatio >= 1 || normalAfter !== undefined;
}

/** The row of models that have judged its samples a moment ago. */
export class ModelsRow implements MemberRow {
  readonly evidence: Float64Array;
  readonly values: Float64Array;
  odd = false;
  readonly #models: readonly SeriesModel[];

  constructor(models: readonly SeriesModel[]) {
    this.#models = models;
    this.evidence = new Float64Array(models.length * EVIDENCE_VIEWS);
    this.values = new Float64Array(models.length);
  }

  /** Takes what the models said of their samples of `timeMs`; whether there are enough of them. */
  gather(timeMs: number): boolean {
    let present = 0;
    this.odd = false;
    this.#models.forEach((model, i) => {
      const isPresent = model.last.timeMs === timeMs;
      this.values[i] = isPresent ? model.last.value : Number.NaN;
      if (!isPresent) return;
      present++;
      model.writeEvidence(this.evidence, i * EVIDENCE_VIEWS);
      this.odd ||= isOdd(model);
    });
    return present >= FEWEST_PRESENT;
  }

  judgementOf(index: number): Readonly<Judgement> {
    return this.#models[index].last;
  }
}
