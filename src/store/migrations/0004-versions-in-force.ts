/** A nightly version judges from a time of the samples on, however long its training took. */
export const versionsInForce = {
  name: '0004-versions-in-force',
  sql: `
alter table models add column in_force_from timestamptz;
`,
};
