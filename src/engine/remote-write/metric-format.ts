import type { Labels } from '../../core/labels.ts';
import { legalLabels } from '../results.ts';

/** Labels of what is sent: `$VAR` stands for the result (`yhat`), `$QUERY_KEY` for the alias of the query. */
export type MetricFormat = Readonly<Record<string, string>>;

/** The labels of one result of a series: its own, and over them those of the format. */
export function formattedLabels(
  format: MetricFormat,
  {
    alias,
    labels,
    variable,
  }: { readonly alias: string; readonly labels: Labels; readonly variable: string },
): Labels {
  const filled = Object.entries(format).map(([name, pattern]): [string, string] => {
    const value = pattern.replaceAll('$VAR', variable).replaceAll('$QUERY_KEY', alias);
    return [name, name === '__name__' ? value.replaceAll(/[^a-zA-Z0-9_:]/g, '_') : value];
  });
  return { ...legalLabels(labels, Object.keys(format)), ...Object.fromEntries(filled) };
}
