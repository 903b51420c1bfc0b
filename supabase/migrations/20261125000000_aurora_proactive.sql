-- This folder is the database of Aurora Proactive, one thing a file, in the order of the files' names. The migration
-- beside it is these files one after the other: edit here, then run `python -m sandbox.migration`.
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

-- What campaigns need: who accepted what, the campaigns, who receives them, what was asked and answered, and who wants
-- to be left alone. Nothing here refers to a table of the product (10_tables.sql says why).

create table if not exists public.aurora_proactive_campaign_settings (
  organization_id uuid primary key,
  accepted_by text not null,
  accepted_at timestamptz not null default now(),
  legal_basis text not null check (legal_basis in ('legitimate_interest', 'consent')),
  basis_reference text,
  business_name text,
  cost_sentence text,
  daily_caps integer[],
  used_since date,
  recorded_by text,
  history jsonb not null default '[]'
);
comment on table public.aurora_proactive_campaign_settings is
  'Which organisations accepted to write to their clients, who did so, on which legal basis. Without a row nothing is '
  'sent.';
comment on column public.aurora_proactive_campaign_settings.basis_reference is
  'Where the balancing test of a legitimate interest can be read.';
comment on column public.aurora_proactive_campaign_settings.daily_caps is
  'The most messages a local day by level, where the organisation wants fewer than the installation allows.';
comment on column public.aurora_proactive_campaign_settings.recorded_by is
  'The user or the key that recorded it; accepted_by is who in the organisation accepts.';
comment on column public.aurora_proactive_campaign_settings.history is 'What was accepted before, oldest first.';
comment on column public.aurora_proactive_campaign_settings.used_since is
  'Since when the number is in use, where somebody declared it: a new connection need not be a new number.';

create table if not exists public.aurora_proactive_campaigns (
  id uuid primary key,
  organization_id uuid not null,
  source text not null,
  source_key text not null,
  option smallint not null default 0,
  message_id uuid,
  made_by jsonb,
  instance_name text,
  status text not null check (status in (
    'offered', 'previewed', 'confirmed', 'running', 'paused', 'stopped', 'done', 'declined', 'expired')),
  resumes_as text check (resumes_as in ('confirmed', 'running')),
  pause_cause text,
  halt text,
  trips smallint not null default 0,
  handed_at timestamptz,
  revision integer not null default 0,
  text text,
  audience jsonb not null default '{}',
  told integer,
  frozen integer,
  left_out jsonb not null default '{}',
  legal_basis text,
  basis_reference text,
  valid_until timestamptz not null,
  previewed_at timestamptz,
  starts_at timestamptz,
  send_until timestamptz,
  confirmed_at timestamptz,
  confirmed_by uuid,
  confirmation jsonb,
  paused_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  reported_at timestamptz,
  followed_up_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table public.aurora_proactive_campaigns is
  'Mailings of organisations to their clients. The id is a UUIDv5 of organisation, source, key and option.';
comment on column public.aurora_proactive_campaigns.made_by is
  'Who made it by hand ({"via": page or api, "by": a user or the name of a key}); null where a message offered it.';
comment on column public.aurora_proactive_campaigns.resumes_as is
  'What a paused campaign was before, and is again when it goes on.';
comment on column public.aurora_proactive_campaigns.halt is
  'The mark in Redis that its pause or its end set, and that may be taken away when it goes on.';
comment on column public.aurora_proactive_campaigns.handed_at is
  'When a recipient of it was last handed over: campaigns of one instance take turns.';
comment on column public.aurora_proactive_campaigns.told is 'How many clients the owner was told of.';
comment on column public.aurora_proactive_campaigns.frozen is 'How many recipients the current revision has.';
comment on column public.aurora_proactive_campaigns.left_out is 'How many clients were left out, by the first reason.';
create index if not exists aurora_proactive_campaigns_organization
  on public.aurora_proactive_campaigns (organization_id, created_at desc);
create index if not exists aurora_proactive_campaigns_live
  on public.aurora_proactive_campaigns (instance_name) where status in ('confirmed', 'running', 'paused');

-- Every step of a campaign, by what caused it: the same cause again changes nothing.
create table if not exists public.aurora_proactive_campaign_steps (
  campaign_id uuid not null,
  cause text not null,
  was text,
  became text not null,
  revision integer not null,
  at timestamptz not null default now(),
  primary key (campaign_id, cause)
);
create index if not exists aurora_proactive_campaign_steps_cause
  on public.aurora_proactive_campaign_steps (cause collate "C");
comment on table public.aurora_proactive_campaign_steps is
  'The steps of campaigns: what each was and became, and the reply, request or event that caused it.';

create table if not exists public.aurora_proactive_campaign_recipients (
  id uuid primary key,
  campaign_id uuid not null,
  organization_id uuid not null,
  revision integer not null,
  position integer not null,
  contact_id uuid,
  other_contacts uuid[] not null default '{}',
  pets uuid[] not null default '{}',
  phone_key text not null,
  phone text,
  warmth text not null check (warmth in ('warm', 'cool', 'cold')),
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'skipped')),
  reason text,
  content text,
  sent_at timestamptz,
  error_message text,
  metadata jsonb not null default '{}',
  answered_at timestamptz,
  opted_out_at timestamptz,
  booking_id uuid,
  created_at timestamptz not null default now(),
  unique (campaign_id, phone_key)
);
comment on table public.aurora_proactive_campaign_recipients is
  'Who receives a campaign: one row a phone. Its lease, receipts and gateway''s id are in metadata, as a message''s.';
create index if not exists aurora_proactive_campaign_recipients_next
  on public.aurora_proactive_campaign_recipients (campaign_id, position) where status = 'pending';
create index if not exists aurora_proactive_campaign_recipients_phone
  on public.aurora_proactive_campaign_recipients (organization_id, phone_key, sent_at desc);
create index if not exists aurora_proactive_campaign_recipients_sent
  on public.aurora_proactive_campaign_recipients (sent_at) where status = 'sent';
create index if not exists aurora_proactive_campaign_recipients_touched
  on public.aurora_proactive_campaign_recipients (((metadata ->> 'touched')::double precision));
create index if not exists aurora_proactive_campaign_recipients_claimed
  on public.aurora_proactive_campaign_recipients (campaign_id) where status = 'pending' and metadata ? 'claim';
create index if not exists aurora_proactive_campaign_recipients_unacknowledged
  on public.aurora_proactive_campaign_recipients (sent_at)
  where status = 'sent' and metadata ->> 'delivery' = 'accepted';
create index if not exists aurora_proactive_campaign_recipients_kept
  on public.aurora_proactive_campaign_recipients (created_at) where phone is not null;
create index if not exists aurora_proactive_campaign_recipients_gateway_id
  on public.aurora_proactive_campaign_recipients ((metadata ->> 'gateway_message_id'));

create table if not exists public.aurora_proactive_questions (
  id uuid primary key,
  organization_id uuid not null,
  owner_number_id uuid not null,
  campaign_ids uuid[] not null,
  kind text not null,
  revision integer not null default 0,
  asked_at timestamptz not null default now(),
  valid_until timestamptz not null,
  answered_at timestamptz,
  answered_by text
);
comment on table public.aurora_proactive_questions is
  'What owners were asked and told about campaigns; the id is that of the message''s record. Its words are there only.';
create index if not exists aurora_proactive_questions_owner
  on public.aurora_proactive_questions (owner_number_id, asked_at desc);

create table if not exists public.aurora_proactive_opt_outs (
  organization_id uuid not null,
  key text not null,
  contact_id uuid,
  level text not null check (level in ('sure', 'probable', 'block_list', 'luto')),
  source text not null check (source in ('reply', 'page', 'api', 'import', 'gateway')),
  evidence jsonb not null default '{}',
  since timestamptz not null default now(),
  until timestamptz,
  primary key (organization_id, key)
);
comment on table public.aurora_proactive_opt_outs is
  'Who receives no campaign: by phone, hidden sender (lid:), pet that died (pet:), client whose pet is not known '
  '(contact:).';
create index if not exists aurora_proactive_opt_outs_contact
  on public.aurora_proactive_opt_outs (organization_id, contact_id);
create index if not exists aurora_proactive_opt_outs_since
  on public.aurora_proactive_opt_outs (organization_id, since desc);

create table if not exists public.aurora_proactive_consents (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  phone_key text not null,
  contact_id uuid,
  kind text not null check (kind in ('given', 'withdrawn', 'objection', 'listed', 'unlisted')),
  purpose text not null default 'marketing',
  basis text,
  source text not null,
  evidence jsonb not null default '{}',
  recorded_by text,
  at timestamptz not null default now()
);
comment on table public.aurora_proactive_consents is
  'Every change of a consent or an opt-out, oldest first; never rewritten.';
create index if not exists aurora_proactive_consents_phone
  on public.aurora_proactive_consents (organization_id, phone_key, at desc);

create table if not exists public.aurora_proactive_heard (
  instance_name text not null,
  phone_key text not null,
  heard_at timestamptz,
  others_wrote_at timestamptz,
  others_offered_words boolean not null default false,
  primary key (instance_name, phone_key)
);
comment on table public.aurora_proactive_heard is
  'When a number last wrote to an instance, and when somebody else of our side last wrote to it. No text.';

create table if not exists public.aurora_proactive_identities (
  instance_name text not null,
  lid text not null,
  phone_key text not null,
  learnt_at timestamptz not null default now(),
  primary key (instance_name, lid)
);
comment on table public.aurora_proactive_identities is
  'Which number a hidden sender of an instance is, as far as it is known.';

create table if not exists public.aurora_proactive_number_health (
  instance_name text primary key,
  level smallint not null default 3 check (level between 1 and 7),
  day date,
  sent integer not null default 0,
  sent_cool integer not null default 0,
  paused_until timestamptz,
  pause_cause text,
  trouble boolean not null default false,
  probing boolean not null default false,
  judged_from timestamptz,
  handed uuid,
  handed_at timestamptz,
  in_a_row integer not null default 0,
  used_since timestamptz not null default now()
);
comment on table public.aurora_proactive_number_health is
  'How much an instance may send to clients: its level, what went out on a local day, and a pause of its breaker.';
comment on column public.aurora_proactive_number_health.judged_from is
  'What was sent before was judged already: nothing trips the breaker twice.';
comment on column public.aurora_proactive_number_health.probing is
  'After a trip one client alone, who wrote lately if there is one, is written to first.';
comment on column public.aurora_proactive_number_health.handed is
  'The recipient that was handed over last: nobody else may be written to.';

create table if not exists public.aurora_proactive_number_events (
  id bigint generated always as identity primary key,
  instance_name text not null,
  kind text not null,
  at timestamptz not null default now()
);
comment on table public.aurora_proactive_number_events is
  'What befell an instance while it wrote to clients: what the gateway answered, trips of the breaker. No text, no '
  'number.';
create index if not exists aurora_proactive_number_events_instance
  on public.aurora_proactive_number_events (instance_name, at desc);

-- What clients are answered about an opt-out: its record, as a campaign's recipient is one.
create table if not exists public.aurora_proactive_client_answers (
  id uuid primary key,
  organization_id uuid not null,
  instance_name text not null,
  phone_key text not null,
  phone text,
  kind text not null check (kind in ('T16', 'T17')),
  content text,
  status text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'skipped')),
  reason text,
  sent_at timestamptz,
  error_message text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table public.aurora_proactive_client_answers is
  'Answers to clients who leave (T16) or come back (T17): one an opt-out.';
create index if not exists aurora_proactive_client_answers_pending
  on public.aurora_proactive_client_answers (created_at) where status = 'pending';
create index if not exists aurora_proactive_client_answers_phone
  on public.aurora_proactive_client_answers (organization_id, phone_key, created_at desc);
create index if not exists aurora_proactive_client_answers_gateway_id
  on public.aurora_proactive_client_answers ((metadata ->> 'gateway_message_id'));

-- What was heard and not acted upon yet. The job that acts takes the row away; nothing stays longer than three days.
create table if not exists public.aurora_proactive_inbox (
  instance_name text not null,
  id text not null,
  sender text,
  lid text,
  kind text not null,
  text text not null default '',
  quoted text,
  original text,
  at timestamptz not null,
  timed boolean not null default true,
  owner boolean not null,
  received_at timestamptz not null default now(),
  primary key (instance_name, id)
);
comment on table public.aurora_proactive_inbox is
  'Messages that an owner, or a client who may mean an opt-out, wrote to an instance, until they are acted upon.';
comment on column public.aurora_proactive_inbox.sender is 'The number''s key; null: hidden, and not known.';
comment on column public.aurora_proactive_inbox.original is 'The message that was edited or deleted.';
comment on column public.aurora_proactive_inbox.timed is
  'Whether "at" is the message''s own time, not that of its arrival.';
comment on column public.aurora_proactive_inbox.owner is 'Whether an owner may have written it.';
create index if not exists aurora_proactive_inbox_sender on public.aurora_proactive_inbox (instance_name, sender, lid);
create index if not exists aurora_proactive_inbox_received on public.aurora_proactive_inbox (received_at);

alter table public.aurora_proactive_replies
  add column if not exists reading jsonb,
  add column if not exists heard text check (length(heard) <= 200),
  add column if not exists handled boolean,
  add column if not exists outcome text;
comment on column public.aurora_proactive_replies.reading is
  'How it was read: kind, what it quotes, the message as which several were read ("as"), opt_out.';
comment on column public.aurora_proactive_replies.heard is
  'The normalised words of an owner''s answer to a question; erased after 90 days.';
comment on column public.aurora_proactive_replies.handled is 'Whether Aurora answered or acted.';
comment on column public.aurora_proactive_replies.outcome is
  'What came of it; null: it was not acted upon (yet).';

-- Which time zone an organisation lives in. A zone is an IANA name in any letter case, links and short names included.
-- PostgreSQL takes more than that (rules such as 'foo+3', abbreviations, whose CET knows no summer time) and Python
-- less (one letter case), so a name counts where it is on IANA's list, is spelled as there, and PostgreSQL has it:
-- then both compute the same (docs/decisions/0037-odd-values-of-the-product.md).

