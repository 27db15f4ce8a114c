import { type Labels, labelsKey } from '../../core/labels.ts';
import type { Samples } from '../../core/series.ts';
import { SourceError } from '../errors.ts';
import { wordsOf } from '../float-words.ts';
import type { RangeRequest, SeriesSamples } from '../source.ts';
import { aggregate } from './aggregate.ts';
import { applyBinary, mapColumns } from './binary.ts';
import {
  type Column,
  emptyColumn,
  type Steps,
  uniteColumns,
  type Value,
  withoutName,
} from './columns.ts';
import type { Expression, RangeCall } from './expression.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import type { LabelMatcher } from './label-matcher.ts';
import { HISTOGRAM_QUANTILE, parseExpression } from './parse-expression.ts';
import { KEEPS_NAME, RANGE_FUNCTIONS } from './range-functions.ts';
import type { SampleReader, StoredSeries } from './sample-reader.ts';
import { isStale, withoutStaleMarks } from './staleness.ts';
import { VALUE_FUNCTIONS } from './value-functions.ts';

/** How long a series goes on with its last value. */
const LOOKBACK_MS = 5 * 60_000;
/** Samples are read for so many series at a time: unpacking a week of them takes about 20 ms. */
const BATCH = 8;
/** Most values of one part of an expression: 9 bytes each. */
const MOST_VALUES = 50_000_000;
/** The event loop is let go after so long. */
const BREATH_MS = 8;

/**
 * Evaluates PromQL at each step of a request, with the meaning that it has in Prometheus 3 (windows
 * exclude their start). Reads the samples of a selector once for the whole range.
 */
export async function evaluateRange<Series extends StoredSeries>(
  reader: SampleReader<Series>,
  request: RangeRequest,
): Promise<SeriesSamples[]> {
  const { startMs, endMs, stepMs, expr, signal } = request;
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (!(stepMs > 0) || !(count > 0)) {
    throw new RangeError(
      `Cannot evaluate ${expr}: from ${startMs} to ${endMs} by ${stepMs} has no steps`,
    );
  }
  const evaluator = new Evaluator(reader, { startMs, stepMs, count }, signal);
  const value = await evaluator.evaluate(parseExpression(expr));
  const columns = typeof value === 'number' ? [constantColumn(value, count)] : value;
  const names = new Set(columns.map(({ labels }) => labels['__name__']));
  const answerLabels = names.size > 1 ? (labels: Labels) => labels : withoutName;
  return columns
    .map((column) => ({
      labels: answerLabels(column.labels),
      samples: presentSamples(column, { startMs, stepMs, count }),
    }))
    .filter(({ samples }) => samples.times.length > 0)
    .map((series) => ({ series, key: labelsKey(series.labels) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ series }) => series);
}

class Evaluator<Series extends StoredSeries> {
  readonly #reader: SampleReader<Series>;
  readonly #steps: Steps;
  readonly #signal: AbortSignal | undefined;
  #breathedAt = performance.now();

  constructor(reader: SampleReader<Series>, steps: Steps, signal: AbortSignal | undefined) {
    this.#reader = reader;
    this.#steps = steps;
    this.#signal = signal;
  }

  async evaluate(expression: Expression): Promise<Value> {
    await this.#breathe();
    if (expression.kind === 'number') return expression.value;
    if (expression.kind === 'selector') return this.#instant(expression.matchers);
    if (expression.kind === 'range-call') return this.#window(expression);
    if (expression.kind === 'call') return this.#call(expression);
    if (expression.kind === 'negation') {
      return mapValue(await this.evaluate(expression.argument), (value) => -value);
    }
    if (expression.kind === 'aggregation') {
      const columns = await this.evaluate(expression.argument);
      if (typeof columns !== 'number') return aggregate(columns, expression);
      throw new SourceError(
        'rejected',
        `Cannot evaluate ${expression.operator}(${columns}): it takes series`,
      );
    }
    const left = await this.evaluate(expression.left);
    return applyBinary(expression, left, await this.evaluate(expression.right));
  }

