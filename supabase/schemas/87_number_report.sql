-- The health of the number that an organisation's campaigns go out from, as pages and answers show it.

create or replace function public.aurora_proactive_number_report(p_organization uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'instance', i.instance_name,
    'timezone', public.aurora_proactive_zone(o.timezone),
    'status', coalesce(i.status, 'disconnected'),
    'told', t.state,
    'created_at', i.created_at,
    'declared', s.used_since,
    'daily_caps', s.daily_caps,
    'health', to_jsonb(h) - array['handed', 'handed_at'],
    'trips', (select coalesce(jsonb_agg(jsonb_build_object('cause', substr(e.kind, 6), 'at', e.at)
                                        order by e.at desc, e.id desc), '[]')
                from (select * from public.aurora_proactive_number_events e
                       where e.instance_name = i.instance_name and e.kind like 'trip:%'
                         and e.at > p_now - interval '30 days' and e.at <= p_now
                       order by e.at desc, e.id desc limit 10) e))
    from public.organizations o
    -- the one that campaigns are sent by (aurora_proactive_campaign_terms)
    join lateral (
      select * from public.whatsapp_instances x where x.organization_id = o.id
       order by (x.status = 'connected') desc, x.created_at, x.id limit 1) i on true
    left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
    left join public.aurora_proactive_campaign_settings s on s.organization_id = o.id
    left join public.aurora_proactive_number_health h on h.instance_name = i.instance_name
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_number_report(uuid, timestamptz) is
  'The instance that an organisation''s campaigns are sent by: its health, what is declared of it, the trips of its '
  'breaker in the last 30 days, newest first. Null where there is no instance.';

-- What operators watch of campaigns. Those that are over count for a day.
create or replace function public.aurora_proactive_campaign_snapshot(p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as materialized (
    select c.id, c.status, c.pause_cause, c.instance_name, c.confirmed_at, c.revision
      from public.aurora_proactive_campaigns c
     where c.status in ('offered', 'previewed', 'confirmed', 'running', 'paused')
        or c.ended_at > p_now - interval '24 hours'
  ), clients as materialized (
    select r.status, case when r.status in ('skipped', 'failed') then coalesce(r.reason, 'failed') end as reason,
           count(*) as number
      from lately l
      join public.aurora_proactive_campaign_recipients r on r.campaign_id = l.id and r.revision = l.revision
     where l.confirmed_at is not null
     group by 1, 2
  )
  select jsonb_build_object(
    'campaigns', (select coalesce(jsonb_object_agg(n.status, n.number), '{}')
                    from (select l.status, count(*) as number from lately l group by 1) n),
    'paused', (select coalesce(jsonb_object_agg(n.cause, n.number), '{}')
                 from (select coalesce(l.pause_cause, 'owner') as cause, count(*) as number from lately l
                        where l.status = 'paused' group by 1) n),
    'clients', (select coalesce(jsonb_object_agg(n.status, n.number), '{}')
                  from (select c.status, sum(c.number)::bigint as number from clients c group by 1) n),
    'unsent', (select coalesce(jsonb_object_agg(c.reason, c.number), '{}')
                 from (select c.reason, sum(c.number)::bigint as number from clients c
                        where c.reason is not null group by 1) c),
    'numbers', (select coalesce(jsonb_object_agg(n.cause, n.number), '{}')
                  from (select coalesce(h.pause_cause, 'undelivered') as cause, count(*) as number
                          from public.aurora_proactive_number_health h where h.paused_until > p_now group by 1) n),
    -- a minute is what the maintenance takes, with much to spare
    'instances', (select coalesce(jsonb_agg(distinct coalesce(l.instance_name, '')), '[]') from lately l
                   where l.status in ('confirmed', 'running', 'paused')
                     and l.confirmed_at < p_now - interval '1 minute'))
$$;

comment on function public.aurora_proactive_campaign_snapshot(timestamptz) is
  'Campaigns by state and by the cause of a pause, their clients by status and by why they got nothing, numbers that '
  'the breaker pauses by its cause, and the instances that need a pump. What is over counts for a day.';
