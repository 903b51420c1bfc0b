-- What organisations accept, and the rights of their clients, by hand: opt-outs, block lists, consents, erasure.

-- What did not say how it was done before 0.2.0.
drop function if exists public.aurora_proactive_keep_campaign_settings(uuid, jsonb, text, timestamptz);
drop function if exists public.aurora_proactive_import_block_list(uuid, text[], jsonb, text, timestamptz);
drop function if exists public.aurora_proactive_erase_person(uuid, text, timestamptz);

-- Who accepted is in the settings' own history: nothing of the log of changes could ever be erased.
create or replace function public.aurora_proactive_settings_in_short(
  p_settings public.aurora_proactive_campaign_settings
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select to_jsonb(p_settings) - array['organization_id', 'history', 'accepted_by', 'recorded_by']
   where p_settings.organization_id is not null
$$;

comment on function public.aurora_proactive_settings_in_short(public.aurora_proactive_campaign_settings) is
  'Settings of campaigns as the log of changes has them, without the name of who accepted; null where there are none.';

create or replace function public.aurora_proactive_keep_campaign_settings(
  p_organization uuid, p_settings jsonb, p_by text, p_now timestamptz, p_via text default null
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
        daily_caps = excluded.daily_caps, used_since = excluded.used_since
  returning * into v_new;
  if p_via is not null and v_new is distinct from v_old then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via,
      case when v_new.accepted_at is distinct from v_old.accepted_at then 'campaigns_accepted'
           else 'campaign_settings_changed' end, '',
      public.aurora_proactive_settings_in_short(v_old), public.aurora_proactive_settings_in_short(v_new));
  end if;
  return to_jsonb(v_new);
end
$$;

comment on function public.aurora_proactive_keep_campaign_settings(uuid, jsonb, text, timestamptz, text) is
  'Keeps what an organisation accepted and set for its campaigns; earlier acceptances stay in its history. What '
  'changed is written down.';

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
  p_organization uuid, p_keys text[], p_evidence jsonb, p_by text, p_now timestamptz, p_via text default null
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
  if p_via is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'block_list_imported', '', null, jsonb_build_object(
        'list', public.aurora_proactive_without_numbers(p_evidence ->> 'list'), 'numbers', cardinality(p_keys),
        'added', cardinality(v_added)));
  end if;
  return jsonb_build_object('added', cardinality(v_added),
                            'waiting', public.aurora_proactive_waiting_for(p_organization, v_added, true));
end
$$;

comment on function public.aurora_proactive_import_block_list(uuid, text[], jsonb, text, timestamptz, text) is
  'Keeps the numbers of a block list, and who imported it, in one transaction. Answers {"added", "waiting"}: how many '
  'are new on it, and their recipients who were not written to yet.';

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
  if p_source in ('page', 'api') and p_by is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_source, 'consent_given',
      public.aurora_proactive_opt_out_id(p_organization, p_key)::text, null, jsonb_build_object('basis', p_basis));
  end if;
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

-- The log of consents is append only, for everybody (15_audit.sql refuses).
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
  ), units as (
    update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
     where k.recipient_id = any (p_ids) and k.contact_id is not null
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

create or replace function public.aurora_proactive_erase_person(
  p_organization uuid, p_key text, p_now timestamptz, p_by text default null, p_via text default null
)
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
  -- Who was held back has no recipient's row.
  update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
   where k.organization_id = p_organization
     and k.contact_id in (select c.id from public.contacts c
                           where c.organization_id = p_organization
                             and public.aurora_proactive_phone_key(c.phone) = p_key);
  if p_by is not null then  -- that somebody was erased, and nothing that says who
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'person_erased', '', null,
      jsonb_build_object('messages', v_erased, 'open', cardinality(v_ids) - v_erased));
  end if;
  return jsonb_build_object('erased', v_erased, 'open', cardinality(v_ids) - v_erased, 'waiting', to_jsonb(v_ids));
end
$$;

comment on function public.aurora_proactive_erase_person(uuid, text, timestamptz, text, text) is
  'Erases what campaigns keep of a number: who received them and what, when it wrote, which hidden sender it is. '
  'Opt-outs and the log of consents stay: they honour the wish. Answers {"erased", "open"}: recipients, and those in a '
  'worker''s hand.';

create or replace function public.aurora_proactive_forget_campaigns(p_days integer, p_limit integer, p_now timestamptz)
returns integer
language sql
set search_path = ''
as $$
  -- Who was held back has no recipient's row; of what never began nothing is measured.
  update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
   where k.begins_at < p_now - make_interval(days => p_days) and k.contact_id is not null;
  delete from public.aurora_proactive_campaign_people k
   where k.begins_at is null
     and exists (select from public.aurora_proactive_campaigns c
                  where c.id = k.campaign_id and c.status in ('stopped', 'done', 'declined', 'expired'));
  select public.aurora_proactive_forget_recipients(array(
    select r.id from public.aurora_proactive_campaign_recipients r
     where r.created_at < p_now - make_interval(days => p_days) and r.phone is not null
       and not (r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt'))
     order by r.created_at limit p_limit), p_now)
$$;

comment on function public.aurora_proactive_forget_campaigns(integer, integer, timestamptz) is
  'Erases who the recipients of campaigns were that are older than p_days days, about p_limit of them; answers '
  'how many.';
