-- The panel: everything that it shows of a period, in one request, from the tallies alone; and what is so at this
-- moment.

create or replace function public.aurora_proactive_panel_totals(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with sums as (
    select coalesce(sum(pending), 0) as pending, coalesce(sum(sent), 0) as sent, coalesce(sum(failed), 0) as failed,
           coalesce(sum(answered), 0) as answered, sum(milliseconds) / nullif(sum(timed), 0) / 1000.0 as mean,
           coalesce(sum(arrived), 0) as arrived, coalesce(sum(read), 0) as read,
           coalesce(sum(refused), 0) as refused, coalesce(sum(silent), 0) as silent
      from public.aurora_proactive_hours
     where organization_id = p_organization and day between p_from and p_to),
  histogram as (
    select bucket, sum(messages) as messages
      from public.aurora_proactive_timings
     where organization_id = p_organization and day between p_from and p_to
     group by bucket having sum(messages) > 0),
  running as (
    select bucket, messages, sum(messages) over (order by bucket) as reached, 0.95 * sum(messages) over () as rank
      from histogram),
  -- within its bucket the messages are taken as evenly spread
  percentile as (
    select lower + (upper - lower) * (rank - (reached - messages)) / messages as p95
      from (select *, case when bucket = 0 then 0 else 0.1 * 2 ^ ((bucket - 1) / 8.0) end as lower,
                   0.1 * 2 ^ (bucket / 8.0) as upper
              from running) r
     where reached >= rank order by bucket limit 1)
  select jsonb_build_object('pending', pending, 'sent', sent, 'failed', failed, 'answered', answered,
                            'arrived', arrived, 'read', read, 'refused', refused, 'silent', silent,
                            'mean', round(mean, 3), 'p95', (select round(p95::numeric, 3) from percentile))
    from sums
$$;

comment on function public.aurora_proactive_panel_totals(date, date, uuid) is
  'What was sent, failed and answered in a period, and how long it took; p_organization as in aurora_proactive_hours.';

create or replace function public.aurora_proactive_panel(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with chosen as (select coalesce(p_organization, '00000000-0000-0000-0000-000000000000') as id),
  hours as materialized (
    select h.* from public.aurora_proactive_hours h
     where h.organization_id = (select id from chosen) and h.day between p_from and p_to),
  types as (
    select message_type as type, sum(sent) as sent, sum(failed) as failed, sum(pending) as pending
      from hours group by message_type),
  series as (
    -- one day is shown by its hours
    select case when p_from = p_to then hour else day - p_from end as step, sum(sent) as sent, sum(failed) as failed
      from hours group by 1),
  heat as (
    select extract(isodow from day)::integer as weekday, hour, sum(sent) as sent from hours group by 1, 2),
  busiest as (
    select a.organization_id as id, sum(a.sent) as sent, sum(a.failed) as failed
      from public.aurora_proactive_activity a
     where p_organization is null and a.day between p_from and p_to
     group by 1 having sum(a.sent) + sum(a.failed) > 0
     order by sum(a.sent) desc, 1 limit 8)
  select jsonb_build_object(
    'totals', public.aurora_proactive_panel_totals(p_from, p_to, (select id from chosen)),
    'before', public.aurora_proactive_panel_totals(p_from - (p_to - p_from + 1), p_from - 1, (select id from chosen)),
    'types', coalesce((select jsonb_agg(t order by t.sent + t.failed desc, t.type) from types t), '[]'),
    'series', coalesce((select jsonb_agg(s order by s.step) from series s), '[]'),
    'heat', coalesce((select jsonb_agg(h order by h.weekday, h.hour) from heat h where h.sent > 0), '[]'),
    'organizations', coalesce((select jsonb_agg(jsonb_build_object(
        'id', b.id, 'name', o.name, 'sent', b.sent, 'failed', b.failed) order by b.sent desc, b.id)
      from busiest b left join public.organizations o on o.id = b.id), '[]'))
$$;

comment on function public.aurora_proactive_panel(date, date, uuid) is
  'What the panel shows of the local days from p_from to p_to (both included), of one organisation or, null, of all: '
  'totals, by type, over time, by weekday and hour, the most active organisations.';

create or replace function public.aurora_proactive_live_status(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with instances as (
    select i.instance_name as name, o.name as organization, o.id as organization_id, s.since,
           public.aurora_proactive_instance_status(s.state, i.status) as state
      from public.whatsapp_instances i
      join public.organizations o on o.id = i.organization_id and o.is_active
      left join public.aurora_proactive_instance_states() s on s.instance_name = i.instance_name
     where p_organization is null or i.organization_id = p_organization),
  zones as (
    select o.timezone as written, count(*) as owners
      from public.organizations o join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled
     where o.is_active and (p_organization is null or o.id = p_organization)
     group by 1),
  named_zones as (select public.aurora_proactive_zone(written) as zone, sum(owners) as owners from zones group by 1)
  select jsonb_build_object(
    'last_sent_at', (select m.sent_at at time zone 'utc' from public.aurora_proactive_messages m
                      where m.status = 'sent' and (p_organization is null or m.organization_id = p_organization)
                      order by m.created_at desc limit 1),
    'states', coalesce((select jsonb_object_agg(state, n)
                          from (select state, count(*) as n from instances group by state) s), '{}'),
    'down', coalesce((select jsonb_agg(d) from (
        select * from instances where state <> 'connected' order by organization, name limit 8) d), '[]'),
    'stopped', coalesce((select jsonb_agg(d) from (
        select i.name, i.organization, b.cause, b.since, b.known_until, b.new_until
          from instances i join public.aurora_proactive_breakers b on b.instance_name = i.name
         where b.new_until > now() order by b.since, i.name limit 8) d), '[]'),
    'owners', coalesce((select jsonb_object_agg(zone, owners) from named_zones), '{}'))
$$;

comment on function public.aurora_proactive_live_status(uuid) is
  'What is so now: the last message sent, the instances, how many owners each zone''s schedule addresses. The state of '
  'an instance is what the gateway told last, else what the product says.';

create or replace function public.aurora_proactive_organization_choices()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.name, o.id), '[]')
    from (select id, name from public.organizations order by name, id limit 2000) o
$$;

comment on function public.aurora_proactive_organization_choices() is
  'The organisations that the pages offer to choose from, by name.';
