import { type Labels, labelsKey } from '../../core/labels.ts';
import type { RangeRequest, SeriesSamples } from '../source.ts';
import { fullColumn, isScalar, presentSamples, type Steps, withoutName } from './columns.ts';
import { Evaluator } from './evaluator.ts';
import { parseExpression } from './parse-expression.ts';
import type { SampleReader, StoredSeries } from './sample-reader.ts';

/** Evaluates PromQL at each step of a request; series are in the order of their labels, without the name where all have the same. */
export async function evaluateRange<Series extends StoredSeries>(
  reader: SampleReader<Series>,
  request: RangeRequest,
): Promise<SeriesSamples[]> {
  const { expr, signal } = request;
  const steps = stepsOf(request);
  const value = await new Evaluator(reader, steps, { signal }).evaluate(parseExpression(expr));
  const columns = isScalar(value) ? [fullColumn({}, value)] : value;
  const names = new Set(columns.map(({ labels }) => labels['__name__']));
  const answerLabels = names.size > 1 ? (labels: Labels) => labels : withoutName;
  return columns
    .map((column) => ({
      labels: answerLabels(column.labels),
      samples: presentSamples(column, steps),
    }))
    .filter(({ samples }) => samples.times.length > 0)
    .map((series) => ({ series, key: labelsKey(series.labels) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ series }) => series);
}

function stepsOf({ startMs, endMs, stepMs, expr }: RangeRequest): Steps {
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (stepMs > 0 && count > 0) return { startMs, stepMs, count };
  throw new RangeError(
    `Cannot evaluate ${expr}: from ${startMs} to ${endMs} by ${stepMs} has no steps`,
  );
}
