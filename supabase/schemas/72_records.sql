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
  select m.metadata ->> 'gateway_message_id'
    from public.aurora_proactive_messages m
    join public.aurora_proactive_messages self on self.id = p_except
   where m.organization_id = self.organization_id and m.id <> p_except
     and m.created_at > self.created_at - interval '7 days'
     and m.metadata ->> 'gateway_message_id' = any (p_ids)
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
$$;

comment on function public.aurora_proactive_nothing_sent_for(double precision) is
  'Whether no message was leased, sent or ended for p_seconds, by this database''s clock: then no gateway can '
  'have seen one that the limiter in Redis might have forgotten.';
