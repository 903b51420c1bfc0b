-- What is so at this moment, for the panel and /readyz: instances as sending meets them, what is paused, what failed.

drop function if exists public.aurora_proactive_live_status(uuid);

-- The product's own status decides whether anything is sent (40_context.sql); what the gateway told, and what sending
-- found, say whether that would go well. p_codes are the reasons with which a message fails for want of a connection.
create or replace function public.aurora_proactive_instance_conditions(p_organization uuid, p_codes text[])
returns table (
  name text, organization_id uuid, organization text, condition text, state text, told text, since timestamptz,
  failed bigint, cause text, known_until timestamptz, new_until timestamptz, severity integer
)
language sql
stable
set search_path = ''
as $$
  with failures as materialized (
    select m.organization_id, f.at
      from public.aurora_proactive_messages m
     cross join lateral (
        select greatest(m.created_at at time zone 'utc',
                        to_timestamp((m.metadata ->> 'touched')::double precision)) as at) f
     where m.status = 'failed' and m.created_at > (now() at time zone 'utc') - interval '26 hours'
       and m.metadata #>> '{failure,code}' = any (p_codes)
       and (p_organization is null or m.organization_id = p_organization)),
  accepted as (
    select f.organization_id, (
             select max(m.sent_at) at time zone 'utc' from public.aurora_proactive_messages m
              where m.organization_id = f.organization_id and m.status = 'sent'
                and m.created_at > (now() at time zone 'utc') - interval '26 hours') as at
      from (select distinct organization_id from failures) f),
  failing as (
    select f.organization_id, count(*) as failed, min(f.at) as since, max(f.at) as until
      from failures f join accepted a using (organization_id)
     where a.at is null or f.at > a.at
     group by 1),
  known as (
    select i.instance_name as name, o.id as organization_id, o.name as organization,
           coalesce(i.status, 'disconnected') as status, s.state as told, s.since as told_since,
           row_number() over (partition by o.id order by (i.status = 'connected') desc nulls last, i.created_at, i.id)
             as place
      from public.whatsapp_instances i
      join public.organizations o on o.id = i.organization_id and o.is_active
      left join public.aurora_proactive_instance_states() s on s.instance_name = i.instance_name
     where i.instance_name ~ '\S' and (p_organization is null or i.organization_id = p_organization)),
  judged as (
    select k.*, f.failed, f.since as failing_since, b.cause, b.since as stopped_since, b.known_until, b.new_until,
           case when b.cause is not null then 'stopped'
                when k.status = 'connecting' or (k.status = 'connected' and k.told = 'connecting') then 'connecting'
                when k.status <> 'connected' or k.told in ('close', 'refused') then 'down'
                when f.failed is null then 'connected'
                when k.told = 'open' and k.told_since > f.until then 'unproven'
                else 'failing' end as condition
      from known k
      left join failing f on f.organization_id = k.organization_id and k.place = 1
      left join public.aurora_proactive_breakers b on b.instance_name = k.name and b.new_until > now())
  select j.name, j.organization_id, j.organization, j.condition,
         case when j.status <> 'connected' then j.status
              else public.aurora_proactive_instance_status(j.told, j.status) end,
         j.told,
         case j.condition when 'stopped' then j.stopped_since when 'failing' then j.failing_since
                          when 'unproven' then j.failing_since
                          when 'down' then coalesce(case when j.told <> 'open' then j.told_since end, j.failing_since)
                          else j.told_since end,
         coalesce(j.failed, 0), j.cause, j.known_until, j.new_until,
         array_position(array['stopped', 'failing', 'down', 'unproven', 'connecting', 'connected'], j.condition)
    from judged j
$$;

comment on function public.aurora_proactive_instance_conditions(uuid, text[]) is
  'Every instance of active organisations as sending meets it: connected, connecting, down, stopped (a breaker), '
  'failing (it is called connected, and the last messages failed), unproven (the same, but told to be open since). '
  '"since" is null where nobody knows.';

