-- When a business is open, and which of its slots are free.

create or replace function public.aurora_proactive_openings(p_hours jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with hours as (
    select case when p_hours is null or jsonb_typeof(p_hours) = 'null' then
             case when extract(isodow from p_day) < 7 then '[["08:00","18:00"]]'::jsonb end
           else p_hours -> (array['mon','tue','wed','thu','fri','sat','sun'])[extract(isodow from p_day)::int]
           end as intervals
  ), texts as (
    select told.value ->> 0 as opening, told.value ->> 1 as closing
      from hours
     cross join lateral jsonb_array_elements(
       case when jsonb_typeof(hours.intervals) = 'array' then hours.intervals else '[]' end
     ) told
  ), understood as (
    -- "24:00" is the next midnight; what is not a time of day is ignored.
    select case when opening ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$' then opening::interval end as opening,
           case when closing ~ '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$' then closing::interval end as closing
      from texts
  )
  select public.aurora_proactive_instant(p_day + opening, p_zone),
         public.aurora_proactive_instant(p_day + closing, p_zone)
    from understood
   where opening < closing
$$;

comment on function public.aurora_proactive_openings(jsonb, text, date) is
  'The intervals in which a business is open on a local day; none on a closed day. Null hours: Mon-Sat 08:00-18:00.';

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
       select coalesce(b.end_time, b.start_time + coalesce(make_interval(mins => b.duration_minutes), v_slot)) as until
     ) lasts
     where b.live and b.start_time < v_until and lasts.until > v_from
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
