import type { Episode } from '../anomalies/episode.ts';
import { concerns, type DeclaredEvent } from '../context/declared-event.ts';
import { excludedSpans, type MaintenanceWindow } from '../context/maintenance.ts';
import type { Labels } from '../labels.ts';
import { knownSpans, unusualSpans } from '../model/fit-history.ts';
import type { SeriesPolicy } from '../model/policy.ts';
import { SeriesModel } from '../model/series-model.ts';
import { finite, type Samples, sliceSamples } from '../series.ts';
import { Succession } from './succession.ts';

/** What is declared of a column. */
export interface ColumnContext {
  readonly labels: Labels;
  readonly windows: readonly MaintenanceWindow[];
  /** Oldest first. */
  readonly events: readonly DeclaredEvent[];
  readonly afterEventsMs: number;
  readonly fitWindowMs: number;
}

/** One column of a table, learned and judged row by row the way production does a series: with nightly versions and anomalies of its own. */
export class ColumnReplay {
  readonly model: SeriesModel;
  readonly #samples: Samples;
  readonly #context: ColumnContext;
  readonly #versions: Succession;
  readonly #episodes = new Map<string, Episode>();
  /** Combinations that are kept under this column: it led them. */
  readonly #led = new Map<number, Episode>();
  /** Up to which row the model has prepared. */
  #ready = 0;

  constructor(samples: Samples, policy: SeriesPolicy, context: ColumnContext) {
    this.#samples = samples;
    const events = context.events.filter((event) => concerns(event.labels, context.labels));
    this.#context = { ...context, events };
    this.model = new SeriesModel(policy);
    this.#versions = new Succession(this.model);
    this.model.declareEvents(events);
    this.#versions.declareEvents(events);
  }

  /** Anomalies in their latest form, in the order in which they opened. */
  get episodes(): Episode[] {
    return [...this.#episodes.values()];
  }

  /** Takes in a combination that this column led, in its latest form: it is no example of what is usual. */
  lead(combination: Episode): void {
    this.#led.set(combination.openedAtMs, combination);
  }

  /** Fits on what came before `untilMs`. */
  fit(untilMs: number, seed: number): void {
    const { policy } = this.model;
    const { fitWindowMs, windows, events, afterEventsMs, labels } = this.#context;
    const range = { startMs: untilMs - policy.stepMs - fitWindowMs, endMs: untilMs };
    const told = { windows, events, afterEventsMs, zone: policy.zone };
    const planned = excludedSpans(told, labels, range);
    const history = present(sliceSamples(this.#samples, range.startMs, range.endMs));
    if (history.times.length === 0) return;
    const past = [...this.#episodes.values(), ...this.#led.values()];
    this.#versions.fit(history, {
      without: unusualSpans(past, planned, range),
      known: knownSpans(past, planned, range),
      seed,
    });
  }

  /** Learns a row without judging it; `end` as in `observe`. */
  absorb(row: number, end: number): void {
    const { times, values } = this.#samples;
    this.#anticipate(row, end);
    this.model.absorb(times[row], values[row]);
  }

  /** What was learned so far is history: what comes is judged. */
  settle(): void {
    this.model.settle();
    this.#versions.begin();
  }

  /** Judges a row; no fit comes before row `end`. */
  observe(row: number, end: number): void {
    const { times, values } = this.#samples;
    this.#anticipate(row, end);
    // A row without a value, or one long after the last, tells that values are missing.
    this.model.miss(times[row] - 1);
    this.model.observe(times[row], values[row]);
    for (const episode of this.model.drainEpisodes()) {
      this.#episodes.set(`${episode.kind} ${episode.openedAtMs}`, episode);
    }
  }

  #anticipate(row: number, end: number): void {
    if (row < this.#ready) return;
    const { times, values } = this.#samples;
    const samples = { times: times.subarray(0, end), values: values.subarray(0, end) };
    this.#ready = this.model.anticipate(samples, row);
  }
}

/** The samples that are there: production keeps no others. */
function present(samples: Samples): Samples {
  const { times, values } = samples;
  if (values.every(Number.isFinite)) return samples;
  const isThere = (_: number, row: number): boolean => Number.isFinite(values[row]);
  return { times: times.filter(isThere), values: finite(values) };
}
