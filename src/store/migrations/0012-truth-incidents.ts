/** What really happened, as people and their alerting declare it: what anomalies are held against. */
export const truthIncidents = {
  name: '0012-truth-incidents',
  sql: `
create table truth_incidents (
  id            bigint generated always as identity primary key,
  name          text not null,
  labels        jsonb not null,
  started_at    timestamptz not null,
  -- null while it goes on
  ended_at      timestamptz,
  source        text not null check (source in ('api', 'csv', 'alertmanager')),
  source_key    text not null,
  created_by    text not null,
  created_at    timestamptz not null default now(),
  -- one that was removed stays known, so that telling it again does not bring it back
  removed_by    text,
  removed_at    timestamptz,
  unique (source, source_key)
);
create index truth_incidents_newest on truth_incidents (started_at desc, id desc) where removed_at is null;
`,
};
