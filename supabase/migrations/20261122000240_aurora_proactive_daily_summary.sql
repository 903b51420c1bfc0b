create or replace function public.aurora_proactive_daily_summary(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
-- planning the query anew would cost more than running it, and every business gets the same plan
set plan_cache_mode = force_generic_plan
as $$
declare
  reading constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  zone constant text := reading ->> 'timezone';
  today constant date := (p_now at time zone zone)::date;
  day_starts constant timestamptz := public.aurora_proactive_instant(today, zone);
  day_ends constant timestamptz := public.aurora_proactive_instant(today + 1, zone);
  facts jsonb;
begin
  if reading ->> 'owner' is null then
    return reading;
  end if;

  with day as materialized (
    select b.*
      from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.start_time >= day_starts and b.start_time < day_ends
  ), highlights as (
    select d.* from day d where d.live order by d.start_time, d.id limit 10
  )
  select jsonb_build_object(
           'date', today,
           'fires', true,
           'bookings', (select count(*) from day d where d.live),
           'revenue', (select round(coalesce(sum(d.value), 0), 2)::text from day d where d.done),
           'new_clients', (select count(*) from public.contacts c
                            where c.organization_id = p_organization
                              and c.created_at >= day_starts and c.created_at < day_ends),
           'pending', (select count(*) from public.bookings b
                        where b.organization_id = p_organization
                          and b.status = 'pending' and b.start_time >= day_starts),
           'listed', (select coalesce(jsonb_agg(jsonb_build_object(
                               'id', h.id, 'pet', p.name, 'client', c.name, 'service', h.service,
                               'at', to_char(h.start_time at time zone zone, 'HH24:MI')
                             ) order by h.start_time, h.id), '[]')
                        from highlights h
                        left join public.pets p on p.id = h.pet_id and p.organization_id = p_organization
                        left join public.contacts c on c.id = h.contact_id and c.organization_id = p_organization))
    into facts;
  return reading || jsonb_build_object('facts', facts);
end
$$;

comment on function public.aurora_proactive_daily_summary(uuid, uuid, uuid, timestamptz, jsonb) is
  'The reading of a daily summary: bookings, revenue and new clients of the local day, pending bookings from it on.';

revoke all on function public.aurora_proactive_daily_summary(uuid, uuid, uuid, timestamptz, jsonb)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_daily_summary(uuid, uuid, uuid, timestamptz, jsonb) to service_role;
