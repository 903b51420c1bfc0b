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
language plpgsql
immutable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  -- "24:00" is the next midnight. Of a day that is understood in part nobody knows which part was meant: it is closed,
  -- so that nothing is offered or alarmed of hours that may be none.
  select whole.opening, whole.closing
    from (
      select told.opening, told.closing, bool_and(told.pair and told.opening < told.closing is true) over () as is_whole
        from (
          select jsonb_typeof(value) = 'array' and value -> 2 is null as pair,
                 case when value ->> 0 ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$'
                      then (value ->> 0)::interval end as opening,
                 case when value ->> 1 ~ '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$'
                      then (value ->> 1)::interval end as closing
            from jsonb_array_elements(case when jsonb_typeof(p_day) = 'array' then p_day else '[]' end)
        ) told
    ) whole
   where whole.is_whole;
end
$$;

comment on function public.aurora_proactive_intervals(jsonb) is
  'The intervals of one day of the opening hours, as they are written; none where one of them is no interval.';

create or replace function public.aurora_proactive_is_malformed(p_day jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select case jsonb_typeof(p_day)
      when 'array' then jsonb_array_length(p_day) > (select count(*) from public.aurora_proactive_intervals(p_day))
      else coalesce(jsonb_typeof(p_day) <> 'null', false) end);
end
$$;

comment on function public.aurora_proactive_is_malformed(jsonb) is
  'Whether the hours of one day are no list of pairs of times, each ending after it begins. What is left out is closed '
  'and not malformed.';

create or replace function public.aurora_proactive_weekly_hours(p_hours jsonb, p_day date)
returns jsonb
language sql
immutable
return
  case when p_hours is null or p_hours = 'null'
       then case when extract(isodow from p_day) < 7 then '[["08:00", "18:00"]]'::jsonb end
       when public.aurora_proactive_is_hours(p_hours)
       then p_hours -> (array['mon','tue','wed','thu','fri','sat','sun'])[extract(isodow from p_day)::int]
       -- what has another shape as a whole closes every day, and is named on each
       else '"malformed"' end;

comment on function public.aurora_proactive_weekly_hours(jsonb, date) is
  'What opening hours say of a local day, as written (null: closed). Without hours (null): Mon-Sat 08:00-18:00.';

create or replace function public.aurora_proactive_malformed_days(p_hours jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- The first week of 2001 began on a Monday.
  select coalesce(array_agg(w.name order by w.place), '{}')
    from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) with ordinality as w (name, place)
   where public.aurora_proactive_is_malformed(
           public.aurora_proactive_weekly_hours(p_hours, date '2000-12-31' + w.place::integer))
$$;

comment on function public.aurora_proactive_malformed_days(jsonb) is
  'The weekdays (mon to sun) that are closed because their opening hours are malformed.';

create or replace function public.aurora_proactive_opened(p_intervals jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with opened as (
    select public.aurora_proactive_instant(p_day + i.opening, p_zone) as opens_at,
           public.aurora_proactive_instant(p_day + i.closing, p_zone) as closes_at
      from public.aurora_proactive_intervals(p_intervals) i
  )
  -- Merged as instants: where the clocks jump, two intervals may come to overlap.
  select lower(merged.range), upper(merged.range)
    from unnest((select range_agg(tstzrange(o.opens_at, o.closes_at)) from opened o where o.opens_at < o.closes_at))
         as merged (range);
end
$$;

comment on function public.aurora_proactive_opened(jsonb, text, date) is
  'The hours of one local day ([["08:00", "12:00"], ...]) as instants, those that overlap or touch as one.';

create or replace function public.aurora_proactive_openings(p_hours jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select o.opens_at, o.closes_at
    from public.aurora_proactive_opened(public.aurora_proactive_weekly_hours(p_hours, p_day), p_zone, p_day) o;
end
$$;

comment on function public.aurora_proactive_openings(jsonb, text, date) is
  'The intervals in which a business is open on a local day by its weekly hours alone: none on a closed day, and none '
  'where they are malformed. Who asks what a day really is asks aurora_proactive_openings_of.';

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
    union all
    select y.begins, y.ends from public.aurora_proactive_busy(p_organization, p_zone, v_from, v_until) y
  )
  select s.starts, s.starts at time zone p_zone
    from public.aurora_proactive_openings_of(p_organization, p_zone, p_first, p_days) opening
   cross join lateral generate_series(opening.opens_at, opening.closes_at - v_slot, v_slot) as s (starts)
   where not exists (select from taken t where t.begins < s.starts + v_slot and t.ends > s.starts)
   order by s.starts;
end
$$;

comment on function public.aurora_proactive_free_slots(uuid, text, date, integer, integer) is
  'The free slots of some local days in order: each opening cut into slots, those that no live booking and nothing of '
  'a busy feed overlaps.';
