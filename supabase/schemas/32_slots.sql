-- When a business is open, and which of its slots are free.

create or replace function public.aurora_proactive_is_hours(p_hours jsonb)
returns boolean
language sql
immutable
return
  jsonb_typeof(p_hours) = 'object'
  and (p_hours = '{}' or p_hours ?| array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

comment on function public.aurora_proactive_is_hours(jsonb) is
  'Whether this has the shape of opening hours: an object by days, mon to sun (empty: closed every day).';

create or replace function public.aurora_proactive_intervals(p_day jsonb)
returns table (opening interval, closing interval)
language sql
immutable
set search_path = ''
as $$
  -- "24:00" is the next midnight.
  select told.opening, told.closing
    from (
      select case when value ->> 0 ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$'
                  then (value ->> 0)::interval end as opening,
             case when value ->> 1 ~ '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$'
                  then (value ->> 1)::interval end as closing
        from jsonb_array_elements(case when jsonb_typeof(p_day) = 'array' then p_day else '[]' end)
    ) told
   where told.opening < told.closing
$$;

comment on function public.aurora_proactive_intervals(jsonb) is
  'The intervals of one day of the opening hours, as they are written; what is no interval is not there.';

create or replace function public.aurora_proactive_openings(p_hours jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with day as (
    select case when public.aurora_proactive_is_hours(p_hours)
                then p_hours -> (array['mon','tue','wed','thu','fri','sat','sun'])[extract(isodow from p_day)::int]
                when extract(isodow from p_day) < 7 then '[["08:00", "18:00"]]'::jsonb end as intervals
  ), opened as (
    select public.aurora_proactive_instant(p_day + i.opening, p_zone) as opens_at,
           public.aurora_proactive_instant(p_day + i.closing, p_zone) as closes_at
      from day cross join lateral public.aurora_proactive_intervals(day.intervals) i
  )
  -- Merged as instants: where the clocks jump, two intervals may come to overlap.
  select lower(merged.range), upper(merged.range)
    from unnest((select range_agg(tstzrange(o.opens_at, o.closes_at)) from opened o where o.opens_at < o.closes_at))
         as merged (range)
$$;

comment on function public.aurora_proactive_openings(jsonb, text, date) is
  'The intervals in which a business is open on a local day, those that overlap or touch as one; none on a closed day. '
  'Hours that are null or have another shape: Mon-Sat 08:00-18:00.';

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
       -- An end that is no moment, or before the beginning, is not there.
       select coalesce(case when b.end_time >= b.start_time then public.aurora_proactive_moment(b.end_time) end,
                       b.start_time + coalesce(make_interval(mins => b.duration_minutes), v_slot)) as until
     ) lasts
     where b.live and b.start_time < v_until and lasts.until > v_from
       and public.aurora_proactive_is_moment(b.start_time)
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
