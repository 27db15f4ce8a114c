import type * as z from 'zod';
import type { LabelsQuestion } from '../../contract/prometheus.ts';
import { type Labels, labelsKey } from '../../core/labels.ts';
import { RESULT_METRICS, resultLabels } from '../../engine/results.ts';
import { SourceError } from '../../sources/errors.ts';
import { type LabelMatcher, matchesAll } from '../../sources/promql/label-matcher.ts';
import { parseExpression } from '../../sources/promql/parse-expression.ts';
import type { Database } from '../../store/database.ts';
import { listSeries } from '../../store/series-table.ts';
import { ApiError } from '../api-error.ts';

const MOST_SERIES = 200_000;

type Asked = z.output<typeof LabelsQuestion>;

/** Label sets, names included, of the results that fit any selector and were judged in the time asked for. */
export async function resultsMatching(database: Database, asked: Asked): Promise<Labels[]> {
  const { start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = asked;
  const selectors = asked['match[]']?.map(selectorOf);
  const { rows } = await listSeries(database, {}, { skip: 0, limit: MOST_SERIES });
  const found = new Map<string, Labels>();
  for (const { metricName, labels, firstSeenAtMs, lastSampleAtMs } of rows) {
    if (lastSampleAtMs === null || lastSampleAtMs < start || firstSeenAtMs > end) continue;
    const own = resultLabels(metricName, labels);
    for (const { variable } of RESULT_METRICS) {
      const one = { name: `saimon_${variable}`, labels: own };
      if (selectors && !selectors.some((matchers) => matchesAll(matchers, one))) continue;
      const named = { __name__: one.name, ...own };
      found.set(labelsKey(named), named);
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, labels]) => labels);
}

function selectorOf(text: string): readonly LabelMatcher[] {
  try {
    const expression = parseExpression(text);
    if (expression.kind === 'selector') return expression.matchers;
  } catch (error) {
    if (error instanceof SourceError) throw badData(error.message);
    throw error;
  }
  throw badData(
    `Cannot use match[] ${JSON.stringify(text)}: expected a selector such as saimon_yhat{for="cpu"}`,
  );
}

function badData(reason: string): ApiError {
  return new ApiError(400, 'bad_data', reason);
}
