import type { StateReader, StateWriter } from '../state.ts';
import { type Past, PREDICTORS, type PredictorParts, predictBin } from './seasonal-predictors.ts';
import type { SmoothHistory } from './smooth-history.ts';

const NOTHING = new Uint8Array();
const PREDICTED = new Float64Array(PREDICTORS.length);

/** A seasonal baseline at the moment at which a trouble begins. */
export interface Moment {
  /** Bin of its history. */
  readonly bin: number;
  /** Number of the predictor that speaks. */
  readonly predictor: number;
  /** What is added to what it says. */
  readonly correction: number;
  /** Level of the last two hours. */
  readonly level: number;
  /** How far the last hour was from what was expected; NaN where that is not known. */
  readonly offset: number;
  /** What it knows of its short past. */
  readonly shortPast: Uint8Array;
}

/** What a seasonal baseline would go on to expect if a trouble had not begun. */
export class HeldCourse {
  #moment: Moment | undefined;

  /** The moment from which on it is held; undefined when there is no trouble. */
  get moment(): Moment | undefined {
    return this.#moment;
  }

  hold(moment: Moment): void {
    this.#moment = moment;
  }

  release(): void {
    this.#moment = undefined;
  }

  /** A gap: what the hour before it was like says nothing any more. */
  interrupt(): void {
    if (this.#moment) this.#moment = { ...this.#moment, offset: Number.NaN };
  }

  /** What is expected in one bin of `history`, which has gone on; NaN when there is no trouble. */
  sayOf(history: SmoothHistory, bin: number, parts: PredictorParts): number {
    if (!this.#moment) return Number.NaN;
    const { level, predictor, correction } = this.#moment;
    const since = this.#moment.bin - history.reach;
    const past: Past = {
      binMs: history.binMs,
      at: (at) => history.at(at < since ? at : beforeTrouble(at, since, parts.periodBins)),
      recentMedian: () => level,
    };
    predictBin(past, bin, parts, PREDICTED);
    const said = PREDICTED[predictor] + correction;
    return Number.isNaN(said) ? level : said;
  }

  save(out: StateWriter): void {
    const { bin, predictor, correction, level, offset, shortPast } = this.#moment ?? NO_MOMENT;
    out.int(predictor);
    for (const figure of [bin, correction, level, offset]) out.float(figure);
    out.bytes(shortPast);
  }

  load(state: StateReader): void {
    const predictor = state.int();
    const [bin, correction] = [state.float(), state.float()];
    const [level, offset] = [state.float(), state.float()];
    const shortPast = state.bytes();
    const moment = { bin, predictor, correction, level, offset, shortPast };
    this.#moment = predictor < 0 ? undefined : moment;
  }
}

const NO_MOMENT: Moment = {
  bin: Number.NaN,
  predictor: -1,
  correction: 0,
  level: Number.NaN,
  offset: Number.NaN,
  shortPast: NOTHING,
};

/** The same phase of the last period before `since`; NaN where there is no period. */
function beforeTrouble(bin: number, since: number, periodBins: number): number {
  return bin - Math.ceil((bin - since + 1) / periodBins) * periodBins;
}
