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
      select c.id, row_number() over (order by min(p.name collate "C"), c.id),
             array_agg(p.id order by p.name collate "C", p.id)
        from public.pets p
        join public.contacts c on c.id = p.contact_id and c.organization_id = p_organization
       where p.organization_id = p_organization and p.is_active
         and p.birthday <= v_day and to_char(p.birthday, 'MMDD') = any (v_days)
       group by c.id;
  elsif p_rule ? 'clients' then
    -- Those that the message named, in its order.
    return query
      select c.id, listed.place, '{}'::uuid[]
        from jsonb_array_elements_text(p_rule -> 'clients') with ordinality as listed (id, place)
        join public.contacts c on c.id = listed.id::uuid and c.organization_id = p_organization;
  else
    return query
      select c.id, row_number() over (order by coalesce(k.done_bookings, 0) desc, coalesce(k.value, 0) desc,
                                               coalesce(k.contact_at, c.created_at) desc, c.id), '{}'::uuid[]
        from public.contacts c
        left join public.aurora_proactive_clients(p_organization, p_now) k on k.id = c.id
       where c.organization_id = p_organization
         and case p_rule ->> 'audience'
               when 'all' then true
               when 'vip' then k.done_bookings >= coalesce((p_rule ->> 'vip_bookings')::integer, 5)
               else public.aurora_proactive_is_inactive(
                      coalesce(c.last_contact_at, c.created_at), coalesce(k.upcoming, false),
                      coalesce((p_rule ->> 'days')::integer, 30), p_now) end;
  end if;
end
$$;
comment on function public.aurora_proactive_campaign_clients(uuid, jsonb, timestamptz) is
  'The clients that a campaign''s rule names, best ranked first, whoever of them may receive it; of birthdays with the '
  'day''s pets.';

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
    select n.contact_id, n.place, n.pets, c.name, c.phone, c.status, c.last_contact_at,
           nullif(public.aurora_proactive_phone_key(c.phone), '') as phone_key
      from public.aurora_proactive_campaign_clients(
             p_organization,
             -- from how many visits on a client is VIP is a setting
             case when p_limits ? 'vip_bookings' then p_limits || p_rule else p_rule end, p_now) n
      join public.contacts c on c.id = n.contact_id
     where (not p_rule ? 'only' or p_rule -> 'only' ? n.contact_id::text)
       and not coalesce(p_rule -> 'except' ? n.contact_id::text, false)
  ), own as (
    select public.aurora_proactive_phone_key(w.phone) as phone_key from public.owner_numbers w
     where w.organization_id = p_organization
    union select public.aurora_proactive_phone_key(i.phone_number) from public.whatsapp_instances i
           where i.organization_id = p_organization
  ), outs as materialized (
    select o.key, o.contact_id, o.level from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization and (o.until is null or o.until > p_now)
  ), alive as (
    -- The pets that the message speaks of: active ones (of birthdays the day's), and none that died.
    select n.contact_id,
           jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name collate "C", p.id) as pets
      from named n
      join public.pets p on p.contact_id = n.contact_id and p.organization_id = p_organization and p.is_active
     where (n.pets = '{}' or p.id = any (n.pets))
       and not exists (select from outs o where o.key = 'pet:' || p.id)
     group by n.contact_id
  ), known as materialized (
    select n.*, coalesce(a.pets, '[]') as alive,
           (select max(h.heard_at) from public.aurora_proactive_heard h
             where h.instance_name = p_instance and h.phone_key = n.phone_key) as heard_at,
           exists (select from public.aurora_proactive_consents k
                    where k.organization_id = p_organization and k.phone_key = n.phone_key
                      and k.id = (select max(l.id) from public.aurora_proactive_consents l
                                   where l.organization_id = p_organization and l.phone_key = n.phone_key
                                     and l.kind in ('given', 'withdrawn', 'objection'))
                      and k.kind = 'given') as consented
      from named n
      left join alive a on a.contact_id = n.contact_id
  ), warm as (
    select k.*, case when k.heard_at > p_now - interval '28 days' then 'warm'
                     when k.heard_at is not null or k.last_contact_at is not null then 'cool'
                     else 'cold' end as warmth
      from known k
  ), earlier as materialized (
    select r.phone_key,
           count(*) filter (where r.sent_at > p_now - interval '7 days') as week,
           count(*) filter (where r.sent_at > p_now - interval '30 days') as month
      from public.aurora_proactive_campaign_recipients r
     where r.organization_id = p_organization and r.campaign_id <> p_campaign
       and r.status = 'sent' and r.sent_at > p_now - interval '30 days'
     group by r.phone_key
  ), unreachable as materialized (
    select last.phone_key
      from (select r.phone_key, r.metadata -> 'receipts' ? 'delivered_at' as delivered, r.sent_at,
                   row_number() over (partition by r.phone_key order by r.sent_at desc) as back
              from public.aurora_proactive_campaign_recipients r
             where r.organization_id = p_organization and r.status = 'sent') last
     where last.back <= 2
     group by last.phone_key
    having count(*) = 2 and not bool_or(coalesce(last.delivered, false))
       and max(last.sent_at) < p_now - interval '7 days'
  ), judged as (
    select w.*, case
        when w.status = 'blocked' then 'blocked'
        when w.phone_key is null or length(w.phone_key) < 10 then 'no_phone'
        when w.phone_key in (select own.phone_key from own) then 'own_number'
        when exists (select from outs o where o.level in ('sure', 'probable')
                      and (o.key = w.phone_key or o.contact_id = w.contact_id)) then 'opted_out'
        when exists (select from outs o where o.level = 'block_list' and o.key = w.phone_key) and not w.consented
          then 'on_block_list'
        when exists (select from outs o where o.key = 'contact:' || w.contact_id)
          or (w.alive = '[]' and exists (select from outs o join public.pets p on o.key = 'pet:' || p.id
                                          where p.contact_id = w.contact_id)) then 'mourning'
        when (select s.legal_basis from settings s) = 'consent' and not w.consented then 'no_consent'
        when w.warmth = 'cold' and not w.consented then 'never_talked'
        when exists (select from earlier e where e.phone_key = w.phone_key
                      and (e.week >= coalesce((p_limits ->> 'week')::integer, 1)
                           or e.month >= coalesce((p_limits ->> 'month')::integer, 3))) then 'recent_message'
        when w.phone_key in (select u.phone_key from unreachable u) then 'unreachable'
      end as reason
      from warm w
  ), first_of_phone as (
    select j.*, row_number() over (partition by j.phone_key, (j.reason is null) order by j.place) as of_phone
      from judged j
  )
  select f.contact_id, f.place, f.phone_key, f.phone, f.name, f.alive, f.warmth,
         case when f.reason is null and f.of_phone > 1 then 'same_phone' else f.reason end
    from first_of_phone f
   order by f.place
$$;
comment on function public.aurora_proactive_campaign_audience(
  uuid, uuid, jsonb, text, timestamptz, jsonb) is
  'Each client of a campaign''s audience in its order, with the first reason why it is left out; null: it receives it.';

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