-- A test compares the list with the tzdata package's.
create or replace function public.aurora_proactive_zone_names()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_object_agg(lower(n.name), n.name) from regexp_split_to_table(btrim('
  Africa/Abidjan Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Asmara Africa/Asmera Africa/Bamako
  Africa/Bangui Africa/Banjul Africa/Bissau Africa/Blantyre Africa/Brazzaville Africa/Bujumbura Africa/Cairo
  Africa/Casablanca Africa/Ceuta Africa/Conakry Africa/Dakar Africa/Dar_es_Salaam Africa/Djibouti Africa/Douala
  Africa/El_Aaiun Africa/Freetown Africa/Gaborone Africa/Harare Africa/Johannesburg Africa/Juba Africa/Kampala
  Africa/Khartoum Africa/Kigali Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Lome Africa/Luanda
  Africa/Lubumbashi Africa/Lusaka Africa/Malabo Africa/Maputo Africa/Maseru Africa/Mbabane Africa/Mogadishu
  Africa/Monrovia Africa/Nairobi Africa/Ndjamena Africa/Niamey Africa/Nouakchott Africa/Ouagadougou Africa/Porto-Novo
  Africa/Sao_Tome Africa/Timbuktu Africa/Tripoli Africa/Tunis Africa/Windhoek America/Adak America/Anchorage
  America/Anguilla America/Antigua America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca
  America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja
  America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan
  America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia America/Aruba America/Asuncion
  America/Atikokan America/Atka America/Bahia America/Bahia_Banderas America/Barbados America/Belem America/Belize
  America/Blanc-Sablon America/Boa_Vista America/Bogota America/Boise America/Buenos_Aires America/Cambridge_Bay
  America/Campo_Grande America/Cancun America/Caracas America/Catamarca America/Cayenne America/Cayman
  America/Chicago America/Chihuahua America/Ciudad_Juarez America/Coral_Harbour America/Cordoba America/Costa_Rica
  America/Coyhaique America/Creston America/Cuiaba America/Curacao America/Danmarkshavn America/Dawson
  America/Dawson_Creek America/Denver America/Detroit America/Dominica America/Edmonton America/Eirunepe
  America/El_Salvador America/Ensenada America/Fort_Nelson America/Fort_Wayne America/Fortaleza America/Glace_Bay
  America/Godthab America/Goose_Bay America/Grand_Turk America/Grenada America/Guadeloupe America/Guatemala
  America/Guayaquil America/Guyana America/Halifax America/Havana America/Hermosillo America/Indiana/Indianapolis
  America/Indiana/Knox America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Tell_City
  America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac America/Indianapolis America/Inuvik
  America/Iqaluit America/Jamaica America/Jujuy America/Juneau America/Kentucky/Louisville
  America/Kentucky/Monticello America/Knox_IN America/Kralendijk America/La_Paz America/Lima America/Los_Angeles
  America/Louisville America/Lower_Princes America/Maceio America/Managua America/Manaus America/Marigot
  America/Martinique America/Matamoros America/Mazatlan America/Mendoza America/Menominee America/Merida
  America/Metlakatla America/Mexico_City America/Miquelon America/Moncton America/Monterrey America/Montevideo
  America/Montreal America/Montserrat America/Nassau America/New_York America/Nipigon America/Nome America/Noronha
  America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem America/Nuuk America/Ojinaga
  America/Panama America/Pangnirtung America/Paramaribo America/Phoenix America/Port-au-Prince America/Port_of_Spain
  America/Porto_Acre America/Porto_Velho America/Puerto_Rico America/Punta_Arenas America/Rainy_River
  America/Rankin_Inlet America/Recife America/Regina America/Resolute America/Rio_Branco America/Rosario
  America/Santa_Isabel America/Santarem America/Santiago America/Santo_Domingo America/Sao_Paulo America/Scoresbysund
  America/Shiprock America/Sitka America/St_Barthelemy America/St_Johns America/St_Kitts America/St_Lucia
  America/St_Thomas America/St_Vincent America/Swift_Current America/Tegucigalpa America/Thule America/Thunder_Bay
  America/Tijuana America/Toronto America/Tortola America/Vancouver America/Virgin America/Whitehorse
  America/Winnipeg America/Yakutat America/Yellowknife Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville
  Antarctica/Macquarie Antarctica/Mawson Antarctica/McMurdo Antarctica/Palmer Antarctica/Rothera
  Antarctica/South_Pole Antarctica/Syowa Antarctica/Troll Antarctica/Vostok Arctic/Longyearbyen Asia/Aden Asia/Almaty
  Asia/Amman Asia/Anadyr Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Baghdad Asia/Bahrain
  Asia/Baku Asia/Bangkok Asia/Barnaul Asia/Beirut Asia/Bishkek Asia/Brunei Asia/Calcutta Asia/Chita Asia/Choibalsan
  Asia/Chongqing Asia/Chungking Asia/Colombo Asia/Dacca Asia/Damascus Asia/Dhaka Asia/Dili Asia/Dubai Asia/Dushanbe
  Asia/Famagusta Asia/Gaza Asia/Harbin Asia/Hebron Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Hovd Asia/Irkutsk
  Asia/Istanbul Asia/Jakarta Asia/Jayapura Asia/Jerusalem Asia/Kabul Asia/Kamchatka Asia/Karachi Asia/Kashgar
  Asia/Kathmandu Asia/Katmandu Asia/Khandyga Asia/Kolkata Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait
  Asia/Macao Asia/Macau Asia/Magadan Asia/Makassar Asia/Manila Asia/Muscat Asia/Nicosia Asia/Novokuznetsk
  Asia/Novosibirsk Asia/Omsk Asia/Oral Asia/Phnom_Penh Asia/Pontianak Asia/Pyongyang Asia/Qatar Asia/Qostanay
  Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Sakhalin Asia/Samarkand Asia/Seoul Asia/Shanghai
  Asia/Singapore Asia/Srednekolymsk Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tel_Aviv Asia/Thimbu
  Asia/Thimphu Asia/Tokyo Asia/Tomsk Asia/Ujung_Pandang Asia/Ulaanbaatar Asia/Ulan_Bator Asia/Urumqi Asia/Ust-Nera
  Asia/Vientiane Asia/Vladivostok Asia/Yakutsk Asia/Yangon Asia/Yekaterinburg Asia/Yerevan Atlantic/Azores
  Atlantic/Bermuda Atlantic/Canary Atlantic/Cape_Verde Atlantic/Faeroe Atlantic/Faroe Atlantic/Jan_Mayen
  Atlantic/Madeira Atlantic/Reykjavik Atlantic/South_Georgia Atlantic/St_Helena Atlantic/Stanley Australia/ACT
  Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Canberra Australia/Currie Australia/Darwin
  Australia/Eucla Australia/Hobart Australia/LHI Australia/Lindeman Australia/Lord_Howe Australia/Melbourne
  Australia/NSW Australia/North Australia/Perth Australia/Queensland Australia/South Australia/Sydney
  Australia/Tasmania Australia/Victoria Australia/West Australia/Yancowinna Brazil/Acre Brazil/DeNoronha Brazil/East
  Brazil/West CET CST6CDT Canada/Atlantic Canada/Central Canada/Eastern Canada/Mountain Canada/Newfoundland
  Canada/Pacific Canada/Saskatchewan Canada/Yukon Chile/Continental Chile/EasterIsland Cuba EET EST EST5EDT Egypt
  Eire Etc/GMT Etc/GMT+0 Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6
  Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-0 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 Etc/GMT-2
  Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/UTC
  Etc/Universal Etc/Zulu Europe/Amsterdam Europe/Andorra Europe/Astrakhan Europe/Athens Europe/Belfast
  Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Busingen
  Europe/Chisinau Europe/Copenhagen Europe/Dublin Europe/Gibraltar Europe/Guernsey Europe/Helsinki Europe/Isle_of_Man
  Europe/Istanbul Europe/Jersey Europe/Kaliningrad Europe/Kiev Europe/Kirov Europe/Kyiv Europe/Lisbon
  Europe/Ljubljana Europe/London Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Mariehamn Europe/Minsk
  Europe/Monaco Europe/Moscow Europe/Nicosia Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Riga
  Europe/Rome Europe/Samara Europe/San_Marino Europe/Sarajevo Europe/Saratov Europe/Simferopol Europe/Skopje
  Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Tirane Europe/Tiraspol Europe/Ulyanovsk Europe/Uzhgorod
  Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Vilnius Europe/Volgograd Europe/Warsaw Europe/Zagreb
  Europe/Zaporozhye Europe/Zurich Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland
  Indian/Antananarivo Indian/Chagos Indian/Christmas Indian/Cocos Indian/Comoro Indian/Kerguelen Indian/Mahe
  Indian/Maldives Indian/Mauritius Indian/Mayotte Indian/Reunion Iran Israel Jamaica Japan Kwajalein Libya MET MST
  MST7MDT Mexico/BajaNorte Mexico/BajaSur Mexico/General NZ NZ-CHAT Navajo PRC PST8PDT Pacific/Apia Pacific/Auckland
  Pacific/Bougainville Pacific/Chatham Pacific/Chuuk Pacific/Easter Pacific/Efate Pacific/Enderbury Pacific/Fakaofo
  Pacific/Fiji Pacific/Funafuti Pacific/Galapagos Pacific/Gambier Pacific/Guadalcanal Pacific/Guam Pacific/Honolulu
  Pacific/Johnston Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein Pacific/Majuro
  Pacific/Marquesas Pacific/Midway Pacific/Nauru Pacific/Niue Pacific/Norfolk Pacific/Noumea Pacific/Pago_Pago
  Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei Pacific/Ponape Pacific/Port_Moresby Pacific/Rarotonga Pacific/Saipan
  Pacific/Samoa Pacific/Tahiti Pacific/Tarawa Pacific/Tongatapu Pacific/Truk Pacific/Wake Pacific/Wallis Pacific/Yap
  Poland Portugal ROC ROK Singapore Turkey UCT US/Alaska US/Aleutian US/Arizona US/Central US/East-Indiana US/Eastern
  US/Hawaii US/Indiana-Starke US/Michigan US/Mountain US/Pacific US/Samoa UTC Universal W-SU WET Zulu
  ', E' \n'), '\s+') as n (name)
$$;

comment on function public.aurora_proactive_zone_names() is
  'IANA''s time zones and links: as IANA spells them, by their names in small letters.';

create or replace function public.aurora_proactive_known_zone(p_name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Computed when the query is planned, once a session.
  v_names constant jsonb := public.aurora_proactive_zone_names();
  -- Folders of an installation's files, which hold the same zones.
  v_name constant text := v_names ->> lower(regexp_replace(p_name, '^(posix|right)/', '', 'i'));
  v_zone text;
begin
  if v_name is null then
    return null;
  end if;
  -- What PostgreSQL takes for an abbreviation of its own is named by the place that IANA's link leads to.
  v_zone := coalesce(
    '{"CET": "Europe/Brussels", "EET": "Europe/Athens", "EST": "America/Panama", "HST": "Pacific/Honolulu",
      "MET": "Europe/Brussels", "MST": "America/Phoenix", "WET": "Europe/Lisbon"}'::jsonb ->> v_name, v_name);
  perform pg_catalog.now() at time zone v_zone;
  return v_zone;
exception when invalid_parameter_value then
  return null;
end
$$;

comment on function public.aurora_proactive_known_zone(text) is
  'The IANA name of a time zone however its letters are written; null where it is none or PostgreSQL lacks it.';

-- PL/pgSQL keeps a plan for the session, which SQL does not; and most businesses live where nothing has to be asked.
create or replace function public.aurora_proactive_zone(p_name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_name = 'America/Sao_Paulo' then
    return p_name;
  end if;
  return coalesce(public.aurora_proactive_known_zone(p_name), 'America/Sao_Paulo');
end
$$;

comment on function public.aurora_proactive_zone(text) is
  'The time zone to use for an organisation: its own if it is an IANA name, else America/Sao_Paulo.';

-- An organisation's local time, as instants. Every moment comes from outside.

create or replace function public.aurora_proactive_instant(p_local timestamp, p_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  -- PostgreSQL reads a local time that happens twice as the later one; the offset of a few hours before
  -- gives the earlier one, if that instant really shows this local time. A local time that never happens
  -- is read with the offset before the gap, as zoneinfo does.
  v_late constant timestamptz := p_local at time zone p_zone;
  v_before constant timestamptz := v_late - interval '4 hours';
  v_candidate constant timestamptz :=
    (p_local - ((v_before at time zone p_zone) - (v_before at time zone 'UTC'))) at time zone 'UTC';
begin
  return case when v_candidate at time zone p_zone = p_local then least(v_candidate, v_late) else v_late end;
end
$$;

comment on function public.aurora_proactive_instant(timestamp, text) is
  'The first instant that shows this local time in this zone.';

-- What counts as a value. The product's tables take more than its screens do: a price NaN, a moment infinity, a booking
-- that ends before it begins. Such a value counts as not there, so that it costs its own figure and not the message;
-- 62_odd_values.sql finds them for operators (docs/decisions/0037-odd-values-of-the-product.md). As in 30_bookings.sql,
-- conditions are expressions, which PostgreSQL puts into the queries that use them.

create or replace function public.aurora_proactive_is_moment(p_at timestamptz)
returns boolean
language sql
immutable
return
  p_at >= timestamptz '0001-01-01 00:00:00+00' and p_at < timestamptz '10000-01-01 00:00:00+00';

comment on function public.aurora_proactive_is_moment(timestamptz) is
  'Whether this is a moment of the years 1 to 9999: not infinity, not before Christ, nothing that a typing error made.';

create or replace function public.aurora_proactive_moment(p_at timestamptz)
returns timestamptz
language sql
immutable
return
  case when public.aurora_proactive_is_moment(p_at) then p_at end;

comment on function public.aurora_proactive_moment(timestamptz) is
  'The moment; null where it is none.';

create or replace function public.aurora_proactive_price(p_price numeric)
returns numeric
language sql
immutable
return
  -- NaN is greater than every number.
  case when p_price > -1e10 and p_price < 1e10 then p_price end;

comment on function public.aurora_proactive_price(numeric) is
  'The price; null where it is no amount of money: NaN, infinite, ten digits and more.';

create or replace function public.aurora_proactive_minutes(p_minutes integer)
returns integer
language sql
immutable
return
  case when p_minutes between 1 and 366 * 24 * 60 then p_minutes end;

comment on function public.aurora_proactive_minutes(integer) is
  'The duration in minutes; null where it is none: zero, negative, longer than a year.';

-- What a booking and a client are, each said once. PostgreSQL puts the bodies of these functions into the queries that
-- call them, which it does only to functions without `set`. Conditions are therefore written as expressions, whose
-- names are bound when they are made; the two tables are the only texts without a path
-- (docs/decisions/0019-sql.md).

create or replace function public.aurora_proactive_is_live(p_status text)
returns boolean
language sql
immutable
return
  p_status not in ('cancelled', 'no_show');

comment on function public.aurora_proactive_is_live(text) is
  'Whether a booking of this status is live: neither cancelled nor no_show.';

create or replace function public.aurora_proactive_is_done(p_status text, p_start timestamptz, p_now timestamptz)
returns boolean
language sql
immutable
return
  p_status = 'completed'
  or (p_status in ('confirmed', 'in_progress') and p_start <= p_now and public.aurora_proactive_is_moment(p_start));

comment on function public.aurora_proactive_is_done(text, timestamptz, timestamptz) is
  'Whether a booking is done: completed, or confirmed or in progress and its start has passed.';

create or replace function public.aurora_proactive_bookings(p_organization uuid, p_now timestamptz)
returns table (
  id uuid, contact_id uuid, pet_id uuid, start_time timestamptz, end_time timestamptz, status text,
  created_at timestamptz, live boolean, done boolean, value numeric, service text, duration_minutes integer
)
language sql
stable
as $$
  -- A service of another organisation is no service: nothing of one tenant ever reaches another. The times are as they
  -- are stored, so that they are found by an index: who computes with one asks whether it is a moment.
  select b.id, b.contact_id, b.pet_id, b.start_time, b.end_time, b.status, b.created_at,
         public.aurora_proactive_is_live(b.status),
         public.aurora_proactive_is_done(b.status, b.start_time, p_now),
         coalesce(public.aurora_proactive_price(b.price), public.aurora_proactive_price(s.price), 0), s.name,
         public.aurora_proactive_minutes(s.duration_minutes)
    from public.bookings b
    left join public.services s on s.id = b.service_id and s.organization_id = b.organization_id
   where b.organization_id = p_organization
$$;

comment on function public.aurora_proactive_bookings(uuid, timestamptz) is
  'An organisation''s bookings with what each is at that moment: live, done, its value and its service.';

create or replace function public.aurora_proactive_clients(p_organization uuid, p_now timestamptz)
returns table (
  id uuid, name text, phone text, contact_at timestamptz, upcoming boolean, done_bookings bigint, value numeric
)
language sql
stable
as $$
  select c.id, c.name, c.phone,
         coalesce(public.aurora_proactive_moment(c.last_contact_at), public.aurora_proactive_moment(c.created_at)),
         coalesce(t.upcoming, false), coalesce(t.done_bookings, 0), coalesce(t.value, 0)
    from public.contacts c
    left join (
      select b.contact_id,
             bool_or(b.live and b.start_time > p_now and public.aurora_proactive_is_moment(b.start_time)) as upcoming,
             count(*) filter (where b.done) as done_bookings,
             sum(b.value) filter (where b.done) as value
        from public.aurora_proactive_bookings(p_organization, p_now) b
       where b.contact_id is not null
       group by b.contact_id
    ) t on t.contact_id = c.id
   where c.organization_id = p_organization
     and c.status is distinct from 'blocked'
$$;

comment on function public.aurora_proactive_clients(uuid, timestamptz) is
  'The clients who are not blocked: last contact (null: not known), whether a live booking is in the future, done '
  'bookings and their value.';

drop function if exists public.aurora_proactive_client_lines(uuid, uuid[]);
create or replace function public.aurora_proactive_client_lines(
  p_organization uuid, p_contacts uuid[], p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', c.id, 'name', c.name, 'phone', c.phone, 'pets', coalesce(pets.names, '[]')
         ) order by listed.place), '[]')
    from unnest(p_contacts) with ordinality as listed (id, place)
    join public.contacts c on c.id = listed.id and c.organization_id = p_organization
    left join (
      select p.contact_id, jsonb_agg(p.name order by p.name collate "C", p.id) as names
        from public.pets p
       where p.organization_id = p_organization and p.is_active and p.contact_id = any (p_contacts)
         and p.name is not null
         and not exists (select from public.aurora_proactive_opt_outs o
                          where o.organization_id = p_organization and o.key = 'pet:' || p.id
                            and (o.until is null or o.until > p_now))
       group by p.contact_id
    ) pets on pets.contact_id = c.id
$$;

comment on function public.aurora_proactive_client_lines(uuid, uuid[], timestamptz) is
  'The lines of a list of clients in the given order: id, name, phone, active pets by name, none that died.';

-- When a business is open, and which of its slots are free.

create or replace function public.aurora_proactive_is_hours(p_hours jsonb)
returns boolean
language sql
immutable
return
  jsonb_typeof(p_hours) = 'object'
  and (p_hours = '{}' or p_hours ?| array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

comment on function public.aurora_proactive_is_hours(jsonb) is
  'Whether this has the shape of opening hours: an object by days, mon to sun (empty: closed every day).';

create or replace function public.aurora_proactive_intervals(p_day jsonb)
returns table (opening interval, closing interval)
language sql
immutable
set search_path = ''
as $$
  -- "24:00" is the next midnight.
  select told.opening, told.closing
    from (
      select case when value ->> 0 ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$'
                  then (value ->> 0)::interval end as opening,
             case when value ->> 1 ~ '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$'
                  then (value ->> 1)::interval end as closing
        from jsonb_array_elements(case when jsonb_typeof(p_day) = 'array' then p_day else '[]' end)
    ) told
   where told.opening < told.closing
$$;

comment on function public.aurora_proactive_intervals(jsonb) is
  'The intervals of one day of the opening hours, as they are written; what is no interval is not there.';

create or replace function public.aurora_proactive_openings(p_hours jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with day as (
    select case when public.aurora_proactive_is_hours(p_hours)
                then p_hours -> (array['mon','tue','wed','thu','fri','sat','sun'])[extract(isodow from p_day)::int]
                when extract(isodow from p_day) < 7 then '[["08:00", "18:00"]]'::jsonb end as intervals
  ), opened as (
    select public.aurora_proactive_instant(p_day + i.opening, p_zone) as opens_at,
           public.aurora_proactive_instant(p_day + i.closing, p_zone) as closes_at
      from day cross join lateral public.aurora_proactive_intervals(day.intervals) i
  )
  -- Merged as instants: where the clocks jump, two intervals may come to overlap.
  select lower(merged.range), upper(merged.range)
    from unnest((select range_agg(tstzrange(o.opens_at, o.closes_at)) from opened o where o.opens_at < o.closes_at))
         as merged (range)
$$;

comment on function public.aurora_proactive_openings(jsonb, text, date) is
  'The intervals in which a business is open on a local day, those that overlap or touch as one; none on a closed day. '
  'Hours that are null or have another shape: Mon-Sat 08:00-18:00.';

create or replace function public.aurora_proactive_free_slots(
  p_organization uuid, p_zone text, p_first date, p_days integer, p_slot_minutes integer
)
returns table (starts_at timestamptz, local_start timestamp)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_from constant timestamptz := public.aurora_proactive_instant(p_first, p_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(p_first + p_days, p_zone);
  v_slot constant interval := make_interval(mins => p_slot_minutes);
begin
  return query
  with taken as materialized (
    -- No lower bound on the start: a stay may have begun weeks ago.
    select b.start_time as begins, lasts.until as ends
      from public.aurora_proactive_bookings(p_organization, v_from) b
     cross join lateral (
       -- An end that is no moment, or before the beginning, is not there.
       select coalesce(case when b.end_time >= b.start_time then public.aurora_proactive_moment(b.end_time) end,
                       b.start_time + coalesce(make_interval(mins => b.duration_minutes), v_slot)) as until
     ) lasts
     where b.live and b.start_time < v_until and lasts.until > v_from
       and public.aurora_proactive_is_moment(b.start_time)
  )
  select s.starts, s.starts at time zone p_zone
    from public.organizations o
   cross join generate_series(0, p_days - 1) as ahead
   cross join lateral public.aurora_proactive_openings(o.business_hours, p_zone, p_first + ahead) opening
   cross join lateral generate_series(opening.opens_at, opening.closes_at - v_slot, v_slot) as s (starts)
   where o.id = p_organization
     and not exists (select from taken t where t.begins < s.starts + v_slot and t.ends > s.starts)
   order by s.starts;
end
$$;

comment on function public.aurora_proactive_free_slots(uuid, text, date, integer, integer) is
  'The free slots of some local days in order: each opening cut into slots, those that no live booking overlaps.';

-- Who is no reach of a business: who wants no campaigns, or mourns. The owner's messages neither count nor name them. A
-- campaign's audience (77_campaign_audience.sql) judges the same for each of its recipients, with the reason.

create or replace function public.aurora_proactive_unreached(p_organization uuid, p_now timestamptz)
returns setof uuid
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  -- Most businesses have nobody who is out, and keys of phones are dear.
  if not exists (select from public.aurora_proactive_opt_outs o
                  where o.organization_id = p_organization and (o.until is null or o.until > p_now)) then
    return;
  end if;
  return query
  with outs as materialized (
    select o.key, o.contact_id, o.level from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization and (o.until is null or o.until > p_now)
  ), clients as materialized (
    -- Clients who share a phone are one person.
    select k.id, k.key, coalesce(k.key, k.id::text) as person
      from (select c.id, case when length(public.aurora_proactive_phone_key(c.phone)) >= 10
                           then public.aurora_proactive_phone_key(c.phone) end as key
              from public.contacts c
             where c.organization_id = p_organization) k
  ), mourned as materialized (
    select o.key, o.contact_id from outs o where o.level = 'luto'
  ), bereaved as (
    select c.id, c.person from clients c where c.id in (select m.contact_id from mourned m)
    union
    select c.id, c.person from clients c
     where 'contact:' || c.id in (select m.key from mourned m)
    union
    select c.id, c.person from public.pets p join clients c on c.id = p.contact_id
     where p.organization_id = p_organization and 'pet:' || p.id in (select m.key from mourned m)
  ), mourning as (
    -- Somebody without another pet, or of whom it is not known which one died.
    select b.person from bereaved b
     where 'contact:' || b.id in (select m.key from mourned m)
        or not exists (select from clients c
                         join public.pets p on p.contact_id = c.id and p.organization_id = p_organization
                        where c.person = b.person and p.is_active
                          and 'pet:' || p.id not in (select m.key from mourned m))
  ), left_alone as (
    select o.key, o.contact_id from outs o where o.level in ('sure', 'probable')
  )
  select c.id
    from clients c
   where c.id in (select l.contact_id from left_alone l where l.contact_id is not null)
      or c.key in (select l.key from left_alone l)
      or c.key in (select moved.key from left_alone l join clients moved on moved.id = l.contact_id
                    where moved.key is not null)
      or (c.key in (select o.key from outs o where o.level = 'block_list')
          and not public.aurora_proactive_consented(p_organization, c.key))
      or c.person in (select m.person from mourning m);
end
$$;

comment on function public.aurora_proactive_unreached(uuid, timestamptz) is
  'The clients who are no reach: opted out by phone or by client, on a block list without a consent, or in mourning.';

create or replace function public.aurora_proactive_mourned(p_organization uuid, p_pet uuid, p_now timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from public.aurora_proactive_opt_outs o
                  where o.organization_id = p_organization and o.key = 'pet:' || p_pet
                    and (o.until is null or o.until > p_now))
$$;

comment on function public.aurora_proactive_mourned(uuid, uuid, timestamptz) is
  'Whether a pet is known to have died, as its tutor wrote.';

-- What every message needs besides its facts.

create or replace function public.aurora_proactive_context(p_organization uuid, p_owner uuid, p_message uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_context jsonb;
begin
  select jsonb_build_object(
           'organization', case when o.id is not null then coalesce(o.name, '') end,
           'is_active', coalesce(o.is_active, false),
           'timezone', public.aurora_proactive_zone(o.timezone),
           'owner', (select jsonb_build_object('id', w.id, 'name', w.name, 'phone', w.phone,
                                               'aurora_enabled', coalesce(w.aurora_enabled, false))
                       from public.owner_numbers w
                      where w.id = p_owner and w.organization_id = o.id),
           'instance', (select jsonb_build_object(
                                 'name', i.instance_name, 'status', coalesce(i.status, 'disconnected'), 'told', t.state,
                                 'told_seconds', coalesce(extract(epoch from now() - t.since), 0))
                          from public.whatsapp_instances i
                          left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
                         where i.organization_id = o.id and i.instance_name ~ '\S'
                         order by (i.status = 'connected') desc nulls last, i.created_at, i.id
                         limit 1),
           'breaker', (select public.aurora_proactive_breaker_of(i.instance_name, o.id, p_owner)
                         from public.whatsapp_instances i
                        where i.organization_id = o.id
                        order by (i.status = 'connected') desc, i.created_at, i.id
                        limit 1),
           'record', (select jsonb_build_object('status', m.status, 'content', m.content,
                                                'metadata', coalesce(m.metadata, '{}'))
                        from public.aurora_proactive_messages m
                       where m.id = p_message),
           'pauses', (select coalesce(jsonb_agg(jsonb_build_object('type', p.message_type, 'reason', p.reason)
                                                order by p.created_at), '[]')
                        from public.aurora_proactive_pauses p
                       where p.organization_id is null or p.organization_id = o.id),
           'facts', null)
    into v_context
    from (select 1) always
    left join public.organizations o on o.id = p_organization;
  return v_context;
end
$$;

comment on function public.aurora_proactive_context(uuid, uuid, uuid) is
  'Organisation, owner (only of this organisation), instance to send from and what stops it, record of the message, '
  'what is paused.';

-- The facts of daily_summary.

create or replace function public.aurora_proactive_daily_summary(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
-- planning the query anew would cost more than running it, and every business gets the same plan
set plan_cache_mode = force_generic_plan
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_day_starts constant timestamptz := public.aurora_proactive_instant(v_today, v_zone);
  v_day_ends constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_facts jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with day as materialized (
    select b.*
      from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.start_time >= v_day_starts and b.start_time < v_day_ends
  ), highlights as (
    select d.* from day d where d.live order by d.start_time, d.id limit 10
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', true,
           'bookings', (select count(*) from day d where d.live),
           'revenue', (select round(coalesce(sum(d.value), 0), 2)::text from day d where d.done),
           'new_clients', (select count(*) from public.contacts c
                            where c.organization_id = p_organization
                              and c.created_at >= v_day_starts and c.created_at < v_day_ends),
           'pending', (select count(*) from public.bookings b
                        where b.organization_id = p_organization
                          and b.status = 'pending' and b.start_time >= v_day_starts
                          and public.aurora_proactive_is_moment(b.start_time)),
           'listed', (select coalesce(jsonb_agg(jsonb_build_object(
                               'id', h.id, 'pet', p.name, 'client', c.name, 'service', h.service,
                               'at', to_char(h.start_time at time zone v_zone, 'HH24:MI')
                             ) order by h.start_time, h.id), '[]')
                        from highlights h
                        left join public.pets p on p.id = h.pet_id and p.organization_id = p_organization
                        left join public.contacts c on c.id = h.contact_id and c.organization_id = p_organization))
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_daily_summary(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a daily summary: bookings, revenue and new clients of the local day, pending bookings from it on.';

-- The facts of inactive_clients.

create or replace function public.aurora_proactive_is_inactive(
  p_contact_at timestamptz, p_upcoming boolean, p_days integer, p_now timestamptz
)
returns boolean
language sql
stable
return
  -- Hours, not days: days would stretch over a change of the clocks.
  p_contact_at < p_now - make_interval(hours => p_days * 24) and not p_upcoming;

comment on function public.aurora_proactive_is_inactive(timestamptz, boolean, integer, timestamptz) is
  'Whether a client is inactive: last contact more than so many days of 24 hours ago, no live booking in the future. '
  'Null where the last contact is not known.';

create or replace function public.aurora_proactive_inactive_clients(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_today constant date := (p_now at time zone (v_context ->> 'timezone'))::date;
  v_days constant integer := coalesce((p_options ->> 'days')::integer, 30);
  v_total bigint;
  v_top uuid[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with inactive as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, v_days, p_now)
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
  )
  select (select count(*) from inactive),
         array(select i.id from inactive i
                order by i.done_bookings desc, i.value desc, i.contact_at desc, i.id limit 10)
    into v_total, v_top;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', v_today,
    'fires', v_total > 0,
    'days', v_days,
    'inactive', v_total,
    'listed', public.aurora_proactive_client_lines(p_organization, v_top, p_now)));
end
$$;

comment on function public.aurora_proactive_inactive_clients(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an inactive clients message: how many of those who can be reached are inactive, the ten most '
  'valuable.';

-- The facts of birthdays.

create or replace function public.aurora_proactive_birthdays(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_today constant date := (p_now at time zone (v_context ->> 'timezone'))::date;
  v_celebrated text[] := array[to_char(v_today, 'MMDD')];
  v_facts jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;
  if to_char(v_today, 'MMDD') = '0228' and to_char(v_today + 1, 'MMDD') = '0301' then
    v_celebrated := array_append(v_celebrated, '0229');
  end if;

  with celebrating as materialized (
    select p.id, coalesce(p.name, '') as pet, c.name as client, c.phone
      from public.pets p
      join public.contacts c on c.id = p.contact_id and c.organization_id = p_organization
     where p.organization_id = p_organization
       and p.is_active
       and c.status is distinct from 'blocked'
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
       and not public.aurora_proactive_mourned(p_organization, p.id, p_now)
       and p.birthday between '0001-01-01' and v_today
       and to_char(p.birthday, 'MMDD') = any (v_celebrated)
  ), shown as (
    select p.* from celebrating p order by p.pet collate "C", p.id limit 200
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', exists (select from celebrating),
           'birthdays', (select count(*) from celebrating),
           'listed', (select coalesce(jsonb_agg(to_jsonb(s) order by s.pet collate "C", s.id), '[]') from shown s))
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_birthdays(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a birthdays message: active pets of who can be reached, born on this day of the year, 29 '
  'February on 28 in common years.';

-- The facts of opportunities.

create or replace function public.aurora_proactive_visits(
  p_organization uuid, p_contacts uuid[], p_zone text, p_now timestamptz
)
returns table (contact_id uuid, visits bigint, last_visit date, median double precision)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  with days as (
    select distinct b.contact_id, (b.start_time at time zone p_zone)::date as day
      from public.bookings b
     where b.organization_id = p_organization
       and b.contact_id = any (p_contacts)
       and public.aurora_proactive_is_done(b.status, b.start_time, p_now)
       and public.aurora_proactive_is_moment(b.start_time)
  ), spaced as (
    select d.contact_id, d.day, d.day - lag(d.day) over (partition by d.contact_id order by d.day) as gap
      from days d
  )
  select s.contact_id, count(*), max(s.day), percentile_cont(0.5) within group (order by s.gap)
    from spaced s
   group by s.contact_id;
end
$$;

comment on function public.aurora_proactive_visits(uuid, uuid[], text, timestamptz) is
  'How often some clients came: number of visits, local day of the last one, median number of days between them.';

create or replace function public.aurora_proactive_may_need_visit(
  p_visits bigint, p_last_visit date, p_median double precision, p_today date
)
returns boolean
language sql
immutable
return
  -- Ten times the days against nine times the median: 0.9 is no binary fraction.
  p_visits >= 3 and 10 * (p_today - p_last_visit) >= 9 * p_median;

comment on function public.aurora_proactive_may_need_visit(bigint, date, double precision, date) is
  'Whether a client may need a visit: at least 3 visits, and 0.9 of the usual days between them have passed.';

create or replace function public.aurora_proactive_clients_to_remind(
  p_organization uuid, p_zone text, p_now timestamptz, p_today date
)
returns table (
  id uuid, name text, done_bookings bigint, value numeric, visits bigint, last_visit date, median double precision
)
language sql
stable
set search_path = ''
as $$
  -- The five greatest values are wanted, and visits are dear to compute: the most valuable few hundred are
  -- looked at first (with ties), and the rest only if fewer than five of those may need a visit.
  with regulars as materialized (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     where not c.upcoming and c.done_bookings >= 3
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
  ), first as materialized (
    select r.* from regulars r order by r.value desc fetch first 300 rows with ties
  ), found as materialized (
    select f.id, f.name, f.done_bookings, f.value, v.visits, v.last_visit, v.median
      from first f
      join public.aurora_proactive_visits(p_organization, array(select first.id from first), p_zone, p_now) v
        on v.contact_id = f.id
     where public.aurora_proactive_may_need_visit(v.visits, v.last_visit, v.median, p_today)
  ), candidates as (
    select * from found
    union all
    select r.id, r.name, r.done_bookings, r.value, v.visits, v.last_visit, v.median
      from regulars r
      join public.aurora_proactive_visits(
             p_organization,
             array(select regulars.id from regulars where regulars.id not in (select first.id from first)),
             p_zone, p_now) v
        on v.contact_id = r.id
     where (select count(*) from found) < 5
       and public.aurora_proactive_may_need_visit(v.visits, v.last_visit, v.median, p_today)
  )
  select c.* from candidates c order by c.value desc, c.visits desc, c.id limit 5
$$;

comment on function public.aurora_proactive_clients_to_remind(uuid, text, timestamptz, date) is
  'The five clients who may need a visit, can be reached and have none coming: greatest value first, then most visits.';

create or replace function public.aurora_proactive_client_habit(
  p_organization uuid, p_contact uuid, p_zone text, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with done as materialized (
    select b.id, b.start_time, b.service, (b.start_time at time zone p_zone)::date as day
      from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.contact_id = p_contact and b.done and public.aurora_proactive_is_moment(b.start_time)
  ), weekdays as (
    select extract(isodow from v.day)::integer as weekday, count(*) as visits
      from (select distinct d.day from done d) v
     group by 1
  )
  select jsonb_build_object(
    'weekday', (select w.weekday from weekdays w
                 where 10 * w.visits >= 6 * (select sum(every.visits) from weekdays every)
                 order by w.visits desc, w.weekday limit 1),
    'service', (select d.service from done d order by d.start_time desc, d.id limit 1))
$$;

comment on function public.aurora_proactive_client_habit(uuid, uuid, text, timestamptz) is
  'One client''s usual weekday (at least 60 % of the visits, ISO, else null) and the service of the last visit.';

create or replace function public.aurora_proactive_opportunities(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_from constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(v_today + 4, v_zone);
  v_slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_facts jsonb;
  v_listed jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with top as (
    select v.* from public.aurora_proactive_clients_to_remind(p_organization, v_zone, p_now, v_today) v
  ), known as (
    select t.*, h.habit ->> 'service' as service,
           case when t.done_bookings >= v_vip_bookings then (h.habit ->> 'weekday')::integer end as weekday,
           case when t.median between 6 and 8 then 'weekly' when t.median between 13 and 16 then 'fortnightly'
                when t.median between 27 and 33 then 'monthly' end as rhythm
      from top t
     cross join lateral (select public.aurora_proactive_client_habit(p_organization, t.id, v_zone, p_now) as habit) h
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', k.id, 'name', k.name,
           'reason', case when k.weekday is not null then 'vip_weekday'
                          when k.rhythm is not null then 'rhythm' else 'last_visit' end,
           'weekday', k.weekday,
           'rhythm', case when k.weekday is null then k.rhythm end,
           'service', k.service,
           'days_since', v_today - k.last_visit
         ) order by k.value desc, k.visits desc, k.id), '[]')
    into v_listed
    from known k;

  with free as materialized (
    select case when f.local_start::time < '12:00' then 1 when f.local_start::time < '18:00' then 2 else 3 end as part
      from public.aurora_proactive_free_slots(p_organization, v_zone, v_today + 1, 3, v_slot_minutes) f
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', exists (select from public.organizations o
                             cross join generate_series(1, 3) as ahead
                             cross join lateral public.aurora_proactive_openings(
                               o.business_hours, v_zone, v_today + ahead) opening
                             where o.id = p_organization),
           'confirmed', (select count(*) from public.bookings b
                          where b.organization_id = p_organization and b.status = 'confirmed'
                            and b.start_time >= v_from and b.start_time < v_until),
           'free_slots', (select count(*) from free),
           'emptiest', (select (array['morning', 'afternoon', 'evening'])[f.part] from free f
                         group by f.part order by count(*) desc, f.part limit 1),
           'listed', v_listed)
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_opportunities(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an opportunities message: the next three local days, and the five clients who may need a visit.';

-- The facts of low_occupancy.

create or replace function public.aurora_proactive_books_late(p_organization uuid, p_contact uuid, p_now timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select count(*) >= 3 and percentile_cont(0.5) within group (
           order by extract(epoch from b.start_time - b.created_at)) < 24 * 3600
    from public.bookings b
   where b.organization_id = p_organization
     and b.contact_id = p_contact
     and public.aurora_proactive_is_live(b.status)
     and b.start_time <= p_now
     and public.aurora_proactive_is_moment(b.start_time) and public.aurora_proactive_is_moment(b.created_at)
$$;

comment on function public.aurora_proactive_books_late(uuid, uuid, timestamptz) is
  'Whether a client books at the last minute: three past live bookings or more, made less than 24 hours ahead (by '
  'their median).';

create or replace function public.aurora_proactive_free_hours(
  p_organization uuid, p_zone text, p_day date, p_slot_minutes integer
)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_hours constant text[] := array(
    select to_char(f.local_start, 'HH24:MI')
      from public.aurora_proactive_free_slots(p_organization, p_zone, p_day, 1, p_slot_minutes) f
     group by 1 order by min(f.starts_at));
  v_number constant integer := cardinality(v_hours);
begin
  return case when v_number > 3 then array[v_hours[1], v_hours[v_number / 2 + 1], v_hours[v_number]] else v_hours end;
end
$$;

comment on function public.aurora_proactive_free_hours(uuid, text, date, integer) is
  'The free hours of a local day that a message names: at most three, the first, one in the middle, the last.';

create or replace function public.aurora_proactive_low_occupancy(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_from constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(v_today + 2, v_zone);
  v_slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_low_below constant integer := coalesce((p_options ->> 'low_occupancy_below')::integer, 3);
  v_tomorrow bigint;
  v_listed jsonb;
  v_hours text[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  select count(*) into v_tomorrow
    from public.bookings b
   where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
     and b.start_time >= v_from and b.start_time < v_until;

  with top as (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     -- Whose last contact is not known, and who is no VIP, gives no true reason to write.
     where not c.upcoming and (c.contact_at is not null or c.done_bookings >= v_vip_bookings)
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
     order by c.done_bookings desc, c.value desc, c.contact_at desc nulls last, c.id limit 15
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', t.id, 'name', t.name,
           'reason', case when t.done_bookings >= v_vip_bookings then 'vip'
                          when public.aurora_proactive_books_late(p_organization, t.id, p_now) then 'last_minute'
                          else 'last_contact' end,
           'done_bookings', t.done_bookings,
           'days_since_contact', greatest(v_today - (t.contact_at at time zone v_zone)::date, 0)
         ) order by t.done_bookings desc, t.value desc, t.contact_at desc nulls last, t.id), '[]')
    into v_listed
    from top t;

  v_hours := public.aurora_proactive_free_hours(p_organization, v_zone, v_today + 1, v_slot_minutes);

  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', v_today,
    'fires', v_tomorrow < v_low_below and exists (
      select from public.organizations o
       cross join lateral public.aurora_proactive_openings(o.business_hours, v_zone, v_today + 1) opening
       where o.id = p_organization),
    'bookings', v_tomorrow,
    'free_hours', v_hours,
    'listed', v_listed));
end
$$;

comment on function public.aurora_proactive_low_occupancy(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a low occupancy alert: tomorrow''s live bookings and free hours, fifteen clients to contact.';

-- The facts of custom_campaign. Whoever is not blocked and wants campaigns (34_unreached.sql) can be reached.

create or replace function public.aurora_proactive_best_moment(
  p_organization uuid, p_zone text, p_now timestamptz, p_quiet_from time, p_quiet_until time
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with made as (
    select extract(isodow from b.created_at at time zone p_zone)::integer as weekday,
           extract(hour from b.created_at at time zone p_zone)::integer as hour
      from public.bookings b
     where b.organization_id = p_organization
       and b.created_at > p_now - interval '2160 hours'
       and b.created_at <= p_now
  )
  select jsonb_build_object('weekday', m.weekday, 'hour', m.hour)
    from made m
   -- The quiet hours usually hold midnight (21:00 to 08:00), but need not.
   where case when p_quiet_from > p_quiet_until
              then make_time(m.hour, 0, 0) >= p_quiet_until and make_time(m.hour, 0, 0) < p_quiet_from
              else make_time(m.hour, 0, 0) >= p_quiet_until or make_time(m.hour, 0, 0) < p_quiet_from end
   group by m.weekday, m.hour
   order by count(*) desc, m.weekday, m.hour
   limit 1
$$;

comment on function public.aurora_proactive_best_moment(uuid, text, timestamptz, time, time) is
  'The ISO weekday and local hour in which most bookings of the last 90 days were made, outside quiet hours; or null.';

create or replace function public.aurora_proactive_custom_campaign(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_audience constant text := p_options ->> 'target_audience';
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_best constant jsonb := public.aurora_proactive_best_moment(
    p_organization, v_zone, p_now,
    coalesce((p_options ->> 'quiet_from')::time, '21:00'), coalesce((p_options ->> 'quiet_until')::time, '08:00'));
  v_total bigint;
  v_sample uuid[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with reached as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where c.phone ~ '\S'
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
       and case v_audience when 'all' then true
                         when 'vip' then c.done_bookings >= v_vip_bookings
                         when 'inactive' then public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, 30, p_now)
           end
  )
  select (select count(*) from reached),
         array(select r.id from reached r
                order by r.done_bookings desc, r.value desc, r.contact_at desc nulls last, r.id limit 5)
    into v_total, v_sample;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', (p_now at time zone v_zone)::date,
    'fires', true,
    'campaign_type', p_options ->> 'campaign_type',
    'target_audience', v_audience,
    'message', p_options ->> 'message',
    'reach', v_total,
    'best_weekday', v_best -> 'weekday',
    'best_hour', v_best -> 'hour',
    'listed', public.aurora_proactive_client_lines(p_organization, v_sample, p_now)));
end
$$;

comment on function public.aurora_proactive_custom_campaign(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a custom campaign: the audience''s exact size, a sample of five, the best moment to send it.';

-- The facts of campaign_answer: its words, which were made before.

create or replace function public.aurora_proactive_campaign_answer(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', (p_now at time zone (v_context ->> 'timezone'))::date, 'fires', true, 'text', p_options ->> 'text'));
end
$$;

comment on function public.aurora_proactive_campaign_answer(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an answer about a campaign: its text is given.';

-- The facts of campaign_report: its words, which were made before, as those of campaign_answer were.

create or replace function public.aurora_proactive_campaign_report(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language sql
stable
set search_path = ''
return public.aurora_proactive_campaign_answer(p_organization, p_owner, p_message, p_now, p_options);

comment on function public.aurora_proactive_campaign_report(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of what an owner is told of a campaign: its text is given.';

-- The contexts of several messages in one request.

create or replace function public.aurora_proactive_read_many(p_requests jsonb, p_seconds double precision)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ends constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_contexts jsonb[] := '{}';
  v_message jsonb;
  v_context jsonb;
begin
  for v_message in select value from jsonb_array_elements(p_requests) with ordinality order by ordinality loop
    execute format('select public.%I($1, $2, $3, $4, $5)', 'aurora_proactive_' || (v_message ->> 'type'))
       into v_context
      using (v_message ->> 'organization')::uuid, (v_message ->> 'owner')::uuid, (v_message ->> 'message')::uuid,
            (v_message ->> 'now')::timestamptz, v_message -> 'options';
    v_contexts := v_contexts || v_context;
    exit when clock_timestamp() >= v_ends;
  end loop;
  return to_jsonb(v_contexts);
end
$$;

comment on function public.aurora_proactive_read_many(jsonb, double precision) is
  'The contexts of [{"type", "organization", "owner", "message", "now", "options"}] in that order, each by the '
  'function of its type. Stops after p_seconds and at least one, so that a large business keeps no other waiting.';

-- The context of a campaign's message to a client: the receiver stands where an owner does.

create or replace function public.aurora_proactive_campaign_message(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_row public.aurora_proactive_campaign_recipients;
  v_instance text;
  v_context jsonb := public.aurora_proactive_context(p_organization, null, null);
begin
  select * into v_row from public.aurora_proactive_campaign_recipients r
   where r.id = p_owner and r.organization_id = p_organization;
  if v_row.id is null then
    return v_context;
  end if;
  select c.instance_name into v_instance from public.aurora_proactive_campaigns c where c.id = v_row.campaign_id;
  -- Always the number that the campaign was confirmed for, never another one instead.
  return v_context || jsonb_build_object(
    'owner', jsonb_build_object('id', v_row.id, 'name', null, 'phone', v_row.phone, 'aurora_enabled', true),
    'instance', (
      select jsonb_build_object(
               'name', i.instance_name, 'status', coalesce(i.status, 'disconnected'), 'told', t.state,
               'told_seconds', coalesce(extract(epoch from now() - t.since), 0))
        from public.whatsapp_instances i
        left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
       where i.organization_id = p_organization and i.instance_name = v_instance
       order by (i.status = 'connected') desc nulls last, i.id
       limit 1),
    'breaker', (
      select jsonb_build_object('cause', b.cause, 'known', false, 'until', b.new_until, 'stops', true)
        from public.aurora_proactive_breakers b
       where b.instance_name = v_instance and b.new_until > now()),
    'record', jsonb_build_object('status', v_row.status, 'content', v_row.content, 'metadata', v_row.metadata),
    'facts', jsonb_build_object(
      'date', (p_now at time zone (v_context ->> 'timezone'))::date, 'fires', true,
      'text', coalesce(v_row.content, '')));
end
$$;

comment on function public.aurora_proactive_campaign_message(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a campaign''s message: p_owner is the recipient''s row, which has its words and its record.';

-- The context of an answer to a client about an opt-out: the receiver stands where an owner does.

create or replace function public.aurora_proactive_client_answer(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_row public.aurora_proactive_client_answers;
  v_phone text;
  v_context jsonb := public.aurora_proactive_context(p_organization, null, null);
begin
  select * into v_row from public.aurora_proactive_client_answers a
   where a.id = p_owner and a.organization_id = p_organization;
  if v_row.id is null then
    return v_context;
  end if;
  -- The key has no ninth digit, and without it may be a stranger's number: right is what the campaign was sent to, or
  -- what the business wrote down. Of somebody unknown only a key that can be a mobile's alone is completed.
  v_phone := coalesce(
    (select r.phone from public.aurora_proactive_campaign_recipients r
      where r.organization_id = p_organization and r.phone_key = v_row.phone_key and r.phone is not null
      order by r.created_at desc limit 1),
    (select c.phone from public.contacts c
      where c.organization_id = p_organization and public.aurora_proactive_phone_key(c.phone) = v_row.phone_key
      order by c.id limit 1),
    case when v_row.phone_key ~ '^55\d\d[016-9]\d{7}$'
         then '+' || left(v_row.phone_key, 4) || '9' || right(v_row.phone_key, 8)
         when v_row.phone_key !~ '^55' then v_row.phone end);
  -- Always from the number that the client wrote to.
  return v_context || jsonb_build_object(
    'owner', jsonb_build_object('id', v_row.id, 'name', null, 'phone', v_phone, 'aurora_enabled', true),
    'instance', (
      select jsonb_build_object(
               'name', i.instance_name, 'status', coalesce(i.status, 'disconnected'), 'told', t.state,
               'told_seconds', coalesce(extract(epoch from now() - t.since), 0))
        from public.whatsapp_instances i
        left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
       where i.organization_id = p_organization and i.instance_name = v_row.instance_name
       order by (i.status = 'connected') desc nulls last, i.id
       limit 1),
    -- The client has just written: a stop of what is new does not concern it.
    'breaker', (
      select jsonb_build_object('cause', b.cause, 'known', true, 'until', b.known_until, 'stops', true)
        from public.aurora_proactive_breakers b
       where b.instance_name = v_row.instance_name and b.known_until > now()),
    'record', jsonb_build_object('status', v_row.status, 'content', v_row.content, 'metadata', v_row.metadata),
    'facts', jsonb_build_object(
      'date', (p_now at time zone (v_context ->> 'timezone'))::date, 'fires', true,
      'text', coalesce(v_row.content, '')));
end
$$;

comment on function public.aurora_proactive_client_answer(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an answer to a client: p_owner is the answer''s row, which has its words and its record.';

-- Organisations, their time zones and their owners: whom the schedule and a request by hand write to.

create or replace function public.aurora_proactive_zones()
returns table (written text, zone text)
language sql
stable
set search_path = ''
as $$
  -- Each name is looked up once, not once an organisation: offset 0 keeps the planner from joining the two steps.
  select n.timezone, public.aurora_proactive_zone(n.timezone)
    from (select distinct coalesce(o.timezone, '') as timezone from public.organizations o offset 0) n
$$;

comment on function public.aurora_proactive_zones() is
  'Every time zone as organisations have it written (empty for null), and the zone that it stands for.';

create or replace function public.aurora_proactive_time_zones()
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct z.zone
    from public.aurora_proactive_zones() z
   where exists (
     select from public.organizations o
       join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled
      where coalesce(o.timezone, '') = z.written and o.is_active)
   order by 1
$$;

comment on function public.aurora_proactive_time_zones() is
  'The time zones of active organisations that have an owner with Aurora enabled.';

create or replace function public.aurora_proactive_recipients(p_timezone text, p_after uuid, p_limit integer)
returns table (owner_number_id uuid, organization_id uuid)
language sql
stable
set search_path = ''
as $$
  with written as materialized (
    select z.written from public.aurora_proactive_zones() z where z.zone = p_timezone
  )
  select w.id, w.organization_id
    from public.owner_numbers w
    join public.organizations o on o.id = w.organization_id
   where w.aurora_enabled
     and o.is_active
     and coalesce(o.timezone, '') in (select written.written from written)
     and w.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
   order by w.id
   limit least(greatest(p_limit, 0), 1000)
$$;

comment on function public.aurora_proactive_recipients(text, uuid, integer) is
  'One page of the owners to write to in a time zone: enabled, of active organisations, by id, after the given id.';

create or replace function public.aurora_proactive_ran_before(p_type text, p_timezone text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.aurora_proactive_messages m
     where m.message_type = p_type
       and m.metadata ->> 'timezone' = p_timezone
       and not m.metadata ? 'by_hand'
       and m.created_at > (now() at time zone 'utc') - interval '8 days')
$$;

comment on function public.aurora_proactive_ran_before(text, text) is
  'Whether the schedule wrote to somebody of a time zone about this type in the last 8 days.';

create or replace function public.aurora_proactive_folded(p_text text)
returns text
language sql
immutable
return
  -- capitals as well: a database of the locale C knows no others than ASCII's
  translate(lower(p_text), 'áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ',
            'aaaaaeeeeiiiiooooouuuucnaaaaaeeeeiiiiooooouuuucn');

comment on function public.aurora_proactive_folded(text) is
  'A text as it is searched: small letters without accents.';

create or replace function public.aurora_proactive_organization_label(p_id uuid, p_name text, p_alone boolean)
returns text
language sql
immutable
return
  coalesce(p_name, '') || case when p_alone then '' else ' #' || left(p_id::text, 8) end;

comment on function public.aurora_proactive_organization_label(uuid, text, boolean) is
  'An organisation''s name; where it is not the only one of that name, with the beginning of its id.';

create or replace function public.aurora_proactive_organization(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'name', public.aurora_proactive_organization_label(o.id, o.name, not exists (
      select from public.organizations other
       where other.id <> o.id
         and public.aurora_proactive_folded(other.name) = public.aurora_proactive_folded(o.name))),
    'timezone', public.aurora_proactive_zone(o.timezone),
    'owners', coalesce(
      (select jsonb_agg(
                jsonb_build_object(
                  'id', w.id, 'name', w.name, 'aurora_enabled', coalesce(w.aurora_enabled, false)) order by w.id)
         from public.owner_numbers w where w.organization_id = o.id), '[]'))
    from public.organizations o
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_organization(uuid) is
  'An organisation''s name, time zone and owners by id; null where there is no such organisation.';

-- The product's values that are none, for operators: where they are and how many, never what they are.

create or replace function public.aurora_proactive_odd_hours(p_hours jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- What is left out says "closed"; null says it as well, and of the whole it says "as usual".
  select case jsonb_typeof(p_hours)
    when 'object' then exists (
      select from jsonb_each(p_hours) day (name, intervals)
       where day.name not in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')
          or jsonb_typeof(day.intervals) not in ('array', 'null')
          or jsonb_typeof(day.intervals) = 'array'
             and jsonb_array_length(day.intervals)
                 > (select count(*) from public.aurora_proactive_intervals(day.intervals)))
    else coalesce(jsonb_typeof(p_hours) <> 'null', false) end
$$;

comment on function public.aurora_proactive_odd_hours(jsonb) is
  'Whether something in these opening hours is not understood, and therefore not there.';

create or replace function public.aurora_proactive_odd_values(p_after uuid, p_limit integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with page as materialized (
    select o.id, o.timezone, o.business_hours
      from public.organizations o
     where o.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000') and o.is_active
     order by o.id limit least(greatest(p_limit, 1), 1000)
  ), odd as (
    select p.id, 'organizations.timezone' as value, 1::bigint as count
      from page p where public.aurora_proactive_known_zone(p.timezone) is null
    union all
    select p.id, 'organizations.business_hours', 1
      from page p where public.aurora_proactive_odd_hours(p.business_hours)
    union all
    select s.organization_id, v.name, count(*)
      from page p join public.services s on s.organization_id = p.id
     cross join lateral (values
       ('services.price', s.price is not null and public.aurora_proactive_price(s.price) is null),
       ('services.duration_minutes',
        s.duration_minutes is not null and public.aurora_proactive_minutes(s.duration_minutes) is null)
     ) v (name, is_odd)
     where v.is_odd group by 1, 2
    union all
    select c.organization_id, v.name, count(*)
      from page p join public.contacts c on c.organization_id = p.id
     cross join lateral (values
       ('contacts.last_contact_at', not public.aurora_proactive_is_moment(c.last_contact_at)),
       ('contacts.created_at', not public.aurora_proactive_is_moment(c.created_at))) v (name, is_odd)
     where v.is_odd group by 1, 2
    union all
    select t.organization_id, 'pets.birthday', count(*)
      from page p join public.pets t on t.organization_id = p.id
     where not (t.birthday between '0001-01-01' and '9999-12-31') group by 1
    union all
    select b.organization_id, v.name, count(*)
      from page p join public.bookings b on b.organization_id = p.id
     cross join lateral (values
       ('bookings.start_time', not public.aurora_proactive_is_moment(b.start_time)),
       ('bookings.end_time',
        not public.aurora_proactive_is_moment(b.end_time) or b.end_time < b.start_time),
       ('bookings.created_at', not public.aurora_proactive_is_moment(b.created_at)),
       ('bookings.price', b.price is not null and public.aurora_proactive_price(b.price) is null)) v (name, is_odd)
     where v.is_odd group by 1, 2
  )
  select jsonb_build_object(
    'last', (select p.id from page p order by p.id desc limit 1),
    'found', coalesce((
      select jsonb_agg(jsonb_build_object('organization_id', o.id, 'value', o.value, 'count', o.count)
                       order by o.id, o.value) from odd o), '[]'))
$$;

comment on function public.aurora_proactive_odd_values(uuid, integer) is
  'The values that are none of some active organisations, by id after p_after: {"found": [{"organization_id", "value" '
  '(table and column), "count"}], "last": the last organisation looked at, null where there is none}.';

-- A message's row is written, and its lease taken, before the message is sent to a gateway. Each function takes whole
-- rows, so that it works whether or not an earlier write arrived, and several of them: one request serves many.

create or replace function public.aurora_proactive_lease_metadata(p_claim jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  select case when p_claim ->> 'by' is null then '{}'
    else jsonb_build_object('touched', n.now, 'claim',
           jsonb_build_object('by', p_claim ->> 'by', 'token', p_claim ->> 'token', 'at', n.now)
             || case when p_claim ->> 'message_id' is null then '{}'
                  else jsonb_build_object('message_id', p_claim ->> 'message_id') end) end
    from (select extract(epoch from clock_timestamp()) as now) n
$$;

comment on function public.aurora_proactive_lease_metadata(jsonb) is
  'What a lease adds to a row''s metadata; nothing where nobody takes one (a message that waits for its turn).';

create or replace function public.aurora_proactive_take_held_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_messages;
  v_held jsonb;
  v_age double precision;
  v_outcome text := 'claimed';
  v_ids jsonb := '[]';
begin
  select * into v_row from public.aurora_proactive_messages m where m.id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  end if;
  if p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  -- What was read before the row was opened again is over: it is read again.
  if coalesce((p_claim #>> '{row,metadata,reopened}')::integer, 0)
       < coalesce((v_row.metadata ->> 'reopened')::integer, 0) then
    return jsonb_build_object('outcome', 'busy', 'seconds', 1, 'stale', true);
  end if;
  v_held := v_row.metadata -> 'claim';
  -- A lease that was given up before anything was sent holds nothing; one that is being reconciled does.
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
    v_ids := coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
  end if;
  update public.aurora_proactive_messages m
     set content = case when v_outcome = 'unknown' then m.content else p_claim #>> '{row,content}' end,
         metadata = case when v_outcome = 'unknown'
           then coalesce(m.metadata, '{}') || v_added
             || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
                  || jsonb_build_object('asked', true, 'message_ids', v_ids))
           else coalesce(m.metadata, '{}') || (p_claim #> '{row,metadata}') || v_added end
   where m.id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false),
    'message_ids', coalesce(v_row.metadata -> 'message_ids', '[]') || v_ids);
end
$$;

comment on function public.aurora_proactive_take_held_lease(jsonb, double precision) is
  'Takes the lease of an occurrence that has a row already, as aurora_proactive_take_leases does.';

-- p_claims: [{"row", "by", "token", "over", "message_id"}]: the whole row, the attempt, its lease's fencing token,
-- tokens of leases of which it is known that nothing was sent under them, and the id that the message goes out with.
-- Answers [{"outcome", "message_ids"}] in the same order; "message_ids" are those under which it may be at the gateway:
--   claimed        the row is pending and this lease holds it: go on
--   sent | failed  its outcome was written before: there is nothing to do
--   busy           another lease holds it, younger than p_lease_seconds: come back in "seconds"; or ("stale") it was
--                  opened again since the attempt read it
--   unknown        another lease held it and did not finish: this one holds it now, but must reconcile first;
--                  "content" is the text that may be out, "doubt" whether the gateway may have accepted it
-- A null "by" only writes the pending row (a message that waits for its turn) and takes nothing.
-- Rows are taken in the order of their ids, as every writer of several does: no two wait for each other. Rows of
-- campaigns' recipients ("client_id") come after them (83_client_leases.sql), and may answer skipped or closed as well.
create or replace function public.aurora_proactive_take_leases(p_claims jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_new uuid[];
  v_held jsonb := '{}';
  v_claim jsonb;
begin
  with claims as (
    select value as claim, value -> 'row' as message from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is null
  ), written as (
    insert into public.aurora_proactive_messages
      (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
    select (message ->> 'id')::uuid, (message ->> 'organization_id')::uuid, (message ->> 'owner_number_id')::uuid,
           message ->> 'message_type', message ->> 'content',
           (message ->> 'scheduled_for')::timestamptz at time zone 'utc', 'pending',
           (message -> 'metadata') || public.aurora_proactive_lease_metadata(claim)
      from claims
     order by 1
    on conflict (id) do nothing
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_new from written;

  for v_claim in
    select value from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is null and (value #>> '{row,id}')::uuid <> all (v_new)
     order by value #>> '{row,id}'
  loop
    v_held := v_held
      || jsonb_build_object(v_claim #>> '{row,id}', public.aurora_proactive_take_held_lease(v_claim, p_lease_seconds));
  end loop;
  v_held := v_held || public.aurora_proactive_take_client_leases(p_claims, p_lease_seconds);
  return (
    select jsonb_agg(coalesce(v_held -> (value #>> '{row,id}'), '{"outcome": "claimed"}') order by ordinality)
      from jsonb_array_elements(p_claims) with ordinality);
end
$$;

comment on function public.aurora_proactive_take_leases(jsonb, double precision) is
  'Writes the rows of occurrences before they are sent to the gateway, and takes the lease of each for one attempt.';

-- What became of a message: sent, failed, or pending again.

create or replace function public.aurora_proactive_write_outcomes(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_touched constant jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
  v_changed integer;
begin
  -- The locks that the rows' trigger takes (aurora_proactive_take_waiting_receipts), in one order for all writers.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(r #>> '{metadata,gateway_message_id}') & 1023 as number
             from jsonb_array_elements(p_rows) r order by 1) l
    where l.number is not null;
  insert into public.aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
     error_message, metadata)
  select (r ->> 'id')::uuid, (r ->> 'organization_id')::uuid, (r ->> 'owner_number_id')::uuid, r ->> 'message_type',
         r ->> 'content', (r ->> 'scheduled_for')::timestamptz at time zone 'utc', r ->> 'status',
         (r ->> 'sent_at')::timestamptz at time zone 'utc', r ->> 'error_message', (r -> 'metadata') || v_touched
    from jsonb_array_elements(p_rows) r
   where r ->> 'status' in ('sent', 'failed') and r ->> 'client_id' is null
   order by 1
  on conflict (id) do update
    set status = excluded.status, sent_at = excluded.sent_at, error_message = excluded.error_message,
        content = coalesce(excluded.content, m.content),
        metadata = (coalesce(m.metadata, '{}') - 'claim' - 'failure') || excluded.metadata
    -- a failure from before the row was opened again says nothing of the attempts after that
    where (m.status = 'pending'
           and (excluded.status = 'sent' or coalesce((excluded.metadata ->> 'reopened')::integer, 0)
                                              >= coalesce((m.metadata ->> 'reopened')::integer, 0)))
       or (m.status = 'failed' and excluded.status = 'sent');
  get diagnostics v_changed = row_count;
  return v_changed + public.aurora_proactive_write_client_outcomes(p_rows);
end
$$;

comment on function public.aurora_proactive_write_outcomes(jsonb) is
  'Writes occurrences as sent or failed, whatever was written before; answers how many rows changed. A sent row never '
  'changes again; a failed one only becomes sent (its outcome was unknown, and then it proved to have arrived), and '
  'one that was opened again does not fail for what was tried before.';

create or replace function public.aurora_proactive_is_over(p_status text, p_metadata jsonb, p_written jsonb)
returns boolean
language sql
immutable
return p_status <> 'pending'
  or coalesce((p_written ->> 'reopened')::integer, 0) < coalesce((p_metadata ->> 'reopened')::integer, 0);

comment on function public.aurora_proactive_is_over(text, jsonb, jsonb) is
  'Whether a row has ended, or was opened again, since an attempt read it that writes the metadata p_written.';

create or replace function public.aurora_proactive_write_record(p_row jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_row ->> 'status' <> 'pending' then
    return public.aurora_proactive_write_outcomes(jsonb_build_array(p_row)) > 0;
  end if;
  if p_row ->> 'client_id' is not null then
    return public.aurora_proactive_release_client(p_row);
  end if;
  -- This write may have been kept in the outbox meanwhile: a lease of another token stays. Where the row has ended or
  -- was opened again since, only the doubt counts whether it was sent.
  insert into public.aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
  values (
    (p_row ->> 'id')::uuid, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid,
    p_row ->> 'message_type', p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'utc',
    'pending', (p_row -> 'metadata') || jsonb_build_object('touched', extract(epoch from clock_timestamp())))
  on conflict (id) do update
    set content = case when public.aurora_proactive_is_over(m.status, m.metadata, excluded.metadata) then m.content
                    else coalesce(excluded.content, m.content) end,
        metadata = case when p_row ->> 'claim' = m.metadata #>> '{claim,token}'
            then coalesce(m.metadata, '{}') - 'claim' else coalesce(m.metadata, '{}') end
          || case when not public.aurora_proactive_is_over(m.status, m.metadata, excluded.metadata)
                    then excluded.metadata
                  when excluded.metadata ? 'doubt'
                    then jsonb_build_object('doubt', true, 'message_ids', coalesce(m.metadata -> 'message_ids', '[]')
                           || coalesce(excluded.metadata -> 'message_ids', '[]'))
                  else '{}' end
    where m.status = 'pending' or (m.status = 'failed' and excluded.metadata ? 'doubt');
  return found;
end
$$;

comment on function public.aurora_proactive_write_record(jsonb) is
  'Writes one occurrence: its outcome, or (status pending) that it waits, which releases the lease whose token the row '
  'names in "claim". Answers whether anything changed.';

-- What had no second argument before 0.1.0.
drop function if exists public.aurora_proactive_reopen(uuid);

create or replace function public.aurora_proactive_reopen(p_id uuid, p_by_itself boolean)
returns jsonb
language sql
set search_path = ''
as $$
  update public.aurora_proactive_messages m
     set status = 'pending', error_message = null,
         metadata = (m.metadata - 'claim' - 'failure')
           || jsonb_build_object('reopened', coalesce((m.metadata ->> 'reopened')::integer, 0) + 1)
           || case when p_by_itself
           then jsonb_build_object('earlier_failures', jsonb_build_array(
                  coalesce(m.metadata -> 'failure', '{}') || jsonb_build_object('at', now())))
           else '{}' end
   where m.id = p_id and m.status = 'failed' and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
     and not (p_by_itself and m.metadata ?| '{earlier_failures,doubt,message_ids}')
  returning jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'message_type', m.message_type, 'scheduled_for', m.scheduled_for at time zone 'utc', 'metadata', m.metadata)
$$;

comment on function public.aurora_proactive_reopen(uuid, boolean) is
  'Makes a failed occurrence sendable again, because somebody decided to, or by itself: then once, only where it '
  'surely was not sent, and the record keeps why it had failed in earlier_failures. Counts in "reopened". Answers its '
  'row, null where there is no such failed one.';

create or replace function public.aurora_proactive_failed_lately(p_codes text[], p_instance text, p_limit integer)
returns table (instance_name text, id uuid, organization_id uuid, owner_number_id uuid, message_type text,
               scheduled_for timestamptz, metadata jsonb)
language sql
stable
set search_path = ''
as $$
  select i.instance_name, m.id, m.organization_id, m.owner_number_id, m.message_type::text,
         m.scheduled_for at time zone 'utc', m.metadata
    from public.aurora_proactive_messages m
   cross join lateral (
      select w.instance_name from public.whatsapp_instances w
       where w.organization_id = m.organization_id and w.status = 'connected' and w.instance_name ~ '\S'
       order by w.created_at, w.id
       limit 1) i
    left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
   where m.status = 'failed' and m.created_at > (now() at time zone 'utc') - interval '26 hours'
     and m.metadata #>> '{failure,code}' = any (p_codes)
     and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
     and not m.metadata ?| '{earlier_failures,doubt,message_ids}'
     and (p_instance is null or i.instance_name = p_instance)
     -- over a dead socket a gateway says open all the time: then it has to have told since that it opened
     and (m.metadata #>> '{failure,details,state}' is distinct from 'open'
          or (t.state = 'open' and extract(epoch from t.since) > (m.metadata ->> 'touched')::double precision))
   order by random()
   limit least(p_limit, 1000)
$$;

comment on function public.aurora_proactive_failed_lately(text[], text, integer) is
  'Messages that failed in the last 26 hours for one of these reasons and were not sent again by themselves, of '
  'organisations whose instance (p_instance, or null: any) is connected; in any order.';

-- What the worker asks about its records.

create or replace function public.aurora_proactive_unfinished(p_seconds double precision, p_limit integer)
returns table (id uuid, organization_id uuid, owner_number_id uuid, message_type text, scheduled_for timestamptz,
               metadata jsonb)
language sql
stable
set search_path = ''
as $$
  select m.id, m.organization_id, m.owner_number_id, m.message_type::text, m.scheduled_for at time zone 'utc',
         m.metadata
    from public.aurora_proactive_messages m
   where m.status = 'pending' and m.created_at < (now() at time zone 'utc') - make_interval(secs => p_seconds)
   order by m.created_at, m.id
   limit least(p_limit, 1000)
$$;

comment on function public.aurora_proactive_unfinished(double precision, integer) is
  'Occurrences that have been pending for p_seconds, oldest first: what a lost job leaves behind.';

create or replace function public.aurora_proactive_owned_gateway_ids(p_ids text[], p_except uuid)
returns setof text
language sql
stable
set search_path = ''
as $$
  with self as (
    select m.organization_id, m.created_at from public.aurora_proactive_messages m where m.id = p_except
    union all
    select r.organization_id, r.created_at at time zone 'utc'
      from public.aurora_proactive_campaign_recipients r where r.id = p_except)
  select m.metadata ->> 'gateway_message_id'
    from public.aurora_proactive_messages m, self
   where m.organization_id = self.organization_id and m.id <> p_except
     and m.created_at > self.created_at - interval '7 days'
     and m.metadata ->> 'gateway_message_id' = any (p_ids)
  union all
  select r.metadata ->> 'gateway_message_id'
    from public.aurora_proactive_campaign_recipients r, self
   where r.organization_id = self.organization_id and r.id <> p_except
     and r.metadata ->> 'gateway_message_id' = any (p_ids)
$$;

comment on function public.aurora_proactive_owned_gateway_ids(text[], uuid) is
  'Gateway message ids among p_ids that belong to another occurrence than p_except: each stands for one only.';

create or replace function public.aurora_proactive_nothing_sent_for(p_seconds double precision)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (select from public.aurora_proactive_messages m
                      where (m.metadata ->> 'touched')::double precision
                            > extract(epoch from clock_timestamp()) - p_seconds)
     and not exists (select from public.aurora_proactive_messages m
                      where m.status = 'pending' and m.metadata ? 'claim')
     and not exists (select from public.aurora_proactive_campaign_recipients r
                      where (r.metadata ->> 'touched')::double precision
                            > extract(epoch from clock_timestamp()) - p_seconds)
     and not exists (select from public.aurora_proactive_campaign_recipients r
                      where r.status = 'pending' and r.metadata ? 'claim')
$$;

comment on function public.aurora_proactive_nothing_sent_for(double precision) is
  'Whether no message was leased, sent or ended for p_seconds, by this database''s clock: then no gateway can '
  'have seen one that the limiter in Redis might have forgotten.';

create or replace function public.aurora_proactive_accepted_lately(p_instance text, p_limit integer)
returns table (instance_name text, gateway_message_id text)
language sql
stable
set search_path = ''
as $$
  with lately as (
    (select r.organization_id, r.sent_at at time zone 'utc' as sent_at,
            r.metadata ->> 'gateway_message_id' as gateway_message_id
       from public.aurora_proactive_campaign_recipients r
      where r.status = 'sent' and r.metadata ? 'gateway_message_id' and r.sent_at > now() - interval '7 days'
        and (p_instance is null
             or r.organization_id in (
               select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance))
      order by r.sent_at desc
      limit case when p_instance is null then 200 else p_limit end)
    union all
    (select m.organization_id, m.sent_at, m.metadata ->> 'gateway_message_id' as gateway_message_id
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ? 'gateway_message_id'
       and m.sent_at > (now() at time zone 'utc') - interval '7 days'
       and (p_instance is null
            or m.organization_id in (
              select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance))
     order by m.sent_at desc
     limit case when p_instance is null then 200 else p_limit end)
  ), named as (
    select l.*, coalesce(p_instance, (
             select i.instance_name from public.whatsapp_instances i where i.organization_id = l.organization_id
              order by (i.status = 'connected') desc, i.created_at, i.id limit 1)) as instance_name
      from lately l
  ), numbered as (
    select n.*, row_number() over (partition by n.instance_name order by n.sent_at desc) as place
      from named n where n.instance_name is not null
  )
  select n.instance_name, n.gateway_message_id from numbered n
   where p_instance is not null or n.place = 1
   order by n.sent_at desc
   limit least(p_limit, 100)
$$;

comment on function public.aurora_proactive_accepted_lately(text, integer) is
  'Messages that were accepted in the last 7 days, newest first, of the organisations that send from p_instance, or '
  '(null) one an instance: a gateway that shows them keeps messages.';

-- What somebody switched off for a while. Null stands for every organisation, every message type.

create or replace function public.aurora_proactive_pause(p_organization uuid, p_type text, p_reason text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_organization is not null and not exists (select from public.organizations o where o.id = p_organization) then
    raise foreign_key_violation using message = 'There is no organisation of that id.';
  end if;
  insert into public.aurora_proactive_pauses (organization_id, message_type, reason)
  values (p_organization, p_type, p_reason)
  on conflict on constraint aurora_proactive_pauses_key do update set reason = excluded.reason;
end
$$;

comment on function public.aurora_proactive_pause(uuid, text, text) is
  'Pauses sending; doing it again only renews the reason. Refuses an organisation that does not exist.';

create or replace function public.aurora_proactive_resume(p_organization uuid, p_type text)
returns boolean
language sql
set search_path = ''
as $$
  with resumed as (
    delete from public.aurora_proactive_pauses p
     where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
    returning 1)
  select exists (select from resumed)
$$;

comment on function public.aurora_proactive_resume(uuid, text) is
  'Resumes exactly what was paused by that organisation and type; answers whether it was.';

create or replace function public.aurora_proactive_paused()
returns setof public.aurora_proactive_pauses
language sql
stable
set search_path = ''
as $$
  select p.* from public.aurora_proactive_pauses p
   where p.organization_id is null or exists (select from public.organizations o where o.id = p.organization_id)
   order by p.created_at
$$;

comment on function public.aurora_proactive_paused() is
  'Everything that is paused, oldest first, but for organisations that the product has deleted.';

-- What became of a message after the gateway accepted it: metadata.delivery beside status, made of the receipts in
-- metadata.receipts. Receipts come in any order, twice, late, or before the message's row is there: what is made of
-- them depends on none of that.

-- A receipt that proves more outweighs one that proves less: what was on the owner's phone was delivered, whatever
-- came before or after. Without any receipt, a message is accepted until aurora_proactive_mark_silent says otherwise.
create or replace function public.aurora_proactive_delivery(p_status text, p_metadata jsonb)
returns text
language sql
immutable
return
  case when p_status <> 'sent' then null
       when p_metadata -> 'receipts' ? 'read_at' then 'read'
       when p_metadata -> 'receipts' ? 'delivered_at' then 'delivered'
       when p_metadata -> 'receipts' ? 'error_at' then 'refused'
       when p_metadata -> 'receipts' ? 'server_ack_at' then 'on_its_way'
       when p_metadata ->> 'delivery' = 'silent' then 'silent'
       else 'accepted' end;

comment on function public.aurora_proactive_delivery(text, jsonb) is
  'The delivery of a message that was sent: accepted, on_its_way, delivered, read, refused or silent; null of others.';

create or replace function public.aurora_proactive_with_receipts(p_metadata jsonb, p_told jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with kept as (
    select coalesce(p_metadata -> 'receipts', '{}') as receipts),
  earliest as (
    select coalesce(jsonb_object_agg(t.key, t.value), '{}') as receipts
      from jsonb_each_text(p_told) t, kept
     where kept.receipts ->> t.key is null or (kept.receipts ->> t.key)::timestamptz > t.value::timestamptz)
  select p_metadata || jsonb_build_object('receipts', kept.receipts || earliest.receipts
           || case when p_told ? 'error_at' then '{"error": "WhatsApp reported that it was not delivered"}'
                   else '{}' end::jsonb)
    from kept, earliest
$$;

comment on function public.aurora_proactive_with_receipts(jsonb, jsonb) is
  'Metadata with receipts that were told ({"read_at": instant}); of two of a kind the earlier stays. A refusal also '
  'says what it means.';

-- p_receipts: [{"instance", "id", "receipt", "at"}]. receipt is a key of metadata.receipts (server_ack_at,
-- delivered_at, read_at, error_at), or accepted_at, which only says that the gateway took the message.
create or replace function public.aurora_proactive_keep_receipts(p_receipts jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  -- Held against the records being written at this moment: one of the two sees the other.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(r ->> 'id') & 1023 as number from jsonb_array_elements(p_receipts) r order by 1) l;
  with told as materialized (
    select r ->> 'instance' as instance, r ->> 'id' as id, r ->> 'receipt' as receipt,
           min((r ->> 'at')::timestamptz) as at
      from jsonb_array_elements(p_receipts) r
     group by 1, 2, 3),
  -- An instance of nobody tells nothing, and one of an organisation nothing about another's messages.
  known as materialized (
    select distinct t.*, m.id as message_id, c.id as client_id
      from told t
      join public.whatsapp_instances i on i.instance_name = t.instance
      left join public.aurora_proactive_messages m
        on m.metadata ->> 'gateway_message_id' = t.id and m.organization_id = i.organization_id
      left join public.aurora_proactive_campaign_recipients c
        on c.metadata ->> 'gateway_message_id' = t.id and c.organization_id = i.organization_id),
  locked as materialized (
    select m.id from public.aurora_proactive_messages m
     where m.id in (select message_id from known) order by m.id for no key update),
  locked_clients as materialized (
    select c.id from public.aurora_proactive_campaign_recipients c
     where c.id in (select client_id from known) order by c.id for no key update),
  meant as (
    select k.message_id, jsonb_object_agg(k.receipt, k.at) as receipts
      from known k join locked l on l.id = k.message_id
     where k.receipt <> 'accepted_at'
     group by 1),
  meant_clients as (
    select k.client_id, jsonb_object_agg(k.receipt, k.at) as receipts
      from known k join locked_clients l on l.id = k.client_id
     where k.receipt <> 'accepted_at'
     group by 1),
  changed_clients as (
    update public.aurora_proactive_campaign_recipients c
       set metadata = public.aurora_proactive_with_receipts(c.metadata, t.receipts)
      from meant_clients t
     where c.id = t.client_id
       and public.aurora_proactive_with_receipts(c.metadata, t.receipts) <> c.metadata
    returning 1),
  changed as (
    update public.aurora_proactive_messages m
       set metadata = public.aurora_proactive_with_receipts(m.metadata, t.receipts)
      from meant t
     where m.id = t.message_id
       and public.aurora_proactive_with_receipts(m.metadata, t.receipts) <> m.metadata
    returning 1),
  waiting as (
    insert into public.aurora_proactive_receipts as r (gateway_message_id, receipt, instance_name, at)
    select k.id, k.receipt, k.instance, k.at from known k
     where not exists (select from known o where o.id = k.id and o.instance = k.instance
                          and (o.message_id is not null or o.client_id is not null))
     order by 1, 2, 3
    on conflict (gateway_message_id, receipt, instance_name) do update set at = excluded.at where excluded.at < r.at),
  telling as (
    insert into public.aurora_proactive_instances as i (instance_name, acknowledged_at)
    select distinct k.instance, now() from known k where k.receipt <> 'accepted_at' order by 1
    on conflict (instance_name) do update set acknowledged_at = now()
      where i.acknowledged_at is null or i.acknowledged_at < now() - interval '1 hour')
  select (select count(*) from changed) + (select count(*) from changed_clients) into v_changed;
  return jsonb_build_object('changed', v_changed);
end
$$;

comment on function public.aurora_proactive_keep_receipts(jsonb) is
  'Keeps receipts of messages that went out, many in one statement; those whose message has no row yet wait for it. '
  'The same again changes nothing. Answers {"changed": rows}.';

create or replace function public.aurora_proactive_take_waiting_receipts()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_id text := new.metadata ->> 'gateway_message_id';
  v_waited jsonb;
begin
  -- One of 1024 locks, so that a statement of a million rows needs no more.
  perform pg_advisory_xact_lock(310, hashtext(v_id) & 1023);
  with taken as (
    delete from public.aurora_proactive_receipts r
     where r.gateway_message_id = v_id
       and exists (select from public.whatsapp_instances i
                    where i.instance_name = r.instance_name and i.organization_id = new.organization_id)
    returning r.receipt, r.at)
  select jsonb_object_agg(receipt, at) into v_waited
    from (select receipt, min(at) as at from taken where receipt <> 'accepted_at' group by 1) t;
  if v_waited is not null then
    new.metadata := public.aurora_proactive_with_receipts(new.metadata, v_waited);
  end if;
  new.metadata := new.metadata
    || jsonb_build_object('delivery', public.aurora_proactive_delivery('sent', new.metadata));
  return new;
end
$$;

comment on function public.aurora_proactive_take_waiting_receipts() is
  'Puts the receipts that waited for a message''s record into that record, and says what they make of its delivery.';

create or replace trigger aurora_proactive_messages_receipts
  before insert or update of metadata on public.aurora_proactive_messages
  for each row when (new.status = 'sent' and new.metadata ? 'gateway_message_id')
  execute function public.aurora_proactive_take_waiting_receipts();

create or replace trigger aurora_proactive_campaign_recipients_receipts
  before insert or update of metadata on public.aurora_proactive_campaign_recipients
  for each row when (new.status = 'sent' and new.metadata ? 'gateway_message_id')
  execute function public.aurora_proactive_take_waiting_receipts();

create or replace function public.aurora_proactive_heard(p_instance text, p_ids text[])
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct r.gateway_message_id
    from public.aurora_proactive_receipts r
    join public.whatsapp_instances i on i.instance_name = r.instance_name
   where r.gateway_message_id = any (p_ids) and r.instance_name = p_instance
$$;

comment on function public.aurora_proactive_heard(text, text[]) is
  'Those of p_ids of which an instance told something while no record names them: the gateway accepted them.';

create or replace function public.aurora_proactive_mark_silent(p_seconds double precision, p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_marked integer;
begin
  -- What another transaction holds (a receipt, perhaps) is looked at next time.
  with quiet as (
    select m.id from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ->> 'delivery' = 'accepted'
       and m.sent_at < (now() at time zone 'utc') - make_interval(secs => p_seconds)
     order by m.sent_at limit p_limit
       for no key update skip locked)
  update public.aurora_proactive_messages m
     set metadata = m.metadata || '{"delivery": "silent"}'
   where m.id in (select id from quiet);
  get diagnostics v_marked = row_count;
  with quiet as (
    select r.id from public.aurora_proactive_campaign_recipients r
     where r.status = 'sent' and r.metadata ->> 'delivery' = 'accepted'
       and r.sent_at < now() - make_interval(secs => p_seconds)
     order by r.sent_at limit p_limit
       for no key update skip locked), marked as (
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || '{"delivery": "silent"}'
     where r.id in (select id from quiet)
    returning 1)
  select v_marked + count(*) into v_marked from marked;
  return v_marked;
end
$$;

comment on function public.aurora_proactive_mark_silent(double precision, integer) is
  'Says of messages accepted p_seconds ago, of which nothing was heard since, that they are silent. A receipt that '
  'comes later still counts. Answers how many.';

create or replace function public.aurora_proactive_silent_messages(p_waits double precision[], p_limit integer)
returns table (id uuid, instance_name text, gateway_message_id text, remote_jid text)
language sql
stable
set search_path = ''
as $$
  with sent as (
    select m.id, m.organization_id, m.status::text as status, m.sent_at, m.metadata
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ->> 'delivery' = 'silent'
    union all
    select r.id, r.organization_id, r.status, r.sent_at at time zone 'utc',
           r.metadata || jsonb_build_object('instance', c.instance_name)
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.status = 'sent' and r.metadata ->> 'delivery' = 'silent')
  select m.id, i.instance_name, m.metadata ->> 'gateway_message_id', m.metadata ->> 'remote_jid'
    from sent m
   cross join lateral (
      select i.instance_name from public.whatsapp_instances i
       where i.organization_id = m.organization_id
         and i.instance_name = coalesce(m.metadata ->> 'instance', i.instance_name)
       order by (i.status = 'connected') desc, i.created_at, i.id limit 1) i
   where m.sent_at > (now() at time zone 'utc') - make_interval(secs => p_waits[cardinality(p_waits)] + 86400)
     and m.sent_at < (now() at time zone 'utc') - make_interval(
           secs => p_waits[coalesce((m.metadata ->> 'status_checks')::integer, 0) + 1])
   order by m.sent_at desc
   limit p_limit
$$;

comment on function public.aurora_proactive_silent_messages(double precision[], integer) is
  'Silent messages that the gateway can be asked about, newest first. p_waits are seconds after the sending at which '
  'each is asked about, once each.';

create or replace function public.aurora_proactive_status_checked(p_id uuid)
returns void
language sql
set search_path = ''
as $$
  update public.aurora_proactive_messages m
     set metadata = m.metadata || jsonb_build_object(
           'status_checks', coalesce((m.metadata ->> 'status_checks')::integer, 0) + 1)
   where m.id = p_id;
  update public.aurora_proactive_campaign_recipients r
     set metadata = r.metadata || jsonb_build_object(
           'status_checks', coalesce((r.metadata ->> 'status_checks')::integer, 0) + 1)
   where r.id = p_id
$$;

comment on function public.aurora_proactive_status_checked(uuid) is
  'Notes that the gateway was asked about a silent message.';

create or replace function public.aurora_proactive_forget_receipts(p_seconds double precision)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
begin
  delete from public.aurora_proactive_receipts r where r.told_at < now() - make_interval(secs => p_seconds);
  get diagnostics v_forgotten = row_count;
  return v_forgotten;
end
$$;

comment on function public.aurora_proactive_forget_receipts(double precision) is
  'Forgets receipts that waited for p_seconds in vain: they are of messages that others sent from the same number.';

create or replace function public.aurora_proactive_handed_over_as(p_metadata jsonb)
returns jsonb
language sql
immutable
return
  case when jsonb_typeof(p_metadata -> 'message_ids') = 'array' then p_metadata -> 'message_ids' else '[]' end
    || case when jsonb_typeof(p_metadata #> '{claim,message_ids}') = 'array'
            then p_metadata #> '{claim,message_ids}' else '[]' end
    || coalesce(p_metadata #> '{claim,message_id}', '[]');

comment on function public.aurora_proactive_handed_over_as(jsonb) is
  'The ids under which a message may be at the gateway whose row has this metadata, those of its lease included.';

create or replace function public.aurora_proactive_settle_heard()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_heard jsonb;
  v_settled integer;
begin
  -- That WhatsApp refused it (error_at) proves nothing here. An attempt that has just begun says itself how it ended.
  select jsonb_agg(to_jsonb(h)) into v_heard from (
    select distinct on (m.id) m.id, r.gateway_message_id, r.at
      from public.aurora_proactive_messages m
     cross join lateral jsonb_array_elements_text(public.aurora_proactive_handed_over_as(m.metadata)) i (name)
      join public.aurora_proactive_receipts r on r.gateway_message_id = i.name and r.receipt <> 'error_at'
      join public.whatsapp_instances w
        on w.instance_name = r.instance_name and w.organization_id = m.organization_id
     where m.created_at > (now() at time zone 'utc') - interval '3 days'
       and (m.status = 'failed' and m.metadata #>> '{failure,code}' like 'delivery\_unknown\_%'
            or m.status = 'pending' and coalesce((m.metadata #>> '{claim,at}')::double precision, 0)
                                          < extract(epoch from clock_timestamp()) - 15)
     order by m.id, r.at) h;
  -- The locks that the rows' trigger takes, and then the rows, in the order of all writers.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(h ->> 'gateway_message_id') & 1023 as number
             from jsonb_array_elements(v_heard) h order by 1) l;
  perform from public.aurora_proactive_messages m
    where m.id in (select (h ->> 'id')::uuid from jsonb_array_elements(v_heard) h) order by m.id for no key update;
  -- The row's own trigger then takes the receipts, which say what became of it.
  update public.aurora_proactive_messages m
     set status = 'sent', sent_at = h.at at time zone 'utc', error_message = null,
         metadata = (m.metadata - 'claim' - 'failure')
           || jsonb_build_object('gateway_message_id', h.gateway_message_id)
    from jsonb_to_recordset(v_heard) as h (id uuid, gateway_message_id text, at timestamptz)
   where m.id = h.id and m.status in ('pending', 'failed');
  get diagnostics v_settled = row_count;
  return v_settled;
end
$$;

comment on function public.aurora_proactive_settle_heard() is
  'Writes as sent what failed because its outcome was unknown, or is pending, and of which the gateway told something '
  'under an id that it may have there: it was accepted. Answers how many.';

-- What the gateway tells of instances (75_delivery.sql has what became of messages, 83_hearing.sql what people wrote).
-- Each function takes many events of a kind, in one statement; the same event again changes nothing.

create or replace function public.aurora_proactive_instance_organizations(p_instance text)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance
$$;

comment on function public.aurora_proactive_instance_organizations(text) is
  'The organisations that send from an instance, by the gateway''s name for it.';

-- What was one call an event before 0.1.0.
drop function if exists public.aurora_proactive_keep_connection(text, text, integer, timestamptz);
drop function if exists public.aurora_proactive_keep_receipt(text, text, text);
drop function if exists public.aurora_proactive_receipt_metadata(text, timestamptz);
drop function if exists public.aurora_proactive_keep_reply(text, text, text, text, timestamptz);

-- p_states: [{"instance", "state", "reason", "at"}], in the order in which they were heard.
create or replace function public.aurora_proactive_keep_connections(p_states jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_state record;
  v_kept integer := 0;
begin
  for v_state in
    select s ->> 'instance' as instance, s ->> 'state' as state, (s ->> 'reason')::integer as reason,
           (s ->> 'at')::timestamptz as at
      from jsonb_array_elements(p_states) with ordinality e (s, ordinality)
     where exists (select from public.aurora_proactive_instance_organizations(s ->> 'instance'))
     order by 1, ordinality
  loop
    insert into public.aurora_proactive_instances as i (instance_name, state, status_reason, event_at)
    values (v_state.instance, v_state.state, v_state.reason, v_state.at)
    on conflict (instance_name) do update
      set settled = case when i.state is distinct from excluded.state and i.since <= now() - interval '5 seconds'
                         then i.state else i.settled end,
          since = case when i.state is distinct from excluded.state then now() else i.since end,
          state = excluded.state, status_reason = excluded.status_reason, event_at = excluded.event_at
      where i.state is null or i.event_at is null or excluded.event_at > i.event_at
         or (excluded.event_at = i.event_at and excluded.state <> i.state);
    v_kept := v_kept + found::integer;
  end loop;
  return jsonb_build_object('changed', v_kept);
end
$$;

comment on function public.aurora_proactive_keep_connections(jsonb) is
  'Keeps states of instances that the product knows, told by the gateway or found by sending: of two the newer one by '
  'its own time, whichever comes first. Answers {"changed": states}.';

create or replace function public.aurora_proactive_instance_states()
returns table (instance_name text, state text, since timestamptz)
language sql
stable
set search_path = ''
as $$
  select i.instance_name,
         case when i.since <= now() - interval '5 seconds' then i.state else coalesce(i.settled, i.state) end, i.since
    from public.aurora_proactive_instances i
   order by i.instance_name
$$;

comment on function public.aurora_proactive_instance_states() is
  'Every instance of which a state is known, with that state; during a burst the one that held before it.';

create or replace function public.aurora_proactive_instances_not_open(p_limit integer)
returns setof text
language sql
stable
set search_path = ''
as $$
  select s.instance_name
    from public.aurora_proactive_instances s
   where s.state <> 'open'
     and exists (select from public.whatsapp_instances i
                   join public.organizations o on o.id = i.organization_id and o.is_active
                  where i.instance_name = s.instance_name)
   order by s.since desc
   limit p_limit
$$;

comment on function public.aurora_proactive_instances_not_open(integer) is
  'Instances that were told or found to be closed, the latest to change first: the gateway may have opened them since.';

create or replace function public.aurora_proactive_instance_status(p_state text, p_status text)
returns text
language sql
immutable
return
  coalesce(case p_state when 'open' then 'connected' when 'close' then 'disconnected' when 'refused' then 'error'
                        else p_state end, p_status);

comment on function public.aurora_proactive_instance_status(text, text) is
  'A state that the gateway told or sending found, in the product''s words; the product''s own status where there is '
  'none.';

-- The key of a Brazilian number is 55, area code, last eight digits (proactive.gateways.phones
-- has the same for what gateways write). Other countries' numbers as their digits.
create or replace function public.aurora_proactive_phone_key(p_phone text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
-- Not in SQL: it is asked for every client of a business, and PL/pgSQL keeps its plan between the calls.
declare
  d text := regexp_replace(coalesce(p_phone, ''), '[^0-9]', '', 'g');
  n text;
begin
  -- 00 55 11..., 0 15 11... (with a carrier), 0 11...
  d := case when d like '00%' then substr(d, 3)
            when d like '0%' and length(d) in (13, 14) then substr(d, 4)
            when d like '0%' then substr(d, 2) else d end;
  n := case when d like '55%' and length(d) in (12, 13) then substr(d, 3) else d end;
  if length(n) in (10, 11) and not coalesce(p_phone, '') ~ '^\s*(\+|00)\s*(?!55)[1-9]' then
    return '55' || left(n, 2) || right(n, 8);
  end if;
  return d;
end
$$;

comment on function public.aurora_proactive_phone_key(text) is
  'What a number''s written forms have in common: equal for every form of a Brazilian number.';

create or replace function public.aurora_proactive_masked_phone(p_key text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(p_key, '') !~ '^[0-9]+$' then null
              when left(p_key, 2) = '55' and length(p_key) = 12 then
                '(' || substr(p_key, 3, 2) || ') •••• ' || right(p_key, 4)
              else '•••• ' || right(p_key, least(4, length(p_key) / 2)) end
$$;

comment on function public.aurora_proactive_masked_phone(text) is
  'A number (aurora_proactive_phone_key) as pages and answers show it: its area and its last four digits; null where '
  'it is none.';

-- Whom a campaign reaches, in order, and why somebody is left out.

create or replace function public.aurora_proactive_campaign_clients(
  p_organization uuid, p_rule jsonb, p_now timestamptz
)
returns table (contact_id uuid, place bigint, pets uuid[])
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_day constant date := coalesce((p_rule ->> 'birthday_on')::date, (p_now at time zone v_zone)::date);
  v_days text[] := array[to_char(v_day, 'MMDD')];
begin
  if p_rule ? 'birthday_on' then
    if to_char(v_day, 'MMDD') = '0228' and to_char(v_day + 1, 'MMDD') = '0301' then
      v_days := array_append(v_days, '0229');
    end if;
    return query
      select c.id, row_number() over (order by b.first_name collate "C", b.pets[1]), b.pets
        from (select p.contact_id, min(coalesce(p.name, '') collate "C") as first_name,
                     array_agg(p.id order by coalesce(p.name, '') collate "C", p.id) as pets
                from public.pets p
               where p.organization_id = p_organization and p.is_active
                 and p.birthday between '0001-01-01' and v_day and to_char(p.birthday, 'MMDD') = any (v_days)
               group by p.contact_id) b
        join public.contacts c on c.id = b.contact_id and c.organization_id = p_organization;
  elsif p_rule ? 'clients' then
    -- Those that the message named, in its order.
    return query
      select c.id, listed.place, '{}'::uuid[]
        from jsonb_array_elements_text(p_rule -> 'clients') with ordinality as listed (id, place)
        join public.contacts c on c.id = listed.id::uuid and c.organization_id = p_organization;
  else
    -- As the messages count and rank them (30_bookings.sql, 51_inactive_clients.sql), the blocked ones with them: they
    -- are told as left out.
    return query
      with k as (
        select c.id, coalesce(public.aurora_proactive_moment(c.last_contact_at),
                              public.aurora_proactive_moment(c.created_at)) as contact_at,
               coalesce(t.upcoming, false) as upcoming, coalesce(t.done, 0) as done, coalesce(t.value, 0) as value
          from public.contacts c
          left join (
            select b.contact_id, count(*) filter (where b.done) as done, sum(b.value) filter (where b.done) as value,
                   bool_or(b.live and b.start_time > p_now and public.aurora_proactive_is_moment(b.start_time))
                     as upcoming
              from public.aurora_proactive_bookings(p_organization, p_now) b
             where b.contact_id is not null
             group by b.contact_id) t on t.contact_id = c.id
         where c.organization_id = p_organization)
      select k.id, row_number() over (order by k.done desc, k.value desc, k.contact_at desc nulls last, k.id),
             '{}'::uuid[]
        from k
       where case p_rule ->> 'audience'
               when 'all' then true
               when 'vip' then k.done >= coalesce((p_rule ->> 'vip_bookings')::integer, 5)
               else public.aurora_proactive_is_inactive(
                      k.contact_at, k.upcoming, coalesce((p_rule ->> 'days')::integer, 30), p_now) end;
  end if;
end
$$;
comment on function public.aurora_proactive_campaign_clients(uuid, jsonb, timestamptz) is
  'The clients that a campaign''s rule names, best ranked first, whoever of them may receive it; of birthdays with the '
  'day''s pets.';

create or replace function public.aurora_proactive_own_number(p_organization uuid, p_phone_key text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from public.owner_numbers w
                  where w.organization_id = p_organization
                    and public.aurora_proactive_phone_key(w.phone) = p_phone_key)
      or exists (select from public.whatsapp_instances i
                  where i.organization_id = p_organization
                    and public.aurora_proactive_phone_key(i.phone_number) = p_phone_key)
$$;
comment on function public.aurora_proactive_own_number(uuid, text) is
  'Whether a number is an owner''s or an instance''s of the organisation itself.';

create or replace function public.aurora_proactive_consented(p_organization uuid, p_phone_key text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce((select k.kind = 'given' from public.aurora_proactive_consents k
                    where k.organization_id = p_organization and k.phone_key = p_phone_key
                      and k.kind in ('given', 'withdrawn', 'objection')
                    order by k.id desc limit 1), false)
$$;

comment on function public.aurora_proactive_consented(uuid, text) is
  'Whether the last word of a number to a business was a consent.';

create or replace function public.aurora_proactive_written_to(p_organization uuid, p_except uuid)
returns table (phone_key text, at timestamptz)
language sql
stable
set search_path = ''
as $$
  select r.phone_key, coalesce(r.sent_at, to_timestamp((r.metadata ->> 'touched')::double precision))
    from public.aurora_proactive_campaign_recipients r
   where r.organization_id = p_organization and r.campaign_id <> p_except
     and (r.status = 'sent' or (r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt'))
          or (r.status = 'failed' and r.reason like 'delivery\_unknown%'))
$$;

comment on function public.aurora_proactive_written_to(uuid, uuid) is
  'The numbers that campaigns of a business, but one, have written to and when: what was begun, or may have been sent, '
  'counts as sent.';

create or replace function public.aurora_proactive_campaign_audience(
  p_campaign uuid, p_organization uuid, p_rule jsonb, p_instance text,
  p_now timestamptz, p_limits jsonb
)
returns table (
  contact_id uuid, place bigint, phone_key text, phone text, name text, pets jsonb, warmth text, reason text
)
language sql
stable
set search_path = ''
as $$
  with settings as (
    select s.legal_basis from public.aurora_proactive_campaign_settings s where s.organization_id = p_organization
  ), named as materialized (
    select n.contact_id, n.place, n.pets, c.name, c.phone, c.status,
           public.aurora_proactive_moment(c.last_contact_at) as last_contact_at,
           nullif(public.aurora_proactive_phone_key(c.phone), '') as phone_key
      from public.aurora_proactive_campaign_clients(
             p_organization,
             -- from how many visits on a client is VIP is a setting
             case when p_limits ? 'vip_bookings' then p_limits || p_rule else p_rule end, p_now) n
      join public.contacts c on c.id = n.contact_id
     where (not p_rule ? 'only' or p_rule -> 'only' ? n.contact_id::text)
       and not coalesce(p_rule -> 'except' ? n.contact_id::text, false)
  ), own as materialized (
    select public.aurora_proactive_phone_key(w.phone) as phone_key from public.owner_numbers w
     where w.organization_id = p_organization
    union select public.aurora_proactive_phone_key(i.phone_number) from public.whatsapp_instances i
           where i.organization_id = p_organization
  ), outs as materialized (
    -- By phone and by client: the number that the client has now counts too, and whoever shares it.
    select o.key, o.contact_id, o.level,
           (select public.aurora_proactive_phone_key(c.phone) from public.contacts c
             where c.id = o.contact_id and c.organization_id = p_organization) as phone_key
      from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization and (o.until is null or o.until > p_now)
  ), mourned as materialized (
    select o.* from outs o where o.level = 'luto'
  ), alive as materialized (
    -- The pets that the message speaks of: active ones (of birthdays the day's), and none that died.
    select n.contact_id,
           jsonb_agg(jsonb_build_object('id', p.id, 'name', coalesce(p.name, ''))
                     order by coalesce(p.name, '') collate "C", p.id) as pets
      from named n
      join public.pets p on p.contact_id = n.contact_id and p.organization_id = p_organization and p.is_active
     where (n.pets = '{}' or p.id = any (n.pets))
       and not exists (select from outs o where o.key = 'pet:' || p.id)
     group by n.contact_id
  ), each_alone as materialized (
    select n.*, coalesce(a.pets, '[]') as alive,
           case when n.status = 'blocked' then 'blocked'
                when n.phone_key is null or length(n.phone_key) < 10 then 'no_phone'
                when n.phone_key in (select own.phone_key from own) then 'own_number' end as alone
      from named n
      left join alive a on a.contact_id = n.contact_id
  ), phones as materialized (
    -- Clients who share a phone are one recipient: what speaks against one of them speaks against the phone.
    select e.phone_key, (array_agg(e.contact_id order by e.place) filter (where e.alone is null))[1] as first,
           array_agg(e.contact_id) as contacts, bool_or(e.alone = 'blocked') as blocked,
           bool_or(e.alive <> '[]' and e.alone is null) as has_pets,
           bool_or(e.last_contact_at is not null) as known,
           (select max(h.heard_at) from public.aurora_proactive_heard h
             where h.instance_name = p_instance and h.phone_key = e.phone_key) as heard_at,
           public.aurora_proactive_consented(p_organization, e.phone_key) as consented
      from each_alone e
     where e.alone is null or (e.alone = 'blocked' and e.phone_key is not null)
     group by e.phone_key
  ), warm as materialized (
    select p.*, case when p.heard_at > p_now - interval '28 days' then 'warm'
                     when p.heard_at is not null or p.known then 'cool'
                     else 'cold' end as warmth
      from phones p
  ), earlier as materialized (
    select e.phone_key, count(*) filter (where e.at > p_now - interval '7 days') as week, count(*) as month
      from public.aurora_proactive_written_to(p_organization, p_campaign) e
     where e.at > p_now - interval '30 days'
     group by e.phone_key
  ), unreachable as materialized (
    select last.phone_key
      from (select r.phone_key, r.metadata -> 'receipts' ?| array['delivered_at', 'read_at'] as delivered, r.sent_at,
                   row_number() over (partition by r.phone_key order by r.sent_at desc) as back
              from public.aurora_proactive_campaign_recipients r
             where r.organization_id = p_organization and r.status = 'sent') last
     where last.back <= 2
     group by last.phone_key
    having count(*) = 2 and not bool_or(coalesce(last.delivered, false))
       and max(last.sent_at) < p_now - interval '7 days'
  ), judged as (
    select w.*, case
        when w.blocked then 'blocked'
        -- lists that are hashed: a block list may have as many numbers as the business has clients
        when w.phone_key in (select o.key from outs o where o.level in ('sure', 'probable'))
          or w.phone_key in (select o.phone_key from outs o
                              where o.level in ('sure', 'probable') and o.phone_key is not null)
          or w.contacts && array(select o.contact_id from outs o where o.level in ('sure', 'probable'))
          then 'opted_out'
        when w.phone_key in (select o.key from outs o where o.level = 'block_list') and not w.consented
          then 'on_block_list'
        when exists (select from mourned o where o.key = any (select 'contact:' || each from unnest(w.contacts) each))
          or (not w.has_pets and exists (select from mourned o
                                           left join public.pets p on o.key = 'pet:' || p.id
                                          where o.level = 'luto' and (o.contact_id = any (w.contacts)
                                                                      or p.contact_id = any (w.contacts))))
          then 'mourning'
        when (select s.legal_basis from settings s) = 'consent' and not w.consented then 'no_consent'
        when w.warmth = 'cold' and not w.consented then 'never_talked'
        when exists (select from earlier e where e.phone_key = w.phone_key
                      and (e.week >= coalesce((p_limits ->> 'week')::integer, 1)
                           or e.month >= coalesce((p_limits ->> 'month')::integer, 3))) then 'recent_message'
        when w.phone_key in (select u.phone_key from unreachable u) then 'unreachable'
      end as reason
      from warm w
  )
  select e.contact_id, e.place, e.phone_key, e.phone, e.name, e.alive, coalesce(j.warmth, 'cold'),
         case when e.alone is not null then e.alone
              when j.blocked then 'blocked'
              when j.first <> e.contact_id then 'same_phone'
              else j.reason end
    from each_alone e
    left join judged j on j.phone_key = e.phone_key
   order by e.place
$$;
comment on function public.aurora_proactive_campaign_audience(
  uuid, uuid, jsonb, text, timestamptz, jsonb) is
  'Each client of a campaign''s audience in its order, with the first reason why it is left out; null: it receives it. '
  'Of clients who share a phone the best ranked stands for all of them.';

create or replace function public.aurora_proactive_campaign_everybody(
  p_campaign uuid, p_organization uuid, p_rule jsonb, p_instance text, p_now timestamptz, p_limits jsonb
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(a) order by a.place), '[]')
    from public.aurora_proactive_campaign_audience(
           p_campaign, p_organization, p_rule, p_instance, p_now, p_limits) a
$$;
comment on function public.aurora_proactive_campaign_everybody(uuid, uuid, jsonb, text, timestamptz, jsonb) is
  'A campaign''s whole audience as one value: Supabase cuts lists of rows at a thousand.';

create or replace function public.aurora_proactive_cold_of_day(p_instance text, p_day date)
returns bigint
language sql
stable
set search_path = ''
as $$
  select count(*) from public.aurora_proactive_campaign_recipients r
    join public.aurora_proactive_campaigns c on c.id = r.campaign_id
   where c.instance_name = p_instance and r.warmth = 'cold' and r.metadata ->> 'counted' = p_day::text
$$;

comment on function public.aurora_proactive_cold_of_day(text, date) is
  'How many clients who never wrote an instance was to write to on a local day: ten may be, with their consent.';

-- Which instances may not send for now, because of what WhatsApp answered to what they sent.

create or replace function public.aurora_proactive_stop_instance(
  p_instance text, p_cause text, p_since timestamptz, p_known_until timestamptz, p_new_until timestamptz
)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from public.aurora_proactive_instance_organizations(p_instance)) then
    return false;
  end if;
  insert into public.aurora_proactive_breakers as b (instance_name, cause, since, known_until, new_until)
  values (p_instance, p_cause, p_since, p_known_until, p_new_until)
  on conflict (instance_name) do update
    set cause = excluded.cause, known_until = excluded.known_until, new_until = excluded.new_until,
        since = case when b.new_until > excluded.since then b.since else excluded.since end
    where (excluded.known_until, excluded.new_until) > (b.known_until, b.new_until);
  return found;
end
$$;

comment on function public.aurora_proactive_stop_instance(text, text, timestamptz, timestamptz, timestamptz) is
  'Stops an instance that the product knows; of two causes the one that lasts longer holds. Answers whether it changed '
  'anything.';

create or replace function public.aurora_proactive_release_instance(p_instance text, p_cause text)
returns boolean
language sql
set search_path = ''
as $$
  with released as (
    delete from public.aurora_proactive_breakers b
     where b.instance_name = p_instance and (p_cause is null or b.cause = p_cause)
    returning b.new_until)
  select coalesce(bool_or(new_until > now()), false) from released
$$;

comment on function public.aurora_proactive_release_instance(text, text) is
  'Lets an instance send again, if it was stopped for p_cause (null: for any); answers whether it was stopped.';

create or replace function public.aurora_proactive_stopped_instances(p_organization uuid)
returns table (instance_name text, organization_id uuid, cause text, since timestamptz, known_until timestamptz,
               new_until timestamptz)
language sql
stable
set search_path = ''
as $$
  select b.instance_name, i.organization_id, b.cause, b.since, b.known_until, b.new_until
    from public.aurora_proactive_breakers b
    join public.whatsapp_instances i on i.instance_name = b.instance_name
   where b.new_until > now() and (p_organization is null or i.organization_id = p_organization)
   order by b.since, b.instance_name, i.organization_id
$$;

comment on function public.aurora_proactive_stopped_instances(uuid) is
  'The instances that may not write to everybody now, of an organisation or (null) of all, oldest first.';

create or replace function public.aurora_proactive_breaker_of(p_instance text, p_organization uuid, p_owner uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cause', b.cause, 'known', w.known, 'until', u.until, 'stops', u.until > now())
      from public.aurora_proactive_breakers b
     cross join lateral (
        select exists (select from public.aurora_proactive_replies r
                        where r.organization_id = p_organization and r.owner_number_id = p_owner)
            or exists (select from public.aurora_proactive_messages m
                        where m.organization_id = p_organization and m.owner_number_id = p_owner
                          and public.aurora_proactive_delivery(m.status, m.metadata) in ('delivered', 'read')) as known
      ) w
     cross join lateral (select case when w.known then b.known_until else b.new_until end as until) u
     where b.instance_name = p_instance and b.new_until > now());
end
$$;

comment on function public.aurora_proactive_breaker_of(text, uuid, uuid) is
  'What stops an instance now, and whether and until when it stops a message to an owner: "known" is one who wrote to '
  'the organisation, or whom a message of ours reached. Null where nothing stops the instance.';

-- The steps of campaigns. Each is taken under a lock of the campaign, only from the state that was decided on, and once
-- for each cause (a reply, a request, an event): who comes later is told how it stands.

create or replace function public.aurora_proactive_campaign(p_campaign uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(c) || jsonb_build_object(
           'confirmer', (select w.name from public.owner_numbers w where w.id = c.confirmed_by),
           'counts', (select jsonb_object_agg(n.status, n.number)
                        from (select r.status, count(*) as number from public.aurora_proactive_campaign_recipients r
                               where r.campaign_id = c.id and r.revision = c.revision group by 1) n),
           'waiting', (select coalesce(jsonb_object_agg(n.warmth, n.number), '{}')
                         from (select r.warmth, count(*) as number from public.aurora_proactive_campaign_recipients r
                                where r.campaign_id = c.id and r.revision = c.revision and r.status = 'pending'
                                group by 1) n),
           'began', exists (select from public.aurora_proactive_campaign_recipients r
                             where r.campaign_id = c.id and (r.status in ('sent', 'failed') or r.metadata ? 'claim')))
    from public.aurora_proactive_campaigns c
   where c.id = p_campaign
$$;
comment on function public.aurora_proactive_campaign(uuid) is
  'A campaign with the numbers of its recipients by status (of those who wait by warmth), whether a message to one of '
  'them was begun, and the name of the owner who confirmed it; or null.';

create or replace function public.aurora_proactive_campaign_refusals(p_campaign uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with said as (
    -- the last word of each owner: a T3 that nothing to the same owner has followed
    select distinct on (q.owner_number_id) q.owner_number_id, q.kind, q.asked_at
      from public.aurora_proactive_campaigns c
      join public.owner_numbers w on w.organization_id = c.organization_id
      join public.aurora_proactive_questions q on q.owner_number_id = w.id
     where c.id = p_campaign and p_campaign = any (q.campaign_ids) and q.kind in ('T1', 'T2', 'T3')
     order by q.owner_number_id, q.asked_at desc, q.kind
  )
  select jsonb_build_object(
    'said_no', (select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name, 'at', s.asked_at)
                                          order by s.asked_at, w.id), '[]')
                  from said s join public.owner_numbers w on w.id = s.owner_number_id where s.kind = 'T3'),
    'asked', (select coalesce(jsonb_agg(w.id order by w.id), '[]')
                from public.aurora_proactive_campaigns c
                join public.owner_numbers w on w.organization_id = c.organization_id and w.aurora_enabled
               where c.id = p_campaign
                 and (w.id in (select s.owner_number_id from said s)
                      or exists (select from public.aurora_proactive_messages m
                                  where m.owner_number_id = w.id and m.organization_id = c.organization_id
                                    and m.message_type = c.source and m.status = 'sent'
                                    and m.metadata ->> 'occurrence' = c.source_key))))
$$;
comment on function public.aurora_proactive_campaign_refusals(uuid) is
  'Which owners were asked about a campaign, and which of them said no to it and nothing else since.';

create or replace function public.aurora_proactive_campaigns_before(p_cause text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
           public.aurora_proactive_campaign(s.campaign_id) || jsonb_build_object(
             'status', s.was, 'became', s.became,
             'revision', s.revision - (s.became = 'previewed' or s.was = 'offered')::integer)), '[]')
    from public.aurora_proactive_campaign_steps s
   where (s.cause collate "C" = p_cause
          or (s.cause collate "C" between p_cause || ':' and p_cause || ';'
              and s.cause = p_cause || ':' || s.campaign_id))
     and s.was is not null
     and not exists (select from public.aurora_proactive_campaign_steps later
                      where later.campaign_id = s.campaign_id and later.at > s.at)
$$;
comment on function public.aurora_proactive_campaigns_before(text) is
  'The campaigns whose last step this cause took, each in the state and revision in which it found them.';

create or replace function public.aurora_proactive_campaign_offer(p_campaign jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  insert into public.aurora_proactive_campaigns
    (id, organization_id, source, source_key, option, message_id, made_by, instance_name, status, text, audience, told,
     valid_until)
  select r.id, r.organization_id, r.source, r.source_key, coalesce(r.option, 0), r.message_id, r.made_by,
         r.instance_name, 'offered',
         r.text, coalesce(r.audience, '{}'), r.told, r.valid_until
    from jsonb_populate_record(null::public.aurora_proactive_campaigns, p_campaign) r
  on conflict (id) do nothing;
  return public.aurora_proactive_campaign((p_campaign ->> 'id')::uuid);
end
$$;
comment on function public.aurora_proactive_campaign_offer(jsonb) is
  'Keeps a campaign as offered, unless it is there already; answers how it stands.';

create or replace function public.aurora_proactive_end_reason(p_ended_by text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when p_ended_by in ('too_late', 'no_hours_left') then p_ended_by else 'stopped' end
$$;
comment on function public.aurora_proactive_end_reason(text) is
  'Why the recipients that a campaign leaves get no message any more, by who or what ended it.';

create or replace function public.aurora_proactive_campaign_step(
  p_campaign uuid, p_cause text, p_from text[], p_revision integer, p_halt text, p_change jsonb, p_recipients jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_now public.aurora_proactive_campaigns;
  v_next public.aurora_proactive_campaigns;
begin
  select * into v_now from public.aurora_proactive_campaigns c where c.id = p_campaign for update;
  if v_now.id is null then
    return jsonb_build_object('outcome', 'missing');
  end if;
  if exists (select from public.aurora_proactive_campaign_steps s
              where s.campaign_id = p_campaign and s.cause = p_cause) then
    return jsonb_build_object('outcome', 'known', 'campaign', public.aurora_proactive_campaign(p_campaign));
  end if;
  -- One that paused and went on meanwhile looks the same, and the mark that is to halt it may be lifted: it differs.
  -- What is over never changes again.
  if v_now.status in ('stopped', 'done', 'declined', 'expired')
     or not v_now.status = any (p_from) or v_now.revision <> p_revision or v_now.halt is distinct from p_halt then
    return jsonb_build_object('outcome', 'stale', 'campaign', public.aurora_proactive_campaign(p_campaign));
  end if;
  v_next := jsonb_populate_record(v_now, p_change - array['id', 'organization_id', 'source', 'source_key', 'option',
                                                             'made_by']);
  update public.aurora_proactive_campaigns c
     set status = v_next.status, resumes_as = v_next.resumes_as, pause_cause = v_next.pause_cause, halt = v_next.halt,
         trips = v_next.trips,
         revision = v_next.revision, text = v_next.text, audience = v_next.audience, told = v_next.told,
         frozen = v_next.frozen, left_out = v_next.left_out, legal_basis = v_next.legal_basis,
         basis_reference = v_next.basis_reference, instance_name = v_next.instance_name,
         valid_until = v_next.valid_until, previewed_at = v_next.previewed_at, starts_at = v_next.starts_at,
         send_until = v_next.send_until, confirmed_at = v_next.confirmed_at, confirmed_by = v_next.confirmed_by,
         confirmation = v_next.confirmation, paused_at = v_next.paused_at, ended_at = v_next.ended_at,
         ended_by = v_next.ended_by, reported_at = v_next.reported_at, followed_up_at = v_next.followed_up_at
   where c.id = p_campaign;
  insert into public.aurora_proactive_campaign_steps (campaign_id, cause, was, became, revision)
  values (p_campaign, p_cause, v_now.status, v_next.status, v_next.revision);
  if p_recipients is not null then
    -- A new revision is frozen anew. Only what nobody has begun may be replaced: of a campaign that is not running.
    delete from public.aurora_proactive_campaign_recipients r where r.campaign_id = p_campaign and r.status = 'pending';
    insert into public.aurora_proactive_campaign_recipients
      (id, campaign_id, organization_id, revision, position, contact_id, other_contacts, pets, phone_key, phone, warmth,
       content)
    select r.id, p_campaign, v_now.organization_id, v_next.revision, r.position, r.contact_id,
           coalesce(r.other_contacts, '{}'), coalesce(r.pets, '{}'), r.phone_key, r.phone, r.warmth, r.content
      from jsonb_populate_recordset(null::public.aurora_proactive_campaign_recipients, p_recipients) r
    on conflict (campaign_id, phone_key) do nothing;
  end if;
  if v_next.status in ('stopped', 'done', 'declined', 'expired') then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = public.aurora_proactive_end_reason(v_next.ended_by)
     where r.campaign_id = p_campaign and r.status = 'pending'
       and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
  end if;
  return jsonb_build_object('outcome', 'stepped', 'campaign', public.aurora_proactive_campaign(p_campaign));
end
$$;
comment on function public.aurora_proactive_campaign_step(uuid, text, text[], integer, text, jsonb, jsonb) is
  'Takes one step of a campaign: p_change are the columns that change, p_recipients (or null) the frozen recipients of '
  'a new revision. Answers {"outcome", "campaign"}: stepped, known (this cause was here before), stale (its state, '
  'revision or halt is another one by now, or it is over), missing.';

create or replace function public.aurora_proactive_campaign_remove(p_campaign uuid, p_contacts uuid[])
returns integer
language sql
set search_path = ''
as $$
  with removed as (
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = 'removed'
     where r.campaign_id = p_campaign and r.status = 'pending'
       and not r.metadata ? 'claim' and not r.metadata ? 'doubt'
       and (r.contact_id = any (p_contacts) or r.other_contacts && p_contacts)
    returning 1)
  select count(*)::integer from removed
$$;
comment on function public.aurora_proactive_campaign_remove(uuid, uuid[]) is
  'Takes clients out of a campaign that is on its way, as far as nobody has begun to write to them; answers how many.';

create or replace function public.aurora_proactive_ask(p_question jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.aurora_proactive_questions
    (id, organization_id, owner_number_id, campaign_ids, kind, revision, asked_at, valid_until)
  select r.id, r.organization_id, r.owner_number_id, r.campaign_ids, r.kind, coalesce(r.revision, 0), r.asked_at,
         r.valid_until
    from jsonb_populate_record(null::public.aurora_proactive_questions, p_question) r
  on conflict (id) do nothing
$$;
comment on function public.aurora_proactive_ask(jsonb) is 'Keeps what an owner is asked or told about campaigns.';

create or replace function public.aurora_proactive_answer_question(p_id uuid, p_answered_by text, p_now timestamptz)
returns boolean
language sql
set search_path = ''
as $$
  with answered as (
    update public.aurora_proactive_questions q set answered_at = p_now, answered_by = p_answered_by
     where q.id = p_id and q.answered_at is null
    returning 1)
  select exists (select from answered)
$$;
comment on function public.aurora_proactive_answer_question(uuid, text, timestamptz) is
  'Closes a question; answers whether it was open.';

-- What people typed and what was written about them is erased after a while; that it was sent stays (docs/privacy.md).

create or replace function public.aurora_proactive_without_words(p_metadata jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_metadata -> 'facts') = 'object'
              then (p_metadata - array['data', 'remote_jid']) #- '{facts,listed}'
              when jsonb_typeof(p_metadata) = 'object' then p_metadata - array['data', 'remote_jid']
              else p_metadata end
$$;

comment on function public.aurora_proactive_without_words(jsonb) is
  'A message''s metadata without what says who it was about and what a person typed.';

-- p_after: where the call before ended; null begins at the oldest row.
create or replace function public.aurora_proactive_forget(p_days integer, p_after timestamp, p_limit integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_until timestamp;
  v_forgotten integer;
begin
  with old as (
    select m.id, m.created_at from public.aurora_proactive_messages m
     where m.created_at < (now() at time zone 'utc') - make_interval(days => p_days)
       and m.created_at > coalesce(p_after, '-infinity')
     order by m.created_at
     fetch first p_limit rows with ties),
  forgotten as (
    update public.aurora_proactive_messages m
       set content = null, metadata = public.aurora_proactive_without_words(m.metadata)
      from old
     where m.id = old.id
       and (m.content is not null or m.metadata ?| array['data', 'remote_jid'] or m.metadata -> 'facts' ? 'listed')
    returning 1)
  select (select max(old.created_at) from old), (select count(*) from forgotten) into v_until, v_forgotten;
  return jsonb_build_object('until', v_until, 'forgotten', v_forgotten);
end
$$;

comment on function public.aurora_proactive_forget(integer, timestamp, integer) is
  'Erases text, typed data, account and listed ids of messages that are older than p_days days, oldest first, about '
  'p_limit of them. Answers {"until", "forgotten"}: where the next call goes on (null: there is none left), how many.';

create or replace function public.aurora_proactive_forget_deleted(p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
begin
  -- A product whose tables (or the views over them) show nobody at all is in trouble: nothing is concluded from that.
  if not exists (select from public.organizations) or not exists (select from public.owner_numbers) then
    return 0;
  end if;
  with recursive owners as (
    -- One step along the index an owner, whatever the number of messages.
    (select m.owner_number_id as id from public.aurora_proactive_messages m
      where m.owner_number_id is not null order by 1 limit 1)
    union all
    select (select m.owner_number_id from public.aurora_proactive_messages m
             where m.owner_number_id > o.id order by 1 limit 1)
      from owners o where o.id is not null),
  gone as (
    select o.id from owners o
     where o.id is not null and not exists (select from public.owner_numbers w where w.id = o.id)),
  theirs as (
    select m.id from gone g
      join public.aurora_proactive_messages m on m.owner_number_id = g.id
     where m.status <> 'pending'
       and (m.content is not null or m.metadata ?| array['data', 'remote_jid'] or m.metadata -> 'facts' ? 'listed')
     limit p_limit),
  forgotten as (
    update public.aurora_proactive_messages m
       set content = null, metadata = public.aurora_proactive_without_words(m.metadata)
      from theirs
     where m.id = theirs.id
    returning 1)
  select count(*) from forgotten into v_forgotten;
  return v_forgotten;
end
$$;

comment on function public.aurora_proactive_forget_deleted(integer) is
  'Erases the words of messages to owners whom the product has deleted (with their organisation, or alone), about '
  'p_limit of them; answers how many. That they were sent stays.';

-- What the panel reads instead of the messages: counts by local day, hour and type, kept by triggers.

create or replace function public.aurora_proactive_send_duration(
  p_status text, p_scheduled_for timestamp, p_created_at timestamp, p_sent_at timestamp
)
returns bigint
language sql
immutable
return
  case when p_status = 'sent' then
    greatest(0, round(extract(epoch from p_sent_at - coalesce(p_scheduled_for, p_created_at)) * 1000))::bigint end;

create or replace function public.aurora_proactive_duration_bucket(p_milliseconds bigint)
returns integer
language sql
immutable
return
  least(200, greatest(0, ceil(8 * ln(greatest(p_milliseconds, 1) / 100.0) / ln(2.0))))::integer;

create or replace function public.aurora_proactive_add_to_tallies(p_changes public.aurora_proactive_tally_change[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  if p_changes is null then
    return;
  end if;
  with changes as materialized (
    select * from unnest(p_changes) c where c.created_at is not null),
  zones as materialized (
    select o.id, public.aurora_proactive_zone(o.timezone) as zone
      from public.organizations o where o.id in (select organization_id from changes)),
  placed as (
    select c.*, (c.created_at at time zone 'utc') at time zone coalesce(z.zone, 'America/Sao_Paulo') as local_at
      from changes c left join zones z on z.id = c.organization_id),
  deltas as (
    select p.organization_id, p.local_at::date as day, extract(hour from p.local_at)::smallint as hour,
           coalesce(p.message_type, '') as message_type,
           coalesce(sum(sign) filter (where status = 'pending'), 0) as pending,
           coalesce(sum(sign) filter (where status = 'sent'), 0) as sent,
           coalesce(sum(sign) filter (where status = 'failed'), 0) as failed,
           coalesce(sum(sign * answered), 0) as answered,
           coalesce(sum(sign) filter (where milliseconds is not null), 0) as timed,
           coalesce(sum(sign * milliseconds), 0) as milliseconds,
           coalesce(sum(sign) filter (where delivery in ('delivered', 'read')), 0) as arrived,
           coalesce(sum(sign) filter (where delivery = 'read'), 0) as read,
           coalesce(sum(sign) filter (where delivery = 'refused'), 0) as refused,
           coalesce(sum(sign) filter (where delivery = 'silent'), 0) as silent
      from placed p
     group by 1, 2, 3, 4),
  everywhere as (
    select d.organization_id, day, hour, message_type, pending, sent, failed, answered, timed, milliseconds,
           arrived, read, refused, silent
      from deltas d where d.organization_id <> v_all
    union all
    select v_all, day, hour, message_type, sum(pending), sum(sent), sum(failed), sum(answered), sum(timed),
           sum(milliseconds), sum(arrived), sum(read), sum(refused), sum(silent)
      from deltas group by day, hour, message_type),
  hours as (
    insert into public.aurora_proactive_hours as h
      (organization_id, day, hour, message_type, pending, sent, failed, answered, timed, milliseconds,
       arrived, read, refused, silent)
    select e.organization_id, e.day, e.hour, e.message_type, e.pending, e.sent, e.failed, e.answered, e.timed,
           e.milliseconds, e.arrived, e.read, e.refused, e.silent
      from everywhere e
     where (pending, sent, failed, answered, timed, milliseconds) <> (0, 0, 0, 0, 0, 0)
        or (arrived, read, refused, silent) <> (0, 0, 0, 0)
     order by 1, 2, 3, 4
    on conflict (organization_id, day, hour, message_type) do update
      set pending = h.pending + excluded.pending, sent = h.sent + excluded.sent,
          failed = h.failed + excluded.failed, answered = h.answered + excluded.answered,
          timed = h.timed + excluded.timed, milliseconds = h.milliseconds + excluded.milliseconds,
          arrived = h.arrived + excluded.arrived, read = h.read + excluded.read,
          refused = h.refused + excluded.refused, silent = h.silent + excluded.silent),
  activity as (
    insert into public.aurora_proactive_activity as a
    select d.day, d.organization_id, sum(d.sent), sum(d.failed)
      from deltas d where d.organization_id <> v_all
     group by 1, 2 having sum(d.sent) <> 0 or sum(d.failed) <> 0
     order by 1, 2
    on conflict (day, organization_id) do update
      set sent = a.sent + excluded.sent, failed = a.failed + excluded.failed)
  insert into public.aurora_proactive_timings as t
  select o.organization_id, p.local_at::date, public.aurora_proactive_duration_bucket(p.milliseconds), sum(p.sign)
    from placed p
   cross join lateral (select p.organization_id where p.organization_id <> v_all union all select v_all) o
   where p.milliseconds is not null
   group by 1, 2, 3 having sum(p.sign) <> 0
   order by 1, 2, 3
  on conflict (organization_id, day, bucket) do update set messages = t.messages + excluded.messages;
end
$$;

comment on function public.aurora_proactive_add_to_tallies(public.aurora_proactive_tally_change[]) is
  'Adds changes to the three tables of the panel, in one order for all writers, so that two cannot wait for each '
  'other. Changes that cancel each other (only other columns changed) touch nothing.';

comment on function public.aurora_proactive_duration_bucket(bigint) is
  'The bucket of aurora_proactive_timings that a duration in milliseconds falls into.';

comment on function public.aurora_proactive_send_duration(text, timestamp, timestamp, timestamp) is
  'How long a message took from due (scheduled, else composed) to sent, in milliseconds; null where it was not sent.';

-- What adds to the tallies: every statement that writes messages or replies, and a recount.

create or replace function public.aurora_proactive_tally_messages()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_changes public.aurora_proactive_tally_change[];
begin
  if tg_op = 'TRUNCATE' then
    truncate public.aurora_proactive_hours, public.aurora_proactive_timings, public.aurora_proactive_activity;
    update public.aurora_proactive_replies set answers = null where answers is not null;
    return null;
  end if;
  if tg_op = 'INSERT' then
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, 1,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, -1,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from old_rows;
  else
    with changed as (
      select n.id from new_rows n join old_rows o on o.id = n.id
       where (n.organization_id, n.created_at, n.message_type, n.status, n.scheduled_for, n.sent_at,
              public.aurora_proactive_delivery(n.status, n.metadata))
             is distinct from (o.organization_id, o.created_at, o.message_type, o.status, o.scheduled_for, o.sent_at,
              public.aurora_proactive_delivery(o.status, o.metadata))),
    moves as (
      select n.*, 1 as sign from new_rows n where n.id in (select id from changed)
      union all
      select o.*, -1 from old_rows o where o.id in (select id from changed))
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, sign,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from moves;
  end if;
  perform public.aurora_proactive_add_to_tallies(v_changes);
  return null;
end
$$;

comment on function public.aurora_proactive_tally_messages() is
  'Counts messages that came, changed or went. Answers are counted by the triggers of the replies.';

create or replace function public.aurora_proactive_tally_answers(p_gone uuid[], p_come uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_changes public.aurora_proactive_tally_change[];
begin
  -- Two replies at once to one message: the second one waits here, and then sees the first.
  perform 1 from public.aurora_proactive_messages m
    where m.id = any (coalesce(p_gone, '{}') || coalesce(p_come, '{}')) order by m.id for no key update;
  with moved as (
    select id, sum(come) as come, sum(gone) as gone
      from (select unnest(p_come) as id, 1 as come, 0 as gone union all select unnest(p_gone), 0, 1) x
     where id is not null group by id),
  counted as (
    select moved.*, (select count(*) from public.aurora_proactive_replies r where r.answers = moved.id) as now
      from moved),
  turned as (
    select id, (now > 0)::integer - (now - come + gone > 0)::integer as sign from counted)
  select array_agg(row(
           m.organization_id, m.created_at, m.message_type, null, null, 1, t.sign, null
         )::public.aurora_proactive_tally_change)
    into v_changes
    from turned t join public.aurora_proactive_messages m on m.id = t.id where t.sign <> 0;
  perform public.aurora_proactive_add_to_tallies(v_changes);
end
$$;

comment on function public.aurora_proactive_tally_answers(uuid[], uuid[]) is
  'Counts a message as answered when its first reply comes, and not any more when its last one goes.';

create or replace function public.aurora_proactive_tally_replies()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform public.aurora_proactive_tally_answers(
      null, (select array_agg(answers) filter (where answers is not null) from new_rows));
  elsif tg_op = 'DELETE' then
    perform public.aurora_proactive_tally_answers(
      (select array_agg(answers) filter (where answers is not null) from old_rows), null);
  else
    perform public.aurora_proactive_tally_answers(
      (select array_agg(answers) filter (where answers is not null) from old_rows),
      (select array_agg(answers) filter (where answers is not null) from new_rows));
  end if;
  return null;
end
$$;

comment on function public.aurora_proactive_tally_replies() is
  'Counts replies that came, changed or went.';

create or replace function public.aurora_proactive_release_replies()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.aurora_proactive_replies set answers = null where answers = old.id;
  return old;
end
$$;

comment on function public.aurora_proactive_release_replies() is
  'Takes a message out of the replies that answer it, while it can still be seen.';

create or replace function public.aurora_proactive_recount_tallies()
returns void
language plpgsql
set search_path = ''
as $$
begin
  lock table public.aurora_proactive_messages, public.aurora_proactive_replies in share row exclusive mode;
  truncate public.aurora_proactive_hours, public.aurora_proactive_timings, public.aurora_proactive_activity;
  perform public.aurora_proactive_add_to_tallies(array_agg(row(
            m.organization_id, m.created_at, m.message_type, m.status,
            public.aurora_proactive_send_duration(m.status, m.scheduled_for, m.created_at, m.sent_at),
            (r.answers is not null)::integer, 1,
            public.aurora_proactive_delivery(m.status, m.metadata)
          )::public.aurora_proactive_tally_change))
    from public.aurora_proactive_messages m
    left join (select distinct answers from public.aurora_proactive_replies) r on r.answers = m.id;
end
$$;

comment on function public.aurora_proactive_recount_tallies() is
  'Counts everything anew: after rows were written past the triggers, or when an organisation moved to another zone.';


create or replace trigger aurora_proactive_tally_insert after insert on public.aurora_proactive_messages
  referencing new table as new_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_update after update on public.aurora_proactive_messages
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_delete after delete on public.aurora_proactive_messages
  referencing old table as old_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_truncate after truncate on public.aurora_proactive_messages
  for each statement execute function public.aurora_proactive_tally_messages();

create or replace trigger aurora_proactive_replies_insert after insert on public.aurora_proactive_replies
  referencing new table as new_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_replies_update after update on public.aurora_proactive_replies
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_replies_delete after delete on public.aurora_proactive_replies
  referencing old table as old_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_release_replies before delete on public.aurora_proactive_messages
  for each row execute function public.aurora_proactive_release_replies();

-- Messages that were there before the tallies are counted now.
do $$
begin
  if not exists (select from public.aurora_proactive_hours)
     and exists (select from public.aurora_proactive_messages) then
    perform public.aurora_proactive_recount_tallies();
  end if;
end
$$;

-- What a message that somebody wrote to an instance may be about.

create or replace function public.aurora_proactive_conversation(
  p_instance text, p_sender_key text, p_lid text, p_quoted text, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with instance_organizations as (
    select o.id, o.name, o.is_active, public.aurora_proactive_zone(o.timezone) as timezone
      from public.organizations o
     where o.id in (select public.aurora_proactive_instance_organizations(p_instance))
  ), quoted_message as (
    select m.id, m.organization_id, m.owner_number_id from public.aurora_proactive_messages m
     where p_quoted is not null and m.metadata ->> 'gateway_message_id' = p_quoted
       and m.organization_id in (select id from instance_organizations)
     limit 1
  ), sender as (
    -- A hidden sender is who the quoted message went to, else who it was known as before.
    select coalesce(
      p_sender_key,
      (select public.aurora_proactive_phone_key(w.phone) from quoted_message q
         join public.owner_numbers w on w.id = q.owner_number_id),
      (select r.phone_key from public.aurora_proactive_campaign_recipients r
        where p_quoted is not null and r.metadata ->> 'gateway_message_id' = p_quoted
          and r.organization_id in (select id from instance_organizations) limit 1),
      (select i.phone_key from public.aurora_proactive_identities i
        where i.instance_name = p_instance and i.lid = p_lid)) as key
  ), owners as (
    select w.id, w.name, w.organization_id from public.owner_numbers w
      join instance_organizations o on o.id = w.organization_id and o.is_active
     where w.aurora_enabled and public.aurora_proactive_phone_key(w.phone) = (select s.key from sender s)
  ), asked as (
    -- The messages of the last days to these owners that ask something, and the quoted one, however old.
    select m.id, m.organization_id, m.owner_number_id, m.message_type, m.metadata ->> 'occurrence' as key,
           coalesce(m.metadata -> 'data', '{}') as data, m.metadata -> 'facts' as facts, m.content,
           m.sent_at at time zone 'utc' as sent_at, m.metadata ->> 'gateway_message_id' as gateway_message_id,
           q.kind, q.campaign_ids, q.revision, q.asked_at, q.valid_until, q.answered_at
      from public.aurora_proactive_messages m
      join owners w on w.id = m.owner_number_id
      left join public.aurora_proactive_questions q on q.id = m.id
     where m.status = 'sent'
       and (m.sent_at > (p_now at time zone 'utc') - interval '7 days' or m.id in (select id from quoted_message))
  )
  select jsonb_build_object(
    'sender', (select s.key from sender s),
    'organizations', coalesce((select jsonb_agg(jsonb_build_object(
        'id', o.id, 'name', o.name, 'timezone', o.timezone,
        'owner', (select jsonb_build_object('id', w.id, 'name', w.name) from owners w where w.organization_id = o.id
                   order by w.id limit 1),
        'settings', (select to_jsonb(s) from public.aurora_proactive_campaign_settings s
                      where s.organization_id = o.id),
        'others_wrote_at', (select h.others_wrote_at from public.aurora_proactive_heard h
                             where h.instance_name = p_instance and h.phone_key = (select key from sender)),
        -- handed over or about to be, and not said to be sent: it may be what an owner answers
        'unsettled', exists (select from public.aurora_proactive_messages m
                              join owners w on w.id = m.owner_number_id
                             where m.organization_id = o.id and m.status = 'pending'
                               and (m.metadata ? 'claim' or m.metadata ? 'doubt')),
        'asked', coalesce((select jsonb_agg(to_jsonb(a) - 'organization_id' order by a.sent_at)
                             from asked a where a.organization_id = o.id), '[]'),
        'campaigns', coalesce((select jsonb_agg(public.aurora_proactive_campaign(c.id) order by c.created_at, c.id)
                                 from public.aurora_proactive_campaigns c
                                where c.organization_id = o.id
                                  and (c.status in ('confirmed', 'running', 'paused')
                                       or c.message_id in (select id from asked)
                                       or c.id in (select unnest(a.campaign_ids) from asked a))), '[]')
      ) order by o.id) from instance_organizations o
      where exists (select from owners w where w.organization_id = o.id)), '[]'),
    'clients', coalesce((select jsonb_agg(jsonb_build_object(
        'organization_id', c.organization_id, 'contact_id', c.id, 'name', c.name,
        'pets', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name)), '[]') from public.pets p
                  where p.contact_id = c.id and p.organization_id = c.organization_id),
        'booked', exists (select from public.bookings b where b.contact_id = c.id and b.start_time > p_now
                           and public.aurora_proactive_is_live(b.status))))
      from public.contacts c
     where c.organization_id in (select id from instance_organizations)
       and public.aurora_proactive_phone_key(c.phone) = (select key from sender)), '[]'),
    'campaign', (select jsonb_build_object(
        'organization_id', r.organization_id, 'recipient_id', r.id, 'campaign_id', r.campaign_id, 'sent_at', r.sent_at,
        'quoted', r.metadata ->> 'gateway_message_id' = p_quoted)
      -- each of the two by its own index: a business may have written to tens of thousands
      from (select q.* from public.aurora_proactive_campaign_recipients q
             where p_quoted is not null and q.metadata ->> 'gateway_message_id' = p_quoted
            union all
            select k.* from public.aurora_proactive_campaign_recipients k
             where k.organization_id in (select id from instance_organizations)
               and k.phone_key = (select key from sender)) r
     where r.organization_id in (select id from instance_organizations) and r.status = 'sent'
     order by (r.metadata ->> 'gateway_message_id' = p_quoted) desc nulls last, r.sent_at desc limit 1),
    'opted_out', coalesce((select jsonb_agg(o.organization_id) from public.aurora_proactive_opt_outs o
      where o.key in ((select key from sender), 'lid:' || p_lid) and o.level in ('sure', 'probable')
        and (o.until is null or o.until > p_now)
        and o.organization_id in (select id from instance_organizations)), '[]'),
    'businesses', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', o.id, 'timezone', o.timezone, 'active', coalesce(o.is_active, false), 'name', coalesce(
          (select s.business_name from public.aurora_proactive_campaign_settings s where s.organization_id = o.id),
          o.name)) order by o.id), '[]') from instance_organizations o),
    'waiting', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'organization_id', r.organization_id, 'pets', r.pets) order by r.id), '[]')
      from public.aurora_proactive_campaign_recipients r
     where r.organization_id in (select id from instance_organizations) and r.status = 'pending'
       and r.phone_key = (select key from sender)),
    'heard', (select to_jsonb(h) from public.aurora_proactive_heard h
               where h.instance_name = p_instance and h.phone_key = (select key from sender)))
$$;
comment on function public.aurora_proactive_conversation(text, text, text, text, timestamptz) is
  'Who wrote to an instance and what it may be about: as an owner (what was asked, campaigns), as a client (pets, the '
  'last campaign, opt-outs).';

create or replace function public.aurora_proactive_opt_out(p_change jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_out public.aurora_proactive_opt_outs := jsonb_populate_record(null::public.aurora_proactive_opt_outs, p_change);
  v_new boolean;
begin
  perform pg_advisory_xact_lock(311, hashtext(v_out.organization_id::text || v_out.key));
  insert into public.aurora_proactive_opt_outs as o
    (organization_id, key, contact_id, level, source, evidence, since, until)
  values (v_out.organization_id, v_out.key, v_out.contact_id, v_out.level, v_out.source, coalesce(v_out.evidence, '{}'),
          coalesce(v_out.since, now()), v_out.until)
  on conflict (organization_id, key) do update
    set level = excluded.level, source = excluded.source,
        -- who probably left twice stays out longer, since the first time
        since = case when o.level = 'probable' and excluded.level = 'probable' and o.until > excluded.since
                     then o.since else excluded.since end,
        -- who is on a block list as well stays out for good, and is so when the rest is taken back
        evidence = case when o.level = 'block_list' and excluded.level <> 'block_list'
                          then excluded.evidence || jsonb_build_object(
                                 'listed', o.evidence || jsonb_build_object('since', o.since))
                        when o.evidence ? 'listed'
                          then excluded.evidence || jsonb_build_object('listed', o.evidence -> 'listed')
                        else excluded.evidence end,
        until = case when o.level <> 'block_list' and not o.evidence ? 'listed' then excluded.until end,
        contact_id = coalesce(excluded.contact_id, o.contact_id)
    -- what is sure stays sure; a probable one never weakens it, and begins anew where it was over
    where (o.level <> excluded.level and o.level <> 'sure' and excluded.level <> 'block_list')
       or o.until <= excluded.since
       -- (the same message may be told again)
       or (o.level = 'probable' and excluded.level = 'probable' and excluded.until > o.until + interval '1 hour'
           and excluded.evidence ->> 'gateway_message_id' is distinct from o.evidence ->> 'gateway_message_id');
  v_new := found;
  if v_new then
    insert into public.aurora_proactive_consents
      (organization_id, phone_key, contact_id, kind, source, evidence, recorded_by)
    values (v_out.organization_id, v_out.key, v_out.contact_id,
            case v_out.level when 'block_list' then 'listed' else 'objection' end,
            v_out.source, coalesce(v_out.evidence, '{}') || jsonb_build_object('level', v_out.level),
            p_change ->> 'recorded_by');
  end if;
  return v_new;
end
$$;
comment on function public.aurora_proactive_opt_out(jsonb) is
  'Keeps that somebody receives no campaigns, and logs it; answers whether that is new.';

-- A number may have opted out and be on a block list, which it can take back no more than it can ask for it.
create or replace function public.aurora_proactive_take_back(p_organization uuid, p_key text, p_listed boolean)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_out public.aurora_proactive_opt_outs;
begin
  select * into v_out from public.aurora_proactive_opt_outs o
   where o.organization_id = p_organization and o.key = p_key
     for update;
  if v_out.key is null or (v_out.level = 'block_list' and not p_listed) then
    return false;
  end if;
  if v_out.evidence ? 'listed' then
    update public.aurora_proactive_opt_outs o
       set level = 'block_list', source = 'import', until = null,
           since = (v_out.evidence #>> '{listed,since}')::timestamptz, evidence = (v_out.evidence -> 'listed') - 'since'
     where o.organization_id = p_organization and o.key = p_key;
  else
    delete from public.aurora_proactive_opt_outs o where o.organization_id = p_organization and o.key = p_key;
  end if;
  return true;
end
$$;
comment on function public.aurora_proactive_take_back(uuid, text, boolean) is
  'Takes an opt-out back (a block list''s only if p_listed); a number that is on a block list as well stays on that. '
  'Answers whether there was one.';

create or replace function public.aurora_proactive_opt_in(
  p_organization uuid, p_key text, p_source text, p_evidence jsonb, p_recorded_by text
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_ended boolean;
begin
  perform pg_advisory_xact_lock(311, hashtext(p_organization::text || p_key));
  v_ended := public.aurora_proactive_take_back(p_organization, p_key, p_source in ('page', 'api'));
  if v_ended then
    insert into public.aurora_proactive_consents (organization_id, phone_key, kind, source, evidence, recorded_by)
    -- Only the client's own word is a consent; what somebody undoes by hand was none.
    values (p_organization, p_key, case p_source when 'reply' then 'given' else 'unlisted' end, p_source,
            coalesce(p_evidence, '{}'), p_recorded_by);
  end if;
  return v_ended;
end
$$;
comment on function public.aurora_proactive_opt_in(uuid, text, text, jsonb, text) is
  'Ends an opt-out of somebody''s own (a block list''s only by hand, as the last), and logs it: a consent where the '
  'client said so. Answers whether there was one.';

create or replace function public.aurora_proactive_campaign_terms(
  p_organization uuid, p_now timestamptz, p_days integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with o as (
    -- one that is gone may send nothing
    select p_organization as id, o.name, o.is_active, o.business_hours, public.aurora_proactive_zone(o.timezone) as zone
      from (select) one left join public.organizations o on o.id = p_organization
  ), i as (
    select i.instance_name, i.status, i.created_at from public.whatsapp_instances i
     where i.organization_id = p_organization
     order by (i.status = 'connected') desc, i.created_at, i.id limit 1
  )
  select jsonb_build_object(
    'business', coalesce((select s.business_name from public.aurora_proactive_campaign_settings s
                           where s.organization_id = o.id), o.name),
    'timezone', o.zone,
    'is_active', coalesce(o.is_active, false),
    'owners', (select coalesce(jsonb_agg(w.id order by w.id), '[]') from public.owner_numbers w
                where w.organization_id = o.id and w.aurora_enabled),
    'settings', (select to_jsonb(s) from public.aurora_proactive_campaign_settings s
                      where s.organization_id = o.id),
    'instance', (select to_jsonb(i) from i),
    'heard_at', (select max(r.received_at) from public.aurora_proactive_replies r
                  where r.instance_name = (select i.instance_name from i)),
    'health', (select to_jsonb(h) from public.aurora_proactive_number_health h
                where h.instance_name = (select i.instance_name from i)),
    'cold_today', (select coalesce(sum(public.aurora_proactive_cold_of_day(h.instance_name, h.day)), 0)
                     from public.aurora_proactive_number_health h
                    where h.instance_name = (select i.instance_name from i)),
    'hours', (select coalesce(jsonb_object_agg(d.day, d.hours), '{}')
                from (select ((p_now at time zone o.zone)::date + n) as day,
                             (select jsonb_agg(jsonb_build_array(
                                       to_char(opening.opens_at at time zone o.zone, 'HH24:MI'),
                                       to_char(opening.closes_at at time zone o.zone, 'HH24:MI'))
                                       order by opening.opens_at)
                                from public.aurora_proactive_openings(
                                       o.business_hours, o.zone, (p_now at time zone o.zone)::date + n) opening
                             ) as hours
                        from generate_series(0, p_days - 1) as n) d
               where d.hours is not null))
    from o
$$;
comment on function public.aurora_proactive_campaign_terms(uuid, timestamptz, integer) is
  'By what an organisation may write to its clients: settings, instance and its health, opening hours by local day.';

-- A campaign's message to a client goes the way of owners' messages (70_leases.sql, 71_outcomes.sql); its record is its
-- row among the campaign's recipients, which was written when the campaign was frozen. Locks are taken in this order:
-- (organisation, phone), the campaign, its instance's health, the recipient.

create or replace function public.aurora_proactive_warmth(
  p_instance text, p_organization uuid, p_phone_key text, p_contacts uuid[], p_now timestamptz
)
returns text
language sql
stable
set search_path = ''
as $$
  with heard as (
    select max(h.heard_at) as at from public.aurora_proactive_heard h
     where h.instance_name = p_instance and h.phone_key = p_phone_key
  ), known as (
    select max(public.aurora_proactive_moment(c.last_contact_at)) as at from public.contacts c
     where c.id = any (p_contacts) and c.organization_id = p_organization)
  select case when (select at from heard) > p_now - interval '28 days' then 'warm'
              when (select at from heard) is not null or (select at from known) is not null then 'cool'
              else 'cold' end
$$;

comment on function public.aurora_proactive_warmth(text, uuid, text, uuid[], timestamptz) is
  'How warm a recipient (the clients who share a phone) is to an instance: wrote in the last 28 days (warm), ever '
  '(cool), never (cold).';

create or replace function public.aurora_proactive_recipient_reason(
  p_recipient uuid, p_week integer, p_month integer, p_now timestamptz
)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_row public.aurora_proactive_campaign_recipients;
  v_campaign public.aurora_proactive_campaigns;
  v_contacts uuid[];
  v_client record;
  v_consented boolean;
  v_week bigint;
  v_month bigint;
begin
  select * into v_row from public.aurora_proactive_campaign_recipients r where r.id = p_recipient;
  select * into v_campaign from public.aurora_proactive_campaigns c where c.id = v_row.campaign_id;
  v_contacts := v_row.contact_id || v_row.other_contacts;
  select count(*) as number, bool_or(c.status = 'blocked') as blocked,
         bool_or(public.aurora_proactive_phone_key(c.phone) is distinct from v_row.phone_key) as moved
    into v_client
    from public.contacts c where c.id = any (v_contacts) and c.organization_id = v_row.organization_id;
  if v_client.number < cardinality(v_contacts) or v_row.metadata ? 'erase' then
    return 'deleted';
  elsif v_client.blocked then
    return 'blocked';
  elsif v_client.moved then
    return 'number_changed';
  elsif public.aurora_proactive_own_number(v_row.organization_id, v_row.phone_key) then
    return 'own_number';
  elsif exists (select from public.aurora_proactive_opt_outs o
                  left join public.contacts c on c.id = o.contact_id and c.organization_id = o.organization_id
                 where o.organization_id = v_row.organization_id and o.level in ('sure', 'probable')
                   and (o.until is null or o.until > p_now)
                   and (o.key = v_row.phone_key or o.contact_id = any (v_contacts)
                        or public.aurora_proactive_phone_key(c.phone) = v_row.phone_key)) then
    return 'opted_out';
  end if;
  v_consented := public.aurora_proactive_consented(v_row.organization_id, v_row.phone_key);
  if not v_consented and exists (select from public.aurora_proactive_opt_outs o
                                  where o.organization_id = v_row.organization_id and o.level = 'block_list'
                                    and (o.until is null or o.until > p_now) and o.key = v_row.phone_key) then
    return 'on_block_list';
  elsif exists (select from public.aurora_proactive_opt_outs o
                 where o.organization_id = v_row.organization_id and o.level = 'luto'
                   and (o.key = any (select 'contact:' || each from unnest(v_contacts) each)
                        or o.key = any (select 'pet:' || each from unnest(v_row.pets) each)
                        or (v_row.pets = '{}' and o.contact_id = any (v_contacts)))) then
    return 'mourning';
  elsif v_campaign.text like '%{pet}%'
        and (select count(*) from public.pets p where p.id = any (v_row.pets) and p.is_active)
              < cardinality(v_row.pets) then
    return 'pet_gone';
  elsif not v_consented and exists (select from public.aurora_proactive_campaign_settings s
                                     where s.organization_id = v_row.organization_id
                                       and s.legal_basis = 'consent') then
    return 'no_consent';
  elsif not v_consented and public.aurora_proactive_warmth(
          v_campaign.instance_name, v_row.organization_id, v_row.phone_key, v_contacts, p_now) = 'cold' then
    return 'never_talked';
  end if;
  select count(*) filter (where e.at > p_now - interval '7 days'),
         count(*) filter (where e.at > p_now - interval '30 days')
    into v_week, v_month
    from public.aurora_proactive_written_to(v_row.organization_id, v_row.campaign_id) e
   where e.phone_key = v_row.phone_key;
  if v_week >= p_week or v_month >= p_month then
    return 'recent_message';
  end if;
  -- The offer no longer says what is true: the client has an hour, which was not there when it was frozen, or of
  -- which the rule wants none. A birthday is one all the same.
  if not v_campaign.audience ? 'birthday_on' and exists (
       select from public.bookings b
        where b.organization_id = v_row.organization_id and b.contact_id = any (v_contacts)
          and public.aurora_proactive_is_live(b.status) and b.start_time > p_now
          and public.aurora_proactive_is_moment(b.start_time)
          and (b.created_at > coalesce(v_campaign.previewed_at, v_campaign.confirmed_at)
               or v_campaign.audience ->> 'audience' = 'inactive' or v_campaign.audience ? 'clients')) then
    return 'already_booked';
  end if;
  return null;
end
$$;

comment on function public.aurora_proactive_recipient_reason(uuid, integer, integer, timestamptz) is
  'Why a recipient of a campaign must not get its message any more; null: nothing speaks against it.';

create or replace function public.aurora_proactive_client_refusal(
  p_row public.aurora_proactive_campaign_recipients, p_campaign public.aurora_proactive_campaigns, p_data jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_health public.aurora_proactive_number_health;
  v_reason text;
  v_warmth text;
begin
  if p_campaign.status in ('stopped', 'done', 'declined', 'expired') then
    return jsonb_build_object('outcome', 'skipped',
                              'reason', public.aurora_proactive_end_reason(p_campaign.ended_by));
  end if;
  if p_campaign.status <> 'running' or p_row.revision <> p_campaign.revision
     or (p_data ->> 'revision')::integer is distinct from p_campaign.revision then
    return jsonb_build_object('outcome', 'closed', 'reason', 'it does not run, or has another revision');
  elsif v_now >= coalesce((p_data ->> 'closes_at')::timestamptz, '-infinity')
     or v_now >= coalesce(p_campaign.send_until, 'infinity') then
    return jsonb_build_object('outcome', 'closed', 'reason', 'the window is closed');
  elsif not exists (select from public.aurora_proactive_campaign_settings s
                     where s.organization_id = p_campaign.organization_id) then
    return jsonb_build_object('outcome', 'closed', 'reason', 'nobody accepts the terms any more');
  end if;
  select * into v_health from public.aurora_proactive_number_health h
   where h.instance_name = p_campaign.instance_name for update;
  if v_health.handed is distinct from p_row.id or v_health.day is distinct from (p_data ->> 'day')::date
     or v_health.paused_until > v_now then
    return jsonb_build_object('outcome', 'closed', 'reason', 'it is not its turn');
  end if;
  v_reason := public.aurora_proactive_recipient_reason(
    p_row.id, coalesce((p_data ->> 'week')::integer, 1), coalesce((p_data ->> 'month')::integer, 3), v_now);
  if v_reason is not null then
    return jsonb_build_object('outcome', 'skipped', 'reason', v_reason);
  end if;
  if p_row.metadata ->> 'counted' = v_health.day::text then
    return null;
  end if;
  v_warmth := public.aurora_proactive_warmth(
    p_campaign.instance_name, p_row.organization_id, p_row.phone_key, p_row.contact_id || p_row.other_contacts, v_now);
  if v_health.sent >= (p_data ->> 'cap')::integer
     or (v_warmth <> 'warm' and v_health.sent_cool >= (p_data ->> 'cool_cap')::integer)
     or (v_warmth = 'cold' and public.aurora_proactive_cold_of_day(p_campaign.instance_name, v_health.day) >= 10) then
    update public.aurora_proactive_campaign_recipients r set warmth = v_warmth where r.id = p_row.id;
    return jsonb_build_object('outcome', 'closed', 'reason', 'the day''s cap is reached');
  end if;
  update public.aurora_proactive_number_health h
     set sent = h.sent + 1, sent_cool = h.sent_cool + (v_warmth <> 'warm')::integer
   where h.instance_name = v_health.instance_name;
  update public.aurora_proactive_campaign_recipients r
     set warmth = v_warmth, metadata = r.metadata || jsonb_build_object('counted', v_health.day)
   where r.id = p_row.id;
  return null;
end
$$;

comment on function public.aurora_proactive_client_refusal(
  public.aurora_proactive_campaign_recipients, public.aurora_proactive_campaigns, jsonb) is
  'What speaks against handing a recipient over now: {"outcome": "closed" (not now) or "skipped" (never), "reason"}. '
  'Null where nothing does: it counts in its instance''s day then.';

create or replace function public.aurora_proactive_take_answer_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,client_id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_client_answers;
  v_held jsonb;
  v_age double precision;
  v_outcome text := 'claimed';
  v_ids jsonb;
begin
  select * into v_row from public.aurora_proactive_client_answers a where a.id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  elsif p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  v_held := v_row.metadata -> 'claim';
  v_ids := coalesce(v_row.metadata -> 'message_ids', '[]');
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
    v_ids := v_ids || coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
  end if;
  update public.aurora_proactive_client_answers a
     set metadata = case when v_outcome = 'unknown'
           then a.metadata || v_added || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
                  || jsonb_build_object('asked', true, 'message_ids', v_ids))
           else a.metadata || public.aurora_proactive_client_metadata(p_claim #> '{row,metadata}') || v_added end
   where a.id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false),
    'message_ids', v_ids);
end
$$;

comment on function public.aurora_proactive_take_answer_lease(jsonb, double precision) is
  'Takes the lease of an answer to a client for one attempt, as aurora_proactive_take_held_lease.';

create or replace function public.aurora_proactive_take_client_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,client_id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_campaign_recipients;
  v_campaign public.aurora_proactive_campaigns;
  v_held jsonb;
  v_age double precision;
  v_refused jsonb;
  v_doubt boolean;
  v_ids jsonb;
begin
  select c.* into v_campaign from public.aurora_proactive_campaigns c
    join public.aurora_proactive_campaign_recipients r on r.campaign_id = c.id
   where r.id = v_id for share of c;
  perform from public.aurora_proactive_number_health h
   where h.instance_name = v_campaign.instance_name for update;
  select * into v_row from public.aurora_proactive_campaign_recipients r where r.id = v_id for update;
  if v_row.id is null then
    return jsonb_build_object('outcome', 'skipped');
  elsif v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  elsif p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  v_held := v_row.metadata -> 'claim';
  v_doubt := coalesce((v_row.metadata ->> 'doubt')::boolean, false) or coalesce((p_claim ->> 'doubt')::boolean, false);
  v_ids := coalesce(v_row.metadata -> 'message_ids', '[]');
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_ids := v_ids || coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
    v_refused := '{"outcome": "unknown"}';
  else
    v_refused := public.aurora_proactive_client_refusal(v_row, v_campaign, p_claim #> '{row,metadata,data}');
    -- What the gateway may have accepted is asked about, whatever speaks against sending it.
    if v_refused is not null and v_doubt then
      v_refused := '{"outcome": "unknown"}';
    end if;
  end if;
  if v_refused ->> 'outcome' = 'skipped' then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = v_refused ->> 'reason', metadata = r.metadata - 'claim'
     where r.id = v_id;
    return v_refused;
  elsif v_refused ->> 'outcome' = 'closed' then
    update public.aurora_proactive_campaign_recipients r set metadata = r.metadata - 'claim' where r.id = v_id;
    return v_refused;
  elsif v_refused is not null then
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || v_added || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
             || jsonb_build_object('asked', true, 'message_ids', v_ids))
     where r.id = v_id;
  else
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || public.aurora_proactive_client_metadata(p_claim #> '{row,metadata}') || v_added
     where r.id = v_id;
  end if;
  return jsonb_build_object(
    'outcome', coalesce(v_refused ->> 'outcome', 'claimed'), 'content', v_row.content, 'doubt', v_doubt,
    'message_ids', v_ids);
end
$$;

comment on function public.aurora_proactive_take_client_lease(jsonb, double precision) is
  'Takes the lease of a campaign''s recipient for one attempt, or says why it must not be written to: closed (not '
  'now), skipped (never). Otherwise as aurora_proactive_take_held_lease.';

create or replace function public.aurora_proactive_client_metadata(p_metadata jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_metadata - array['data', 'facts', 'occurrence', 'timezone', 'composer', 'fallback', 'trouble']
$$;

comment on function public.aurora_proactive_client_metadata(jsonb) is
  'Of a record''s metadata what a recipient''s row keeps: its campaign says the rest.';

create or replace function public.aurora_proactive_take_client_leases(p_claims jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_claim jsonb;
  v_answers jsonb := '{}';
begin
  -- An opt-out of the same phone is either seen or comes after (aurora_proactive_opt_out takes the same lock).
  perform pg_advisory_xact_lock(311, l.number)
     from (select distinct hashtext(r.organization_id::text || r.phone_key) as number
             from jsonb_array_elements(p_claims) c
             join public.aurora_proactive_campaign_recipients r on r.id = (c #>> '{row,client_id}')::uuid
            order by 1) l;
  for v_claim in
    select value from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is not null order by value #>> '{row,client_id}'
  loop
    v_answers := v_answers || jsonb_build_object(
      v_claim #>> '{row,id}',
      case when exists (select from public.aurora_proactive_client_answers a
                         where a.id = (v_claim #>> '{row,client_id}')::uuid)
           then public.aurora_proactive_take_answer_lease(v_claim, p_lease_seconds)
           else public.aurora_proactive_take_client_lease(v_claim, p_lease_seconds) end);
  end loop;
  return v_answers;
end
$$;

comment on function public.aurora_proactive_take_client_leases(jsonb, double precision) is
  'The answers to those of the claims of aurora_proactive_take_leases that are campaigns'' recipients, by row.';

create or replace function public.aurora_proactive_write_client_outcomes(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_touched constant jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
  v_changed integer;
begin
  perform from public.aurora_proactive_campaign_recipients r
   where r.id in (select (w ->> 'client_id')::uuid from jsonb_array_elements(p_rows) w)
   order by r.id for update;
  update public.aurora_proactive_campaign_recipients r
     set status = w.status, sent_at = w.sent_at, error_message = w.error_message, reason = w.reason,
         metadata = (r.metadata - array['claim', 'failure']) || w.metadata || v_touched
    from (select (w ->> 'client_id')::uuid as id, w ->> 'status' as status,
                 (w ->> 'sent_at')::timestamptz as sent_at, w ->> 'error_message' as error_message,
                 w #>> '{metadata,failure,code}' as reason,
                 public.aurora_proactive_client_metadata(w -> 'metadata') as metadata
            from jsonb_array_elements(p_rows) w
           where w ->> 'client_id' is not null and w ->> 'status' in ('sent', 'failed')) w
   where r.id = w.id and (r.status = 'pending' or (w.status = 'sent' and r.status <> 'sent'));
  get diagnostics v_changed = row_count;
  update public.aurora_proactive_client_answers a
     set status = w.status, sent_at = w.sent_at, error_message = w.error_message, reason = w.reason,
         metadata = (a.metadata - array['claim', 'failure']) || w.metadata || v_touched
    from (select (w ->> 'client_id')::uuid as id, w ->> 'status' as status,
                 (w ->> 'sent_at')::timestamptz as sent_at, w ->> 'error_message' as error_message,
                 w #>> '{metadata,failure,code}' as reason,
                 public.aurora_proactive_client_metadata(w -> 'metadata') as metadata
            from jsonb_array_elements(p_rows) w
           where w ->> 'client_id' is not null and w ->> 'status' in ('sent', 'failed')) w
   where a.id = w.id and (a.status = 'pending' or (w.status = 'sent' and a.status <> 'sent'));
  return v_changed + (select count(*) from public.aurora_proactive_client_answers a
                       where a.id in (select (w ->> 'client_id')::uuid from jsonb_array_elements(p_rows) w));
end
$$;

comment on function public.aurora_proactive_write_client_outcomes(jsonb) is
  'Those of the outcomes of aurora_proactive_write_outcomes that are of campaigns'' recipients; answers how many rows '
  'changed.';

create or replace function public.aurora_proactive_release_client(p_row jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_campaign public.aurora_proactive_campaigns;
begin
  -- A step that ends the campaign either sees that nobody has the recipient any more, or is seen here.
  select c.* into v_campaign from public.aurora_proactive_campaigns c
    join public.aurora_proactive_campaign_recipients r on r.campaign_id = c.id
   where r.id = (p_row ->> 'client_id')::uuid for share of c;
  update public.aurora_proactive_campaign_recipients r
     set metadata = case when p_row ->> 'claim' = r.metadata #>> '{claim,token}'
             then r.metadata - 'claim' else r.metadata end
           || public.aurora_proactive_client_metadata(p_row -> 'metadata')
           || jsonb_build_object('touched', extract(epoch from clock_timestamp()))
   where r.id = (p_row ->> 'client_id')::uuid and r.status = 'pending';
  if not found then
    update public.aurora_proactive_client_answers a
       set metadata = case when p_row ->> 'claim' = a.metadata #>> '{claim,token}'
               then a.metadata - 'claim' else a.metadata end
             || public.aurora_proactive_client_metadata(p_row -> 'metadata')
             || jsonb_build_object('touched', extract(epoch from clock_timestamp()))
     where a.id = (p_row ->> 'client_id')::uuid and a.status = 'pending';
    return found;
  end if;
  -- Nobody hands over whom a campaign that has ended still waits for.
  if v_campaign.status in ('stopped', 'done', 'declined', 'expired') then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = public.aurora_proactive_end_reason(v_campaign.ended_by)
     where r.id = (p_row ->> 'client_id')::uuid and r.status = 'pending'
       and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
  end if;
  if p_row #>> '{metadata,trouble}' is not null then
    insert into public.aurora_proactive_number_events (instance_name, kind)
    select c.instance_name, p_row #>> '{metadata,trouble}'
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.id = (p_row ->> 'client_id')::uuid and c.instance_name is not null;
  end if;
  return true;
end
$$;

comment on function public.aurora_proactive_release_client(jsonb) is
  'Writes that a recipient waits, which releases the lease whose token the row names in "claim": of a campaign that '
  'has ended it is skipped. What troubled the instance ("trouble" of its metadata) is kept as an event.';

-- What people wrote to instances, and what our side wrote to them: kept before the webhook is answered, many in one
-- call. The same again changes nothing.

create or replace function public.aurora_proactive_received(p_messages jsonb)
returns table (n bigint, instance text, id text, key text, lid text, quoted text, kind text, text text,
               at timestamptz, timed boolean, concerns boolean, original text, organization_id uuid,
               owner_number_id uuid, enabled boolean)
language sql
stable
set search_path = ''
as $$
  with told as materialized (
    select e.n, e.r ->> 'instance' as instance, e.r ->> 'id' as id, e.r ->> 'sender' as sender, e.r ->> 'lid' as lid,
           e.r ->> 'quoted' as quoted, coalesce(e.r ->> 'kind', 'text') as kind, coalesce(e.r ->> 'text', '') as text,
           (e.r ->> 'at')::timestamptz as at, coalesce((e.r ->> 'timed')::boolean, true) as timed,
           coalesce((e.r ->> 'concerns')::boolean, false) as concerns, e.r ->> 'original' as original,
           array(select public.aurora_proactive_instance_organizations(e.r ->> 'instance')) as organizations
      from jsonb_array_elements(p_messages) with ordinality e (r, n)
  ), known as materialized (
    select t.*, o.owner as original_owner, coalesce(b.quoted, o.quoted) as original_quoted,
           coalesce(
             t.sender,
             b.sender,
             case when t.original is not null then o.key end,
             -- A hidden sender is who the quoted message went to, else who it was known as before.
             case when t.lid is not null and t.quoted is not null then
               (select public.aurora_proactive_phone_key(w.phone) from public.aurora_proactive_messages m
                  join public.owner_numbers w on w.id = m.owner_number_id
                 where m.metadata ->> 'gateway_message_id' = t.quoted and m.organization_id = any (t.organizations)
                 limit 1) end,
             case when t.lid is not null and t.quoted is not null then
               (select c.phone_key from public.aurora_proactive_campaign_recipients c
                 where c.metadata ->> 'gateway_message_id' = t.quoted and c.organization_id = any (t.organizations)
                 limit 1) end,
             case when t.lid is not null then
               (select i.phone_key from public.aurora_proactive_identities i
                 where i.instance_name = t.instance and i.lid = t.lid) end) as key
      from told t
      left join lateral (
        select p.owner_number_id as owner, p.reading ->> 'quoted' as quoted,
               (select public.aurora_proactive_phone_key(w.phone) from public.owner_numbers w
                 where w.id = p.owner_number_id) as key
          from public.aurora_proactive_replies p
         where t.original is not null and p.instance_name = t.instance and p.gateway_message_id = t.original
           and p.organization_id = any (t.organizations)
         order by p.owner_number_id is null limit 1) o on true
      left join lateral (
        select i.sender, i.quoted from public.aurora_proactive_inbox i
         where t.original is not null and i.instance_name = t.instance and i.id = t.original) b on true
     where t.organizations <> '{}')
  select k.n, k.instance, k.id, k.key, k.lid,
         case when k.original is null then k.quoted else k.original_quoted end, k.kind, k.text, k.at, k.timed,
         k.concerns, k.original, g.id, w.id, coalesce(w.enabled, false)
    from known k
   cross join lateral unnest(k.organizations) g (id)
    left join lateral (
      select w.id, w.aurora_enabled and o.is_active as enabled
        from public.owner_numbers w join public.organizations o on o.id = w.organization_id
       where w.organization_id = g.id and public.aurora_proactive_phone_key(w.phone) = k.key
       order by w.aurora_enabled desc, w.id limit 1) w on true
$$;
comment on function public.aurora_proactive_received(jsonb) is
  'Messages as aurora_proactive_keep_replies takes them, one row an organisation of the instance, with their senders.';

-- p_replies: [{"instance", "id", "sender" (its phone key, null: hidden), "lid", "quoted" (null: nothing), "kind",
-- "text", "at", "timed", "concerns" (a rule of opt-out may read it), "original" (it edits or deletes that one)}].
-- Answers {"changed": new ones, "talk": [{"n", "quoted", "earlier", "known", "view"}]} about those that are to be acted
-- upon: "known" says what came of one that was acted upon before, "view" what any other may be about
-- (aurora_proactive_conversation).
create or replace function public.aurora_proactive_keep_replies(p_replies jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_all jsonb;
  v_new integer;
  v_talk jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(r) order by r.n), '[]') into v_all
    from public.aurora_proactive_received(p_replies) r;
  perform public.aurora_proactive_learn_identities(
    (select jsonb_agg(distinct jsonb_build_object('instance', r ->> 'instance', 'lid', r ->> 'lid', 'key', r ->> 'key'))
       from jsonb_array_elements(v_all) r where r ->> 'lid' is not null and r ->> 'key' is not null));

  with received as materialized (
    select r.* from jsonb_to_recordset(v_all) as r (n bigint, instance text, id text, key text, quoted text, kind text,
             at timestamptz, organization_id uuid, owner_number_id uuid, enabled boolean)),
  meant as (
    select r.*, r.at at time zone 'utc' as utc,
           (select m.id from public.aurora_proactive_messages m
             where m.organization_id = r.organization_id and m.metadata ->> 'gateway_message_id' = r.quoted
             limit 1) as message
      from received r)
  insert into public.aurora_proactive_replies
    (instance_name, gateway_message_id, organization_id, owner_number_id, received_at, answers)
  select r.instance, r.id, r.organization_id, r.owner_number_id, r.at,
         case when r.kind in ('edit', 'delete') then null
              when r.message is not null or r.kind = 'reaction' then r.message
              else (select m.id from public.aurora_proactive_messages m
                     where m.organization_id = r.organization_id and m.owner_number_id = r.owner_number_id
                       and m.status = 'sent'
                       -- clocks differ: an answer within a minute of the sending may look older than it
                       and m.sent_at <= r.utc + interval '1 minute' and m.sent_at > r.utc - interval '48 hours'
                       and m.created_at > r.utc - interval '5 days'
                     order by m.sent_at desc limit 1) end
    from meant r
   where r.kind in ('text', 'audio', 'caption', 'other')
      or (r.enabled and (r.kind in ('edit', 'delete') or r.message is not null))
   order by 3, 1, 2
  on conflict do nothing;
  get diagnostics v_new = row_count;

  insert into public.aurora_proactive_inbox
    (instance_name, id, sender, lid, kind, text, quoted, original, at, timed, owner)
  select r.instance, r.id, min(r.key), min(r.lid), min(r.kind), min(r.text), min(r.quoted), min(r.original), min(r.at),
         bool_and(r.timed), bool_or(r.enabled)
    from jsonb_to_recordset(v_all) as r (instance text, id text, key text, lid text, quoted text, kind text, text text,
           at timestamptz, timed boolean, concerns boolean, original text, organization_id uuid, enabled boolean)
   where (r.kind <> 'other' and r.enabled) or (r.concerns and r.kind <> 'delete')
   group by r.instance, r.id
  having not exists (select from public.aurora_proactive_replies p
                      where p.organization_id = any (array_agg(r.organization_id)) and p.instance_name = r.instance
                        and p.gateway_message_id = r.id and p.outcome is not null)
   order by 1, 2
  on conflict do nothing;

  insert into public.aurora_proactive_heard as h (instance_name, phone_key, heard_at)
  select r.instance, r.key, max(r.at)
    from jsonb_to_recordset(v_all) as r (instance text, key text, kind text, at timestamptz)
   where r.key is not null and r.kind in ('text', 'audio', 'caption', 'other')
   group by 1, 2
   order by 1, 2
  on conflict (instance_name, phone_key) do update set heard_at = excluded.heard_at
    where h.heard_at is null or h.heard_at < excluded.heard_at;

  perform public.aurora_proactive_answered(
    (select jsonb_agg(jsonb_build_object('organization_id', r.organization_id, 'key', r.key, 'at', r.at))
       from jsonb_to_recordset(v_all) as r (organization_id uuid, key text, kind text, at timestamptz, concerns boolean)
      where r.key is not null and r.kind in ('text', 'audio', 'caption', 'other') and not r.concerns));

  select coalesce(jsonb_agg(jsonb_build_object(
           'n', t.n,
           'known', (select jsonb_build_object('handled', bool_or(p.handled), 'opt_out', max(p.reading ->> 'opt_out'),
                              'luto', bool_or((p.reading ->> 'luto')::boolean))
                       from public.aurora_proactive_replies p
                      where p.organization_id = any (t.organizations) and p.instance_name = t.instance
                        and p.gateway_message_id = t.id and p.outcome is not null
                     having count(*) > 0),
           'quoted', t.quoted,
           'earlier', public.aurora_proactive_earlier(t.instance, t.id, t.kind, t.quoted, t.original, t.key, t.at),
           'view', case when i.id is not null then
                     public.aurora_proactive_conversation(t.instance, t.key, t.lid, t.quoted, now()) end)), '[]')
    into v_talk
    from (select r.n, r.instance, r.id, min(r.key) as key, min(r.lid) as lid, min(r.quoted) as quoted,
                 min(r.kind) as kind, min(r.original) as original, min(r.at) as at,
                 array_agg(r.organization_id) as organizations
            from jsonb_to_recordset(v_all) as r (n bigint, instance text, id text, key text, lid text, quoted text,
                   kind text, at timestamptz, original text, concerns boolean, organization_id uuid,
                   enabled boolean)
           where r.enabled or r.concerns
           group by 1, 2, 3) t
    left join public.aurora_proactive_inbox i on i.instance_name = t.instance and i.id = t.id;
  return jsonb_build_object('changed', v_new, 'talk', v_talk);
end
$$;

comment on function public.aurora_proactive_keep_replies(jsonb) is
  'Keeps that somebody wrote to an instance, and the words of those who may mean us. A reply answers the message that '
  'it quotes; an owner''s that quotes none answers what this owner was sent last, within the 48 hours before.';

-- p_pairs: [{"instance", "lid", "key"}].
create or replace function public.aurora_proactive_learn_identities(p_pairs jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_pair record;
begin
  if p_pairs is null then
    return;
  end if;
  for v_pair in
    select p ->> 'instance' as instance, p ->> 'lid' as lid, min(p ->> 'key') as key
      from jsonb_array_elements(p_pairs) p group by 1, 2 order by 1, 2
  loop
    insert into public.aurora_proactive_identities as i (instance_name, lid, phone_key)
    values (v_pair.instance, v_pair.lid, v_pair.key)
    on conflict (instance_name, lid) do update set phone_key = excluded.phone_key, learnt_at = now()
      where i.phone_key <> excluded.phone_key;
    if not found then
      continue;
    end if;
    -- Who asked to be left alone while nobody knew who it was, is left alone now.
    with known as (
      delete from public.aurora_proactive_opt_outs o
       where o.key = 'lid:' || v_pair.lid
         and o.organization_id in (select public.aurora_proactive_instance_organizations(v_pair.instance))
      returning o.*)
    select count(public.aurora_proactive_opt_out(to_jsonb(known) || jsonb_build_object(
             'key', v_pair.key, 'evidence', known.evidence || jsonb_build_object('lid', v_pair.lid))))
      into v_pair.key from known;
  end loop;
end
$$;

comment on function public.aurora_proactive_learn_identities(jsonb) is
  'Keeps which numbers hidden senders are, and gives the opt-outs of such a sender to the number.';

-- p_answers: [{"organization_id", "key", "at"}].
create or replace function public.aurora_proactive_answered(p_answers jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  with first as (
    select c.id, min(a.at) as at
      from jsonb_to_recordset(coalesce(p_answers, '[]')) as a (organization_id uuid, key text, at timestamptz)
      join public.aurora_proactive_campaign_recipients c
        on c.organization_id = a.organization_id and c.phone_key = a.key and c.status = 'sent'
       and c.sent_at <= a.at + interval '1 minute' and c.sent_at > a.at - interval '72 hours'
     group by 1),
  locked as (
    select c.id from public.aurora_proactive_campaign_recipients c
     where c.id in (select id from first) order by c.id for no key update)
  update public.aurora_proactive_campaign_recipients c
     set answered_at = f.at
    from first f join locked l on l.id = f.id
   where c.id = f.id and (c.answered_at is null or c.answered_at > f.at);
  get diagnostics v_changed = row_count;
  return v_changed;
end
$$;

comment on function public.aurora_proactive_answered(jsonb) is
  'Keeps the first message of a campaign''s recipient within 72 hours after it; opt-outs are not among these.';

-- p_written: [{"instance", "id", "receiver" (its phone key, null: hidden), "lid", "words" (md5 of the text), "offers",
-- "at"}].
create or replace function public.aurora_proactive_keep_written(p_written jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  with told as materialized (
    select w ->> 'instance' as instance, w ->> 'id' as id, w ->> 'words' as words, (w ->> 'offers')::boolean as offers,
           (w ->> 'at')::timestamptz as at,
           coalesce(w ->> 'receiver', (select i.phone_key from public.aurora_proactive_identities i
                                        where i.instance_name = w ->> 'instance' and i.lid = w ->> 'lid')) as key,
           array(select public.aurora_proactive_instance_organizations(w ->> 'instance')) as organizations
      from jsonb_array_elements(p_written) w),
  -- Ours is what has an id of ours; or, while the gateway still holds its answer back, our words to that number.
  others as (
    select t.* from told t
     where t.key is not null and t.organizations <> '{}'
       and not exists (select from public.aurora_proactive_messages m
                        where m.metadata ->> 'gateway_message_id' = t.id)
       and not exists (select from public.aurora_proactive_campaign_recipients c
                        where c.metadata ->> 'gateway_message_id' = t.id)
       and not exists (select from public.aurora_proactive_client_answers c
                        where c.organization_id = any (t.organizations) and c.phone_key = t.key
                          and (c.metadata ->> 'gateway_message_id' = t.id
                               or md5(btrim(c.content, E' \n\r\t')) = t.words))
       and not exists (
         select from public.owner_numbers w join public.aurora_proactive_messages m on m.owner_number_id = w.id
          where w.organization_id = any (t.organizations) and public.aurora_proactive_phone_key(w.phone) = t.key
            and m.created_at > (now() at time zone 'utc') - interval '2 days' and m.status <> 'failed'
            and (m.metadata #>> '{claim,message_id}' = t.id or m.metadata -> 'message_ids' ? t.id
                 or md5(btrim(m.content, E' \n\r\t')) = t.words))
       and not exists (
         select from public.aurora_proactive_campaign_recipients c
          where c.organization_id = any (t.organizations) and c.phone_key = t.key
            and (c.metadata #>> '{claim,message_id}' = t.id or c.metadata -> 'message_ids' ? t.id
                 or (md5(btrim(c.content, E' \n\r\t')) = t.words
                     and (c.metadata ? 'claim' or c.sent_at > t.at - interval '10 minutes')))))
  insert into public.aurora_proactive_heard as h (instance_name, phone_key, others_wrote_at, others_offered_words)
  select distinct on (o.instance, o.key) o.instance, o.key, o.at, o.offers
    from others o
   order by o.instance, o.key, o.at desc, o.offers desc
  on conflict (instance_name, phone_key) do update
    set others_wrote_at = excluded.others_wrote_at, others_offered_words = excluded.others_offered_words
    where h.others_wrote_at is null or h.others_wrote_at < excluded.others_wrote_at;
  get diagnostics v_changed = row_count;
  return jsonb_build_object('changed', v_changed);
end
$$;

comment on function public.aurora_proactive_keep_written(jsonb) is
  'Keeps when somebody else of our side last wrote to a number, and whether that offered SAIR or VOLTAR. No words.';

-- p_changes: [{"organization_id", "key", "contact_id", "level" (return: it ends), "source", "evidence", "until",
-- "recipient_id" (the campaign's recipient who says so), "answer": {"id", "instance", "phone", "kind", "text"}}].
-- Answers [{"new", "answer" (the id of the answer that was written, null: none)}], in the same order.
create or replace function public.aurora_proactive_hear_opt_outs(p_changes jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_change jsonb;
  v_new boolean;
  v_answer uuid;
  v_answers jsonb := '[]';
begin
  perform pg_advisory_xact_lock(311, l.number)
     from (select distinct hashtext((c ->> 'organization_id') || (c ->> 'key')) as number
             from jsonb_array_elements(p_changes) c order by 1) l;
  for v_change in select value from jsonb_array_elements(p_changes)
  loop
    if v_change ->> 'level' = 'return' then
      v_new := public.aurora_proactive_opt_in(
        (v_change ->> 'organization_id')::uuid, v_change ->> 'key', v_change ->> 'source', v_change -> 'evidence',
        null);
    else
      v_new := public.aurora_proactive_opt_out(v_change - array['answer', 'recipient_id']);
      update public.aurora_proactive_campaign_recipients r
         set opted_out_at = now()
       where r.id = (v_change ->> 'recipient_id')::uuid and r.opted_out_at is null and r.status = 'sent'
         and v_change ->> 'level' in ('sure', 'probable');
    end if;
    v_answer := null;
    if v_new and jsonb_typeof(v_change -> 'answer') = 'object' then
      insert into public.aurora_proactive_client_answers
        (id, organization_id, instance_name, phone_key, phone, kind, content)
      values ((v_change #>> '{answer,id}')::uuid, (v_change ->> 'organization_id')::uuid,
              v_change #>> '{answer,instance}', v_change ->> 'key', v_change #>> '{answer,phone}',
              v_change #>> '{answer,kind}', v_change #>> '{answer,text}')
      on conflict (id) do nothing
      returning id into v_answer;
    end if;
    v_answers := v_answers || jsonb_build_array(jsonb_build_object('new', v_new, 'answer', v_answer));
  end loop;
  return v_answers;
end
$$;

comment on function public.aurora_proactive_hear_opt_outs(jsonb) is
  'Keeps what clients said about receiving campaigns, and the answers to them: once, whatever is told again.';

create or replace function public.aurora_proactive_earlier(
  p_instance text, p_id text, p_kind text, p_quoted text, p_original text, p_sender text, p_at timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when p_original is not null then
      jsonb_build_array(p_original) || coalesce(
        (select jsonb_agg(p.reading -> 'as') from public.aurora_proactive_replies p
          where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
            and p.instance_name = p_instance and p.gateway_message_id = p_original and p.reading ? 'as'), '[]')
    when p_kind = 'reaction' then coalesce(
      (select jsonb_agg(p.gateway_message_id) from public.aurora_proactive_replies p
         join public.owner_numbers w on w.id = p.owner_number_id
        where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
          and p.instance_name = p_instance and p.gateway_message_id <> p_id
          and public.aurora_proactive_phone_key(w.phone) = p_sender and p.received_at <= p_at
          and p.received_at > p_at - interval '7 days'
          and p.reading ->> 'by' = 'reaction' and p.reading ->> 'quoted' = p_quoted), '[]')
    else '[]' end
$$;
comment on function public.aurora_proactive_earlier(text, text, text, text, text, text, timestamptz) is
  'The messages that one changes: the original of an edit or a deletion, and as what it was read; a sender''s earlier '
  'reactions to the same message.';

create or replace function public.aurora_proactive_inbox_of(p_instance text, p_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with organizations as (
    select o as id from public.aurora_proactive_instance_organizations(p_instance) o
  ), meant as (
    select m.id, m.sender, m.lid from public.aurora_proactive_inbox m
     where m.instance_name = p_instance and m.id = p_id
  ), messages as (
    select i.* from public.aurora_proactive_inbox i join meant m
        on i.id = m.id or i.sender = m.sender or (m.sender is null and i.sender is null and i.lid = m.lid)
     where i.instance_name = p_instance
  ), owners as (
    select w.id from public.owner_numbers w
     where w.organization_id in (select id from organizations)
       and public.aurora_proactive_phone_key(w.phone) = (select m.sender from meant m)
  )
  select jsonb_build_object(
    'messages', coalesce((select jsonb_agg(to_jsonb(i) || jsonb_build_object(
        'earlier', public.aurora_proactive_earlier(p_instance, i.id, i.kind, i.quoted, i.original, i.sender, i.at))
      order by i.at, i.received_at, i.id) from messages i), '[]'),
    'stops', coalesce((select jsonb_agg(jsonb_build_object('at', p.received_at, 'quoted', p.reading ->> 'quoted'))
                         from public.aurora_proactive_replies p
                        where p.organization_id in (select id from organizations) and p.instance_name = p_instance
                          and p.owner_number_id in (select id from owners) and (p.reading ->> 'stops')::boolean
                          and p.received_at > now() - interval '7 days'), '[]'))
$$;
comment on function public.aurora_proactive_inbox_of(text, text) is
  'Everything that the sender of a message has written to the instance and nobody has acted upon, oldest first, with '
  'the earlier messages that each changes; and the stops of this owner, which make void what is older.';

-- p_messages: [{"id", "reading", "heard", "handled", "outcome"}].
create or replace function public.aurora_proactive_settle_inbox(p_instance text, p_messages jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_settled integer;
begin
  update public.aurora_proactive_replies p
     set reading = m.reading, heard = m.heard, handled = m.handled, outcome = m.outcome
    from jsonb_to_recordset(p_messages) as m (id text, reading jsonb, heard text, handled boolean, outcome text)
   where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
     and p.instance_name = p_instance and p.gateway_message_id = m.id;
  delete from public.aurora_proactive_inbox i
   where i.instance_name = p_instance and i.id in (select m ->> 'id' from jsonb_array_elements(p_messages) m);
  get diagnostics v_settled = row_count;
  return v_settled;
end
$$;
comment on function public.aurora_proactive_settle_inbox(text, jsonb) is
  'Writes what came of messages, and forgets their words; answers how many waited.';

create or replace function public.aurora_proactive_unheard(p_seconds double precision, p_limit integer)
returns table (instance_name text, id text)
language sql
stable
set search_path = ''
as $$
  select i.instance_name, i.id from public.aurora_proactive_inbox i
   where i.received_at < now() - make_interval(secs => p_seconds)
   order by i.received_at limit p_limit
$$;
comment on function public.aurora_proactive_unheard(double precision, integer) is
  'Messages that have waited for so long that their job may be lost, oldest first.';

create or replace function public.aurora_proactive_forget_heard(p_days integer, p_now timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
  v_more integer;
begin
  delete from public.aurora_proactive_inbox i where i.received_at < p_now - interval '3 days';
  get diagnostics v_forgotten = row_count;
  update public.aurora_proactive_replies p set heard = null
   where p.heard is not null and p.received_at < p_now - interval '90 days';
  get diagnostics v_more = row_count;
  v_forgotten := v_forgotten + v_more;
  update public.aurora_proactive_client_answers a
     set phone_key = 'erased:' || a.id, phone = null, content = null, metadata = a.metadata - 'remote_jid'
   where p_days > 0 and a.created_at < p_now - make_interval(days => p_days) and a.phone is not null
     and a.status <> 'pending';
  get diagnostics v_more = row_count;
  return v_forgotten + v_more;
end
$$;
comment on function public.aurora_proactive_forget_heard(integer, timestamptz) is
  'Forgets messages that nobody acted upon for three days, owners'' words after 90, and who was answered about an '
  'opt-out after p_days; answers how many.';

create or replace function public.aurora_proactive_client_answers_due(
  p_instance text, p_key text, p_seconds double precision
)
returns table (id uuid, organization_id uuid, kind text, timezone text, created_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select a.id, a.organization_id, a.kind, public.aurora_proactive_zone(o.timezone), a.created_at
    from public.aurora_proactive_client_answers a
    join public.organizations o on o.id = a.organization_id
   where a.status = 'pending' and (p_instance is null or (a.instance_name = p_instance and a.phone_key = p_key))
     and greatest(extract(epoch from a.created_at), coalesce((a.metadata ->> 'touched')::double precision, 0))
           <= extract(epoch from now()) - p_seconds
   order by a.created_at limit 500
$$;
comment on function public.aurora_proactive_client_answers_due(text, text, double precision) is
  'Answers to clients that have not gone out: to a number, or (null) all that nobody has touched for so many seconds.';

-- The panel: everything that it shows of a period, in one request, from the tallies alone. 84_present.sql has what is
-- so at this moment.

create or replace function public.aurora_proactive_panel_totals(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with sums as (
    select coalesce(sum(pending), 0) as pending, coalesce(sum(sent), 0) as sent, coalesce(sum(failed), 0) as failed,
           coalesce(sum(answered), 0) as answered, sum(milliseconds) / nullif(sum(timed), 0) / 1000.0 as mean,
           coalesce(sum(arrived), 0) as arrived, coalesce(sum(read), 0) as read,
           coalesce(sum(refused), 0) as refused, coalesce(sum(silent), 0) as silent
      from public.aurora_proactive_hours
     where organization_id = p_organization and day between p_from and p_to),
  histogram as (
    select bucket, sum(messages) as messages
      from public.aurora_proactive_timings
     where organization_id = p_organization and day between p_from and p_to
     group by bucket having sum(messages) > 0),
  running as (
    select bucket, messages, sum(messages) over (order by bucket) as reached, 0.95 * sum(messages) over () as rank
      from histogram),
  -- within its bucket the messages are taken as evenly spread
  percentile as (
    select lower + (upper - lower) * (rank - (reached - messages)) / messages as p95
      from (select *, case when bucket = 0 then 0 else 0.1 * 2 ^ ((bucket - 1) / 8.0) end as lower,
                   0.1 * 2 ^ (bucket / 8.0) as upper
              from running) r
     where reached >= rank order by bucket limit 1)
  select jsonb_build_object('pending', pending, 'sent', sent, 'failed', failed, 'answered', answered,
                            'arrived', arrived, 'read', read, 'refused', refused, 'silent', silent,
                            'mean', round(mean, 3), 'p95', (select round(p95::numeric, 3) from percentile))
    from sums
$$;

comment on function public.aurora_proactive_panel_totals(date, date, uuid) is
  'What was sent, failed and answered in a period, and how long it took; p_organization as in aurora_proactive_hours.';

create or replace function public.aurora_proactive_panel(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with chosen as (select coalesce(p_organization, '00000000-0000-0000-0000-000000000000') as id),
  hours as materialized (
    select h.* from public.aurora_proactive_hours h
     where h.organization_id = (select id from chosen) and h.day between p_from and p_to),
  types as (
    select message_type as type, sum(sent) as sent, sum(failed) as failed, sum(pending) as pending
      from hours group by message_type),
  series as (
    -- one day is shown by its hours
    select case when p_from = p_to then hour else day - p_from end as step, sum(sent) as sent, sum(failed) as failed
      from hours group by 1),
  heat as (
    select extract(isodow from day)::integer as weekday, hour, sum(sent) as sent from hours group by 1, 2),
  active as materialized (
    select a.organization_id as id, sum(a.sent) as sent, sum(a.failed) as failed
      from public.aurora_proactive_activity a
     where p_organization is null and a.day between p_from and p_to
     group by 1 having sum(a.sent) + sum(a.failed) > 0),
  busiest as (select * from active order by sent desc, id limit 8)
  select jsonb_build_object(
    'totals', public.aurora_proactive_panel_totals(p_from, p_to, (select id from chosen)),
    'before', public.aurora_proactive_panel_totals(p_from - (p_to - p_from + 1), p_from - 1, (select id from chosen)),
    'types', coalesce((select jsonb_agg(t order by t.sent + t.failed desc, t.type) from types t), '[]'),
    'series', coalesce((select jsonb_agg(s order by s.step) from series s), '[]'),
    'heat', coalesce((select jsonb_agg(h order by h.weekday, h.hour) from heat h where h.sent > 0), '[]'),
    'active', (select count(*) from active),
    'organizations', coalesce((select jsonb_agg(jsonb_build_object(
        'id', b.id, 'name', o.name, 'sent', b.sent, 'failed', b.failed) order by b.sent desc, b.id)
      from busiest b left join public.organizations o on o.id = b.id), '[]'))
$$;

comment on function public.aurora_proactive_panel(date, date, uuid) is
  'What the panel shows of the local days from p_from to p_to (both included), of one organisation or, null, of all: '
  'totals, by type, over time, by weekday and hour, the most active organisations and how many are active.';

drop function if exists public.aurora_proactive_organization_choices();

create or replace function public.aurora_proactive_organization_list(
  p_text text, p_from date, p_to date, p_limit integer, p_offset integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with words as (
    select w from regexp_split_to_table(public.aurora_proactive_folded(coalesce(p_text, '')), '\s+') w where w <> ''),
  found as materialized (
    select o.id, coalesce(o.name, '') as name, coalesce(o.is_active, false) as is_active,
           o.folded, o.alone
      from (select n.*, count(*) over (partition by n.folded) = 1 as alone
              from (select id, name, is_active, public.aurora_proactive_folded(coalesce(name, '')) as folded
                      from public.organizations) n) o
     where not exists (
       select from words
        where case when w ~ '^#[0-9a-f]{1,8}$' then not starts_with(o.id::text, substr(w, 2))
                   else position(w in o.folded) = 0 end)),
  activity as (
    select a.organization_id, sum(a.sent) as sent, sum(a.failed) as failed
      from public.aurora_proactive_activity a where a.day between p_from and p_to group by 1),
  listed as (
    select f.id, public.aurora_proactive_organization_label(f.id, f.name, f.alone) as name, f.is_active,
           coalesce(a.sent, 0) as sent, coalesce(a.failed, 0) as failed,
           row_number() over (order by
             -- of a search the best fit first: the very name, then what begins with it
             case when p_text is null then 0
                  when f.folded = public.aurora_proactive_folded(p_text) then 0
                  when starts_with(f.folded, public.aurora_proactive_folded(p_text)) then 1 else 2 end,
             case when p_text is null then coalesce(a.sent, 0) end desc, f.name, f.id) as place
      from found f left join activity a on a.organization_id = f.id)
  select jsonb_build_object(
    'count', (select count(*) from found),
    'rows', coalesce((select jsonb_agg(to_jsonb(l) - 'place' order by l.place)
                        from (select * from listed order by place offset p_offset limit p_limit) l), '[]'))
$$;

comment on function public.aurora_proactive_organization_list(text, date, date, integer, integer) is
  'A page of the organisations whose name has every word of p_text (#1a2b: the beginning of an id), best fit first; '
  'null: all, the most active of the local days from p_from to p_to first. "count" is how many there are.';

-- What is so at this moment, for the panel and /readyz: instances as sending meets them, what is paused, what failed.

drop function if exists public.aurora_proactive_live_status(uuid);

-- The product's own status decides whether anything is sent (40_context.sql); what the gateway told, and what sending
-- found, say whether that would go well. p_codes are the reasons with which a message fails for want of a connection.
create or replace function public.aurora_proactive_instance_conditions(p_organization uuid, p_codes text[])
returns table (
  name text, organization_id uuid, organization text, condition text, state text, told text, since timestamptz,
  failed bigint, cause text, known_until timestamptz, new_until timestamptz, severity integer
)
language sql
stable
set search_path = ''
as $$
  with failures as materialized (
    select m.organization_id, f.at
      from public.aurora_proactive_messages m
     cross join lateral (
        select greatest(m.created_at at time zone 'utc',
                        to_timestamp((m.metadata ->> 'touched')::double precision)) as at) f
     where m.status = 'failed' and m.created_at > (now() at time zone 'utc') - interval '26 hours'
       and m.metadata #>> '{failure,code}' = any (p_codes)
       and (p_organization is null or m.organization_id = p_organization)),
  accepted as (
    select f.organization_id, (
             select max(m.sent_at) at time zone 'utc' from public.aurora_proactive_messages m
              where m.organization_id = f.organization_id and m.status = 'sent'
                and m.created_at > (now() at time zone 'utc') - interval '26 hours') as at
      from (select distinct organization_id from failures) f),
  failing as (
    select f.organization_id, count(*) as failed, min(f.at) as since, max(f.at) as until
      from failures f join accepted a using (organization_id)
     where a.at is null or f.at > a.at
     group by 1),
  known as (
    select i.instance_name as name, o.id as organization_id, o.name as organization,
           coalesce(i.status, 'disconnected') as status, s.state as told, s.since as told_since,
           row_number() over (partition by o.id order by (i.status = 'connected') desc nulls last, i.created_at, i.id)
             as place
      from public.whatsapp_instances i
      join public.organizations o on o.id = i.organization_id and o.is_active
      left join public.aurora_proactive_instance_states() s on s.instance_name = i.instance_name
     where i.instance_name ~ '\S' and (p_organization is null or i.organization_id = p_organization)),
  judged as (
    select k.*, f.failed, f.since as failing_since, b.cause, b.since as stopped_since, b.known_until, b.new_until,
           case when b.cause is not null then 'stopped'
                when k.status = 'connecting' or (k.status = 'connected' and k.told = 'connecting') then 'connecting'
                when k.status <> 'connected' or k.told in ('close', 'refused') then 'down'
                when f.failed is null then 'connected'
                when k.told = 'open' and k.told_since > f.until then 'unproven'
                else 'failing' end as condition
      from known k
      left join failing f on f.organization_id = k.organization_id and k.place = 1
      left join public.aurora_proactive_breakers b on b.instance_name = k.name and b.new_until > now())
  select j.name, j.organization_id, j.organization, j.condition,
         case when j.status <> 'connected' then j.status
              else public.aurora_proactive_instance_status(j.told, j.status) end,
         j.told,
         case j.condition when 'stopped' then j.stopped_since when 'failing' then j.failing_since
                          when 'unproven' then j.failing_since
                          when 'down' then coalesce(case when j.told <> 'open' then j.told_since end, j.failing_since)
                          else j.told_since end,
         coalesce(j.failed, 0), j.cause, j.known_until, j.new_until,
         array_position(array['stopped', 'failing', 'down', 'unproven', 'connecting', 'connected'], j.condition)
    from judged j
$$;

comment on function public.aurora_proactive_instance_conditions(uuid, text[]) is
  'Every instance of active organisations as sending meets it: connected, connecting, down, stopped (a breaker), '
  'failing (it is called connected, and the last messages failed), unproven (the same, but told to be open since). '
  '"since" is null where nobody knows.';

create or replace function public.aurora_proactive_instance_list(
  p_organization uuid, p_condition text, p_text text, p_codes text[], p_limit integer, p_offset integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with instances as materialized (
    select * from public.aurora_proactive_instance_conditions(p_organization, p_codes) i
     where p_text is null
        or position(public.aurora_proactive_folded(p_text) in
                    public.aurora_proactive_folded(coalesce(i.organization, '') || ' ' || i.name)) > 0),
  chosen as (
    select * from instances i
     where p_condition is null or i.condition = p_condition
        or (p_condition = 'attention' and i.condition <> 'connected'))
  select jsonb_build_object(
    'count', (select count(*) from chosen),
    'conditions', coalesce((select jsonb_object_agg(condition, n)
                              from (select condition, count(*) as n from instances group by 1) c), '{}'),
    'rows', coalesce((select jsonb_agg(to_jsonb(c) order by c.severity, c.organization, c.name)
                        from (select * from chosen order by severity, organization, name
                              offset p_offset limit p_limit) c), '[]'))
$$;

comment on function public.aurora_proactive_instance_list(uuid, text, text, text[], integer, integer) is
  'A page of instances, those first that need somebody; p_condition is one of their conditions, or "attention" for all '
  'but the connected. "count" is how many there are, "conditions" how many of each.';

create or replace function public.aurora_proactive_pause_list(p_organization uuid, p_limit integer, p_offset integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with pauses as (
    select p.organization_id, o.name as organization, p.message_type as type, p.reason, p.since
      from (select *, created_at as since from public.aurora_proactive_paused()) p
      left join public.organizations o on o.id = p.organization_id
     where p_organization is null or p.organization_id is null or p.organization_id = p_organization)
  select jsonb_build_object(
    'count', (select count(*) from pauses),
    'rows', coalesce((select jsonb_agg(to_jsonb(p) order by p.since desc, p.organization, p.type)
                        from (select * from pauses order by since desc, organization, type
                              offset p_offset limit p_limit) p), '[]'))
$$;

comment on function public.aurora_proactive_pause_list(uuid, integer, integer) is
  'A page of what is paused, newest first, with the names; "count" is how much there is.';

-- As aurora_proactive_lately_delivered, of one organisation or all.
create or replace function public.aurora_proactive_present_deliveries(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as (
    select public.aurora_proactive_delivery(m.status, m.metadata) as delivery,
           m.sent_at < (now() - interval '10 minutes') at time zone 'utc' as old,
           exists (select from public.whatsapp_instances i
                     join public.aurora_proactive_instances s on s.instance_name = i.instance_name
                    where i.organization_id = m.organization_id
                      and s.acknowledged_at > now() - interval '7 days') as told
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '70 minutes') at time zone 'utc'
       and (p_organization is null or m.organization_id = p_organization))
  select jsonb_build_object(
    'accepted', count(*) filter (where old), 'judged', count(*) filter (where old and told),
    'refused', count(*) filter (where old and told and delivery = 'refused'),
    'silent', count(*) filter (where old and told and delivery = 'silent'))
    from lately
$$;

comment on function public.aurora_proactive_present_deliveries(uuid) is
  'Of the messages of the last 70 minutes that are ten minutes old: how many were accepted, how many of them belong to '
  'instances that tell receipts ("judged"), and how many of those were refused or silent.';

-- The hour is written out, and the time at which a record was touched: as in aurora_proactive_records_snapshot.
create or replace function public.aurora_proactive_present_failures(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with failed as materialized (
    select m.metadata -> 'failure' as failure, m.error_message as reason
      from public.aurora_proactive_messages m
     where m.status = 'failed'
       and (m.created_at > (now() - interval '1 hour') at time zone 'utc'
            or (m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600)
       and coalesce((m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600, true)
       and (p_organization is null or m.organization_id = p_organization)),
  reasons as (
    select failure ->> 'code' as code, count(*) as count, min(failure::text)::jsonb as failure, min(reason) as reason
      from failed group by 1)
  select jsonb_build_object(
    'count', (select count(*) from failed), 'kinds', (select count(*) from reasons),
    'reasons', coalesce((select jsonb_agg(r order by r.count desc, r.code)
                           from (select * from reasons order by count desc, code limit 3) r), '[]'))
$$;

comment on function public.aurora_proactive_present_failures(uuid) is
  'The messages that failed in the last hour: how many, and the most frequent reasons, each with an example.';

create or replace function public.aurora_proactive_present(p_organization uuid, p_codes text[], p_shown integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with zones as (
    select o.timezone as written, count(*) as owners
      from public.organizations o join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled
     where o.is_active and (p_organization is null or o.id = p_organization)
     group by 1),
  named_zones as (select public.aurora_proactive_zone(written) as zone, sum(owners) as owners from zones group by 1)
  select jsonb_build_object(
    'last_sent_at', (select m.sent_at at time zone 'utc' from public.aurora_proactive_messages m
                      where m.status = 'sent' and (p_organization is null or m.organization_id = p_organization)
                      order by m.created_at desc limit 1),
    'any_message', exists (select from public.aurora_proactive_messages m
                            where p_organization is null or m.organization_id = p_organization),
    'organizations', (select count(*) from public.organizations o
                       where o.is_active and (p_organization is null or o.id = p_organization)),
    'probes', coalesce((select jsonb_agg(name order by place) from (
        select i.instance_name as name, row_number() over (order by s.state is null, i.created_at, i.id) as place
          from public.whatsapp_instances i
          left join public.aurora_proactive_instances s on s.instance_name = i.instance_name
         where i.status = 'connected' and i.instance_name ~ '\S'
         order by place limit 3) p), '[]'),
    'instances', public.aurora_proactive_instance_list(p_organization, 'attention', null, p_codes, p_shown, 0),
    'pauses', public.aurora_proactive_pause_list(p_organization, p_shown, 0),
    'deliveries', public.aurora_proactive_present_deliveries(p_organization),
    'failures', public.aurora_proactive_present_failures(p_organization),
    'owners', coalesce((select jsonb_object_agg(zone, owners) from named_zones), '{}'))
$$;

comment on function public.aurora_proactive_present(uuid, text[], integer) is
  'What is so now, of an organisation or (null) of all: instances and pauses that somebody should see (p_shown of '
  'each), what failed and was not delivered lately, the last message sent, how many owners each zone addresses.';

-- What the pump of an instance needs: how its campaigns stand, whom to hand over next, what befell the number.

create or replace function public.aurora_proactive_pumps(p_now timestamptz)
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct c.instance_name
    from public.aurora_proactive_campaigns c
   where c.instance_name is not null
     and (c.status in ('confirmed', 'running', 'paused')
          or (c.status in ('stopped', 'done')
              and (c.reported_at is null
                   or (c.followed_up_at is null and c.ended_at <= p_now - interval '7 days')))
          or (c.status = 'declined' and c.ended_by = 'owner_silent' and c.reported_at is null)
          or exists (select from public.aurora_proactive_campaign_recipients r
                      where r.campaign_id = c.id and r.status = 'pending'
                        and (r.metadata ? 'claim' or r.metadata ? 'doubt')))
   order by 1
$$;

comment on function public.aurora_proactive_pumps(timestamptz) is
  'The instances that have something to do for campaigns: each has one pump.';

create or replace function public.aurora_proactive_pump_campaign(
  p_campaign public.aurora_proactive_campaigns, p_types text[], p_slot_minutes integer, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_campaign(c.id) || jsonb_build_object(
    'timezone', public.aurora_proactive_zone(o.timezone),
    'since', (select max(s.at) from public.aurora_proactive_campaign_steps s where s.campaign_id = c.id),
    'causes', (select coalesce(jsonb_agg(s.cause), '[]') from public.aurora_proactive_campaign_steps s
                where s.campaign_id = c.id and s.cause like 'pump:%'),
    'told_at', (select max(m.sent_at at time zone 'utc')
                  from public.aurora_proactive_questions q
                  join public.aurora_proactive_messages m on m.id = q.id and m.status = 'sent'
                 where c.id = any (q.campaign_ids) and q.kind = 'T1'
                   and q.asked_at >= greatest(c.confirmed_at, c.paused_at)),
    'active', coalesce(o.is_active, false) and exists (
       select from public.aurora_proactive_campaign_settings s where s.organization_id = c.organization_id),
    'owner_enabled', exists (select from public.owner_numbers w where w.id = c.confirmed_by
                              and w.organization_id = c.organization_id and w.aurora_enabled),
    'owners', (select coalesce(jsonb_agg(w.id order by (w.id = c.confirmed_by) desc, w.id), '[]')
                 from public.owner_numbers w
                where w.organization_id = c.organization_id and w.aurora_enabled and coalesce(o.is_active, false)),
    'told_of_pause', exists (
       select from public.aurora_proactive_questions q
        where c.id = any (q.campaign_ids) and q.kind = 'T11' and q.asked_at >= c.paused_at),
    'stopped_by_hand', exists (
       select from public.aurora_proactive_pauses p
        where (p.organization_id is null or p.organization_id = c.organization_id)
          and (p.message_type is null or p.message_type = any (p_types))),
    'hours_left', not c.audience ? 'free_hours' or exists (
       select from public.aurora_proactive_free_slots(
         c.organization_id, public.aurora_proactive_zone(o.timezone),
         (c.created_at at time zone public.aurora_proactive_zone(o.timezone))::date + 1, 1, p_slot_minutes)),
    'open', (select count(*) from public.aurora_proactive_campaign_recipients r
              where r.campaign_id = c.id and r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt')),
    'absent', (select count(*) from public.aurora_proactive_campaign_recipients r
                where r.campaign_id = c.id and r.status = 'failed' and r.reason = 'not_on_whatsapp'),
    'opted_out', (select count(*) from public.aurora_proactive_campaign_recipients r
                   where r.campaign_id = c.id and r.status = 'sent'
                     and exists (select from public.aurora_proactive_opt_outs x
                                  where x.organization_id = r.organization_id and x.level in ('sure', 'probable')
                                    and x.since >= r.sent_at
                                    and (x.key = r.phone_key or x.contact_id = r.contact_id))))
    from (select p_campaign.*) c
    left join public.organizations o on o.id = c.organization_id
$$;

comment on function public.aurora_proactive_pump_campaign(
  public.aurora_proactive_campaigns, text[], integer, timestamptz) is
  'A campaign as its pump has to know it: whether the owner was told, what keeps it from going on, who is left.';

create or replace function public.aurora_proactive_pump_view(
  p_instance text, p_types text[], p_slot_minutes integer, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with health as (
    select * from public.aurora_proactive_number_health h where h.instance_name = p_instance
  )
  select jsonb_build_object(
    'instance', (select jsonb_build_object(
                          'status', coalesce(i.status, 'disconnected'), 'told', t.state, 'since', t.since,
                          'created_at', i.created_at)
                   from public.whatsapp_instances i
                   left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
                  where i.instance_name = p_instance
                  order by (i.status = 'connected') desc nulls last, i.id limit 1),
    'heard_at', (select max(r.received_at) from public.aurora_proactive_replies r where r.instance_name = p_instance),
    'health', (select to_jsonb(h) from health h),
    -- to clients the instance is stopped for as long as to anybody new
    'stopped', (select jsonb_build_object('cause', b.cause, 'since', b.since, 'until', b.new_until)
                  from public.aurora_proactive_breakers b
                 where b.instance_name = p_instance and b.new_until > p_now),
    'cold_today', (select public.aurora_proactive_cold_of_day(p_instance, h.day) from health h),
    'sent', (select coalesce(jsonb_agg(to_jsonb(s) order by s.sent_at desc), '[]')
               from (select r.sent_at,
                            r.metadata -> 'receipts' ? 'error_at' as error,
                            r.metadata -> 'receipts' ?| array['server_ack_at', 'delivered_at', 'read_at']
                              as acknowledged,
                            r.metadata -> 'receipts' ?| array['delivered_at', 'read_at'] as delivered
                       from public.aurora_proactive_campaign_recipients r
                       join public.aurora_proactive_campaigns c on c.id = r.campaign_id
                      where c.instance_name = p_instance and r.status = 'sent' and r.sent_at > p_now - interval '3 days'
                        and r.sent_at > coalesce((select h.judged_from from health h), '-infinity')
                      order by r.sent_at desc limit 60) s),
    'events', (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'at', e.at) order by e.at desc), '[]')
                 from public.aurora_proactive_number_events e
                where e.instance_name = p_instance and e.at > p_now - interval '24 hours'),
    'handed', (select jsonb_build_object(
                        'id', r.id, 'campaign_id', r.campaign_id, 'organization_id', r.organization_id,
                        'status', r.status, 'revision', r.revision, 'sent_at', r.sent_at,
                        'open', r.metadata ? 'claim' or r.metadata ? 'doubt',
                        'timezone', (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                                      where o.id = r.organization_id))
                 from public.aurora_proactive_campaign_recipients r
                where r.id = (select h.handed from health h)),
    'campaigns', (select coalesce(jsonb_agg(
                    public.aurora_proactive_pump_campaign(c, p_types, p_slot_minutes, p_now)
                    order by c.handed_at nulls first, c.confirmed_at, c.id), '[]')
                    from public.aurora_proactive_campaigns c
                   where c.instance_name = p_instance
                     and (c.status in ('confirmed', 'running', 'paused')
                          or (c.status in ('stopped', 'done')
                              and (c.reported_at is null
                                   or (c.followed_up_at is null and c.ended_at <= p_now - interval '7 days')))
                          or (c.status = 'declined' and c.ended_by = 'owner_silent' and c.reported_at is null))))
$$;

comment on function public.aurora_proactive_pump_view(text, text[], integer, timestamptz) is
  'Everything that the pump of an instance decides by, campaigns in the order of their turns. p_types are the words '
  'that pause campaigns.';

create or replace function public.aurora_proactive_pump_pick(
  p_instance text, p_campaign uuid, p_warmths text[], p_expected uuid, p_week integer, p_month integer,
  p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_health public.aurora_proactive_number_health;
  v_campaign public.aurora_proactive_campaigns;
  v_row record;
  v_reason text;
  v_looked integer := 0;
begin
  select * into v_campaign from public.aurora_proactive_campaigns c where c.id = p_campaign for update;
  select * into v_health from public.aurora_proactive_number_health h
   where h.instance_name = p_instance for update;
  -- Of two pumps of one instance (one of them thought dead) only one goes on.
  if v_campaign.status <> 'running' or v_health.handed is distinct from p_expected then
    return null;
  end if;
  -- Nor while the last one is in a worker's hand, or in doubt: somebody took it up since the pump looked.
  if exists (select from public.aurora_proactive_campaign_recipients r
              where r.id = v_health.handed and r.status = 'pending'
                and (r.metadata ? 'claim' or r.metadata ? 'doubt')) then
    return null;
  end if;
  for v_row in
    select r.id, r.warmth from public.aurora_proactive_campaign_recipients r
     where r.campaign_id = p_campaign and r.status = 'pending' and r.revision = v_campaign.revision
       and r.warmth = any (p_warmths)
     order by r.position
       for update
  loop
    v_reason := public.aurora_proactive_recipient_reason(v_row.id, p_week, p_month, p_now);
    exit when v_reason is null or v_looked >= 100;
    update public.aurora_proactive_campaign_recipients r set status = 'skipped', reason = v_reason
     where r.id = v_row.id and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
    v_looked := v_looked + 1;
    v_row := null;
  end loop;
  if v_row.id is null then
    return jsonb_build_object('skipped', v_looked);
  end if;
  update public.aurora_proactive_number_health h
     set handed = v_row.id, handed_at = p_now, in_a_row = h.in_a_row + 1
   where h.instance_name = p_instance;
  update public.aurora_proactive_campaigns c set handed_at = p_now where c.id = p_campaign;
  return jsonb_build_object('id', v_row.id, 'skipped', v_looked);
end
$$;

comment on function public.aurora_proactive_pump_pick(text, uuid, text[], uuid, integer, integer, timestamptz) is
  'Hands the next recipient of a campaign over, if p_expected was the last one of the instance: {"id", "skipped"}. '
  'Those that something speaks against are skipped. Null where it is another one''s turn.';

create or replace function public.aurora_proactive_keep_number(p_instance text, p_change jsonb, p_event text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_next public.aurora_proactive_number_health;
begin
  insert into public.aurora_proactive_number_health (instance_name) values (p_instance)
  on conflict (instance_name) do nothing;
  select * into v_next from public.aurora_proactive_number_health h where h.instance_name = p_instance for update;
  v_next := jsonb_populate_record(v_next, p_change - array['instance_name', 'handed', 'handed_at']);
  update public.aurora_proactive_number_health h
     set level = v_next.level, day = v_next.day, sent = v_next.sent, sent_cool = v_next.sent_cool,
         paused_until = v_next.paused_until, pause_cause = v_next.pause_cause, trouble = v_next.trouble,
         probing = v_next.probing, judged_from = v_next.judged_from, used_since = v_next.used_since,
         in_a_row = v_next.in_a_row
   where h.instance_name = p_instance;
  if p_event is not null then
    insert into public.aurora_proactive_number_events (instance_name, kind) values (p_instance, p_event);
  end if;
end
$$;

comment on function public.aurora_proactive_keep_number(text, jsonb, text) is
  'Changes columns of an instance''s health, and keeps what befell it (null: nothing).';

create or replace function public.aurora_proactive_campaign_figures(p_campaign uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with c as (
    select * from public.aurora_proactive_campaigns x where x.id = p_campaign
  ), r as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r, c
     where r.campaign_id = c.id and r.revision = c.revision
  ), booked as (
    select distinct on (b.id) r.id as recipient, b.value
      from r
      join c on true
     cross join lateral public.aurora_proactive_bookings(c.organization_id, p_now) b
     where r.status = 'sent' and b.live and b.contact_id = any (r.contact_id || r.other_contacts)
       and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
  )
  select jsonb_build_object(
    'number', (select count(*) from r),
    'sent', (select count(*) from r where r.status = 'sent'),
    'pending', (select count(*) from r where r.status = 'pending'),
    'unknown', (select count(*) from r where r.status = 'failed' and r.reason like 'delivery\_unknown%'),
    'reasons', (select coalesce(jsonb_object_agg(n.reason, n.number), '{}')
                  from (select coalesce(r.reason, 'failed') as reason, count(*) as number from r
                         where r.status = 'skipped'
                            or (r.status = 'failed' and coalesce(r.reason, '') not like 'delivery\_unknown%')
                         group by 1) n),
    'answered', (select count(*) from r where r.status = 'sent' and r.answered_at is not null),
    -- of those who were forgotten the number alone is left
    'booked', (select count(distinct recipient) from booked)
              + (select count(*) from r where r.metadata ? 'booked'),
    'value', ((select coalesce(sum(value), 0) from booked)
              + (select coalesce(sum((r.metadata ->> 'booked')::numeric), 0) from r where r.metadata ? 'booked'))::text,
    'opted_out', (select count(*) from r where r.status = 'sent'
                    and (r.opted_out_at is not null or exists (select from public.aurora_proactive_opt_outs x
                                 where x.organization_id = r.organization_id and x.level in ('sure', 'probable')
                                   and x.since >= r.sent_at
                                   and (x.key = r.phone_key or x.contact_id = r.contact_id)))))
$$;

comment on function public.aurora_proactive_campaign_figures(uuid, timestamptz) is
  'What came of a campaign: recipients sent to, in doubt, not sent to by reason, and who answered, booked within seven '
  'days, or opted out.';

create or replace function public.aurora_proactive_campaign_reported(p_campaign uuid, p_what text, p_now timestamptz)
returns void
language sql
set search_path = ''
as $$
  update public.aurora_proactive_campaigns c
     set reported_at = case p_what when 'report' then p_now else c.reported_at end,
         followed_up_at = case p_what when 'follow_up' then p_now else c.followed_up_at end
   where c.id = p_campaign
$$;

comment on function public.aurora_proactive_campaign_reported(uuid, text, timestamptz) is
  'Keeps that the report of a campaign, or the one a week later, was put on its way.';

create or replace function public.aurora_proactive_expire_campaigns(
  p_preview_seconds double precision, p_now timestamptz
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_number integer;
begin
  with old as (
    select c.id, c.status, c.revision from public.aurora_proactive_campaigns c
     where c.status in ('offered', 'previewed')
       and (c.valid_until <= p_now
            or (c.status = 'previewed' and c.previewed_at <= p_now - make_interval(secs => p_preview_seconds)))
     order by c.id for update
  ), noted as (
    insert into public.aurora_proactive_campaign_steps (campaign_id, cause, was, became, revision)
    select o.id, 'pump:expired', o.status, 'expired', o.revision from old o
    on conflict do nothing
  ), gone as (
    update public.aurora_proactive_campaign_recipients r set status = 'skipped', reason = 'stopped'
     where r.campaign_id in (select id from old) and r.status = 'pending'
  ), expired as (
    update public.aurora_proactive_campaigns c set status = 'expired', ended_at = p_now, ended_by = 'time'
     where c.id in (select id from old)
    returning 1)
  select count(*) into v_number from expired;
  -- What nobody could find out in two days, nobody will.
  update public.aurora_proactive_campaign_recipients r
     set status = 'failed', reason = 'delivery_unknown_after_interruption', metadata = r.metadata - 'claim'
   where r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt')
     and (r.metadata ->> 'touched')::double precision < extract(epoch from clock_timestamp()) - 2 * 86400;
  return v_number;
end
$$;

comment on function public.aurora_proactive_expire_campaigns(double precision, timestamptz) is
  'Lets offers and previews that are no longer valid expire, a preview also p_preview_seconds after it was made.';

-- How the API and the pages read messages.

create or replace function public.aurora_proactive_message_row(m public.aurora_proactive_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- The receiver's address at the gateway stays inside, and of the owner's number all but its end. The product may have
  -- deleted the organisation and the owner.
  select jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'type', m.message_type, 'status', m.status,
    'scheduled_for', m.scheduled_for at time zone 'utc', 'created_at', m.created_at at time zone 'utc',
    'sent_at', m.sent_at at time zone 'utc', 'reason', m.error_message,
    'reason_code', m.metadata #>> '{failure,code}', 'failure', m.metadata -> 'failure',
    'attempts', m.metadata -> 'attempts', 'composer', m.metadata ->> 'composer',
    'receipts', coalesce(m.metadata -> 'receipts', '{}'),
    'delivery', public.aurora_proactive_delivery(m.status, m.metadata),
    'stopped', case when m.status = 'pending' then (
      select jsonb_build_object('cause', b.cause, 'until', b.new_until)
        from public.aurora_proactive_stopped_instances(m.organization_id) b limit 1) end,
    'job_id', m.metadata ->> 'job_id', 'instance', m.metadata ->> 'instance',
    'phone', public.aurora_proactive_masked_phone(public.aurora_proactive_phone_key(w.phone)),
    'organization', o.name, 'owner', w.name, 'timezone', public.aurora_proactive_zone(o.timezone))
    from (select 1) one
    left join public.organizations o on o.id = m.organization_id
    left join public.owner_numbers w on w.id = m.owner_number_id
$$;

comment on function public.aurora_proactive_message_row(public.aurora_proactive_messages) is
  'A message as lists show it, without its text: times with their zone, whose it is, and in which zone that one lives.';

create or replace function public.aurora_proactive_search_key(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(lower(normalize(p_text)), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')
$$;

comment on function public.aurora_proactive_search_key(text) is
  'A text as people look for it: without capitals and accents.';

-- Conditions on "m", a message, that follow "where true"; $1 is the filter itself. They are built for the filters that
-- are there: one plan for all of them would read the whole table. Keys that are not there do not filter:
--   organization, type, status, delivery (of sent ones), reason (the code of a failure)
--   from (included), to (not included): when it was created
--   id          the beginning of an id (hexadecimal digits, dashes do not count) or a whole id of the gateway's
--   owner       a part of the owner's name;  text: a part of the message's text; both without capitals and accents
--   phone       the last digits of the owner's number
--   instance    the instance that it went out from or, where it came to none, that its organisation has
--   resendable  it failed, its record is complete, and it is known that it was not sent
create or replace function public.aurora_proactive_message_conditions(p_filter jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id constant text := p_filter ->> 'id';
  v_digits constant text := left(lower(replace(v_id, '-', '')), 32);
  v_low uuid;
  v_high uuid;
begin
  if v_digits ~ '^[0-9a-f]+$' then
    v_low := rpad(v_digits, 32, '0');
    v_high := rpad(v_digits, 32, 'f');
  end if;
  return
    -- one or two digits begin so many ids that they are met on the way; more of them are looked up
    case when length(v_digits) <= 2 and v_low is not null then format(' and m.id between %L and %L', v_low, v_high)
         when v_id is not null then format(
           ' and m.id in (select i.id from public.aurora_proactive_messages i where i.id between %L and %L'
           ' union all select i.id from public.aurora_proactive_messages i'
           ' where i.metadata ->> ''gateway_message_id'' = %L)', v_low, v_high, v_id) else '' end
    || case when p_filter ? 'organization' then ' and m.organization_id = ($1 ->> ''organization'')::uuid'
            else '' end
    || case when p_filter ? 'type' then ' and m.message_type = $1 ->> ''type''' else '' end
    || case when p_filter ? 'status' then format(' and m.status = %L', p_filter ->> 'status') else '' end
    || case when p_filter ? 'delivery' then
         ' and m.status = ''sent'' and public.aurora_proactive_delivery(m.status, m.metadata) = $1 ->> ''delivery'''
         else '' end
    || case when p_filter ? 'reason' then
         ' and m.status = ''failed'' and m.metadata #>> ''{failure,code}'' = $1 ->> ''reason''' else '' end
    || case when p_filter ? 'from' then
         ' and m.created_at >= ($1 ->> ''from'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ? 'to' then
         ' and m.created_at < ($1 ->> ''to'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ?| '{owner,phone}' then
         ' and m.owner_number_id in (select w.id from public.owner_numbers w where true'
         || case when p_filter ? 'organization' then ' and w.organization_id = ($1 ->> ''organization'')::uuid'
                 else '' end
         || case when p_filter ? 'owner' then ' and strpos(public.aurora_proactive_search_key(w.name),'
              ' public.aurora_proactive_search_key($1 ->> ''owner'')) > 0' else '' end
         || case when p_filter ? 'phone' then ' and right(regexp_replace(w.phone, ''[^0-9]'', '''', ''g''),'
              ' length($1 ->> ''phone'')) = $1 ->> ''phone''' else '' end || ')'
         else '' end
    || case when p_filter ? 'text' then ' and strpos(public.aurora_proactive_search_key(m.content),'
         ' public.aurora_proactive_search_key($1 ->> ''text'')) > 0' else '' end
    || case when p_filter ? 'instance' then
         ' and case when m.metadata ? ''instance'''
         ' then lower(m.metadata ->> ''instance'') = lower($1 ->> ''instance'')'
         ' else m.organization_id in (select i.organization_id from public.whatsapp_instances i'
         ' where lower(i.instance_name) = lower($1 ->> ''instance'')) end' else '' end
    || case when p_filter ? 'resendable' then
         ' and m.status = ''failed'' and m.metadata ? ''occurrence'' and m.metadata ? ''timezone'''
         ' and coalesce(m.metadata #>> ''{failure,code}'', '''') not like ''delivery\_unknown\_%'''
         else '' end;
end
$$;

comment on function public.aurora_proactive_message_conditions(jsonb) is
  'What the messages of a filter have in common, as conditions of a query on "m" whose $1 is the filter.';

drop function if exists public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer);
drop function if exists public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer, text);
-- p_before_at and p_before_id are those of the last row seen: the thousandth page costs what the first one does.
create or replace function public.aurora_proactive_search_messages(
  p_filter jsonb, p_before_at timestamptz, p_before_id uuid, p_limit integer
)
returns setof jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return query execute
    'select public.aurora_proactive_message_row(m) from public.aurora_proactive_messages m where true'
    || public.aurora_proactive_message_conditions(p_filter)
    || case when p_before_at is not null
         then ' and (m.created_at, m.id) < ($2 at time zone ''utc'', $3)' else '' end
    || ' order by m.created_at desc, m.id desc limit $4'
    using p_filter, p_before_at, p_before_id, least(greatest(p_limit, 1), 1000);
end
$$;

comment on function public.aurora_proactive_search_messages(jsonb, timestamptz, uuid, integer) is
  'A page of the messages of a filter (aurora_proactive_message_conditions), newest first, after the last one seen.';

create or replace function public.aurora_proactive_count_failed(p_filter jsonb, p_limit integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_counts jsonb;
begin
  execute
    'select jsonb_build_object(''failed'', coalesce(sum(n), 0), ''resendable'', coalesce(sum(resendable), 0),'
    ' ''reasons'', coalesce(jsonb_object_agg(code, n) filter (where code is not null), ''{}''))'
    ' from (select f.metadata #>> ''{failure,code}'' as code, count(*) as n, count(*) filter ('
    ' where f.metadata ? ''occurrence'' and f.metadata ? ''timezone'''
    ' and coalesce(f.metadata #>> ''{failure,code}'', '''') not like ''delivery\_unknown\_%'') as resendable'
    ' from (select m.metadata from public.aurora_proactive_messages m where m.status = ''failed'''
    || public.aurora_proactive_message_conditions(p_filter)
    || ' limit $2) f group by 1) reasons'
    into v_counts using p_filter, p_limit;
  return v_counts;
end
$$;

comment on function public.aurora_proactive_count_failed(jsonb, integer) is
  'How many of the messages of a filter failed, by reason, and how many of them can be sent again together; counts '
  'p_limit at most.';

create or replace function public.aurora_proactive_messages_of(p_ids uuid[])
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_message_row(m)
    from public.aurora_proactive_messages m
   where m.id = any (p_ids)
   order by m.created_at desc, m.id desc
   limit 1000
$$;

comment on function public.aurora_proactive_messages_of(uuid[]) is
  'The messages of these ids, newest first; those that have no record are not among them.';

create or replace function public.aurora_proactive_message(p_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_message_row(m) || jsonb_build_object(
    'content', m.content, 'facts', m.metadata -> 'facts', 'fallback', m.metadata ->> 'fallback',
    'data', m.metadata -> 'data', 'occurrence', m.metadata ->> 'occurrence',
    'gateway_message_id', m.metadata ->> 'gateway_message_id',
    'replies', coalesce((select jsonb_agg(r.received_at order by r.received_at)
                           from public.aurora_proactive_replies r where r.answers = m.id), '[]'))
    from public.aurora_proactive_messages m
   where m.id = p_id
$$;

comment on function public.aurora_proactive_message(uuid) is
  'One message whole: its text, the figures that it states, how it was made, when it was answered. Null if '
  'there is none.';

create or replace function public.aurora_proactive_names(p_organizations uuid[], p_owners uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(id, name), '{}')
    from (select o.id, o.name from public.organizations o where o.id = any (p_organizations)
          union all
          select w.id, w.name from public.owner_numbers w where w.id = any (p_owners)) named
   where name is not null
$$;

comment on function public.aurora_proactive_names(uuid[], uuid[]) is
  'The names of organisations and of owners, by their ids; who has none, or is gone, is not among them.';

-- How the API and the pages read campaigns, who receives them, and who wants none.

create or replace function public.aurora_proactive_campaign_row(c public.aurora_proactive_campaigns)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'organization', o.name,
    'timezone', public.aurora_proactive_zone(o.timezone), 'source', c.source, 'source_key', c.source_key,
    'option', c.option, 'campaign_type', c.audience ->> 'campaign_type', 'message_id', c.message_id,
    'instance_name', c.instance_name, 'status', c.status, 'resumes_as', c.resumes_as, 'pause_cause', c.pause_cause,
    'revision', c.revision, 'text', c.text, 'told', c.told, 'frozen', c.frozen, 'left_out', c.left_out,
    'valid_until', c.valid_until, 'previewed_at', c.previewed_at, 'starts_at', c.starts_at,
    'send_until', c.send_until, 'confirmed_at', c.confirmed_at, 'confirmed_by', c.confirmed_by,
    'via', c.confirmation ->> 'via', 'paused_at', c.paused_at, 'ended_at', c.ended_at, 'ended_by', c.ended_by,
    'created_at', c.created_at,
    'counts', coalesce((select jsonb_object_agg(n.status, n.number)
                 from (select r.status, count(*) as number from public.aurora_proactive_campaign_recipients r
                        where r.campaign_id = c.id and r.revision = c.revision group by 1) n), '{}'),
    'waiting', coalesce((select jsonb_object_agg(n.warmth, n.number)
                 from (select r.warmth, count(*) as number from public.aurora_proactive_campaign_recipients r
                        where r.campaign_id = c.id and r.revision = c.revision and r.status = 'pending'
                        group by 1) n), '{}'))
    from (select 1) one
    left join public.organizations o on o.id = c.organization_id
$$;

comment on function public.aurora_proactive_campaign_row(public.aurora_proactive_campaigns) is
  'A campaign as lists show it, with the numbers of its recipients by status, and by warmth of those who wait.';

-- Null arguments do not filter. p_before_at and p_before_id are those of the last row seen.
create or replace function public.aurora_proactive_campaign_list(
  p_organization uuid, p_states text[], p_before_at timestamptz, p_before_id uuid, p_limit integer
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  select public.aurora_proactive_campaign_row(c)
    from public.aurora_proactive_campaigns c
   where (p_organization is null or c.organization_id = p_organization)
     and (p_states is null or c.status = any (p_states))
     and (p_before_at is null or (c.created_at, c.id) < (p_before_at, p_before_id))
   order by c.created_at desc, c.id desc
   limit least(greatest(p_limit, 1), 201)
$$;

comment on function public.aurora_proactive_campaign_list(uuid, text[], timestamptz, uuid, integer) is
  'A page of campaigns, newest first, after the last one seen.';

create or replace function public.aurora_proactive_campaign_whole(p_campaign uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with r as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id and c.revision = r.revision
     where r.campaign_id = p_campaign
  ), ends as (
    select min(r.position) as first, max(r.position) as last, count(*) as number from r
  ), shown as (
    -- Three real ones from all over the list: the best ranked, one of its middle, its last.
    select r.* from r, ends
     where r.position in (ends.first, ends.last, (ends.first + ends.last) / 2) and r.content is not null
  )
  select public.aurora_proactive_campaign_row(c) || jsonb_build_object(
    'legal_basis', c.legal_basis, 'basis_reference', c.basis_reference, 'trips', c.trips,
    'reported_at', c.reported_at, 'followed_up_at', c.followed_up_at,
    'confirmed_by_name', coalesce((select w.name from public.owner_numbers w
                                    where w.id = c.confirmed_by and w.organization_id = c.organization_id),
                                  c.confirmation ->> 'by'),
    'heard', c.confirmation ->> 'heard', 'reply_id', c.confirmation ->> 'reply_id',
    'warmth', (select coalesce(jsonb_object_agg(n.warmth, n.number), '{}')
                 from (select r.warmth, count(*) as number from r group by 1) n),
    'deliveries', (select coalesce(jsonb_object_agg(n.delivery, n.number), '{}')
                     from (select public.aurora_proactive_delivery(r.status, r.metadata) as delivery, count(*) as number
                             from r where r.status = 'sent' group by 1) n),
    'figures', public.aurora_proactive_campaign_figures(c.id, p_now),
    'examples', coalesce((select jsonb_agg(jsonb_build_object(
                              'recipient_id', s.id, 'name', k.name, 'text', s.content) order by s.position)
                            from shown s
                            left join public.contacts k on k.id = s.contact_id
                                                       and k.organization_id = s.organization_id), '[]'),
    'steps', coalesce((select jsonb_agg(jsonb_build_object(
                           'at', s.at, 'was', s.was, 'became', s.became, 'revision', s.revision,
                           'by_itself', s.cause like 'pump:%') order by s.at, s.cause)
                         from public.aurora_proactive_campaign_steps s where s.campaign_id = c.id), '[]'))
    from public.aurora_proactive_campaigns c
   where c.id = p_campaign
$$;

comment on function public.aurora_proactive_campaign_whole(uuid, timestamptz) is
  'One campaign whole: who said yes and how it was read, what came of it, three real messages, its steps. Null if '
  'there is none.';

-- p_after_position and p_after_id are those of the last row seen.
create or replace function public.aurora_proactive_campaign_recipient_list(
  p_campaign uuid, p_status text, p_reason text, p_delivery text, p_after_position integer, p_after_id uuid,
  p_limit integer, p_now timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  with c as (
    select * from public.aurora_proactive_campaigns x where x.id = p_campaign
  ), page as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r, c
     where r.campaign_id = c.id and r.revision = c.revision
       and (p_status is null or r.status = p_status)
       and (p_reason is null or r.reason = p_reason)
       and (p_delivery is null or public.aurora_proactive_delivery(r.status, r.metadata) = p_delivery)
       and (p_after_position is null or (r.position, r.id) > (p_after_position, p_after_id))
     order by r.position, r.id
     limit least(greatest(p_limit, 1), 1000)
  ), booked as materialized (
    select r.id, min(b.created_at) as at
      from page r
      join public.aurora_proactive_bookings((select c.organization_id from c), p_now) b
        on b.contact_id = any (r.contact_id || r.other_contacts) and b.live
       and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
     where r.status = 'sent'
     group by r.id
  )
  select jsonb_build_object(
    'id', r.id, 'campaign_id', r.campaign_id, 'position', r.position, 'contact_id', r.contact_id,
    'name', k.name, 'pets', coalesce((select jsonb_agg(p.name order by p.name collate "C", p.id) from public.pets p
                                       where p.id = any (r.pets) and p.organization_id = r.organization_id), '[]'),
    'phone', case when r.phone is not null then public.aurora_proactive_masked_phone(r.phone_key) end,
    'warmth', r.warmth, 'status', r.status,
    'reason', r.reason, 'failure', r.metadata -> 'failure',
    'delivery', public.aurora_proactive_delivery(r.status, r.metadata),
    'sent_at', r.sent_at, 'receipts', coalesce(r.metadata -> 'receipts', '{}') - 'error',
    'answered_at', r.answered_at,
    'opted_out_at', coalesce(r.opted_out_at, (
       select min(x.since) from public.aurora_proactive_opt_outs x
        where x.organization_id = r.organization_id and x.level in ('sure', 'probable') and r.status = 'sent'
          and x.since >= r.sent_at and (x.key = r.phone_key or x.contact_id = r.contact_id))),
    'booked_at', (select b.at from booked b where b.id = r.id), 'text', r.content)
    from page r
    left join public.contacts k on k.id = r.contact_id and k.organization_id = r.organization_id
   order by r.position, r.id
$$;

comment on function public.aurora_proactive_campaign_recipient_list(
  uuid, text, text, text, integer, uuid, integer, timestamptz
) is 'A page of who receives a campaign''s present revision, in its order, after the last one seen.';

create or replace function public.aurora_proactive_opt_out_id(p_organization uuid, p_key text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select md5(p_organization::text || ':' || p_key)::uuid
$$;

comment on function public.aurora_proactive_opt_out_id(uuid, text) is
  'By what pages and addresses name an opt-out, so that no number stands in them.';

create or replace function public.aurora_proactive_opt_out_row(o public.aurora_proactive_opt_outs, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', public.aurora_proactive_opt_out_id(o.organization_id, o.key), 'organization_id', o.organization_id,
    'kind', kind.is, 'phone', case when kind.is = 'phone' then public.aurora_proactive_masked_phone(o.key) end,
    'contact_id', person.id, 'name', person.name, 'pet', pet.name,
    'level', o.level, 'source', o.source, 'rule', o.evidence ->> 'rule',
    'campaign_id', o.evidence ->> 'campaign_id', 'since', o.since, 'until', o.until,
    'listed', o.level = 'block_list' or o.evidence ? 'listed',
    'over', coalesce(o.until <= p_now, false))
    from (select case when o.key like 'lid:%' then 'hidden' when o.key like 'pet:%' then 'pet'
                      when o.key like 'contact:%' then 'client' else 'phone' end as is) kind
    left join lateral (
      select p.name, p.contact_id from public.pets p
       where kind.is = 'pet' and p.organization_id = o.organization_id and p.id::text = substr(o.key, 5)) pet on true
    left join lateral (
      select c.id, c.name from public.contacts c
       where c.organization_id = o.organization_id
         and (c.id in (o.contact_id, pet.contact_id) or (kind.is = 'client' and c.id::text = substr(o.key, 9))
              or (kind.is = 'phone' and o.contact_id is null and public.aurora_proactive_phone_key(c.phone) = o.key))
       order by c.created_at, c.id limit 1) person on true
$$;

comment on function public.aurora_proactive_opt_out_row(public.aurora_proactive_opt_outs, timestamptz) is
  'An opt-out as lists show it: whose it is, how sure, since when, until when, by which rule it was read, and whether '
  'the number is on a block list (as well).';

-- Null arguments do not filter; p_phone is a number as somebody writes it. p_before_at and p_before_id are those of the
-- last row seen.
create or replace function public.aurora_proactive_opt_out_list(
  p_organization uuid, p_level text, p_phone text, p_before_at timestamptz, p_before_id uuid, p_limit integer,
  p_now timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  with page as materialized (
    select o.*, public.aurora_proactive_opt_out_id(o.organization_id, o.key) as id
      from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization
       and (p_level is null or o.level = p_level)
       and (p_phone is null
            or o.key = public.aurora_proactive_phone_key(p_phone)
            or o.contact_id in (select c.id from public.contacts c
                                 where c.organization_id = p_organization
                                   and public.aurora_proactive_phone_key(c.phone)
                                       = public.aurora_proactive_phone_key(p_phone)))
       and (p_before_at is null
            or (o.since, public.aurora_proactive_opt_out_id(o.organization_id, o.key)) < (p_before_at, p_before_id))
     order by o.since desc, id desc
     limit least(greatest(p_limit, 1), 201)
  )
  select public.aurora_proactive_opt_out_row(o, p_now)
    from page
    join public.aurora_proactive_opt_outs o on o.organization_id = page.organization_id and o.key = page.key
   order by page.since desc, page.id desc
$$;

comment on function public.aurora_proactive_opt_out_list(
  uuid, text, text, timestamptz, uuid, integer, timestamptz
) is 'A page of who receives no campaigns of an organisation, newest first, after the last one seen.';

create or replace function public.aurora_proactive_opt_out_found(p_organization uuid, p_id uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_opt_out_row(o, p_now) || jsonb_build_object('key', o.key)
    from public.aurora_proactive_opt_outs o
   where o.organization_id = p_organization
     and public.aurora_proactive_opt_out_id(o.organization_id, o.key) = p_id
$$;

comment on function public.aurora_proactive_opt_out_found(uuid, uuid, timestamptz) is
  'One opt-out by its id, with its key, which stays inside; null if there is none.';

create or replace function public.aurora_proactive_opt_out_counts(p_organization uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(n.level, n.number), '{}')
    from (select o.level, count(*) as number from public.aurora_proactive_opt_outs o
           where o.organization_id = p_organization and (o.until is null or o.until > p_now) group by 1) n
$$;

comment on function public.aurora_proactive_opt_out_counts(uuid, timestamptz) is
  'How many receive no campaigns of an organisation, by level.';

create or replace function public.aurora_proactive_offering_messages(
  p_organization uuid, p_types text[], p_since timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', m.id, 'owner_number_id', m.owner_number_id, 'message_type', m.message_type,
    'key', m.metadata ->> 'occurrence', 'data', coalesce(m.metadata -> 'data', '{}'), 'facts', m.metadata -> 'facts',
    'content', m.content, 'sent_at', m.sent_at at time zone 'utc',
    'taken', (select coalesce(jsonb_agg(c.id), '[]') from public.aurora_proactive_campaigns c
               where c.organization_id = m.organization_id and c.source = m.message_type
                 and c.source_key = m.metadata ->> 'occurrence'))
    from public.aurora_proactive_messages m
   where m.organization_id = p_organization and m.message_type = any (p_types) and m.status = 'sent'
     and m.created_at > p_since at time zone 'utc'
   order by m.sent_at desc, m.id
   limit 100
$$;

comment on function public.aurora_proactive_offering_messages(uuid, text[], timestamptz) is
  'The messages of an organisation that may offer a campaign, newest first, with the campaigns made of each.';

-- The health of the number that an organisation's campaigns go out from, as pages and answers show it.

create or replace function public.aurora_proactive_number_report(p_organization uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'instance', i.instance_name,
    'timezone', public.aurora_proactive_zone(o.timezone),
    'status', coalesce(i.status, 'disconnected'),
    'told', t.state,
    'created_at', i.created_at,
    'declared', s.used_since,
    'daily_caps', s.daily_caps,
    'health', to_jsonb(h) - array['handed', 'handed_at'],
    'trips', (select coalesce(jsonb_agg(jsonb_build_object('cause', substr(e.kind, 6), 'at', e.at)
                                        order by e.at desc, e.id desc), '[]')
                from (select * from public.aurora_proactive_number_events e
                       where e.instance_name = i.instance_name and e.kind like 'trip:%'
                         and e.at > p_now - interval '30 days' and e.at <= p_now
                       order by e.at desc, e.id desc limit 10) e))
    from public.organizations o
    -- the one that campaigns are sent by (aurora_proactive_campaign_terms)
    join lateral (
      select * from public.whatsapp_instances x where x.organization_id = o.id
       order by (x.status = 'connected') desc, x.created_at, x.id limit 1) i on true
    left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
    left join public.aurora_proactive_campaign_settings s on s.organization_id = o.id
    left join public.aurora_proactive_number_health h on h.instance_name = i.instance_name
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_number_report(uuid, timestamptz) is
  'The instance that an organisation''s campaigns are sent by: its health, what is declared of it, the trips of its '
  'breaker in the last 30 days, newest first. Null where there is no instance.';

-- What operators watch of campaigns. Those that are over count for a day.
create or replace function public.aurora_proactive_campaign_snapshot(p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as materialized (
    select c.id, c.status, c.pause_cause, c.instance_name, c.confirmed_at, c.revision
      from public.aurora_proactive_campaigns c
     where c.status in ('offered', 'previewed', 'confirmed', 'running', 'paused')
        or c.ended_at > p_now - interval '24 hours'
  ), clients as materialized (
    select r.status, case when r.status in ('skipped', 'failed') then coalesce(r.reason, 'failed') end as reason,
           count(*) as number
      from lately l
      join public.aurora_proactive_campaign_recipients r on r.campaign_id = l.id and r.revision = l.revision
     where l.confirmed_at is not null
     group by 1, 2
  )
  select jsonb_build_object(
    'campaigns', (select coalesce(jsonb_object_agg(n.status, n.number), '{}')
                    from (select l.status, count(*) as number from lately l group by 1) n),
    'paused', (select coalesce(jsonb_object_agg(n.cause, n.number), '{}')
                 from (select coalesce(l.pause_cause, 'owner') as cause, count(*) as number from lately l
                        where l.status = 'paused' group by 1) n),
    'clients', (select coalesce(jsonb_object_agg(n.status, n.number), '{}')
                  from (select c.status, sum(c.number)::bigint as number from clients c group by 1) n),
    'unsent', (select coalesce(jsonb_object_agg(c.reason, c.number), '{}')
                 from (select c.reason, sum(c.number)::bigint as number from clients c
                        where c.reason is not null group by 1) c),
    'numbers', (select coalesce(jsonb_object_agg(n.cause, n.number), '{}')
                  from (select coalesce(h.pause_cause, 'undelivered') as cause, count(*) as number
                          from public.aurora_proactive_number_health h where h.paused_until > p_now group by 1) n),
    -- a minute is what the maintenance takes, with much to spare
    'instances', (select coalesce(jsonb_agg(distinct coalesce(l.instance_name, '')), '[]') from lately l
                   where l.status in ('confirmed', 'running', 'paused')
                     and l.confirmed_at < p_now - interval '1 minute'))
$$;

comment on function public.aurora_proactive_campaign_snapshot(timestamptz) is
  'Campaigns by state and by the cause of a pause, their clients by status and by why they got nothing, numbers that '
  'the breaker pauses by its cause, and the instances that need a pump. What is over counts for a day.';

-- What operators watch, in one request: how many messages ended and failed lately, when one was last sent, whether one
-- was due since, and the instances. Times are this database's own.

-- Whether something was due in (p_after, p_until]: a message that was not sent, or one of the type p_type (which
-- every owner gets every day, at p_daily local time) for an owner who was already there. The latter counts without any
-- record of it, so that a schedule that stands still is noticed; but not before the worker has been at work for the
-- period.
create or replace function public.aurora_proactive_anything_due(
  p_after timestamptz, p_until timestamptz, p_type text, p_daily time
)
returns boolean
language sql
stable
set search_path = ''
as $$
  with zones as materialized (
    select n.written,
           public.aurora_proactive_instant(
             (p_until at time zone n.zone)::date + p_daily
               - case when (p_until at time zone n.zone)::time < p_daily then interval '1 day' else interval '0' end,
             n.zone) as ran_at
      from public.aurora_proactive_zones() n
  )
  select exists (
      select from public.aurora_proactive_messages m
       where m.status = 'pending'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (
      select from public.aurora_proactive_messages m
       where m.status = 'failed' and m.created_at > p_after at time zone 'utc'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (select from public.aurora_proactive_messages m where m.created_at <= p_after at time zone 'utc')
   and exists (
      select from zones z
        join public.organizations o on coalesce(o.timezone, '') = z.written and o.is_active and o.created_at < z.ran_at
        join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled and w.created_at < z.ran_at
       where z.ran_at > p_after and w.phone ~ '[0-9]'
         and not exists (
           select from public.aurora_proactive_pauses p
            where coalesce(p.organization_id, o.id) = o.id
              and coalesce(p.message_type, p_type) = p_type))
$$;

comment on function public.aurora_proactive_anything_due(timestamptz, timestamptz, text, time) is
  'Whether a message that was not sent, or one of the type that every owner gets, was due in a period.';

-- A message is given ten minutes for its receipts. What an instance does not tell, nobody can count.
create or replace function public.aurora_proactive_lately_delivered()
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as (
    select public.aurora_proactive_delivery(m.status, m.metadata) as delivery,
           m.sent_at < (now() - interval '10 minutes') at time zone 'utc' and exists (
             select from public.whatsapp_instances i
               join public.aurora_proactive_instances s on s.instance_name = i.instance_name
              where i.organization_id = m.organization_id and s.acknowledged_at > now() - interval '7 days') as judged
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '70 minutes') at time zone 'utc')
  select jsonb_build_object(
    'counts', coalesce((select jsonb_object_agg(delivery, n)
                          from (select delivery, count(*) as n from lately group by 1) c), '{}'),
    'judged', count(*) filter (where judged),
    'undelivered', count(*) filter (where judged and delivery in ('refused', 'silent')))
    from lately
$$;

comment on function public.aurora_proactive_lately_delivered() is
  'What became of the messages of the last 70 minutes: "counts" by delivery; of those 10 minutes old, of instances '
  'that tell receipts, how many there are ("judged"), and how many of them were refused or silent ("undelivered").';

-- p_silence_seconds is the period in which something may have been due; its last 24th is left out, so that what
-- has just become due is not missed yet. Answers {"instances": {state: n}, "pending", "ended", "failed" (both of
-- the last hour), "last_sent_seconds" (null: never), "due", "campaigns" (campaign_snapshot)}.
create or replace function public.aurora_proactive_records_snapshot(
  p_silence_seconds double precision, p_type text, p_daily time
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- The hour is written out each time: the planner has to see how little of the history it is.
  with sent as (
    select count(*) as n from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '1 hour') at time zone 'utc'),
  failed as (
    select count(*) as n from public.aurora_proactive_messages m
     where m.status = 'failed'
       and (m.created_at > (now() - interval '1 hour') at time zone 'utc'
            or (m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600)
       and coalesce((m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600, true))
  select jsonb_build_object(
    'deliveries', public.aurora_proactive_lately_delivered(), 'breakers', (
      select coalesce(jsonb_object_agg(cause, n), '{}')
        from (select b.cause, count(*) as n from public.aurora_proactive_stopped_instances(null) b group by 1) c),
    'instances', coalesce(
      (select jsonb_object_agg(s.status, s.n)
         from (select public.aurora_proactive_instance_status(t.state, i.status) as status, count(*) as n
                 from public.whatsapp_instances i
                 join public.organizations o on o.id = i.organization_id and o.is_active
                 left join public.aurora_proactive_instance_states() t on t.instance_name = i.instance_name
                group by 1) s), '{}'),
    'campaigns', public.aurora_proactive_campaign_snapshot(now()),
    'pending', (select count(*) from public.aurora_proactive_messages m where m.status = 'pending'),
    'ended', sent.n + failed.n,
    'failed', failed.n,
    'last_sent_seconds', (
      select extract(epoch from (now() at time zone 'utc') - max(m.sent_at))
        from public.aurora_proactive_messages m where m.status = 'sent'),
    'due', public.aurora_proactive_anything_due(
      now() - make_interval(secs => p_silence_seconds), now() - make_interval(secs => p_silence_seconds / 24),
      p_type, p_daily))
    from sent, failed
$$;

comment on function public.aurora_proactive_records_snapshot(double precision, text, time) is
  'What the metrics and the alerts need of the records, in one answer.';

-- What organisations accept, and the rights of their clients, by hand: opt-outs, block lists, consents, erasure.

create or replace function public.aurora_proactive_keep_campaign_settings(
  p_organization uuid, p_settings jsonb, p_by text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_old public.aurora_proactive_campaign_settings;
  v_new public.aurora_proactive_campaign_settings :=
    jsonb_populate_record(null::public.aurora_proactive_campaign_settings, p_settings);
begin
  select * into v_old from public.aurora_proactive_campaign_settings s
   where s.organization_id = p_organization for update;
  -- What was accepted before stays written; the same terms again are the same acceptance.
  if v_old.organization_id is null
     or (v_old.accepted_by, v_old.legal_basis, v_old.basis_reference)
        is distinct from (v_new.accepted_by, v_new.legal_basis, v_new.basis_reference) then
    v_new.accepted_at := p_now;
    v_new.recorded_by := p_by;
    v_new.history := case when v_old.organization_id is null then '[]' else v_old.history || jsonb_build_object(
      'accepted_by', v_old.accepted_by, 'accepted_at', v_old.accepted_at, 'legal_basis', v_old.legal_basis,
      'basis_reference', v_old.basis_reference, 'recorded_by', v_old.recorded_by) end;
  else
    v_new.accepted_at := v_old.accepted_at;
    v_new.recorded_by := v_old.recorded_by;
    v_new.history := v_old.history;
  end if;
  insert into public.aurora_proactive_campaign_settings as s
    (organization_id, accepted_by, accepted_at, recorded_by, history, legal_basis, basis_reference, business_name,
     cost_sentence, daily_caps, used_since)
  values (p_organization, v_new.accepted_by, v_new.accepted_at, v_new.recorded_by, v_new.history, v_new.legal_basis,
          v_new.basis_reference, v_new.business_name, v_new.cost_sentence, v_new.daily_caps, v_new.used_since)
  on conflict (organization_id) do update
    set accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at, recorded_by = excluded.recorded_by,
        history = excluded.history, legal_basis = excluded.legal_basis, basis_reference = excluded.basis_reference,
        business_name = excluded.business_name, cost_sentence = excluded.cost_sentence,
        daily_caps = excluded.daily_caps, used_since = excluded.used_since;
  return (select to_jsonb(s) from public.aurora_proactive_campaign_settings s where s.organization_id = p_organization);
end
$$;

comment on function public.aurora_proactive_keep_campaign_settings(uuid, jsonb, text, timestamptz) is
  'Keeps what an organisation accepted and set for its campaigns; earlier acceptances stay in its history.';

create or replace function public.aurora_proactive_campaign_settings_of(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(s) from public.aurora_proactive_campaign_settings s where s.organization_id = p_organization
$$;

comment on function public.aurora_proactive_campaign_settings_of(uuid) is
  'What an organisation accepted and set for its campaigns; null where nobody did.';

-- A client is out by phone and by client, so the client of the number is kept with it, where that is one.
create or replace function public.aurora_proactive_opt_out_by_hand(
  p_organization uuid, p_key text, p_source text, p_evidence jsonb, p_by text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_contacts uuid[] := array(select c.id from public.contacts c
                              where c.organization_id = p_organization
                                and public.aurora_proactive_phone_key(c.phone) = p_key
                              order by c.created_at, c.id limit 2);
  v_new boolean;
begin
  v_new := public.aurora_proactive_opt_out(jsonb_build_object(
    'organization_id', p_organization, 'key', p_key, 'level', 'sure', 'source', p_source, 'evidence', p_evidence,
    'since', p_now, 'recorded_by', p_by,
    'contact_id', case when cardinality(v_contacts) = 1 then v_contacts[1] end));
  return jsonb_build_object(
    'id', public.aurora_proactive_opt_out_id(p_organization, p_key), 'new', v_new,
    'waiting', public.aurora_proactive_waiting_for(p_organization, array[p_key]));
end
$$;

comment on function public.aurora_proactive_opt_out_by_hand(uuid, text, text, jsonb, text, timestamptz) is
  'Keeps that a number wants no campaigns. Answers {"id", "new", "waiting"}: the opt-out''s id, whether it is new, and '
  'the recipients of that number who were not written to yet.';

create or replace function public.aurora_proactive_waiting_for(
  p_organization uuid, p_keys text[], p_unless_consented boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(r.id), '[]') from public.aurora_proactive_campaign_recipients r
   where r.organization_id = p_organization and r.phone_key = any (p_keys) and r.status = 'pending'
     and not (p_unless_consented and public.aurora_proactive_consented(p_organization, r.phone_key))
$$;

comment on function public.aurora_proactive_waiting_for(uuid, text[], boolean) is
  'The recipients of numbers (p_unless_consented: of those who gave no consent) who were not written to yet: a halt of '
  'each holds where a worker has one in its hand.';

-- All of it or nothing. Who opted out stays so, and is listed too; who is listed already is only counted.
create or replace function public.aurora_proactive_import_block_list(
  p_organization uuid, p_keys text[], p_evidence jsonb, p_by text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_added text[];
begin
  perform pg_advisory_xact_lock(312, hashtext(p_organization::text));
  with added as (
    insert into public.aurora_proactive_opt_outs as o (organization_id, key, level, source, evidence, since)
    select p_organization, k.key, 'block_list', 'import', p_evidence, p_now
      from (select distinct unnest(p_keys) as key order by 1) k
    on conflict (organization_id, key) do update
      -- who may have left for a while is out for good now, whatever comes of that
      set until = null,
          level = case when o.until <= p_now then excluded.level else o.level end,
          source = case when o.until <= p_now then excluded.source else o.source end,
          since = case when o.until <= p_now then excluded.since else o.since end,
          evidence = case when o.until <= p_now then excluded.evidence
                          else o.evidence || jsonb_build_object(
                                 'listed', excluded.evidence || jsonb_build_object('since', excluded.since)) end
      where o.level <> 'block_list' and not o.evidence ? 'listed'
    returning o.key), logged as (
    insert into public.aurora_proactive_consents (organization_id, phone_key, kind, source, evidence, recorded_by, at)
    select p_organization, a.key, 'listed', 'import', p_evidence, p_by, p_now from added a)
  select coalesce(array_agg(a.key), '{}') into v_added from added a;
  return jsonb_build_object('added', cardinality(v_added),
                            'waiting', public.aurora_proactive_waiting_for(p_organization, v_added, true));
end
$$;

comment on function public.aurora_proactive_import_block_list(uuid, text[], jsonb, text, timestamptz) is
  'Keeps the numbers of a block list, in one transaction. Answers {"added", "waiting"}: how many are new on it, and '
  'their recipients who were not written to yet.';

create or replace function public.aurora_proactive_give_consent(
  p_organization uuid, p_key text, p_basis text, p_source text, p_evidence jsonb, p_by text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id bigint;
begin
  perform pg_advisory_xact_lock(311, hashtext(p_organization::text || p_key));
  -- The client's own word is the newest one; what ends a block list or a mourning is somebody else's.
  perform public.aurora_proactive_take_back(p_organization, p_key, false);
  insert into public.aurora_proactive_consents
    (organization_id, phone_key, kind, basis, source, evidence, recorded_by, at)
  values (p_organization, p_key, 'given', p_basis, p_source, p_evidence, p_by, p_now)
  returning id into v_id;
  return (select to_jsonb(c) from public.aurora_proactive_consents c where c.id = v_id);
end
$$;

comment on function public.aurora_proactive_give_consent(uuid, text, text, text, jsonb, text, timestamptz) is
  'Logs a consent that a client gave to this business, which ends an opt-out of its own; answers the row.';

create or replace function public.aurora_proactive_consent_log(p_organization uuid, p_key text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'kind', c.kind, 'purpose', c.purpose, 'basis', c.basis, 'source', c.source, 'evidence', c.evidence,
           'recorded_by', c.recorded_by, 'contact_id', c.contact_id, 'at', c.at) order by c.id), '[]')
    from (select * from public.aurora_proactive_consents x
           where x.organization_id = p_organization
             and (x.phone_key = p_key or x.phone_key in (
                   select k from public.contacts p
                    left join public.pets t on t.contact_id = p.id and t.organization_id = p_organization
                    cross join lateral (values ('contact:' || p.id), ('pet:' || t.id)) v (k)
                    where p.organization_id = p_organization
                      and public.aurora_proactive_phone_key(p.phone) = p_key))
           order by x.id desc limit 1000) c
$$;

comment on function public.aurora_proactive_consent_log(uuid, text) is
  'Every change of the consent and the opt-outs of a number (and of its clients and their pets), oldest first; the '
  'last thousand.';

-- The log of consents is append only, for everybody.
create or replace function public.aurora_proactive_never_rewritten()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'the log of consents is never rewritten' using errcode = 'restrict_violation';
end
$$;

comment on function public.aurora_proactive_never_rewritten() is 'Refuses a change of a row that must stay as it is.';

create or replace trigger aurora_proactive_consents_never_rewritten
  before update or delete on public.aurora_proactive_consents
  for each row execute function public.aurora_proactive_never_rewritten();

-- What a booking brought is kept as a number before the client is forgotten: counts stay.
create or replace function public.aurora_proactive_forget_recipients(p_ids uuid[], p_now timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_number integer;
begin
  with r as materialized (
    select x.* from public.aurora_proactive_campaign_recipients x
     where x.id = any (p_ids) and not (x.status = 'pending' and (x.metadata ? 'claim' or x.metadata ? 'doubt'))
     order by x.id for update
  ), booked as (
    select r.id, sum(b.value) as value
      from (select distinct r.organization_id from r where r.status = 'sent') o
     cross join lateral public.aurora_proactive_bookings(o.organization_id, p_now) b
      join r on r.organization_id = o.organization_id and r.status = 'sent'
            and b.contact_id = any (r.contact_id || r.other_contacts)
     where b.live and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
     group by r.id
  ), out as (
    select r.id, min(x.since) as since from r
      join public.aurora_proactive_opt_outs x
        on x.organization_id = r.organization_id and x.level in ('sure', 'probable') and x.since >= r.sent_at
       and (x.key = r.phone_key or x.contact_id = r.contact_id)
     where r.status = 'sent'
     group by r.id
  ), forgotten as (
    update public.aurora_proactive_campaign_recipients x
       set phone_key = 'erased:' || x.id, phone = null, content = null, contact_id = null, other_contacts = '{}',
           pets = '{}', booking_id = null, error_message = null,
           status = case when x.status = 'pending' then 'skipped' else x.status end,
           reason = case when x.status = 'pending' then 'deleted' else x.reason end,
           opted_out_at = coalesce(x.opted_out_at, out.since),
           metadata = (x.metadata - array['remote_jid', 'data'])
                      || case when booked.id is null then '{}'
                              else jsonb_build_object('booked', booked.value) end
      from r left join booked on booked.id = r.id left join out on out.id = r.id
     where x.id = r.id
    returning 1)
  select count(*) into v_number from forgotten;
  return v_number;
end
$$;

comment on function public.aurora_proactive_forget_recipients(uuid[], timestamptz) is
  'Erases who recipients of campaigns are and what they were written; what became of each stays. Those in a worker''s '
  'hand stay as they are. Answers how many.';

create or replace function public.aurora_proactive_erase_person(p_organization uuid, p_key text, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select r.id from public.aurora_proactive_campaign_recipients r
                         where r.organization_id = p_organization and r.phone_key = p_key);
  v_instances text[] := array(select i.instance_name from public.whatsapp_instances i
                               where i.organization_id = p_organization);
  v_erased integer := public.aurora_proactive_forget_recipients(v_ids, p_now);
begin
  -- Who is in a worker's hand is not written to, whenever that worker comes back.
  update public.aurora_proactive_campaign_recipients r set metadata = r.metadata || '{"erase": true}'
   where r.id = any (v_ids) and r.status = 'pending';
  delete from public.aurora_proactive_heard h where h.phone_key = p_key and h.instance_name = any (v_instances);
  delete from public.aurora_proactive_identities i where i.phone_key = p_key and i.instance_name = any (v_instances);
  delete from public.aurora_proactive_inbox i where i.sender = p_key and i.instance_name = any (v_instances);
  update public.aurora_proactive_client_answers a
     set phone_key = 'erased:' || a.id, phone = null, content = null, metadata = a.metadata - 'remote_jid',
         status = case when a.status = 'pending' then 'skipped' else a.status end
   where a.organization_id = p_organization and a.phone_key = p_key
     and not (a.status = 'pending' and (a.metadata ? 'claim' or a.metadata ? 'doubt'));
  return jsonb_build_object('erased', v_erased, 'open', cardinality(v_ids) - v_erased, 'waiting', to_jsonb(v_ids));
end
$$;

comment on function public.aurora_proactive_erase_person(uuid, text, timestamptz) is
  'Erases what campaigns keep of a number: who received them and what, when it wrote, which hidden sender it is. '
  'Opt-outs and the log of consents stay: they honour the wish. Answers {"erased", "open"}: recipients, and those in a '
  'worker''s hand.';

create or replace function public.aurora_proactive_forget_campaigns(p_days integer, p_limit integer, p_now timestamptz)
returns integer
language sql
set search_path = ''
as $$
  select public.aurora_proactive_forget_recipients(array(
    select r.id from public.aurora_proactive_campaign_recipients r
     where r.created_at < p_now - make_interval(days => p_days) and r.phone is not null
       and not (r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt'))
     order by r.created_at limit p_limit), p_now)
$$;

comment on function public.aurora_proactive_forget_campaigns(integer, integer, timestamptz) is
  'Erases who the recipients of campaigns were that are older than p_days days, about p_limit of them; answers '
  'how many.';

-- Who may do what. Supabase grants everything in public to its API roles by default; here all of ours is taken away
-- from everybody but the service role, whatever its name is after aurora_proactive_.

do $$
declare
  v_function regprocedure;
  v_table regclass;
begin
  for v_function in
    select p.oid from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname like 'aurora\_proactive\_%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to service_role', v_function);
  end loop;
  for v_table in
    select c.oid from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and c.relname like 'aurora\_proactive\_%'
  loop
    execute format('alter table %s enable row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
    execute format('grant select, insert, update, delete, truncate on %s to service_role', v_table);
  end loop;
end
$$;

-- The log of consents is only written on (89_people.sql refuses it to everybody else).
revoke update, delete, truncate on public.aurora_proactive_consents from service_role;

-- Members read their organisation's messages. A member is a session whose token names the organisation in
-- app_metadata, which only the product's server can write (docs/decisions/0005-who-may-read-records.md).
-- Writing stays taken away, so that a policy added by mistake cannot open it.
grant select on public.aurora_proactive_messages to authenticated;
drop policy if exists "members read their organisation's messages" on public.aurora_proactive_messages;
create policy "members read their organisation's messages"
  on public.aurora_proactive_messages for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- Campaigns of their organisation as well; who receives them is read through the API, which shows no number.
grant select on public.aurora_proactive_campaigns to authenticated;
drop policy if exists "members read their organisation's campaigns" on public.aurora_proactive_campaigns;
create policy "members read their organisation's campaigns"
  on public.aurora_proactive_campaigns for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- The last thing that a migration does: while this function is away, or says another version, it is not whole.

create or replace function public.aurora_proactive_migrated()
returns text
language sql
immutable
return
  '20261125000000';

comment on function public.aurora_proactive_migrated() is
  'The migration that was applied to its end; the worker compares it with its own (proactive/storage/migrated.py).';

revoke all on function public.aurora_proactive_migrated() from public, anon, authenticated;
grant execute on function public.aurora_proactive_migrated() to service_role;
