-- This folder is the database of Aurora Proactive, one thing a file, in the order of the files' names. Migrations
-- bring a database there: edit here, then run `python -m sandbox.migration`, which writes the next one.
-- Applying it again changes nothing. Everything of ours is called aurora_proactive_*; the product's tables are read
-- and never altered. Every name in every function is written with its schema (docs/decisions/0019-sql.md).

-- It comes back at the very end (90_access.sql): a migration that stopped half way is told from a whole one.
drop function if exists public.aurora_proactive_migrated();

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
-- What was written to an owner: when the product deletes the owner, its words go.
create index if not exists aurora_proactive_messages_owner
  on public.aurora_proactive_messages (owner_number_id);
-- What is still open: small, whatever the size of the history.
create index if not exists aurora_proactive_messages_pending
  on public.aurora_proactive_messages (created_at) where status = 'pending';
create index if not exists aurora_proactive_messages_sent
  on public.aurora_proactive_messages (sent_at) where status = 'sent';
create index if not exists aurora_proactive_messages_touched
  on public.aurora_proactive_messages (((metadata ->> 'touched')::double precision));
-- Accepted, and nothing heard of it yet: what turns silent.
create index if not exists aurora_proactive_messages_unacknowledged
  on public.aurora_proactive_messages (sent_at)
  where status = 'sent' and metadata ->> 'delivery' = 'accepted';
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
  state text,
  status_reason integer,
  since timestamptz not null default now(),
  settled text,
  event_at timestamptz
);
alter table public.aurora_proactive_instances add column if not exists acknowledged_at timestamptz;
alter table public.aurora_proactive_instances alter column state drop not null;
comment on table public.aurora_proactive_instances is
  'The last state of an instance that the gateway told or sending found. The product''s own status is not touched.';
comment on column public.aurora_proactive_instances.acknowledged_at is
  'About when a receipt was last told of it: silence of an instance that never tells receipts means nothing.';
comment on column public.aurora_proactive_instances.settled is
  'The last state that held for 5 seconds: the one before a burst of events.';
comment on column public.aurora_proactive_instances.event_at is
  'When the state began: the event''s own time, or when sending found it. Of two, the newer one holds.';

-- What WhatsApp answered to an instance may stop it for a while (proactive.gateways.breaker decides).
create table if not exists public.aurora_proactive_breakers (
  instance_name text primary key,
  cause text not null,
  since timestamptz not null,
  known_until timestamptz not null,
  new_until timestamptz not null
);
comment on table public.aurora_proactive_breakers is
  'Instances that may not send for now. A row whose times are over stops nothing.';
comment on column public.aurora_proactive_breakers.cause is
  'refused, silent, throttled, logged_out, or banned.';
comment on column public.aurora_proactive_breakers.known_until is
  'Until when it writes to nobody; then to those who wrote to it or were reached before.';
comment on column public.aurora_proactive_breakers.new_until is 'Until when it writes to nobody new.';

create table if not exists public.aurora_proactive_receipts (
  gateway_message_id text not null,
  receipt text not null,
  instance_name text not null,
  at timestamptz not null default now(),
  told_at timestamptz not null default now(),
  primary key (gateway_message_id, receipt, instance_name)
);
-- One instance's receipt never keeps another's from waiting. (It did before 0.1.0.)
alter table public.aurora_proactive_receipts add column if not exists told_at timestamptz not null default now();
do $$
begin
  if not exists (select from pg_constraint c
                  where c.conrelid = 'public.aurora_proactive_receipts'::regclass and c.contype = 'p'
                    and cardinality(c.conkey) = 3) then
    alter table public.aurora_proactive_receipts drop constraint aurora_proactive_receipts_pkey;
    alter table public.aurora_proactive_receipts add primary key (gateway_message_id, receipt, instance_name);
  end if;
end
$$;
comment on table public.aurora_proactive_receipts is
  'Receipts that came before the record of their message. They wait for it for a day.';
comment on column public.aurora_proactive_receipts.receipt is
  'A key of metadata.receipts, or accepted_at: that the gateway told of having taken it.';
create index if not exists aurora_proactive_receipts_told_at on public.aurora_proactive_receipts (told_at);

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
  'Inbound messages: that somebody wrote, and when. No number is kept, and no text but an owner''s answers to us.';
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
alter table public.aurora_proactive_hours
  add column if not exists arrived integer not null default 0,
  add column if not exists read integer not null default 0,
  add column if not exists refused integer not null default 0,
  add column if not exists silent integer not null default 0;
comment on column public.aurora_proactive_hours.arrived is 'How many of those sent were delivered (read ones as well).';
comment on column public.aurora_proactive_hours.refused is 'How many of those sent WhatsApp did not deliver.';
comment on column public.aurora_proactive_hours.silent is 'Of how many of those sent nothing was heard for minutes.';
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
do $$
begin
  alter type public.aurora_proactive_tally_change add attribute delivery text;
exception when duplicate_column then null;
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