  async #call(call: Extract<Expression, { kind: 'call' }>): Promise<Value> {
    const bounds: number[] = [];
    for (const bound of call.bounds) {
      const value = await this.evaluate(bound);
      if (typeof value === 'number') bounds.push(value);
    }
    const argument = await this.evaluate(call.argument);
    if (typeof argument === 'number' || bounds.length < call.bounds.length) {
      throw new SourceError(
        'rejected',
        `Cannot evaluate ${call.name}(...): it takes series and ${call.bounds.length} numbers`,
      );
    }
    const [quantile = Number.NaN] = bounds;
    if (call.name === HISTOGRAM_QUANTILE) return histogramQuantile(quantile, argument);
    const known = VALUE_FUNCTIONS.get(call.name);
    if (!known) throw new RangeError(`Cannot evaluate ${call.name}: it is unknown`);
    return mapValue(argument, (value) => known.apply(value, bounds));
  }

  /** The newest sample of at most five minutes before each step. */
  #instant(matchers: readonly LabelMatcher[]): Promise<Column[]> {
    return this.#columns(matchers, {
      rangeMs: LOOKBACK_MS,
      fill: (column, samples) => {
        const words = wordsOf(samples.values);
        forEachWindow(samples, { steps: this.#steps, rangeMs: LOOKBACK_MS }, (step, _, to) => {
          if (isStale(words, to - 1)) return;
          column.values[step] = samples.values[to - 1] ?? Number.NaN;
          column.present[step] = 1;
        });
      },
    });
  }

  async #window({ name, matchers, rangeMs }: RangeCall): Promise<readonly Column[]> {
    const apply = RANGE_FUNCTIONS.get(name);
    if (!apply) throw new RangeError(`Cannot evaluate ${name}: it is unknown`);
    const { startMs, stepMs } = this.#steps;
    const columns = await this.#columns(matchers, {
      rangeMs,
      fill: (column, withMarks) => {
        const samples = withoutStaleMarks(withMarks);
        const window = { ...samples, from: 0, to: 0, endMs: 0, rangeMs };
        forEachWindow(samples, { steps: this.#steps, rangeMs }, (step, from, to) => {
          window.from = from;
          window.to = to;
          window.endMs = startMs + step * stepMs;
          const value = apply(window);
          if (value === undefined) return;
          column.values[step] = value;
          column.present[step] = 1;
        });
      },
    });
    if (KEEPS_NAME.has(name)) return columns;
    return [...uniteColumns(columns, withoutName, 'several series have the same labels').values()];
  }

  /** One column for each selected series, filled from its samples over all windows. */
  async #columns(
    matchers: readonly LabelMatcher[],
    how: { readonly rangeMs: number; readonly fill: (column: Column, samples: Samples) => void },
  ): Promise<Column[]> {
    const { startMs, stepMs, count } = this.#steps;
    const selected = this.#reader.select(matchers);
    if (selected.length * count > MOST_VALUES) {
      throw new SourceError(
        'too_many_series',
        `Cannot evaluate ${selected.length} series at ${count} times: more than ${MOST_VALUES} values; ask a shorter range, a coarser step or fewer series`,
      );
    }
    const range = {
      startMs: startMs - how.rangeMs,
      endMs: startMs + (count - 1) * stepMs,
      signal: this.#signal,
    };
    const columns: Column[] = [];
    for (let from = 0; from < selected.length; from += BATCH) {
      const batch = selected.slice(from, from + BATCH);
      const samples = await this.#reader.read(batch, range);
      for (const [i, { name, labels }] of batch.entries()) {
        await this.#breathe();
        const column = emptyColumn({ __name__: name, ...labels }, count);
        how.fill(column, samples[i] ?? { times: new Float64Array(0), values: new Float64Array(0) });
        columns.push(column);
      }
    }
    return columns;
  }

  async #breathe(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (performance.now() - this.#breathedAt < BREATH_MS) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#breathedAt = performance.now();
  }
}

/** Calls back with the indices of the samples in each step's window `(end − rangeMs, end]` that has any. */
function forEachWindow(
  { times }: Samples,
  { steps, rangeMs }: { readonly steps: Steps; readonly rangeMs: number },
  visit: (step: number, from: number, to: number) => void,
): void {
  let from = 0;
  let to = 0;
  for (let step = 0; step < steps.count; step++) {
    const endMs = steps.startMs + step * steps.stepMs;
    while (to < times.length && (times[to] ?? 0) <= endMs) to++;
    while (from < to && (times[from] ?? 0) <= endMs - rangeMs) from++;
    if (from < to) visit(step, from, to);
  }
}

function mapValue(value: Value, apply: (value: number) => number): Value {
  return typeof value === 'number' ? apply(value) : mapColumns(value, false, apply);
}

function constantColumn(value: number, count: number): Column {
  const column = emptyColumn({}, count);
  return { ...column, values: column.values.fill(value), present: column.present.fill(1) };
}

function presentSamples({ values, present }: Column, { startMs, stepMs }: Steps): Samples {
  let count = 0;
  for (const there of present) count += there;
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    samples.times[at] = startMs + step * stepMs;
    samples.values[at++] = values[step] ?? Number.NaN;
  }
  return samples;
}
