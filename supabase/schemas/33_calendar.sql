-- What a local day of a business is: open, closed, or doubtful. It is what the first of five lines says of it: the
-- newest exception, a closures feed, weekly hours that close it, a holiday, weekly hours that open it. Businesses that
-- do not use the calendar have the weekly hours alone. The functions of facts plan each query anew; what they ask of a
-- calendar has one plan that fits every business, and planning it would cost more than running it.

create or replace function public.aurora_proactive_uses_calendar(p_organization uuid)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select exists (select from public.aurora_proactive_places p
                    where p.organization_id = p_organization
                      and p.follows_holidays and p.confirmed_at is not null and p.state is not null)
        or exists (select from public.aurora_proactive_exceptions e where e.organization_id = p_organization)
        or exists (select from public.aurora_proactive_feeds f where f.organization_id = p_organization));
end
$$;

comment on function public.aurora_proactive_uses_calendar(uuid) is
  'Whether a business uses the calendar: it follows holidays (in a place that somebody confirmed), or has an exception '
  'or a feed. Of the others every fact is what its weekly hours say.';

create or replace function public.aurora_proactive_booked_on(p_organization uuid, p_zone text, p_day date)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select exists (
      select from public.bookings b
       where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
         and b.start_time >= public.aurora_proactive_instant(p_day, p_zone)
         and b.start_time < public.aurora_proactive_instant(p_day + 1, p_zone)));
end
$$;

comment on function public.aurora_proactive_booked_on(uuid, text, date) is
  'Whether a live booking starts on a local day.';

