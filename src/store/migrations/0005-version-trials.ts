/** Who put a model version in force, and from where the next two versions are compared. */
export const versionTrials = {
  name: '0005-version-trials',
  sql: `
-- null: it never was in force
alter table models add column activated_by text check (activated_by in ('training', 'person'));
update models set activated_by = 'training';

-- learned state some hours ago: two versions that judge what came since start alike
alter table checkpoints add column trial_state bytea, add column trial_from timestamptz;
alter table checkpoints alter column trial_state set storage external;
`,
};
