import { labelsKey } from '../../core/labels.ts';
import type { Samples } from '../../core/series.ts';
import type { SeriesSamples } from '../source.ts';
import type { ScannedSeries } from './answer-scanner.ts';

interface Entry {
  readonly labels: Readonly<Record<string, string>>;
  readonly parts: Samples[];
}

/** Joins the series of several answers. Keeps no samples of more than `maxSeries`, but goes on counting. */
export class SeriesTable {
  readonly #maxSeries: number;
  /** A server writes a label set the same way each time: nearly every look-up ends here. */
  readonly #byText = new Map<string, Entry>();
  readonly #byKey = new Map<string, Entry>();

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Takes over the samples, `shiftMs` later than they say. */
  add(series: ScannedSeries, shiftMs: number): void {
    const entry = this.#byText.get(series.labelsText) ?? this.#enter(series);
    if (this.size > this.#maxSeries) return;
    const { times, values } = series.samples;
    entry.parts.push({
      times: shiftMs === 0 ? times : times.map((time) => time + shiftMs),
      values,
    });
  }

  /**
   * The series, times ascending. The name of a metric is no label, unless the query asked for several
   * metrics, which could not be told apart without it.
   */
  series(): SeriesSamples[] {
    const entries = [...this.#byKey.values()];
    const names = new Set(entries.map(({ labels }) => labels['__name__']));
    return entries.map(({ labels, parts }) => {
      const { __name__: _, ...own } = labels;
      return { labels: names.size > 1 ? labels : own, samples: joined(parts) };
    });
  }

  #enter(series: ScannedSeries): Entry {
    const labels = series.labels();
    const key = labelsKey(labels);
    const entry = this.#byKey.get(key) ?? { labels, parts: [] };
    this.#byText.set(series.labelsText, entry);
    this.#byKey.set(key, entry);
    return entry;
  }
}

function joined(parts: readonly Samples[]): Samples {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const ordered = parts.toSorted((a, b) => (a.times[0] ?? 0) - (b.times[0] ?? 0));
  const length = parts.reduce((sum, { times }) => sum + times.length, 0);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (const part of ordered) {
    times.set(part.times, at);
    values.set(part.values, at);
    at += part.times.length;
  }
  return { times, values };
}
