import type { DeclaredEvent } from '../context/declared-event.ts';
import type { Span } from '../context/maintenance.ts';
import { historyToFit } from '../model/fit-history.ts';
import type { SeriesModel } from '../model/series-model.ts';
import { isTrialOver, standsTrial } from '../model/version-trial.ts';
import { type Samples, sliceSamples } from '../series.ts';

export interface NightlyFit {
  /** What lies in them is left out: see unusualSpans. */
  readonly without: readonly Span[];
  /** Where an anomaly is no false alarm: see Trial. */
  readonly known: readonly Span[];
  readonly seed: number;
}

/** The versions of one series, night after night: each must stand its trial before it judges, as in production. */
export class Succession {
  readonly #model: SeriesModel;
  #events: readonly DeclaredEvent[] = [];
  #state: Uint8Array = new Uint8Array(0);
  #fromMs = Number.NaN;

  constructor(model: SeriesModel) {
    this.#model = model;
  }

  declareEvents(events: readonly DeclaredEvent[]): void {
    this.#events = events;
  }

  /** What the model knows by now is what the next versions are tried from. */
  begin(): void {
    this.#state = this.#model.snapshot();
    this.#fromMs = this.#model.last.timeMs;
  }

  /** A first fit takes everything where too little would be left; after that the version in force stays. */
  fit(history: Samples, { without, known, seed }: NightlyFit): void {
    const model = this.#model;
    const kept = historyToFit(history, without);
    if (!model.fitted) model.fit(kept ?? history, seed);
    else if (kept) {
      const champion = model.fittedDetectors();
      model.fit(kept, seed);
      const challenger = model.fittedDetectors();
      const samples = sliceSamples(history, this.#fromMs + 1, Number.POSITIVE_INFINITY);
      const trial = {
        policy: model.policy,
        state: this.#state,
        samples,
        events: this.#events,
        known,
      };
      const inForce = standsTrial(champion, challenger, trial) ? challenger : champion;
      for (const { kind, snapshot } of inForce) model.adopt(kind, snapshot);
      if (isTrialOver(this.#fromMs, model.last.timeMs)) this.begin();
    }
  }
}
