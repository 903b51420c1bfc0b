-- This folder is the database of Aurora Proactive, one thing a file, in the order of the files' names. The migration
-- beside it is these files one after the other: edit here, then run `python -m sandbox.migration`.
-- Applying it again changes nothing. Everything of ours is called aurora_proactive_*; the product's tables are read
-- and never altered. Every name in every function is written with its schema (docs/decisions/0019-sql.md).

-- The worker's own table, with the columns of the product's description (docs/records.md).
create table if not exists public.aurora_proactive_messages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid,
  owner_number_id uuid,
  message_type varchar(50),
  content text,
  scheduled_for timestamp,
  status varchar(20),
  sent_at timestamp,
  error_message text,
  metadata jsonb,
  created_at timestamp default (now() at time zone 'utc')
);
comment on table public.aurora_proactive_messages is
  'What Aurora wrote, or failed to write, to an owner: one row an occurrence. Times are UTC without a zone.';
comment on column public.aurora_proactive_messages.id is 'A UUIDv5 of the occurrence.';
comment on column public.aurora_proactive_messages.scheduled_for is 'When the message was due.';
comment on column public.aurora_proactive_messages.status is 'pending until its outcome is known, then sent or failed.';
comment on column public.aurora_proactive_messages.error_message is 'Why it failed, for operators.';

-- What an organisation's members and operators page through, newest first: theirs, all, those of a type, failures.
create index if not exists aurora_proactive_messages_organization
  on public.aurora_proactive_messages (organization_id, created_at desc);
create index if not exists aurora_proactive_messages_created
  on public.aurora_proactive_messages (created_at desc, id desc);
create index if not exists aurora_proactive_messages_type
  on public.aurora_proactive_messages (message_type, created_at desc, id desc);
create index if not exists aurora_proactive_messages_failed
  on public.aurora_proactive_messages (created_at desc, id desc) where status = 'failed';
-- What is still open: small, whatever the size of the history.
create index if not exists aurora_proactive_messages_pending
  on public.aurora_proactive_messages (created_at) where status = 'pending';
create index if not exists aurora_proactive_messages_sent
  on public.aurora_proactive_messages (sent_at) where status = 'sent';
create index if not exists aurora_proactive_messages_touched
  on public.aurora_proactive_messages (((metadata ->> 'touched')::double precision));
create index if not exists aurora_proactive_messages_gateway_id
  on public.aurora_proactive_messages ((metadata ->> 'gateway_message_id'));

-- In the database, so that a pause survives whatever Redis and the workers go through.
create table if not exists public.aurora_proactive_pauses (
  organization_id uuid,
  message_type varchar(50),
  reason text not null,
  created_at timestamptz not null default now(),
  constraint aurora_proactive_pauses_key unique nulls not distinct (organization_id, message_type)
);
comment on table public.aurora_proactive_pauses is
  'Sending that is paused by hand: of an organisation, a message type, both, or (both null) everything.';

create table if not exists public.aurora_proactive_instances (
  instance_name text primary key,
  state text not null,
  status_reason integer,
  since timestamptz not null default now(),
  settled text,
  event_at timestamptz
);
comment on table public.aurora_proactive_instances is
  'The last state of an instance that the gateway told. The product''s own status is not touched.';
comment on column public.aurora_proactive_instances.settled is
  'The last state that held for 5 seconds: the one before a burst of events.';
comment on column public.aurora_proactive_instances.event_at is 'The event''s time by the gateway''s clock.';

create table if not exists public.aurora_proactive_receipts (
  gateway_message_id text not null,
  receipt text not null,
  instance_name text not null,
  at timestamptz not null default now(),
  primary key (gateway_message_id, receipt)
);
comment on table public.aurora_proactive_receipts is
  'Receipts that came before the record of their message. They wait for it for a day.';
create index if not exists aurora_proactive_receipts_at on public.aurora_proactive_receipts (at);

create table if not exists public.aurora_proactive_replies (
  instance_name text not null,
  gateway_message_id text not null,
  organization_id uuid not null,
  owner_number_id uuid,
  received_at timestamptz not null,
  -- No foreign key, so that the messages can be emptied: triggers clear what points at a message that is gone.
  answers uuid,
  primary key (organization_id, instance_name, gateway_message_id)
);
comment on table public.aurora_proactive_replies is
  'Inbound messages: that somebody wrote, and when. No text and no number are kept.';
comment on column public.aurora_proactive_replies.owner_number_id is 'The owner who wrote it; null: somebody else.';
comment on column public.aurora_proactive_replies.answers is 'The message of ours that it answers.';
create index if not exists aurora_proactive_replies_answers on public.aurora_proactive_replies (answers);
create index if not exists aurora_proactive_replies_received
  on public.aurora_proactive_replies (organization_id, received_at);

-- The panel reads these tables instead of the messages (80_tallies.sql keeps them), so that a million messages cost
-- it what a thousand do. A message counts on its organisation's local day and hour at which it was composed.
create table if not exists public.aurora_proactive_hours (
  organization_id uuid not null,
  day date not null,
  hour smallint not null,
  message_type text not null,
  pending integer not null default 0,
  sent integer not null default 0,
  failed integer not null default 0,
  answered integer not null default 0,
  timed integer not null default 0,
  milliseconds bigint not null default 0,
  primary key (organization_id, day, hour, message_type)
) with (fillfactor = 80);
comment on table public.aurora_proactive_hours is 'How many messages there are by organisation, local hour and type.';
comment on column public.aurora_proactive_hours.organization_id is
  'An organisation, or 00000000-0000-0000-0000-000000000000: all of them together.';
comment on column public.aurora_proactive_hours.timed is 'How many were sent.';
comment on column public.aurora_proactive_hours.milliseconds is 'How long those took together, from due to sent.';

create table if not exists public.aurora_proactive_timings (
  organization_id uuid not null,
  day date not null,
  bucket smallint not null,
  messages integer not null default 0,
  primary key (organization_id, day, bucket)
) with (fillfactor = 80);
comment on table public.aurora_proactive_timings is
  'A histogram of how long messages took from due to sent. Bucket b ends at 0.1 s times 2 to the power of b/8.';

create table if not exists public.aurora_proactive_activity (
  day date not null,
  organization_id uuid not null,
  sent integer not null default 0,
  failed integer not null default 0,
  primary key (day, organization_id)
) with (fillfactor = 80);
comment on table public.aurora_proactive_activity is
  'How many messages each organisation was sent a day, in the order in which the most active ones are looked for.';

do $$
begin
  create type public.aurora_proactive_tally_change as (
    organization_id uuid, created_at timestamp, message_type text, status text, milliseconds bigint,
    answered integer, sign integer);
exception when duplicate_object then null;
end
$$;
comment on type public.aurora_proactive_tally_change is
  'A message that comes into the tallies (sign 1) or leaves them (sign -1).';

-- The product deletes its rows whenever it wants, so no table of ours refers to one of its tables. The product's
-- description of aurora_proactive_messages does: where that table was there before us, its references end here.
do $$
declare
  v_key record;
begin
  for v_key in
    select c.conname, c.conrelid::regclass as own_table
      from pg_constraint c
      join pg_class t on t.oid = c.conrelid and t.relnamespace = 'public'::regnamespace
     where c.contype = 'f' and t.relname like 'aurora\_proactive\_%'
  loop
    execute format('alter table %s drop constraint %I', v_key.own_table, v_key.conname);
  end loop;
end
$$;
