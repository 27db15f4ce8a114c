import { labelsKey } from '../../core/labels.ts';
import { type LabelMatcher, matchesAll } from '../promql/label-matcher.ts';
import { HeldSeries } from './held-series.ts';
import type { NewRawSeries } from './sample-storage.ts';

/** All collected series by name and labels. */
export class SeriesIndex {
  readonly #byName = new Map<string, Map<string, HeldSeries>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  find({ name, labels }: Pick<NewRawSeries, 'name' | 'labels'>): HeldSeries | undefined {
    return this.#byName.get(name)?.get(labelsKey(labels));
  }

  add(series: NewRawSeries): HeldSeries {
    const held = new HeldSeries(series);
    const sameName = this.#byName.get(series.name) ?? new Map<string, HeldSeries>();
    this.#byName.set(series.name, sameName);
    sameName.set(labelsKey(held.labels), held);
    this.#size++;
    return held;
  }

  remove({ name, labels }: HeldSeries): void {
    const sameName = this.#byName.get(name);
    if (!sameName?.delete(labelsKey(labels))) return;
    this.#size--;
    if (sameName.size === 0) this.#byName.delete(name);
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  *all(): Generator<HeldSeries> {
    for (const sameName of this.#byName.values()) yield* sameName.values();
  }

  select(matchers: readonly LabelMatcher[]): HeldSeries[] {
    const selected: HeldSeries[] = [];
    for (const [name, sameName] of this.#byName) {
      const named = matchers.every(({ label, matches }) => label !== '__name__' || matches(name));
      if (!named) continue;
      for (const series of sameName.values()) {
        if (matchesAll(matchers, series)) selected.push(series);
      }
    }
    return selected;
  }
}