create or replace function public.aurora_proactive_days(p_organization uuid, p_first date, p_days integer)
returns table (
  day date, state text, source text, reason text, hours jsonb, weekly_hours jsonb, is_malformed boolean,
  exception_id uuid, says text, slug text, kind text, scope text, is_booked boolean
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with business as (
    select o.business_hours, public.aurora_proactive_zone(o.timezone) as zone
      from public.organizations o where o.id = p_organization
  ), place as materialized (
    select p.state, p.municipality::text as municipality, p.open_holidays, p.open_kinds
      from public.aurora_proactive_places p
     where p.organization_id = p_organization
       and p.follows_holidays and p.confirmed_at is not null and p.state is not null
  ), fed as materialized (
    select distinct p_first + n as day
      from public.aurora_proactive_feeds f
      join public.aurora_proactive_feed_events v on v.feed_id = f.id
     cross join lateral generate_series(greatest(v.first_day - p_first, 0),
                                        least(v.last_day - p_first, p_days - 1)) as n
     where f.organization_id = p_organization and f.purpose = 'closures' and v.all_day
  ), looked as (
    select p_first + n as day, b.zone, weekly.hours as weekly_hours, fed.day is not null as is_fed,
           exists (select from public.aurora_proactive_intervals(weekly.hours)) as is_usual,
           e.id as exception_id, e.says, e.hours as other_hours, h.slug, h.name, h.kind, h.scope
      from business b
     cross join generate_series(0, p_days - 1) as n
     cross join lateral (select public.aurora_proactive_weekly_hours(b.business_hours, p_first + n)) weekly (hours)
      left join lateral (
        select x.id, x.says, x.hours from public.aurora_proactive_exceptions x
         where x.organization_id = p_organization and p_first + n between x.first_day and x.last_day
         order by x.said_at desc, x.id desc limit 1) e on true
      left join fed on fed.day = p_first + n
      left join lateral (
        select x.slug, x.name, x.kind, x.scope
          from place p
          join public.aurora_proactive_holidays x
            on x.day = p_first + n and x.scope in ('national', p.state, p.municipality)
           and not x.slug = any (p.open_holidays) and not x.kind = any (p.open_kinds)
         order by x.kind = 'holiday' desc, array_position(array['national', p.state], x.scope), x.name, x.slug
         limit 1) h on true
  ), said as (
    select l.*,
           case when l.says is not null then 'exception' when l.is_fed then 'feed' when not l.is_usual then 'hours'
                when l.kind is not null then 'holiday' else 'hours' end as source
      from looked l
  ), decided as (
    select s.*, b.is_booked,
           case when s.says = 'hours' then s.other_hours else s.weekly_hours end as these_hours,
           case s.source
             when 'exception' then
               case when s.says = 'hours' and exists (select from public.aurora_proactive_intervals(s.other_hours))
                      or s.says = 'open' and s.is_usual then 'open' else 'closed' end
             when 'feed' then 'closed'
             when 'holiday' then case when s.kind = 'holiday' and not b.is_booked then 'closed' else 'doubtful' end
             else case when s.is_usual then 'open' else 'closed' end end as state
      from said s
     cross join lateral (
       -- asked only where it decides
       select case when s.source = 'holiday' and s.kind = 'holiday'
                   then public.aurora_proactive_booked_on(p_organization, s.zone, s.day) else false end) b (is_booked)
  )
  select d.day, d.state, d.source,
         case d.source when 'exception' then 'você marcou' when 'feed' then 'sua agenda' when 'holiday' then d.name end,
         case when d.state = 'closed' then '[]' else d.these_hours end,
         d.weekly_hours, d.says is distinct from 'closed' and public.aurora_proactive_is_malformed(d.these_hours),
         d.exception_id, d.says, d.slug, d.kind, d.scope, d.is_booked
    from decided d
   order by d.day;
end
$$;

comment on function public.aurora_proactive_days(uuid, date, integer) is
  'What some local days of a business are, in order. "state": open, closed, or doubtful (open for every count, but '
  'nothing alarms about it); "source": exception, feed, holiday or hours (the weekly ones); "reason" in Portuguese '
  '(null where the weekly hours decide); "hours" as written ([]: closed); "is_malformed": its hours close it because '
  'they are none; "exception_id" and "says" of the exception that covers it; "slug", "kind" and "scope" of the holiday '
  'that counts before others, also where an earlier line decided; "is_booked": a live booking makes it so.';

create or replace function public.aurora_proactive_openings_of(
  p_organization uuid, p_zone text, p_first date, p_days integer
)
returns table (day date, opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  if public.aurora_proactive_uses_calendar(p_organization) then
    return query
    select d.day, o.opens_at, o.closes_at
      from public.aurora_proactive_days(p_organization, p_first, p_days) d
     cross join lateral public.aurora_proactive_opened(d.hours, p_zone, d.day) o;
  else
    return query
    select p_first + ahead, opening.opens_at, opening.closes_at
      from public.organizations o
     cross join generate_series(0, p_days - 1) as ahead
     cross join lateral public.aurora_proactive_openings(o.business_hours, p_zone, p_first + ahead) opening
     where o.id = p_organization;
  end if;
end
$$;

comment on function public.aurora_proactive_openings_of(uuid, text, date, integer) is
  'The intervals in which an organisation is open on some local days, by its calendar where it uses one; those that '
  'overlap or touch as one; none on a closed day.';

create or replace function public.aurora_proactive_busy(
  p_organization uuid, p_zone text, p_from timestamptz, p_until timestamptz
)
returns table (begins timestamptz, ends timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select b.begins, b.ends
    from public.aurora_proactive_feeds f
    join public.aurora_proactive_feed_events v on v.feed_id = f.id
   cross join lateral (
     select case when v.all_day then public.aurora_proactive_instant(v.first_day, p_zone) else v.starts_at end,
            case when v.all_day then public.aurora_proactive_instant(v.last_day + 1, p_zone) else v.ends_at end
   ) b (begins, ends)
   where f.organization_id = p_organization and f.purpose = 'busy' and b.begins < p_until and b.ends > p_from;
end
$$;

comment on function public.aurora_proactive_busy(uuid, text, timestamptz, timestamptz) is
  'What the busy feeds of an organisation take of a period: each event as instants, whole days by the local calendar.';

create or replace function public.aurora_proactive_closed_ahead(p_organization uuid, p_first date, p_days integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not public.aurora_proactive_uses_calendar(p_organization) then
    return null;
  end if;
  return (
    select jsonb_agg(jsonb_build_object('date', d.day, 'reason', d.reason) order by d.day)
      from public.aurora_proactive_days(p_organization, p_first, p_days) d
     where d.state = 'closed' and exists (select from public.aurora_proactive_intervals(d.weekly_hours)));
end
$$;

comment on function public.aurora_proactive_closed_ahead(uuid, date, integer) is
  'Which of some local days are closed although their weekly hours are open, and why: [{"date", "reason"}]; null where '
  'there is none.';

create or replace function public.aurora_proactive_slot_count(
  p_hours jsonb, p_zone text, p_day date, p_slot_minutes integer
)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(floor(extract(epoch from o.closes_at - o.opens_at) / (60 * p_slot_minutes)))::bigint, 0)
      from public.aurora_proactive_opened(p_hours, p_zone, p_day) o);
end
$$;

comment on function public.aurora_proactive_slot_count(jsonb, text, date, integer) is
  'How many slots the hours of a local day have, taken or not.';

create or replace function public.aurora_proactive_may_alarm(
  p_organization uuid, p_zone text, p_day date, p_bookings bigint, p_slot_minutes integer
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  if not public.aurora_proactive_uses_calendar(p_organization) then
    return exists (select from public.aurora_proactive_openings_of(p_organization, p_zone, p_day, 1));
  end if;
  return exists (
    select from public.aurora_proactive_days(p_organization, p_day, 1) d
     cross join lateral (
       select public.aurora_proactive_slot_count(d.hours, p_zone, p_day, p_slot_minutes),
              public.aurora_proactive_slot_count(d.weekly_hours, p_zone, p_day, p_slot_minutes)
     ) slots (these, usual)
     where d.state = 'open'
       -- a day that an exception shortened is as full as its own hours say
       and (d.says is distinct from 'hours' or slots.these >= slots.usual or 2 * p_bookings < slots.these))
    and exists (select from public.aurora_proactive_free_slots(p_organization, p_zone, p_day, 1, p_slot_minutes));
end
$$;

comment on function public.aurora_proactive_may_alarm(uuid, text, date, bigint, integer) is
  'Whether a local day with so few live bookings may be alarmed about: it is open. By a calendar also: it is not '
  'doubtful, has a free slot, and where an exception gave it fewer slots, less than half of them is booked.';

create or replace function public.aurora_proactive_summary_rests(p_organization uuid, p_day date)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select case when exists (select from public.aurora_proactive_places p
                              where p.organization_id = p_organization and not p.summary_on_closed_days)
                 and public.aurora_proactive_uses_calendar(p_organization)
                then exists (select from public.aurora_proactive_days(p_organization, p_day, 1) d
                              where d.state = 'closed')
                else false end);
end
$$;

comment on function public.aurora_proactive_summary_rests(uuid, date) is
  'Whether a business wants no daily summary of this local day: it switched that off for closed days, and this is one.';
