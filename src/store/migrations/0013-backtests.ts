/** Backtests that were asked for by the API, and what came of them. */
export const backtests = {
  name: '0013-backtests',
  sql: `
create table backtests (
  id            integer generated always as identity primary key,
  name          text not null,
  status        text not null check (status in ('queued', 'running', 'completed', 'failed')),
  -- what was asked for, without the values of a file
  request       jsonb not null,
  -- 0..1
  progress      double precision not null default 0,
  -- one for each series, once it is completed
  parts         jsonb not null default '[]',
  error         text,
  created_at    timestamptz not null,
  started_at    timestamptz,
  ended_at      timestamptz,
  -- when its process was last heard of
  beat_at       timestamptz not null
);
create index backtests_unfinished on backtests (id) where status in ('queued', 'running');

-- Judged rows of one part, packed.
create table backtest_columns (
  backtest_id   integer not null references backtests on delete cascade,
  part          integer not null,
  data          bytea not null,
  primary key (backtest_id, part)
);
alter table backtest_columns alter column data set storage external;
`,
};
