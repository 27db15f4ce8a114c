/** How series moved in the past week, and what that and other evidence tied. */
export const profiles = {
  name: '0014-profiles',
  sql: `
-- What clock and inertia did not let expect, a signed byte for every five minutes: see core/correlation.
create table profiles (
  series_id     integer primary key references series on delete cascade,
  start_at      timestamptz not null,
  surprises     bytea not null
);
-- A week's noise cannot be made smaller, and fits into its row.
alter table profiles alter column surprises set storage plain;

-- Why the anomaly joined those that were in its incident: see core/incidents/tie.ts.
alter table anomalies add column tied_by jsonb not null default '[]';
`,
};
