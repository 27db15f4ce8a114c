import { type Samples, sliceSamples } from '../../core/series.ts';
import { SourceError } from '../errors.ts';
import { wordsOf } from '../float-words.ts';
import type { SeriesSamples } from '../source.ts';
import { aggregate } from './aggregate.ts';
import { applyBinary, mapColumns } from './binary.ts';
import {
  type Column,
  emptyColumn,
  isScalar,
  presentSamples,
  put,
  type Steps,
  uniteColumns,
  type Value,
  withoutName,
} from './columns.ts';
import type { Aggregation, Binary, Call, Expression, Selector, Window } from './expression.ts';
import { applyFunction, FUNCTIONS } from './functions.ts';
import { KEEPS_NAME, RANGE_FUNCTIONS, RANGE_PARAMETERS } from './range-functions.ts';
import type { SampleReader, StoredSeries } from './sample-reader.ts';
import { applySet, SET_OPERATORS } from './set-operators.ts';
import { isStale, withoutStaleMarks } from './staleness.ts';

/** How long a series goes on with its last value. */
const LOOKBACK_MS = 5 * 60_000;
/** Samples are read for so many series at a time: unpacking a week of them takes about 20 ms. */
const BATCH = 8;
/** Most values of one part of an expression: 9 bytes each. */
const MOST_VALUES = 50_000_000;
/** The event loop is let go after so long. */
const BREATH_MS = 8;

export interface EvaluatorOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long a series goes on with its last value, default five minutes. */
  readonly lookbackMs?: number;
  /** Most values of one part of an expression, default 50 million. */
  readonly mostValues?: number;
}

/**
 * Evaluates PromQL at each of the steps, with the meaning that it has in Prometheus 3 (windows
 * exclude their start). Reads the samples of a selector once for the whole range.
 */
export class Evaluator<Series extends StoredSeries> {
  readonly #reader: SampleReader<Series>;
  readonly #steps: Steps;
  readonly #options: EvaluatorOptions;
  #breathedAt = performance.now();

  constructor(reader: SampleReader<Series>, steps: Steps, options: EvaluatorOptions) {
    this.#reader = reader;
    this.#steps = steps;
    this.#options = options;
  }

