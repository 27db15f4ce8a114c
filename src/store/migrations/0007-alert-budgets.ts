/** What was last decided for an alert budget. */
export const alertBudgets = {
  name: '0007-alert-budgets',
  sql: `
create table alert_budgets (
  -- whose anomalies it counts; 'all' are all series
  scope             text primary key,
  max               double precision not null,
  every_ms          double precision not null,
  -- first time that is judged with it; before that the former strictness is in force
  since             timestamptz not null,
  strictness        double precision not null,
  former_strictness double precision not null,
  series            integer not null,
  expected          double precision not null,
  found             integer not null,
  kept              integer not null,
  days              double precision not null
);
`,
};
