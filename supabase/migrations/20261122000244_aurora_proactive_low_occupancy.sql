create or replace function public.aurora_proactive_books_late(p_organization uuid, p_contact uuid, p_now timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select count(*) >= 3 and percentile_cont(0.5) within group (
           order by extract(epoch from b.start_time - b.created_at)) < 24 * 3600
    from public.bookings b
   where b.organization_id = p_organization
     and b.contact_id = p_contact
     and public.aurora_proactive_is_live(b.status)
     and b.start_time <= p_now
$$;

comment on function public.aurora_proactive_books_late(uuid, uuid, timestamptz) is
  'Whether a client books at the last minute: three past live bookings or more, made less than 24 hours ahead (median).';

create or replace function public.aurora_proactive_low_occupancy(
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
  zone constant text := reading ->> 'timezone';
  today constant date := (p_now at time zone zone)::date;
  from_instant constant timestamptz := public.aurora_proactive_instant(today + 1, zone);
  until_instant constant timestamptz := public.aurora_proactive_instant(today + 2, zone);
  slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  low_below constant integer := coalesce((p_options ->> 'low_occupancy_below')::integer, 3);
  tomorrow bigint;
  listed jsonb;
  hours text[];
begin
  if reading ->> 'owner' is null then
    return reading;
  end if;

  select count(*) into tomorrow
    from public.bookings b
   where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
     and b.start_time >= from_instant and b.start_time < until_instant;

  with top as (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     where not c.upcoming
     order by c.done_bookings desc, c.value desc, c.contact_at desc, c.id limit 15
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', t.id, 'name', t.name,
           'reason', case when t.done_bookings >= vip_bookings then 'vip'
                          when public.aurora_proactive_books_late(p_organization, t.id, p_now) then 'last_minute'
                          else 'last_contact' end,
           'done_bookings', t.done_bookings,
           'days_since_contact', greatest(today - (t.contact_at at time zone zone)::date, 0)
         ) order by t.done_bookings desc, t.value desc, t.contact_at desc, t.id), '[]')
    into listed
    from top t;

  select array(select to_char(f.local_start, 'HH24:MI')
                 from public.aurora_proactive_free_slots(p_organization, zone, today + 1, 1, slot_minutes) f
                group by 1 order by min(f.starts_at))
    into hours;
  if cardinality(hours) > 3 then
    hours := array[hours[1], hours[cardinality(hours) / 2 + 1], hours[cardinality(hours)]];
  end if;

  return reading || jsonb_build_object('facts', jsonb_build_object(
    'date', today,
    'fires', tomorrow < low_below and exists (
      select from public.organizations o
       cross join lateral public.aurora_proactive_openings(o.business_hours, zone, today + 1) opening
       where o.id = p_organization),
    'bookings', tomorrow,
    'free_hours', hours,
    'listed', listed));
end
$$;

comment on function public.aurora_proactive_low_occupancy(uuid, uuid, uuid, timestamptz, jsonb) is
  'The reading of a low occupancy alert: tomorrow''s live bookings and free hours, fifteen clients to contact.';

revoke all on function public.aurora_proactive_books_late(uuid, uuid, timestamptz) from public, anon, authenticated;
revoke all on function public.aurora_proactive_low_occupancy(uuid, uuid, uuid, timestamptz, jsonb)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_books_late(uuid, uuid, timestamptz) to service_role;
grant execute on function public.aurora_proactive_low_occupancy(uuid, uuid, uuid, timestamptz, jsonb) to service_role;
