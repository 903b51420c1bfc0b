-- The facts of custom_campaign. Whoever is not blocked and wants campaigns (34_unreached.sql) can be reached.

create or replace function public.aurora_proactive_best_moment(
  p_organization uuid, p_zone text, p_now timestamptz, p_quiet_from time, p_quiet_until time
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with made as (
    select extract(isodow from b.created_at at time zone p_zone)::integer as weekday,
           extract(hour from b.created_at at time zone p_zone)::integer as hour
      from public.bookings b
     where b.organization_id = p_organization
       and b.created_at > p_now - interval '2160 hours'
       and b.created_at <= p_now
  )
  select jsonb_build_object('weekday', m.weekday, 'hour', m.hour)
    from made m
   -- The quiet hours usually hold midnight (21:00 to 08:00), but need not.
   where case when p_quiet_from > p_quiet_until
              then make_time(m.hour, 0, 0) >= p_quiet_until and make_time(m.hour, 0, 0) < p_quiet_from
              else make_time(m.hour, 0, 0) >= p_quiet_until or make_time(m.hour, 0, 0) < p_quiet_from end
   group by m.weekday, m.hour
   order by count(*) desc, m.weekday, m.hour
   limit 1
$$;

comment on function public.aurora_proactive_best_moment(uuid, text, timestamptz, time, time) is
  'The ISO weekday and local hour in which most bookings of the last 90 days were made, outside quiet hours; or null.';

create or replace function public.aurora_proactive_next_open_weekday(
  p_organization uuid, p_weekday integer, p_today date
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_first constant date := p_today + 1 + (p_weekday - extract(isodow from p_today)::integer + 6) % 7;
  v_open date;
begin
  if p_weekday is null or not public.aurora_proactive_uses_calendar(p_organization) then
    return jsonb_build_object('best_weekday', p_weekday);
  end if;
  select min(d.day) into v_open
    from generate_series(0, 14, 7) as later
   cross join lateral public.aurora_proactive_days(p_organization, v_first + later, 1) d
   where d.state <> 'closed';
  return case when v_open = v_first then jsonb_build_object('best_weekday', p_weekday)
              when v_open is null then jsonb_build_object('best_weekday', null)
              else jsonb_build_object('best_weekday', p_weekday, 'best_date', v_open) end;
end
$$;

comment on function public.aurora_proactive_next_open_weekday(uuid, integer, date) is
  'The best weekday as facts: as it is where the next such day, from tomorrow on, is open; else with the date of the '
  'next open one within 21 days ("best_date"); null without one.';

create or replace function public.aurora_proactive_custom_campaign(
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
  v_audience constant text := p_options ->> 'target_audience';
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_best constant jsonb := public.aurora_proactive_best_moment(
    p_organization, v_zone, p_now,
    coalesce((p_options ->> 'quiet_from')::time, '21:00'), coalesce((p_options ->> 'quiet_until')::time, '08:00'));
  v_total bigint;
  v_sample uuid[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with reached as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where c.phone ~ '\S'
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
       and case v_audience when 'all' then true
                         when 'vip' then c.done_bookings >= v_vip_bookings
                         when 'inactive' then public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, 30, p_now)
           end
  )
  select (select count(*) from reached),
         array(select r.id from reached r
                order by r.done_bookings desc, r.value desc, r.contact_at desc nulls last, r.id limit 5)
    into v_total, v_sample;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', (p_now at time zone v_zone)::date,
    'fires', true,
    'campaign_type', p_options ->> 'campaign_type',
    'target_audience', v_audience,
    'message', p_options ->> 'message',
    'reach', v_total,
    'best_hour', v_best -> 'hour',
    'listed', public.aurora_proactive_client_lines(p_organization, v_sample, p_now))
    || public.aurora_proactive_next_open_weekday(
      p_organization, (v_best ->> 'weekday')::integer, (p_now at time zone v_zone)::date));
end
$$;

comment on function public.aurora_proactive_custom_campaign(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a custom campaign: the audience''s exact size, a sample of five, the best moment to send it.';
