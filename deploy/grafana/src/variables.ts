import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Where results are read: the Prometheus that they are sent to, or SAIMon itself. */
export function resultsVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('results')
    .label('Results from')
    .type('prometheus')
    .current({ selected: true, text: 'Prometheus', value: 'prometheus' });
}

export interface LabelVariable {
  readonly label: string;
  readonly source: DataSourceRef;
  /** `label_values(metric, label)` or `query_result(expression)`. */
  readonly query: string;
  /** What of each answer is the value. */
  readonly regex?: string;
  readonly all?: boolean;
}

/** A choice that follows what the data source holds. */
export function chosen(name: string, options: LabelVariable): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(options.label)
    .datasource(options.source)
    .query({ query: options.query, refId: name })
    .definition(options.query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    // oxlint-disable-next-line unicorn/no-array-sort -- a setting, not an array
    .sort(VariableSort.AlphabeticalAsc);
  if (options.regex !== undefined) variable.regex(options.regex);
  if (options.all === true) {
    variable.multi(true).includeAll(true).allValue('.*');
    variable.current({ selected: true, text: 'All', value: '$__all' });
  }
  return variable;
}
