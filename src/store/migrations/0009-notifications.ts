/** What channels are told of incidents: how each stands, and every message from its decision to its delivery. */
export const notifications = {
  name: '0009-notifications',
  sql: `
-- One row: what tells the messages of this installation from those of another.
create table installation (
  only_one      boolean primary key default true check (only_one),
  id            text not null
);

-- When routes are to be asked about an incident: at once (the epoch), at a time, or not before it changes (null).
alter table incidents add column route_at timestamptz default 'epoch';
update incidents set route_at = null where status = 'resolved';
create index incidents_to_route on incidents (route_at) where route_at is not null;

-- In the transaction of the change, whoever makes it: what is committed is told, what is not is not.
create function route_incident() returns trigger language plpgsql as $$
begin
  if (old.status, old.severity, old.members, old.formed_at, old.acknowledged_at, old.merged_into)
     is distinct from (new.status, new.severity, new.members, new.formed_at, new.acknowledged_at, new.merged_into)
  then
    new.route_at = 'epoch';
  end if;
  return new;
end $$;
create trigger incidents_changed before update on incidents for each row execute function route_incident();

-- What a channel was told of an incident last.
create table notification_threads (
  incident_id   bigint not null references incidents on delete cascade,
  channel       text not null,
  -- what the channel knows the incident by, for ever
  dedup_key     text not null,
  state         text not null check (state in ('firing', 'resolved')),
  severity      text not null,
  members       integer not null,
  acknowledged  boolean not null,
  told_at       timestamptz not null,
  -- as they were told first: other systems know an alert by its labels
  labels        jsonb not null,
  -- what the channel answered: where its message is
  reference     jsonb,
  -- when a channel that forgets is to be told the same again
  resend_at     timestamptz,
  primary key (incident_id, channel)
);
create index notification_threads_resend on notification_threads (channel, resend_at) where resend_at is not null;

create table notifications (
  id            bigint generated always as identity primary key,
  -- null: a test message
  incident_id   bigint references incidents on delete cascade,
  channel       text not null,
  kind          text not null check (kind in ('firing', 'updated', 'resolved', 'test')),
  -- waiting, withheld: not sent yet; queued: to be sent; sent, failed, skipped: over
  status        text not null check (status in ('waiting', 'withheld', 'queued', 'sent', 'failed', 'skipped')),
  -- why it was not sent, or what the channel remarked
  reason        text,
  dedup_key     text,
  -- the message as it was decided
  payload       jsonb,
  attempts      integer not null default 0,
  next_try_at   timestamptz,
  -- until then a process is sending it
  leased_until  timestamptz,
  created_at    timestamptz not null,
  sent_at       timestamptz
);
create index notifications_newest on notifications (id desc);
create index notifications_of_incident on notifications (incident_id, channel, id);
create index notifications_queued on notifications (channel, next_try_at) where status = 'queued';
-- What a channel is not told yet is one message, whatever becomes of it.
create unique index notifications_pending on notifications (incident_id, channel)
  where status in ('waiting', 'withheld');
create index notifications_created on notifications (created_at);
`,
};
