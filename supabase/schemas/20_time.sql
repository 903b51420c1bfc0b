-- An organisation's local time, as instants. Every moment comes from outside.

create or replace function public.aurora_proactive_instant(p_local timestamp, p_zone text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- PostgreSQL reads a local time that happens twice as the later one; the offset of a few hours before
  -- gives the earlier one, if that instant really shows this local time. A local time that never happens
  -- is read with the offset before the gap, as zoneinfo does.
  select case when candidate.instant at time zone p_zone = p_local
              then least(candidate.instant, late.instant) else late.instant end
    from (select p_local at time zone p_zone as instant) late
   cross join lateral (
     select (p_local - ((before.moment at time zone p_zone) - (before.moment at time zone 'UTC')))
              at time zone 'UTC' as instant
       from (select late.instant - interval '4 hours' as moment) before
   ) candidate
$$;

comment on function public.aurora_proactive_instant(timestamp, text) is
  'The first instant that shows this local time in this zone.';
