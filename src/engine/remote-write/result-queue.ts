import type { Labels } from '../../core/labels.ts';
import { RESULT_METRICS, type SeriesResults } from '../results.ts';
import { formattedLabels, type MetricFormat } from './metric-format.ts';
import { encodeLabels, type WrittenSeries } from './write-request.ts';

export interface Batch {
  readonly series: readonly WrittenSeries[];
  readonly samples: number;
  /** Left out for their age. */
  readonly tooOld: number;
}

/** Results that wait to be sent, oldest first. Where there is no more room the oldest are given up. */
export class ResultQueue {
  readonly #format: MetricFormat;
  readonly #mostSamples: number;
  readonly #waiting: SeriesResults[] = [];
  /** Label sets live as long as their series: each is encoded once. */
  readonly #encoded = new WeakMap<
    Labels,
    { readonly alias: string; readonly metrics: Uint8Array[] }
  >();
  #samples = 0;

  constructor(format: MetricFormat, mostSamples: number) {
    this.#format = format;
    this.#mostSamples = mostSamples;
  }

  /** Samples that wait, before those without a value are left out. */
  get samples(): number {
    return this.#samples;
  }

  /** Says how many samples had to be given up for it. */
  add(results: SeriesResults): number {
    this.#waiting.push(results);
    this.#samples += samplesOf(results);
    let lost = 0;
    while (this.#samples > this.#mostSamples && this.#waiting.length > 1) lost += this.#takeOne();
    return lost;
  }

  /** The next samples to send, without what is older than `sinceMs`; undefined when none wait. */
  next(mostSamples: number, sinceMs: number): Batch | undefined {
    const series: WrittenSeries[] = [];
    let samples = 0;
    let taken = 0;
    let tooOld = 0;
    while (this.#waiting.length > 0 && taken < mostSamples) {
      const [results] = this.#waiting;
      if (results === undefined) break;
      taken += this.#takeOne();
      tooOld += RESULT_METRICS.length * results.times.filter((timeMs) => timeMs < sinceMs).length;
      for (const written of this.#written(results, sinceMs)) {
        series.push(written);
        samples += written.times.length;
      }
    }
    return taken === 0 ? undefined : { series, samples, tooOld };
  }

  #takeOne(): number {
    const results = this.#waiting.shift();
    const samples = results ? samplesOf(results) : 0;
    this.#samples -= samples;
    return samples;
  }

  #written({ alias, labels, times, columns }: SeriesResults, sinceMs: number): WrittenSeries[] {
    const metrics = this.#metrics(alias, labels);
    return RESULT_METRICS.flatMap(({ field }, metric) => {
      const values = columns[field];
      const kept = times.flatMap((timeMs, i) =>
        timeMs >= sinceMs && !Number.isNaN(values[i]) ? [i] : [],
      );
      const encoded = metrics[metric];
      if (kept.length === 0 || encoded === undefined) return [];
      return [
        {
          labels: encoded,
          times: kept.map((i) => times[i] ?? 0),
          values: kept.map((i) => values[i] ?? Number.NaN),
        },
      ];
    });
  }

  #metrics(alias: string, labels: Labels): Uint8Array[] {
    const known = this.#encoded.get(labels);
    if (known?.alias === alias) return known.metrics;
    const metrics = RESULT_METRICS.map(({ variable }) =>
      encodeLabels(formattedLabels(this.#format, { alias, labels, variable })),
    );
    this.#encoded.set(labels, { alias, metrics });
    return metrics;
  }
}

function samplesOf({ times }: SeriesResults): number {
  return times.length * RESULT_METRICS.length;
}
