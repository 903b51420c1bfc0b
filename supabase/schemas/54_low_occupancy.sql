-- The facts of low_occupancy.

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
     and public.aurora_proactive_is_moment(b.start_time) and public.aurora_proactive_is_moment(b.created_at)
$$;

comment on function public.aurora_proactive_books_late(uuid, uuid, timestamptz) is
  'Whether a client books at the last minute: three past live bookings or more, made less than 24 hours ahead (by '
  'their median).';

create or replace function public.aurora_proactive_free_hours(
  p_organization uuid, p_zone text, p_day date, p_slot_minutes integer
)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_hours constant text[] := array(
    select to_char(f.local_start, 'HH24:MI')
      from public.aurora_proactive_free_slots(p_organization, p_zone, p_day, 1, p_slot_minutes) f
     group by 1 order by min(f.starts_at));
  v_number constant integer := cardinality(v_hours);
begin
  return case when v_number > 3 then array[v_hours[1], v_hours[v_number / 2 + 1], v_hours[v_number]] else v_hours end;
end
$$;

comment on function public.aurora_proactive_free_hours(uuid, text, date, integer) is
  'The free hours of a local day that a message names: at most three, the first, one in the middle, the last.';

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
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_from constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(v_today + 2, v_zone);
  v_slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_low_below constant integer := coalesce((p_options ->> 'low_occupancy_below')::integer, 3);
  v_tomorrow bigint;
  v_listed jsonb;
  v_hours text[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  select count(*) into v_tomorrow
    from public.bookings b
   where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
     and b.start_time >= v_from and b.start_time < v_until;

  with top as (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     -- Whose last contact is not known, and who is no VIP, gives no true reason to write.
     where not c.upcoming and (c.contact_at is not null or c.done_bookings >= v_vip_bookings)
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
     order by c.done_bookings desc, c.value desc, c.contact_at desc nulls last, c.id limit 15
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', t.id, 'name', t.name,
           'reason', case when t.done_bookings >= v_vip_bookings then 'vip'
                          when public.aurora_proactive_books_late(p_organization, t.id, p_now) then 'last_minute'
                          else 'last_contact' end,
           'done_bookings', t.done_bookings,
           'days_since_contact', greatest(v_today - (t.contact_at at time zone v_zone)::date, 0)
         ) order by t.done_bookings desc, t.value desc, t.contact_at desc nulls last, t.id), '[]')
    into v_listed
    from top t;

  v_hours := public.aurora_proactive_free_hours(p_organization, v_zone, v_today + 1, v_slot_minutes);

  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', v_today,
    'fires', v_tomorrow < v_low_below and public.aurora_proactive_may_alarm(
      p_organization, v_zone, v_today + 1, v_tomorrow, v_slot_minutes),
    'bookings', v_tomorrow,
    'free_hours', v_hours,
    'listed', v_listed));
end
$$;

comment on function public.aurora_proactive_low_occupancy(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a low occupancy alert: tomorrow''s live bookings and free hours, fifteen clients to contact.';
