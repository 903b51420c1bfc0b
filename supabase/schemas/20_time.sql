-- An organisation's local time, as instants. Every moment comes from outside.

create or replace function public.aurora_proactive_instant(p_local timestamp, p_zone text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  -- PostgreSQL reads a local time that happens twice as the later one; the offset of a few hours before
  -- gives the earlier one, if that instant really shows this local time. A local time that never happens
  -- is read with the offset before the gap, as zoneinfo does.
  v_late constant timestamptz := p_local at time zone p_zone;
  v_before constant timestamptz := v_late - interval '4 hours';
  v_candidate constant timestamptz :=
    (p_local - ((v_before at time zone p_zone) - (v_before at time zone 'UTC'))) at time zone 'UTC';
begin
  return case when v_candidate at time zone p_zone = p_local then least(v_candidate, v_late) else v_late end;
end
$$;

comment on function public.aurora_proactive_instant(timestamp, text) is
  'The first instant that shows this local time in this zone.';
