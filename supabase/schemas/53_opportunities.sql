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
  v_closed jsonb;
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
           'fires', exists (select from public.aurora_proactive_openings_of(p_organization, v_zone, v_today + 1, 3)),
           'confirmed', (select count(*) from public.bookings b
                          where b.organization_id = p_organization and b.status = 'confirmed'
                            and b.start_time >= v_from and b.start_time < v_until),
           'free_slots', (select count(*) from free),
           'emptiest', (select (array['morning', 'afternoon', 'evening'])[f.part] from free f
                         group by f.part order by count(*) desc, f.part limit 1),
           'listed', v_listed)
    into v_facts;
  v_closed := public.aurora_proactive_closed_ahead(p_organization, v_today + 1, 3);
  if v_closed is not null then
    v_facts := v_facts || jsonb_build_object('closed', v_closed);
  end if;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_opportunities(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an opportunities message: the next three local days, and the five clients who may need a visit.';
