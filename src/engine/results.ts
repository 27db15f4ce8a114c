import type { Labels } from '../core/labels.ts';
import type { Judgement } from '../core/model/judgement.ts';

export type ResultField = 'ratio' | 'value' | 'expected' | 'lower' | 'upper';

/** One metric of what is said of a series. */
export interface ResultMetric {
  /** Behind `saimon_`: what `$VAR` stands for. */
  readonly variable: string;
  readonly help: string;
  readonly field: ResultField & keyof Judgement;
}

/** What SAIMon says of every series, under the names that others know. */
export const RESULT_METRICS: readonly ResultMetric[] = [
  {
    variable: 'anomaly_score',
    help: 'Deviation ratio r, 1 and above is anomalous',
    field: 'ratio',
  },
  { variable: 'y', help: 'Latest value judged', field: 'value' },
  { variable: 'yhat', help: 'Value expected', field: 'expected' },
  { variable: 'yhat_lower', help: 'Lower limit of the band', field: 'lower' },
  { variable: 'yhat_upper', help: 'Upper limit of the band', field: 'upper' },
];

/** Labels of the results of a series: its own, with names that every reader takes, and the alias of its query as `for`. */
export function resultLabels(alias: string, labels: Labels): Labels {
  const own = legalLabels(labels, ['for']);
  return { ...own, for: alias };
}

/** Labels without the metric's name and with names that every reader takes; `taken` ones get a `_` in front. */
export function legalLabels(labels: Labels, taken: readonly string[]): Labels {
  const legal = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) {
    if (name === '__name__') continue;
    let safe = legalName(name);
    while (taken.includes(safe) || legal.has(safe)) safe = `_${safe}`;
    legal.set(safe, value);
  }
  return Object.fromEntries(legal);
}

function legalName(name: string): string {
  const legal = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return /^[0-9]/.test(legal) || legal === '' ? `_${legal}` : legal;
}

/** What was judged of one series since the last time, in the order of time; NaN where there was no model. */
export interface SeriesResults {
  readonly alias: string;
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly columns: Readonly<Record<ResultField, readonly number[]>>;
}

/** Where results go beside the database. */
export interface ResultSink {
  /** Takes what has just been written of one series. Never waits and never throws. */
  offer(results: SeriesResults): void;
}

/** Gathers the judgements of one series. */
export class ResultRecorder {
  readonly #times: number[] = [];
  readonly #columns = {
    ratio: [] as number[],
    value: [] as number[],
    expected: [] as number[],
    lower: [] as number[],
    upper: [] as number[],
  };

  add(judgement: Readonly<Judgement>): void {
    this.#times.push(judgement.timeMs);
    for (const { field } of RESULT_METRICS) this.#columns[field].push(judgement[field]);
  }

  of(alias: string, labels: Labels): SeriesResults {
    return { alias, labels, times: this.#times, columns: this.#columns };
  }
}
