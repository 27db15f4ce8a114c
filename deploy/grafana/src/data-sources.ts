import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** The Prometheus that scrapes, and that results are sent to. */
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
/** Where results are read: that Prometheus, or SAIMon's own read API, as the dashboard's variable says. */
export const RESULTS: DataSourceRef = { type: 'prometheus', uid: '${results}' };
/** The database of SAIMon. */
export const POSTGRES: DataSourceRef = {
  type: 'grafana-postgresql-datasource',
  uid: 'saimon-postgres',
};

export interface PromqlOptions {
  readonly source?: DataSourceRef;
  readonly legend?: string;
  /** Only the latest values, as a table where several. */
  readonly instant?: boolean;
}

/** PromQL; `refId` is A, B, … within its panel. */
export function promql(
  refId: string,
  expr: string,
  { source = PROMETHEUS, legend = '', instant = false }: PromqlOptions = {},
): Builder<Dataquery> {
  const query = new DataqueryBuilder().refId(refId).datasource(source).expr(expr);
  const named = query.legendFormat(legend).format(PromQueryFormat.TimeSeries);
  return instant ? named.instant() : named.range();
}

/** SQL for Grafana's PostgreSQL data source, which the SDK has no builder for. */
class SqlQuery implements Dataquery {
  readonly refId: string;
  readonly datasource = POSTGRES;
  readonly rawSql: string;
  readonly format = 'table';
  readonly rawQuery = true;
  readonly editorMode = 'code';

  constructor(refId: string, rawSql: string) {
    this.refId = refId;
    this.rawSql = rawSql;
  }

  _implementsDataqueryVariant(): void {}
}

export function sql(refId: string, text: string): Builder<Dataquery> {
  return { build: () => new SqlQuery(refId, text) };
}
