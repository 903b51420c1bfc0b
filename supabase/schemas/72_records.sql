-- What the worker asks about its records.

create or replace function public.aurora_proactive_unfinished(p_seconds double precision, p_limit integer)
returns table (id uuid, organization_id uuid, owner_number_id uuid, message_type text, scheduled_for timestamptz,
               metadata jsonb)
language sql
stable
set search_path = ''
as $$
  select m.id, m.organization_id, m.owner_number_id, m.message_type::text, m.scheduled_for at time zone 'utc',
         m.metadata
    from public.aurora_proactive_messages m
   where m.status = 'pending' and m.created_at < (now() at time zone 'utc') - make_interval(secs => p_seconds)
   order by m.created_at, m.id
   limit least(p_limit, 1000)
$$;

comment on function public.aurora_proactive_unfinished(double precision, integer) is
  'Occurrences that have been pending for p_seconds, oldest first: what a lost job leaves behind.';

create or replace function public.aurora_proactive_owned_gateway_ids(p_ids text[], p_except uuid)
returns setof text
language sql
stable
set search_path = ''
as $$
  with self as (
    select m.organization_id, m.created_at from public.aurora_proactive_messages m where m.id = p_except
    union all
    select r.organization_id, r.created_at at time zone 'utc'
      from public.aurora_proactive_campaign_recipients r where r.id = p_except)
  select m.metadata ->> 'gateway_message_id'
    from public.aurora_proactive_messages m, self
   where m.organization_id = self.organization_id and m.id <> p_except
     and m.created_at > self.created_at - interval '7 days'
     and m.metadata ->> 'gateway_message_id' = any (p_ids)
  union all
  select r.metadata ->> 'gateway_message_id'
    from public.aurora_proactive_campaign_recipients r, self
   where r.organization_id = self.organization_id and r.id <> p_except
     and r.metadata ->> 'gateway_message_id' = any (p_ids)
$$;

comment on function public.aurora_proactive_owned_gateway_ids(text[], uuid) is
  'Gateway message ids among p_ids that belong to another occurrence than p_except: each stands for one only.';

create or replace function public.aurora_proactive_nothing_sent_for(p_seconds double precision)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (select from public.aurora_proactive_messages m
                      where (m.metadata ->> 'touched')::double precision
                            > extract(epoch from clock_timestamp()) - p_seconds)
     and not exists (select from public.aurora_proactive_messages m
                      where m.status = 'pending' and m.metadata ? 'claim')
     and not exists (select from public.aurora_proactive_campaign_recipients r
                      where (r.metadata ->> 'touched')::double precision
                            > extract(epoch from clock_timestamp()) - p_seconds)
     and not exists (select from public.aurora_proactive_campaign_recipients r
                      where r.status = 'pending' and r.metadata ? 'claim')
$$;

comment on function public.aurora_proactive_nothing_sent_for(double precision) is
  'Whether no message was leased, sent or ended for p_seconds, by this database''s clock: then no gateway can '
  'have seen one that the limiter in Redis might have forgotten.';

create or replace function public.aurora_proactive_accepted_lately(p_instance text, p_limit integer)
returns table (instance_name text, gateway_message_id text)
language sql
stable
set search_path = ''
as $$
  with lately as (
    (select r.organization_id, r.sent_at at time zone 'utc' as sent_at,
            r.metadata ->> 'gateway_message_id' as gateway_message_id
       from public.aurora_proactive_campaign_recipients r
      where r.status = 'sent' and r.metadata ? 'gateway_message_id' and r.sent_at > now() - interval '7 days'
        and (p_instance is null
             or r.organization_id in (
               select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance))
      order by r.sent_at desc
      limit case when p_instance is null then 200 else p_limit end)
    union all
    (select m.organization_id, m.sent_at, m.metadata ->> 'gateway_message_id' as gateway_message_id
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ? 'gateway_message_id'
       and m.sent_at > (now() at time zone 'utc') - interval '7 days'
       and (p_instance is null
            or m.organization_id in (
              select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance))
     order by m.sent_at desc
     limit case when p_instance is null then 200 else p_limit end)
  ), named as (
    select l.*, coalesce(p_instance, (
             select i.instance_name from public.whatsapp_instances i where i.organization_id = l.organization_id
              order by (i.status = 'connected') desc, i.created_at, i.id limit 1)) as instance_name
      from lately l
  ), numbered as (
    select n.*, row_number() over (partition by n.instance_name order by n.sent_at desc) as place
      from named n where n.instance_name is not null
  )
  select n.instance_name, n.gateway_message_id from numbered n
   where p_instance is not null or n.place = 1
   order by n.sent_at desc
   limit least(p_limit, 100)
$$;

comment on function public.aurora_proactive_accepted_lately(text, integer) is
  'Messages that were accepted in the last 7 days, newest first, of the organisations that send from p_instance, or '
  '(null) one an instance: a gateway that shows them keeps messages.';