create or replace function public.aurora_proactive_instance_list(
  p_organization uuid, p_condition text, p_text text, p_codes text[], p_limit integer, p_offset integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with instances as materialized (
    select * from public.aurora_proactive_instance_conditions(p_organization, p_codes) i
     where p_text is null
        or position(public.aurora_proactive_folded(p_text) in
                    public.aurora_proactive_folded(coalesce(i.organization, '') || ' ' || i.name)) > 0),
  chosen as (
    select * from instances i
     where p_condition is null or i.condition = p_condition
        or (p_condition = 'attention' and i.condition <> 'connected'))
  select jsonb_build_object(
    'count', (select count(*) from chosen),
    'conditions', coalesce((select jsonb_object_agg(condition, n)
                              from (select condition, count(*) as n from instances group by 1) c), '{}'),
    'rows', coalesce((select jsonb_agg(to_jsonb(c) order by c.severity, c.organization, c.name)
                        from (select * from chosen order by severity, organization, name
                              offset p_offset limit p_limit) c), '[]'))
$$;

comment on function public.aurora_proactive_instance_list(uuid, text, text, text[], integer, integer) is
  'A page of instances, those first that need somebody; p_condition is one of their conditions, or "attention" for all '
  'but the connected. "count" is how many there are, "conditions" how many of each.';

create or replace function public.aurora_proactive_pause_list(p_organization uuid, p_limit integer, p_offset integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with pauses as (
    select p.organization_id, o.name as organization, p.message_type as type, p.reason, p.since
      from (select *, created_at as since from public.aurora_proactive_paused()) p
      left join public.organizations o on o.id = p.organization_id
     where p_organization is null or p.organization_id is null or p.organization_id = p_organization)
  select jsonb_build_object(
    'count', (select count(*) from pauses),
    'rows', coalesce((select jsonb_agg(to_jsonb(p) order by p.since desc, p.organization, p.type)
                        from (select * from pauses order by since desc, organization, type
                              offset p_offset limit p_limit) p), '[]'))
$$;

comment on function public.aurora_proactive_pause_list(uuid, integer, integer) is
  'A page of what is paused, newest first, with the names; "count" is how much there is.';

-- As aurora_proactive_lately_delivered, of one organisation or all.
create or replace function public.aurora_proactive_present_deliveries(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as (
    select public.aurora_proactive_delivery(m.status, m.metadata) as delivery,
           m.sent_at < (now() - interval '10 minutes') at time zone 'utc' as old,
           exists (select from public.whatsapp_instances i
                     join public.aurora_proactive_instances s on s.instance_name = i.instance_name
                    where i.organization_id = m.organization_id
                      and s.acknowledged_at > now() - interval '7 days') as told
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '70 minutes') at time zone 'utc'
       and (p_organization is null or m.organization_id = p_organization))
  select jsonb_build_object(
    'accepted', count(*) filter (where old), 'judged', count(*) filter (where old and told),
    'refused', count(*) filter (where old and told and delivery = 'refused'),
    'silent', count(*) filter (where old and told and delivery = 'silent'))
    from lately
$$;

comment on function public.aurora_proactive_present_deliveries(uuid) is
  'Of the messages of the last 70 minutes that are ten minutes old: how many were accepted, how many of them belong to '
  'instances that tell receipts ("judged"), and how many of those were refused or silent.';

-- The hour is written out, and the time at which a record was touched: as in aurora_proactive_records_snapshot.
create or replace function public.aurora_proactive_present_failures(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with failed as materialized (
    select m.metadata -> 'failure' as failure, m.error_message as reason
      from public.aurora_proactive_messages m
     where m.status = 'failed'
       and (m.created_at > (now() - interval '1 hour') at time zone 'utc'
            or (m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600)
       and coalesce((m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600, true)
       and (p_organization is null or m.organization_id = p_organization)),
  reasons as (
    select failure ->> 'code' as code, count(*) as count, min(failure::text)::jsonb as failure, min(reason) as reason
      from failed group by 1)
  select jsonb_build_object(
    'count', (select count(*) from failed), 'kinds', (select count(*) from reasons),
    'reasons', coalesce((select jsonb_agg(r order by r.count desc, r.code)
                           from (select * from reasons order by count desc, code limit 3) r), '[]'))
$$;

comment on function public.aurora_proactive_present_failures(uuid) is
  'The messages that failed in the last hour: how many, and the most frequent reasons, each with an example.';

create or replace function public.aurora_proactive_present(p_organization uuid, p_codes text[], p_shown integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with zones as (
    select o.timezone as written, count(*) as owners
      from public.organizations o join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled
     where o.is_active and (p_organization is null or o.id = p_organization)
     group by 1),
  named_zones as (select public.aurora_proactive_zone(written) as zone, sum(owners) as owners from zones group by 1)
  select jsonb_build_object(
    'last_sent_at', (select m.sent_at at time zone 'utc' from public.aurora_proactive_messages m
                      where m.status = 'sent' and (p_organization is null or m.organization_id = p_organization)
                      order by m.created_at desc limit 1),
    'any_message', exists (select from public.aurora_proactive_messages m
                            where p_organization is null or m.organization_id = p_organization),
    'organizations', (select count(*) from public.organizations o
                       where o.is_active and (p_organization is null or o.id = p_organization)),
    'probes', coalesce((select jsonb_agg(name order by place) from (
        select i.instance_name as name, row_number() over (order by s.state is null, i.created_at, i.id) as place
          from public.whatsapp_instances i
          left join public.aurora_proactive_instances s on s.instance_name = i.instance_name
         where i.status = 'connected' and i.instance_name ~ '\S'
         order by place limit 3) p), '[]'),
    'instances', public.aurora_proactive_instance_list(p_organization, 'attention', null, p_codes, p_shown, 0),
    'pauses', public.aurora_proactive_pause_list(p_organization, p_shown, 0),
    'deliveries', public.aurora_proactive_present_deliveries(p_organization),
    'failures', public.aurora_proactive_present_failures(p_organization),
    'owners', coalesce((select jsonb_object_agg(zone, owners) from named_zones), '{}'))
$$;

comment on function public.aurora_proactive_present(uuid, text[], integer) is
  'What is so now, of an organisation or (null) of all: instances and pauses that somebody should see (p_shown of '
  'each), what failed and was not delivered lately, the last message sent, how many owners each zone addresses.';
