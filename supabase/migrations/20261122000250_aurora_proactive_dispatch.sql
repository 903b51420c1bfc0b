-- Whom the schedule writes to.

create or replace function public.aurora_proactive_time_zones()
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct public.aurora_proactive_zone(z.timezone)
    from (
      select distinct o.timezone
        from public.organizations o
       where o.is_active
         and exists (select from public.owner_numbers w where w.organization_id = o.id and w.aurora_enabled)
      offset 0 -- a zone is looked at once, not once an organisation
    ) z
   order by 1
$$;

comment on function public.aurora_proactive_time_zones() is
  'The time zones of active organisations that have an owner with Aurora enabled.';

create or replace function public.aurora_proactive_recipients(p_timezone text, p_after uuid, p_limit integer)
returns table (owner_number_id uuid, organization_id uuid)
language sql
stable
set search_path = ''
as $$
  with names as materialized (
    -- Materialized, so that a zone is looked at once and not once an organisation.
    select distinct o.timezone from public.organizations o
  ), written as materialized (
    -- As written in the organisations: an unusable name counts as the zone that stands in for it.
    select n.timezone from names n where public.aurora_proactive_zone(n.timezone) = p_timezone
  )
  select w.id, w.organization_id
    from public.owner_numbers w
    join public.organizations o on o.id = w.organization_id
   where w.aurora_enabled
     and o.is_active
     and o.timezone in (select written.timezone from written)
     and w.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
   order by w.id
   limit least(greatest(p_limit, 0), 1000)
$$;

comment on function public.aurora_proactive_recipients(text, uuid, integer) is
  'One page of the owners to write to in a time zone: enabled, of active organisations, by id, after the given id.';

revoke all on function public.aurora_proactive_time_zones() from public, anon, authenticated;
revoke all on function public.aurora_proactive_recipients(text, uuid, integer) from public, anon, authenticated;
grant execute on function public.aurora_proactive_time_zones() to service_role;
grant execute on function public.aurora_proactive_recipients(text, uuid, integer) to service_role;

create or replace function public.aurora_proactive_ran_before(p_type text, p_timezone text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.aurora_proactive_messages m
     where m.message_type = p_type
       and m.metadata ->> 'timezone' = p_timezone
       and not m.metadata ? 'by_hand'
       and m.created_at > (now() at time zone 'UTC') - interval '8 days')
$$;

comment on function public.aurora_proactive_ran_before(text, text) is
  'Whether the schedule wrote to somebody of a time zone about this type in the last 8 days.';

revoke all on function public.aurora_proactive_ran_before(text, text) from public, anon, authenticated;
grant execute on function public.aurora_proactive_ran_before(text, text) to service_role;
