-- The facts of inactive_clients.

create or replace function public.aurora_proactive_is_inactive(
  p_contact_at timestamptz, p_upcoming boolean, p_days integer, p_now timestamptz
)
returns boolean
language sql
stable
return
  -- Hours, not days: days would stretch over a change of the clocks.
  p_contact_at < p_now - make_interval(hours => p_days * 24) and not p_upcoming;

comment on function public.aurora_proactive_is_inactive(timestamptz, boolean, integer, timestamptz) is
  'Whether a client is inactive: last contact more than so many days of 24 hours ago, no live booking in the future. '
  'Null where the last contact is not known.';

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
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_today constant date := (p_now at time zone (v_context ->> 'timezone'))::date;
  v_days constant integer := coalesce((p_options ->> 'days')::integer, 30);
  v_total bigint;
  v_top uuid[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with inactive as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, v_days, p_now)
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
  )
  select (select count(*) from inactive),
         array(select i.id from inactive i
                order by i.done_bookings desc, i.value desc, i.contact_at desc, i.id limit 10)
    into v_total, v_top;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', v_today,
    'fires', v_total > 0,
    'days', v_days,
    'inactive', v_total,
    'listed', public.aurora_proactive_client_lines(p_organization, v_top, p_now)));
end
$$;

comment on function public.aurora_proactive_inactive_clients(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an inactive clients message: how many of those who can be reached are inactive, the ten most '
  'valuable.';