  async evaluate(expression: Expression): Promise<Value> {
    await this.#breathe();
    switch (expression.kind) {
      case 'number':
        return new Float64Array(this.#steps.count).fill(expression.value);
      case 'selector':
        return this.#instant(expression);
      case 'call':
        return this.#call(expression);
      case 'negation': {
        const value = await this.evaluate(expression.argument);
        return isScalar(value) ? value.map((one) => -one) : mapColumns(value, false, (one) => -one);
      }
      case 'aggregation':
        return this.#aggregation(expression);
      case 'binary':
        return this.#binary(expression);
      case 'text':
        throw refusal(JSON.stringify(expression.value), 'a text is only an argument of a function');
      case 'window':
        throw refusal('a window of samples', 'it goes into a function such as max_over_time');
      default:
        return expression satisfies never;
    }
  }

  /** The samples in a window that ends at the first step. */
  async samplesIn(window: Window): Promise<SeriesSamples[]> {
    const endMs = this.#steps.startMs - window.offsetMs;
    const columns: SeriesSamples[] = [];
    await this.#eachSeries(window, (labels, samples) => {
      const kept = sliceSamples(withoutStaleMarks(samples), endMs - window.rangeMs + 1, endMs + 1);
      if (kept.times.length > 0) columns.push({ labels, samples: kept });
    });
    return columns;
  }

  async #aggregation(expression: Aggregation): Promise<Value> {
    const columns = await this.evaluate(expression.argument);
    const parameter = expression.parameter ? await this.evaluate(expression.parameter) : undefined;
    if (isScalar(columns) || (parameter && !isScalar(parameter))) {
      throw refusal(`${expression.operator}(...)`, 'it takes series, behind a number if any');
    }
    const steps = parameter ?? new Float64Array(this.#steps.count);
    return aggregate(columns, { ...expression, parameter: steps });
  }

  async #binary(expression: Binary): Promise<Value> {
    const left = await this.evaluate(expression.left);
    const right = await this.evaluate(expression.right);
    if (!SET_OPERATORS.has(expression.operator)) return applyBinary(expression, left, right);
    if (!isScalar(left) && !isScalar(right)) return applySet(expression, left, right);
    throw refusal(expression.operator, 'it takes series on both sides');
  }

  async #call(call: Call): Promise<Value> {
    if (RANGE_FUNCTIONS.has(call.name)) return this.#rangeCall(call);
    const known = FUNCTIONS.get(call.name);
    if (!known) throw new RangeError(`Cannot evaluate ${call.name}: it is unknown`);
    const values: Value[] = [];
    for (const arg of call.args) {
      values.push(arg.kind === 'text' ? [] : await this.evaluate(arg));
    }
    return applyFunction(known, { call, values, steps: this.#steps });
  }

  /** The newest sample of at most five minutes before each step. */
  async #instant({ matchers, offsetMs }: Selector): Promise<Column[]> {
    const { lookbackMs: rangeMs = LOOKBACK_MS } = this.#options;
    const of = { kind: 'selector', matchers, offsetMs: 0 } as const;
    const columns: Column[] = [];
    const window: Window = { kind: 'window', of, rangeMs, stepMs: undefined, offsetMs };
    await this.#eachSeries(window, (labels, samples) => {
      const column = emptyColumn(labels, this.#steps.count);
      const words = wordsOf(samples.values);
      forEachWindow(samples, { steps: this.#steps, rangeMs, offsetMs }, (step, _, to) => {
        if (!isStale(words, to - 1)) put(column, step, samples.values[to - 1]);
      });
      columns.push(column);
    });
    return columns;
  }

  async #rangeCall({ name, args }: Call): Promise<readonly Column[]> {
    const apply = RANGE_FUNCTIONS.get(name);
    const [window, given] = RANGE_PARAMETERS.get(name) === 'first' ? args.toReversed() : args;
    if (!apply || window?.kind !== 'window') {
      throw new RangeError(`Cannot evaluate ${name}: it is unknown`);
    }
    const parameter = given ? await this.evaluate(given) : new Float64Array(0);
    if (!isScalar(parameter)) throw refusal(`${name}(...)`, 'it takes a number and a window');
    const { startMs, stepMs, count } = this.#steps;
    const { rangeMs, offsetMs } = window;
    const columns: Column[] = [];
    await this.#eachSeries(window, (labels, withMarks) => {
      const column = emptyColumn(labels, count);
      const samples = withoutStaleMarks(withMarks);
      const seen = { ...samples, from: 0, to: 0, endMs: 0, rangeMs };
      forEachWindow(samples, { steps: this.#steps, rangeMs, offsetMs }, (step, from, to) => {
        seen.from = from;
        seen.to = to;
        seen.endMs = startMs + step * stepMs - offsetMs;
        put(column, step, apply(seen, parameter[step] ?? Number.NaN));
      });
      columns.push(column);
    });
    if (KEEPS_NAME.has(name)) return columns;
    return [...uniteColumns(columns, withoutName, 'several series have the same labels').values()];
  }

  /** Every series of a window with its samples over all steps: stored ones, or what a subquery gives. */
  async #eachSeries(
    { of, rangeMs, stepMs, offsetMs }: Window,
    visit: (labels: Column['labels'], samples: Samples) => void,
  ): Promise<void> {
    const { startMs, stepMs: ownStepMs, count } = this.#steps;
    const range = {
      startMs: startMs - rangeMs - offsetMs,
      endMs: startMs + (count - 1) * ownStepMs - offsetMs,
      signal: this.#options.signal,
    };
    if (stepMs !== undefined) return this.#eachOfSubquery(of, { ...range, stepMs, visit });
    if (of.kind !== 'selector') throw refusal('a window', 'it is of a selector, or has a step');
    const selected = await this.#reader.select(of.matchers);
    this.#refuseMany(selected.length, count);
    for (let from = 0; from < selected.length; from += BATCH) {
      const batch = selected.slice(from, from + BATCH);
      const samples = await this.#reader.read(batch, range);
      for (const [i, { name, labels }] of batch.entries()) {
        await this.#breathe();
        const none = { times: new Float64Array(0), values: new Float64Array(0) };
        visit({ __name__: name, ...labels }, samples[i] ?? none);
      }
    }
  }

  /** Evaluates at the multiples of the subquery's step, as Prometheus does. */
  async #eachOfSubquery(
    of: Expression,
    {
      startMs,
      endMs,
      stepMs,
      visit,
    }: {
      readonly startMs: number;
      readonly endMs: number;
      readonly stepMs: number;
      readonly visit: (labels: Column['labels'], samples: Samples) => void;
    },
  ): Promise<void> {
    const firstMs = (Math.floor(startMs / stepMs) + 1) * stepMs;
    const count = Math.floor((endMs - firstMs) / stepMs) + 1;
    if (!(stepMs > 0)) throw refusal('a subquery', 'its step is more than nothing');
    if (count < 1) return;
    const steps = { startMs: firstMs, stepMs, count };
    const value = await new Evaluator(this.#reader, steps, this.#options).evaluate(of);
    if (isScalar(value)) throw refusal('a subquery', 'it is of series');
    for (const column of value) visit(column.labels, presentSamples(column, steps));
  }

  #refuseMany(series: number, count: number): void {
    const { mostValues = MOST_VALUES } = this.#options;
    if (series * count <= mostValues) return;
    throw new SourceError(
      'too_many_series',
      `Cannot evaluate ${series} series at ${count} times: more than ${mostValues} values; ask a shorter range, a coarser step or fewer series`,
    );
  }

  async #breathe(): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if (performance.now() - this.#breathedAt < BREATH_MS) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#breathedAt = performance.now();
  }
}

function refusal(what: string, expected: string): SourceError {
  return new SourceError('rejected', `Cannot evaluate ${what}: ${expected}`);
}

/** Calls back with the indices of the samples in each step's window `(end − rangeMs, end]` that has any. */
function forEachWindow(
  { times }: Samples,
  {
    steps,
    rangeMs,
    offsetMs,
  }: { readonly steps: Steps; readonly rangeMs: number; readonly offsetMs: number },
  visit: (step: number, from: number, to: number) => void,
): void {
  let from = 0;
  let to = 0;
  for (let step = 0; step < steps.count; step++) {
    const endMs = steps.startMs + step * steps.stepMs - offsetMs;
    while (to < times.length && (times[to] ?? 0) <= endMs) to++;
    while (from < to && (times[from] ?? 0) <= endMs - rangeMs) from++;
    if (from < to) visit(step, from, to);
  }
}
