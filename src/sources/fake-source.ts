import type { Clock } from '../base/clock.ts';
import type { Labels } from '../core/labels.ts';
import { SourceError } from './errors.ts';
import type { QueryProposal, RangeAnswer, RangeRequest, Source } from './source.ts';

/** Value of a series at a time; undefined where there is no sample. */
export type ValueAt = (timeMs: number) => number | undefined;

/** A source for tests: its samples are functions of time, and it fails or hangs when it is told to. */
export class FakeSource implements Source {
  readonly kind = 'simulated';
  /** Thrown by every question while it is set. */
  failure: SourceError | undefined;
  /** Thrown by the questions of one expression. */
  readonly failures = new Map<string, SourceError>();
  /** While set, questions are not answered until their signal aborts. */
  hangs = false;
  /** Expressions whose questions alone are not. */
  readonly hanging = new Set<string>();
  proposals: QueryProposal[] = [];
  readonly requests: RangeRequest[] = [];
  /** Nothing before this time is held. */
  heldFromMs = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;
  readonly #series: {
    readonly expr: string;
    readonly labels: Labels;
    readonly valueAt: ValueAt;
  }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(expr: string, labels: Labels, valueAt: ValueAt): void {
    this.#series.push({ expr, labels, valueAt });
  }

  async queryRange(request: RangeRequest): Promise<RangeAnswer> {
    this.requests.push(request);
    await this.#answer(request.signal, this.hanging.has(request.expr));
    const failure = this.failures.get(request.expr);
    if (failure) throw failure;
    const series = this.#series
      .filter(({ expr }) => expr === request.expr)
      .map(({ labels, valueAt }) => ({ labels, samples: this.#samples(request, valueAt) }))
      .filter(({ samples }) => samples.times.length > 0);
    return { series, warnings: [] };
  }

  async health() {
    return { healthy: this.failure === undefined, detail: this.failure?.message ?? 'Fake source' };
  }

  async presets(): Promise<QueryProposal[]> {
    await this.#answer(undefined);
    return this.proposals;
  }

  discover(): Promise<QueryProposal[]> {
    return this.presets();
  }

  async close(): Promise<void> {}

  async #answer(signal: AbortSignal | undefined, isHanging = false): Promise<void> {
    if (isHanging || this.hangs) {
      await new Promise((resolve) => {
        signal?.addEventListener('abort', resolve, { once: true });
      });
      throw new SourceError('timeout', 'Cannot read the fake source: it did not answer');
    }
    if (this.failure) throw this.failure;
  }

  #samples({ startMs, endMs, stepMs }: RangeRequest, valueAt: ValueAt) {
    const times: number[] = [];
    const values: number[] = [];
    const lastMs = Math.min(endMs, this.#clock.now());
    for (let timeMs = startMs; timeMs <= lastMs; timeMs += stepMs) {
      const value = timeMs < this.heldFromMs ? undefined : valueAt(timeMs);
      if (value === undefined) continue;
      times.push(timeMs);
      values.push(value);
    }
    return { times: Float64Array.from(times), values: Float64Array.from(values) };
  }
}
