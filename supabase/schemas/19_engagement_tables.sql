-- What came of messages: how answers were read, and whom a campaign leaves out to measure its effect.

alter table public.aurora_proactive_replies
  add column if not exists kind text,
  add column if not exists said text,
  add column if not exists rule smallint;
comment on column public.aurora_proactive_replies.kind is
  'How an owner answered: text, audio, sticker, reaction, other. Null: somebody else wrote, or before this was kept.';
comment on column public.aurora_proactive_replies.said is
  'What the answer said: yes, no, stop, other; null: a reaction that was taken back, or a message that was deleted.';
comment on column public.aurora_proactive_replies.rule is 'The version of the rules that read it.';

-- To tell what a campaign brings, some of those who would receive it are left out by chance.
alter table public.aurora_proactive_campaign_settings
  add column if not exists written_share numeric(2, 1) check (written_share in (0.8, 0.9));
comment on column public.aurora_proactive_campaign_settings.written_share is
  'The share of a campaign''s recipients who are written to where the organisation measures the effect; null: all.';

create table if not exists public.aurora_proactive_campaign_people (
  campaign_id uuid not null,
  recipient_id uuid not null,
  organization_id uuid not null,
  contact_id uuid,
  other_contacts uuid[] not null default '{}',
  arm text not null check (arm in ('written', 'held_back')),
  p double precision not null,
  m double precision not null,
  worth double precision not null default 0,
  window_days smallint not null default 14,
  begins_at timestamptz,
  booked boolean,
  value numeric,
  settled_at timestamptz,
  primary key (campaign_id, recipient_id)
);
comment on table public.aurora_proactive_campaign_people is
  'The units that a campaign''s effect is measured by: who was written to, who was held back, what they booked.';
comment on column public.aurora_proactive_campaign_people.recipient_id is
  'The recipient''s id, held back or not; the arm follows from it and the campaign''s id.';
comment on column public.aurora_proactive_campaign_people.p is 'The probability with which a unit was written to.';
comment on column public.aurora_proactive_campaign_people.m is
  'The expected share of booked ones, of what was known before the assignment.';
comment on column public.aurora_proactive_campaign_people.worth is
  'What a booking was worth on average before the assignment, in reais.';
comment on column public.aurora_proactive_campaign_people.begins_at is
  'When the campaign began, for both arms: what is booked counts from then on for window_days. Null: not begun.';
comment on column public.aurora_proactive_campaign_people.booked is
  'Whether a booking was made in the window; null until it has closed.';
create index if not exists aurora_proactive_campaign_people_organization
  on public.aurora_proactive_campaign_people (organization_id, begins_at);
create index if not exists aurora_proactive_campaign_people_open
  on public.aurora_proactive_campaign_people (begins_at) where booked is null;
