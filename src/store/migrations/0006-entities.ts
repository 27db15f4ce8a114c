/** What several series were measured on, and how far they are judged together. */
export const entities = {
  name: '0006-entities',
  sql: `
create table entities (
  id            integer generated always as identity primary key,
  labels        jsonb not null,
  labels_key    text not null unique,
  -- ids of the series judged together, in the order that the state has them
  members       jsonb not null,
  -- every row up to here is judged
  judged_until  timestamptz not null,
  -- of the latest row: 1 and more is anomalous; share of each member in it
  deviation_ratio double precision not null,
  contributions jsonb not null,
  -- what was learned by judged_until, and the episode machine
  state         bytea not null,
  episode       jsonb not null,
  updated_at    timestamptz not null default now()
);
alter table entities alter column state set storage external;
`,
};
