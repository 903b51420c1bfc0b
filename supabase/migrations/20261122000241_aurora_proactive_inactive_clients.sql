create or replace function public.aurora_proactive_is_inactive(
  p_contact_at timestamptz, p_upcoming boolean, p_days integer, p_now timestamptz
)
returns boolean
language sql
stable
as $$
  -- Hours, not days: days would stretch over a change of the clocks. No `set`, so that it is inlined.
  select p_contact_at < p_now - make_interval(hours => p_days * 24) and not p_upcoming
$$;

comment on function public.aurora_proactive_is_inactive(timestamptz, boolean, integer, timestamptz) is
  'Whether a client is inactive: last contact more than so many days of 24 hours ago, no live booking in the future.';

revoke all on function public.aurora_proactive_is_inactive(timestamptz, boolean, integer, timestamptz)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_is_inactive(timestamptz, boolean, integer, timestamptz)
  to service_role;

create or replace function public.aurora_proactive_inactive_clients(
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
  reading constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  today constant date := (p_now at time zone (reading ->> 'timezone'))::date;
  days constant integer := coalesce((p_options ->> 'days')::integer, 30);
  total bigint;
  top uuid[];
begin
  if reading ->> 'owner' is null then
    return reading;
  end if;

  with inactive as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, days, p_now)
  )
  select (select count(*) from inactive),
         array(select i.id from inactive i
                order by i.done_bookings desc, i.value desc, i.contact_at desc, i.id limit 10)
    into total, top;
  return reading || jsonb_build_object('facts', jsonb_build_object(
    'date', today,
    'fires', total > 0,
    'days', days,
    'inactive', total,
    'listed', public.aurora_proactive_client_lines(p_organization, top)));
end
$$;

comment on function public.aurora_proactive_inactive_clients(uuid, uuid, uuid, timestamptz, jsonb) is
  'The reading of an inactive clients message: how many are inactive, and the ten most valuable.';

revoke all on function public.aurora_proactive_inactive_clients(uuid, uuid, uuid, timestamptz, jsonb)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_inactive_clients(uuid, uuid, uuid, timestamptz, jsonb)
  to service_role;
