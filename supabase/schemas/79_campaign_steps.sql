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

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_campaign_offer(jsonb);
drop function if exists public.aurora_proactive_campaign_step(uuid, text, text[], integer, text, jsonb, jsonb);
drop function if exists public.aurora_proactive_campaign_remove(uuid, uuid[]);

create or replace function public.aurora_proactive_campaign_offer(
  p_campaign jsonb, p_by text default null, p_via text default null
)
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
  if found and p_by is not null then
    perform public.aurora_proactive_record_change(
      (p_campaign ->> 'organization_id')::uuid, p_by, p_via, 'campaign_made', p_campaign ->> 'id', null,
      jsonb_build_object('status', 'offered', 'source', p_campaign ->> 'source'));
  end if;
  return public.aurora_proactive_campaign((p_campaign ->> 'id')::uuid);
end
$$;
comment on function public.aurora_proactive_campaign_offer(jsonb, text, text) is
  'Keeps a campaign as offered, unless it is there already (written down where a person made it); answers how it '
  'stands.';

create or replace function public.aurora_proactive_campaign_action(p_was text, p_became text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when p_became in ('confirmed', 'running') and p_was = 'paused' then 'campaign_resumed'
              when p_became in ('previewed', 'confirmed', 'paused', 'stopped', 'declined') then 'campaign_' || p_became
              else 'campaign_changed' end
$$;
comment on function public.aurora_proactive_campaign_action(text, text) is
  'What a person did who took a campaign from one state to another.';

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
  p_campaign uuid, p_cause text, p_from text[], p_revision integer, p_halt text, p_change jsonb, p_recipients jsonb,
  p_by text default null, p_via text default null
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
  if p_by is not null then
    perform public.aurora_proactive_record_change(
      v_now.organization_id, p_by, p_via, public.aurora_proactive_campaign_action(v_now.status, v_next.status),
      p_campaign::text,
      jsonb_build_object('status', v_now.status, 'revision', v_now.revision, 'clients', v_now.frozen),
      jsonb_build_object('status', v_next.status, 'revision', v_next.revision, 'clients', v_next.frozen));
  end if;
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
  if p_recipients is not null then
    -- Whom the effect is measured by, if it is: nobody of an audience that was frozen before.
    delete from public.aurora_proactive_campaign_people k where k.campaign_id = p_campaign and k.begins_at is null;
    insert into public.aurora_proactive_campaign_people
      (campaign_id, recipient_id, organization_id, contact_id, other_contacts, arm, p, m, worth)
    select p_campaign, k.recipient_id, v_now.organization_id, k.contact_id, coalesce(k.other_contacts, '{}'), k.arm,
           k.p, k.m, k.worth
      from jsonb_populate_recordset(
             null::public.aurora_proactive_campaign_people, coalesce(p_change -> 'people', '[]')) k
    on conflict (campaign_id, recipient_id) do nothing;
  end if;
  if v_next.status = 'running' then
    update public.aurora_proactive_campaign_people k set begins_at = now()
     where k.campaign_id = p_campaign and k.begins_at is null;
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
comment on function public.aurora_proactive_campaign_step(
  uuid, text, text[], integer, text, jsonb, jsonb, text, text) is
  'Takes one step of a campaign: p_change are the columns that change, p_recipients (or null) the frozen recipients of '
  'a new revision. Answers {"outcome", "campaign"}: stepped, known (this cause was here before), stale (its state, '
  'revision or halt is another one by now, or it is over), missing. A person''s step is written down.';

create or replace function public.aurora_proactive_campaign_remove(
  p_campaign uuid, p_contacts uuid[], p_by text default null, p_via text default null
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_removed integer;
begin
  update public.aurora_proactive_campaign_recipients r
     set status = 'skipped', reason = 'removed'
   where r.campaign_id = p_campaign and r.status = 'pending'
     and not r.metadata ? 'claim' and not r.metadata ? 'doubt'
     and (r.contact_id = any (p_contacts) or r.other_contacts && p_contacts);
  get diagnostics v_removed = row_count;
  if v_removed > 0 and p_by is not null then
    perform public.aurora_proactive_record_change(
              c.organization_id, p_by, p_via, 'campaign_clients_removed', p_campaign::text, null,
              jsonb_build_object('clients', v_removed))
       from public.aurora_proactive_campaigns c where c.id = p_campaign;
  end if;
  return v_removed;
end
$$;
comment on function public.aurora_proactive_campaign_remove(uuid, uuid[], text, text) is
  'Takes clients out of a campaign that is on its way, as far as nobody has begun to write to them, and writes down '
  'who did; answers how many.';

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
