-- The facts of daily_summary.

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
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_day_starts constant timestamptz := public.aurora_proactive_instant(v_today, v_zone);
  v_day_ends constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_facts jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with day as materialized (
    select b.*
      from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.start_time >= v_day_starts and b.start_time < v_day_ends
  ), highlights as (
    select d.* from day d where d.live order by d.start_time, d.id limit 10
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', case when exists (select from public.aurora_proactive_places p
                                       where p.organization_id = p_organization and not p.summary_on_closed_days)
                         then not public.aurora_proactive_summary_rests(p_organization, v_today) else true end,
           'bookings', (select count(*) from day d where d.live),
           'revenue', (select round(coalesce(sum(d.value), 0), 2)::text from day d where d.done),
           'new_clients', (select count(*) from public.contacts c
                            where c.organization_id = p_organization
                              and c.created_at >= v_day_starts and c.created_at < v_day_ends),
           'pending', (select count(*) from public.bookings b
                        where b.organization_id = p_organization
                          and b.status = 'pending' and b.start_time >= v_day_starts
                          and public.aurora_proactive_is_moment(b.start_time)),
           'listed', (select coalesce(jsonb_agg(jsonb_build_object(
                               'id', h.id, 'pet', p.name, 'client', c.name, 'service', h.service,
                               'at', to_char(h.start_time at time zone v_zone, 'HH24:MI')
                             ) order by h.start_time, h.id), '[]')
                        from highlights h
                        left join public.pets p on p.id = h.pet_id and p.organization_id = p_organization
                        left join public.contacts c on c.id = h.contact_id and c.organization_id = p_organization))
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_daily_summary(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a daily summary: bookings, revenue and new clients of the local day, pending bookings from it on.';
