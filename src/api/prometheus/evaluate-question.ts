import { labelsKey } from '../../core/labels.ts';
import { SourceError } from '../../sources/errors.ts';
import {
  type Column,
  fullColumn,
  isScalar,
  presentSamples,
  type Steps,
} from '../../sources/promql/columns.ts';
import { Evaluator } from '../../sources/promql/evaluator.ts';
import type { Expression } from '../../sources/promql/expression.ts';
import type { SampleReader, StoredSeries } from '../../sources/promql/sample-reader.ts';
import type { SeriesSamples } from '../../sources/source.ts';
import type { PrometheusData } from './answer-text.ts';

/** Values of one part of an expression: 90 MB. */
const MOST_VALUES = 10_000_000;

export interface QuestionOptions {
  readonly steps: Steps;
  readonly lookbackMs: number;
  /** Most series of the answer; undefined: all. */
  readonly mostSeries: number | undefined;
  readonly signal: AbortSignal;
}

/** What an expression gives at one time, `steps` holding only that. */
export async function answerInstant<Series extends StoredSeries>(
  expression: Expression,
  reader: SampleReader<Series>,
  options: QuestionOptions,
): Promise<PrometheusData> {
  const { steps } = options;
  if (expression.kind === 'text') {
    return { resultType: 'string', timeMs: steps.startMs, value: expression.value };
  }
  const evaluator = new Evaluator(reader, steps, { ...options, mostValues: MOST_VALUES });
  if (expression.kind === 'window' && expression.of.kind === 'selector') {
    const series = await evaluator.samplesIn(expression);
    return { resultType: 'matrix', series: limited(series.toSorted(byLabels), options) };
  }
  const value = await evaluator.evaluate(expression);
  if (isScalar(value)) {
    return { resultType: 'scalar', timeMs: steps.startMs, value: value[0] ?? Number.NaN };
  }
  return { resultType: 'vector', series: limited(seriesOf(value, steps), options) };
}

/** What an expression gives at each step. */
export async function answerRange<Series extends StoredSeries>(
  expression: Expression,
  reader: SampleReader<Series>,
  options: QuestionOptions,
): Promise<PrometheusData> {
  const { steps } = options;
  if (expression.kind === 'text' || expression.kind === 'window') {
    throw new SourceError(
      'rejected',
      'Cannot evaluate over a range: expected an expression that gives numbers or series at each step',
    );
  }
  const evaluator = new Evaluator(reader, steps, { ...options, mostValues: MOST_VALUES });
  const value = await evaluator.evaluate(expression);
  const columns = isScalar(value) ? [fullColumn({}, value)] : value;
  const series = seriesOf(columns, steps).toSorted(byLabels);
  return { resultType: 'matrix', series: limited(series, options) };
}

function seriesOf(columns: readonly Column[], steps: Steps): SeriesSamples[] {
  return columns
    .map((column) => ({ labels: column.labels, samples: presentSamples(column, steps) }))
    .filter(({ samples }) => samples.times.length > 0);
}

function byLabels(a: SeriesSamples, b: SeriesSamples): number {
  return labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1;
}

function limited(series: readonly SeriesSamples[], { mostSeries }: QuestionOptions) {
  return mostSeries === undefined ? series : series.slice(0, mostSeries);
}
