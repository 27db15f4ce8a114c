/** Channels that were not configured but added, silences, and who changed what. */
export const silencesAudit = {
  name: '0010-silences-audit',
  sql: `
create table channels (
  name          text primary key,
  -- as the configuration would spell it, secrets included: no answer, log line or audit entry shows them
  settings      jsonb not null,
  -- what it is sent, as a route of the configuration without its channels
  route         jsonb not null default '{}',
  created_by    text not null,
  created_at    timestamptz not null default now()
);

create table silences (
  id            integer generated always as identity primary key,
  -- [{name, op, value}]: an anomaly that meets all of them tells nobody
  matchers      jsonb not null,
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  comment       text not null default '',
  created_by    text not null,
  created_at    timestamptz not null default now(),
  -- who ended it before its time
  expired_by    text
);
create index silences_end on silences (ends_at);

create table audit (
  id            bigint generated always as identity primary key,
  at            timestamptz not null,
  by_user       text not null,
  via           text not null,
  -- the request without what is secret in it: POST /api/v1/silences
  action        text not null,
  subject       text not null,
  -- what was different before and after
  before        jsonb,
  after         jsonb
);
create index audit_of_subject on audit (subject, id desc);
create index audit_at on audit (at);

-- Signatures of hooks that were taken: nobody sends the same request twice.
create table hook_receipts (
  signature     text primary key,
  at            timestamptz not null
);
`,
};
