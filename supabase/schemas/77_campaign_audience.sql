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
