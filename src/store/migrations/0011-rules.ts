/** What people said of anomalies, and the rules that came of it; anomalies.quieted_by says which rule kept one quiet. */
export const rules = {
  name: '0011-rules',
  sql: `
create table verdicts (
  id            bigint generated always as identity primary key,
  anomaly_id    bigint not null references anomalies on delete cascade,
  verdict       text not null check (verdict in ('confirmed', 'false_positive', 'none')),
  comment       text not null,
  by_user       text not null,
  at            timestamptz not null default now()
);
create index verdicts_of on verdicts (anomaly_id, id);

create table rules (
  id            integer generated always as identity primary key,
  anomaly_kind  text not null,
  -- as core/rules has it
  condition     jsonb not null,
  -- what it is about: one of the three
  series_id     integer references series on delete cascade,
  metric_id     integer references queries on delete cascade,
  matchers      jsonb,
  -- for people
  sentence      text not null,
  status        text not null check (status in ('proposed', 'accepted', 'off', 'rejected', 'removed')),
  -- the anomaly that was called false
  anomaly_id    bigint references anomalies on delete set null,
  -- what it would have done to the past when it was made
  effect        jsonb not null,
  reason        text not null,
  created_by    text not null,
  created_at    timestamptz not null default now(),
  -- who accepted, rejected or switched it last
  decided_by    text,
  decided_at    timestamptz,
  check (num_nonnulls(series_id, metric_id, matchers) = 1)
);
create index rules_in_force on rules (id) where status = 'accepted';

alter table anomalies add quieted_by integer references rules on delete set null;
alter table anomalies add quiet_reason text;
create index anomalies_quieted on anomalies (quieted_by) where quieted_by is not null;
drop index anomalies_ungrouped;
create index anomalies_ungrouped on anomalies (started_at) where incident_id is null and quieted_by is null;
`,
};
