create or replace function public.aurora_proactive_visitors(
  p_organization uuid, p_zone text, p_now timestamptz, p_today date
)
returns table (
  id uuid, name text, done_bookings bigint, value numeric, visits bigint, last_visit date, median double precision
)
language sql
stable
as $$
  -- No `set search_path`, so that it is inlined; every name is qualified. Ten times the days against nine
  -- times the median, because 0.9 is no binary fraction.
  with regulars as materialized (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     where not c.upcoming and c.done_bookings >= 3
  ), visits as (
    select distinct b.contact_id, (b.start_time at time zone p_zone)::date as day
      from public.bookings b
     where b.organization_id = p_organization
       and public.aurora_proactive_is_done(b.status, b.start_time, p_now)
       and b.contact_id in (select r.id from regulars r)
  ), spaced as (
    select v.contact_id, v.day, v.day - lag(v.day) over (partition by v.contact_id order by v.day) as gap
      from visits v
  ), habits as (
    select s.contact_id, count(*) as visits, max(s.day) as last_visit,
           percentile_cont(0.5) within group (order by s.gap) as median
      from spaced s
     group by s.contact_id
    having count(*) >= 3
  )
  select r.id, r.name, r.done_bookings, r.value, h.visits, h.last_visit, h.median
    from habits h
    join regulars r on r.id = h.contact_id
   where 10 * (p_today - h.last_visit) >= 9 * h.median
$$;

comment on function public.aurora_proactive_visitors(uuid, text, timestamptz, date) is
  'The clients who may need a visit: three visits or more, none coming, and nearly the usual time since the last one.';

create or replace function public.aurora_proactive_habit(
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
     where b.contact_id = p_contact and b.done
  ), weekdays as (
    select extract(isodow from v.day)::integer as weekday, count(*) as visits
      from (select distinct d.day from done d) v
     group by 1
  )
  select jsonb_build_object(
    'weekday', (select w.weekday from weekdays w
                 where 10 * w.visits >= 6 * (select sum(all_.visits) from weekdays all_)
                 order by w.visits desc, w.weekday limit 1),
    'service', (select d.service from done d order by d.start_time desc, d.id limit 1))
$$;

comment on function public.aurora_proactive_habit(uuid, uuid, text, timestamptz) is
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
as $$
declare
  reading constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  zone constant text := reading ->> 'timezone';
  today constant date := (p_now at time zone zone)::date;
  from_instant constant timestamptz := public.aurora_proactive_instant(today + 1, zone);
  until_instant constant timestamptz := public.aurora_proactive_instant(today + 4, zone);
  slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  facts jsonb;
  listed jsonb;
begin
  if reading ->> 'owner' is null then
    return reading;
  end if;

  with top as (
    select v.* from public.aurora_proactive_visitors(p_organization, zone, p_now, today) v
     order by v.value desc, v.visits desc, v.id limit 5
  ), known as (
    select t.*, h.habit ->> 'service' as service,
           case when t.done_bookings >= vip_bookings then (h.habit ->> 'weekday')::integer end as weekday,
           case when t.median between 6 and 8 then 'weekly' when t.median between 13 and 16 then 'fortnightly'
                when t.median between 27 and 33 then 'monthly' end as rhythm
      from top t
     cross join lateral (select public.aurora_proactive_habit(p_organization, t.id, zone, p_now) as habit) h
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', k.id, 'name', k.name,
           'reason', case when k.weekday is not null then 'vip_weekday'
                          when k.rhythm is not null then 'rhythm' else 'last_visit' end,
           'weekday', k.weekday,
           'rhythm', case when k.weekday is null then k.rhythm end,
           'service', k.service,
           'days_since', today - k.last_visit
         ) order by k.value desc, k.visits desc, k.id), '[]')
    into listed
    from known k;

  with free as materialized (
    select case when f.local_start::time < '12:00' then 1 when f.local_start::time < '18:00' then 2 else 3 end as part
      from public.aurora_proactive_free_slots(p_organization, zone, today + 1, 3, slot_minutes) f
  )
  select jsonb_build_object(
           'date', today,
           'fires', exists (select from public.organizations o
                             cross join generate_series(1, 3) as ahead
                             cross join lateral public.aurora_proactive_openings(
                               o.business_hours, zone, today + ahead) opening
                             where o.id = p_organization),
           'confirmed', (select count(*) from public.bookings b
                          where b.organization_id = p_organization and b.status = 'confirmed'
                            and b.start_time >= from_instant and b.start_time < until_instant),
           'free_slots', (select count(*) from free),
           'emptiest', (select (array['morning', 'afternoon', 'evening'])[f.part] from free f
                         group by f.part order by count(*) desc, f.part limit 1),
           'listed', listed)
    into facts;
  return reading || jsonb_build_object('facts', facts);
end
$$;

comment on function public.aurora_proactive_opportunities(uuid, uuid, uuid, timestamptz, jsonb) is
  'The reading of an opportunities message: the next three local days, and the five clients who may need a visit.';

revoke all on function public.aurora_proactive_visitors(uuid, text, timestamptz, date)
  from public, anon, authenticated;
revoke all on function public.aurora_proactive_habit(uuid, uuid, text, timestamptz) from public, anon, authenticated;
revoke all on function public.aurora_proactive_opportunities(uuid, uuid, uuid, timestamptz, jsonb)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_visitors(uuid, text, timestamptz, date) to service_role;
grant execute on function public.aurora_proactive_habit(uuid, uuid, text, timestamptz) to service_role;
grant execute on function public.aurora_proactive_opportunities(uuid, uuid, uuid, timestamptz, jsonb) to service_role;
