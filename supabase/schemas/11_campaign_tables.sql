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
