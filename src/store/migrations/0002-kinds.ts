/** A series can have several anomalies open at a time, each of another kind. */
export const kinds = {
  name: '0002-kinds',
  sql: `
alter table anomalies add column kind text not null default 'deviation'
  check (kind in ('deviation', 'drift', 'flat_line', 'absence', 'combination'));
alter table anomalies drop constraint anomalies_series_id_opened_at_key;
alter table anomalies add unique (series_id, kind, opened_at);
`,
};
