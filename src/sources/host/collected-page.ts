import type { Labels } from '../../core/labels.ts';
import type { ExposedSample, Exposition, MetricFamily } from './exposition.ts';
import type { RawMetricType } from './sample-storage.ts';

/** A page of metrics in the making; every sample gets `commonLabels` too. */
export class CollectedPage implements Exposition {
  readonly samples: ExposedSample[] = [];
  readonly families = new Map<string, MetricFamily>();
  readonly #commonLabels: Labels;

  constructor(commonLabels: Labels) {
    this.#commonLabels = commonLabels;
  }

  gauge(name: string, value: number, labels?: Labels): void {
    this.#add('gauge', { name, value, labels });
  }

  counter(name: string, value: number, labels?: Labels): void {
    this.#add('counter', { name, value, labels });
  }

  /** NaN is a figure that is not there. */
  #add(
    type: RawMetricType,
    sample: { readonly name: string; readonly value: number; readonly labels: Labels | undefined },
  ): void {
    const { name, value, labels } = sample;
    if (Number.isNaN(value)) return;
    if (!this.families.has(name)) this.families.set(name, { type, help: '' });
    this.samples.push({ name, labels: { ...labels, ...this.#commonLabels }, value });
  }
}
