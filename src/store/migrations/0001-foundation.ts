/** Every table of the first version. Times are timestamptz; a `…_key` makes a repeated write the same row. */
export const foundation = {
  name: '0001-foundation',
  sql: `
create table queries (
  id            integer generated always as identity primary key,
  alias         text not null unique,
  expr          text not null,
  metric_type   text not null default 'gauge',
  description   text not null default '',
  unit          text not null default '',
  -- the query's policy as the configuration spells it: data_range, detection_direction, tags, step …
  options       jsonb not null default '{}',
  origin        text not null check (origin in ('config', 'preset', 'discovered', 'api')),
  active        boolean not null default true,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);

create table series (
  id            integer generated always as identity primary key,
  query_id      integer not null references queries on delete cascade,
  labels        jsonb not null,
  labels_key    text not null,
  state         text not null default 'warm-up' check (state in ('warm-up', 'learning', 'ready', 'stale')),
  -- why it is in this state, for people
  reason        text not null default '',
  step_ms       integer not null,
  samples_seen  bigint not null default 0,
  first_seen_at timestamptz not null default now(),
  last_sample_at timestamptz,
  unique (query_id, labels_key)
);

-- Where detection of a series stands; written in the transaction that writes its anomalies.
create table checkpoints (
  series_id     integer primary key references series on delete cascade,
  -- every sample up to here is scored
  scored_until  timestamptz not null,
  -- learned state of the model, and the sample time up to which it had learned
  state         bytea,
  state_until   timestamptz,
  -- the episode machine at scored_until
  episode       jsonb,
  updated_at    timestamptz not null default now()
);
alter table checkpoints alter column state set storage external;

create table models (
  id            integer generated always as identity primary key,
  series_id     integer references series on delete cascade,
  metric_id     integer references queries on delete cascade,
  name          text not null,
  version       text not null,
  model_type    text not null,
  config        jsonb not null default '{}',
  performance_metrics jsonb not null default '{}',
  file_path     text,
  snapshot      bytea,
  is_active     boolean not null default false,
  trained_at    timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  unique (name, version)
);
alter table models alter column snapshot set storage external;
create unique index models_active on models (series_id, model_type) where is_active and series_id is not null;
create index models_series on models (series_id, model_type, id desc);

create table training_jobs (
  id            integer generated always as identity primary key,
  model_id      integer references models on delete set null,
  metric_id     integer references queries on delete cascade,
  series_id     integer references series on delete cascade,
  -- the same occasion asked for twice is one job: 'night 2026-11-22', 'first', 'request <id>'
  occasion      text not null,
  status        text not null default 'queued' check (status in ('queued', 'running', 'completed', 'failed')),
  config        jsonb not null default '{}',
  start_time    timestamptz,
  end_time      timestamptz,
  metrics       jsonb not null default '{}',
  error_message text,
  logs          text,
  attempts      integer not null default 0,
  created_at    timestamptz not null default now(),
  unique (series_id, occasion)
);
create index training_jobs_open on training_jobs (id) where status in ('queued', 'running');

create table anomalies (
  id            bigint generated always as identity primary key,
  series_id     integer references series on delete cascade,
  metric_id     integer references queries on delete cascade,
  model_id      integer references models on delete set null,
  -- sample with the highest ratio
  timestamp     timestamptz not null,
  value         double precision not null,
  expected_value double precision not null,
  lower         double precision,
  upper         double precision,
  deviation_ratio double precision not null,
  anomaly_score double precision not null,
  severity      text not null check (severity in ('low', 'medium', 'high', 'critical')),
  confidence    double precision,
  direction     text,
  algorithm     text not null,
  model_version text,
  explanation   text,
  labels        jsonb not null default '{}',
  -- detectors that agreed with their ratios, samples, unit, training span: the full story
  context       jsonb not null default '{}',
  status        text not null default 'open' check (status in ('open', 'closed')),
  opened_at     timestamptz not null,
  started_at    timestamptz not null,
  last_at       timestamptz not null,
  ended_at      timestamptz,
  incident_id   bigint,
  is_confirmed  boolean,
  confirmed_by  text,
  confirmed_at  timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  unique (series_id, opened_at)
);
create index anomalies_newest on anomalies (timestamp desc, id desc);
create index anomalies_of_metric on anomalies (metric_id, timestamp desc, id desc);
create index anomalies_of_series on anomalies (series_id, timestamp desc, id desc);
create index anomalies_of_severity on anomalies (severity, timestamp desc, id desc);
create index anomalies_open on anomalies (series_id) where status = 'open';

create table alerts (
  id            bigint generated always as identity primary key,
  metric_id     integer references queries on delete cascade,
  anomaly_id    bigint unique references anomalies on delete cascade,
  alert_type    text not null default 'anomaly',
  severity      text not null check (severity in ('low', 'medium', 'high', 'critical')),
  title         text not null,
  message       text not null,
  channels      jsonb not null default '[]',
  status        text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'acknowledged', 'resolved')),
  sent_at       timestamptz,
  acknowledged_by text,
  acknowledged_at timestamptz,
  resolved_at   timestamptz,
  context       jsonb not null default '{}',
  created_at    timestamptz not null default now()
);
create index alerts_newest on alerts (created_at desc, id desc);
create index alerts_of_metric on alerts (metric_id);

-- How many anomalies and alerts there are, kept by the triggers below: lists tell their total without counting.
create table row_counts (
  table_name    text not null,
  metric_id     integer not null,
  severity      text not null,
  status        text not null,
  rows          bigint not null,
  primary key (table_name, metric_id, severity, status)
);
create function count_rows() returns trigger language plpgsql as $$
begin
  -- Writers take turns, else two of them could wait for each other's counts.
  perform pg_advisory_xact_lock(5104412);
  if tg_op <> 'INSERT' then
    update row_counts c set rows = c.rows - r.rows
    from (select coalesce(metric_id, 0) as metric_id, severity, status, count(*) as rows
          from removed group by 1, 2, 3) r
    where c.table_name = tg_table_name and c.metric_id = r.metric_id and c.severity = r.severity
      and c.status = r.status;
  end if;
  if tg_op <> 'DELETE' then
    insert into row_counts as c (table_name, metric_id, severity, status, rows)
    select tg_table_name, coalesce(metric_id, 0), severity, status, count(*) from added group by 2, 3, 4
    on conflict (table_name, metric_id, severity, status) do update set rows = c.rows + excluded.rows;
  end if;
  return null;
end $$;
create trigger anomalies_inserted after insert on anomalies referencing new table as added
  for each statement execute function count_rows();
create trigger anomalies_updated after update on anomalies
  referencing old table as removed new table as added
  for each statement execute function count_rows();
create trigger anomalies_deleted after delete on anomalies referencing old table as removed
  for each statement execute function count_rows();
create trigger alerts_inserted after insert on alerts referencing new table as added
  for each statement execute function count_rows();
create trigger alerts_updated after update on alerts
  referencing old table as removed new table as added
  for each statement execute function count_rows();
create trigger alerts_deleted after delete on alerts referencing old table as removed
  for each statement execute function count_rows();

-- Expected, lower, upper and highest ratio, one row a series and hour, packed columns of one-minute bins (band-chunk.ts).
create table bands (
  series_id     integer not null references series on delete cascade,
  hour          timestamptz not null,
  data          bytea not null,
  primary key (series_id, hour)
);
alter table bands alter column data set storage external;

-- Raw samples of the embedded collector.
create table raw_series (
  id            integer generated always as identity primary key,
  name          text not null,
  labels        jsonb not null,
  labels_key    text not null,
  metric_type   text not null default 'unknown',
  help          text not null default '',
  last_sample_at timestamptz,
  unique (name, labels_key)
);
create table sample_chunks (
  raw_series_id integer not null references raw_series on delete cascade,
  start_at      timestamptz not null,
  end_at        timestamptz not null,
  samples       integer not null,
  data          bytea not null,
  primary key (raw_series_id, start_at)
);
alter table sample_chunks alter column data set storage external;
-- One row a scrape of samples not yet in a chunk: what a crash must not lose.
create table sample_head (
  at            timestamptz primary key,
  data          bytea not null
);
`,
} as const;
