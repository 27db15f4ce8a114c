/** What people declare: changes, planned work, days off. Rows are removed by marking them, so that it stays known who did what and why. */
export const events = {
  name: '0003-events',
  sql: `
create table events (
  id            bigint generated always as identity primary key,
  kind          text not null,
  title         text not null default '',
  -- what it is about: it concerns every series none of whose labels differs
  labels        jsonb not null default '{}',
  started_at    timestamptz not null,
  ended_at      timestamptz check (ended_at >= started_at),
  source        text not null check (source in ('api', 'grafana', 'github', 'query')),
  -- told twice, it is the same row
  source_key    text not null,
  reason        text not null default '',
  created_by    text not null,
  created_at    timestamptz not null default now(),
  removed_by    text,
  removed_at    timestamptz,
  unique (source, source_key)
);
create index events_newest on events (started_at desc, id desc) where removed_at is null;

create table maintenance_windows (
  id            integer generated always as identity primary key,
  title         text not null default '',
  -- labels that a series must have
  matchers      jsonb not null default '{}',
  starts_at     timestamptz,
  ends_at       timestamptz,
  -- instead of the two: 'sun 02:00-04:00'
  weekly        text,
  origin        text not null check (origin in ('config', 'api')),
  reason        text not null default '',
  created_by    text not null,
  created_at    timestamptz not null default now(),
  removed_by    text,
  removed_at    timestamptz,
  check (case when weekly is null then ends_at > starts_at else starts_at is null and ends_at is null end)
);

create table calendars (
  id            integer generated always as identity primary key,
  name          text not null,
  -- the file as it was given: iCalendar, CSV or YAML
  content       text not null,
  origin        text not null check (origin in ('config', 'api')),
  reason        text not null default '',
  created_by    text not null,
  created_at    timestamptz not null default now(),
  removed_by    text,
  removed_at    timestamptz
);
create unique index calendars_name on calendars (name) where removed_at is null;
`,
};
