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
  v_level text;
  v_new boolean;
begin
  perform pg_advisory_xact_lock(311, hashtext(v_out.organization_id::text || v_out.key));
  select o.level into v_level from public.aurora_proactive_opt_outs o
   where o.organization_id = v_out.organization_id and o.key = v_out.key;
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
    if v_out.source in ('page', 'api') and p_change ->> 'recorded_by' is not null then
      perform public.aurora_proactive_record_change(
        v_out.organization_id, p_change ->> 'recorded_by', v_out.source,
        case when v_level is null then 'opt_out_added' else 'opt_out_confirmed' end,
        public.aurora_proactive_opt_out_id(v_out.organization_id, v_out.key)::text,
        case when v_level is not null then jsonb_build_object('level', v_level) end,
        jsonb_build_object('level', v_out.level));
    end if;
  end if;
  return v_new;
end
$$;
comment on function public.aurora_proactive_opt_out(jsonb) is
  'Keeps that somebody receives no campaigns, and logs it, with who did where it was by hand; answers whether that is '
  'new.';

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
    if p_source in ('page', 'api') and p_recorded_by is not null then
      perform public.aurora_proactive_record_change(
        p_organization, p_recorded_by, p_source, 'opt_out_ended',
        public.aurora_proactive_opt_out_id(p_organization, p_key)::text,
        jsonb_build_object('level', p_evidence ->> 'level'), null);
    end if;
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
                from (select opening.day,
                             jsonb_agg(jsonb_build_array(
                               to_char(opening.opens_at at time zone o.zone, 'HH24:MI'),
                               to_char(opening.closes_at at time zone o.zone, 'HH24:MI')) order by opening.opens_at)
                             as hours
                        from public.aurora_proactive_openings_of(
                               o.id, o.zone, (p_now at time zone o.zone)::date, p_days) opening
                       group by opening.day) d),
    'holidays', public.aurora_proactive_national_holidays((p_now at time zone o.zone)::date, p_days))
    from o
$$;
comment on function public.aurora_proactive_campaign_terms(uuid, timestamptz, integer) is
  'By what an organisation may write to its clients: settings, instance and its health, opening hours by local day.';
