import { type Labels, labelsKey } from '../core/labels.ts';
import type { Samples } from '../core/series.ts';
import { SourceError } from '../sources/errors.ts';
import type { RangeRequest, Source } from '../sources/source.ts';
import type { StoredSeries } from '../store/series-table.ts';

/** The values of one series of a query. A source that fails leaves a warning: bands are worth showing alone. */
export async function readSeriesSamples(
  source: Source,
  { expr, labels, labelsKey: key }: StoredSeries,
  range: Omit<RangeRequest, 'expr'>,
): Promise<{ samples?: Samples | undefined; warnings: string[] }> {
  try {
    const asked = source.kind === 'prometheus' ? onlyLabels(expr, labels) : expr;
    const { series, warnings } = await source.queryRange({ expr: asked, ...range });
    const found = series.find((one) => labelsKey(one.labels) === key);
    return { samples: found?.samples, warnings: [...warnings] };
  } catch (error) {
    if (error instanceof SourceError) return { warnings: [error.message] };
    throw error;
  }
}

const LEGAL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** PromQL for one series of `expr` instead of all: joined with a constant that carries its labels. */
export function onlyLabels(expr: string, labels: Labels): string {
  const pairs = Object.entries(labels);
  if (pairs.length === 0 || pairs.some(([name]) => !LEGAL_NAME.test(name))) return expr;
  const carrier = pairs.reduce((inner, [name, value]) => {
    // In a replacement `$` begins the number of a group.
    const replacement = JSON.stringify(value.replaceAll('$', '$$$$'));
    return `label_replace(${inner}, "${name}", ${replacement}, "", "")`;
  }, 'vector(1)');
  return `(${expr}\n) and on (${pairs.map(([name]) => name).join(', ')}) ${carrier}`;
}
