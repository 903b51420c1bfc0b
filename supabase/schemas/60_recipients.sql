-- Organisations, their time zones and their owners: whom the schedule and a request by hand write to.

create or replace function public.aurora_proactive_zones()
returns table (written text, zone text)
language sql
stable
set search_path = ''
as $$
  -- Each name is looked up once, not once an organisation: offset 0 keeps the planner from joining the two steps.
  select n.timezone, public.aurora_proactive_zone(n.timezone)
    from (select distinct coalesce(o.timezone, '') as timezone from public.organizations o offset 0) n
$$;

comment on function public.aurora_proactive_zones() is
  'Every time zone as organisations have it written (empty for null), and the zone that it stands for.';

create or replace function public.aurora_proactive_time_zones()
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct z.zone
    from public.aurora_proactive_zones() z
   where exists (
     select from public.organizations o
       join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled
      where coalesce(o.timezone, '') = z.written and o.is_active)
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
  with written as materialized (
    select z.written from public.aurora_proactive_zones() z where z.zone = p_timezone
  )
  select w.id, w.organization_id
    from public.owner_numbers w
    join public.organizations o on o.id = w.organization_id
   where w.aurora_enabled
     and o.is_active
     and coalesce(o.timezone, '') in (select written.written from written)
     and w.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
   order by w.id
   limit least(greatest(p_limit, 0), 1000)
$$;

comment on function public.aurora_proactive_recipients(text, uuid, integer) is
  'One page of the owners to write to in a time zone: enabled, of active organisations, by id, after the given id.';

create or replace function public.aurora_proactive_recipients_of_type(
  p_timezone text, p_type text, p_after uuid, p_limit integer
)
returns table (owner_number_id uuid, organization_id uuid, is_on boolean, send_time time)
language sql
stable
set search_path = ''
as $$
  select r.owner_number_id, r.organization_id, coalesce(own.is_on, usual.is_on, true),
         coalesce(own.send_time, usual.send_time)
    from public.aurora_proactive_recipients(p_timezone, p_after, p_limit) r
    left join public.aurora_proactive_send_times own
      on own.organization_id = r.organization_id and own.owner_number_id = r.owner_number_id
     and own.message_type = p_type and own.is_on is not null
    left join public.aurora_proactive_send_times usual
      on usual.organization_id = r.organization_id and usual.owner_number_id is null
     and usual.message_type = p_type and usual.is_on is not null
   order by r.owner_number_id
$$;

comment on function public.aurora_proactive_recipients_of_type(text, text, uuid, integer) is
  'A page of the owners to write to in a time zone, as aurora_proactive_recipients has it, with what each chose for a '
  'type: switched on or off, and the local time (null: the usual one).';

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
       and m.created_at > (now() at time zone 'utc') - interval '8 days')
$$;

comment on function public.aurora_proactive_ran_before(text, text) is
  'Whether the schedule wrote to somebody of a time zone about this type in the last 8 days.';

create or replace function public.aurora_proactive_folded(p_text text)
returns text
language sql
immutable
return
  -- capitals as well: a database of the locale C knows no others than ASCII's
  translate(lower(p_text), 'áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ',
            'aaaaaeeeeiiiiooooouuuucnaaaaaeeeeiiiiooooouuuucn');

comment on function public.aurora_proactive_folded(text) is
  'A text as it is searched: small letters without accents.';

create or replace function public.aurora_proactive_organization_label(p_id uuid, p_name text, p_alone boolean)
returns text
language sql
immutable
return
  coalesce(p_name, '') || case when p_alone then '' else ' #' || left(p_id::text, 8) end;

comment on function public.aurora_proactive_organization_label(uuid, text, boolean) is
  'An organisation''s name; where it is not the only one of that name, with the beginning of its id.';

create or replace function public.aurora_proactive_organization(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'name', public.aurora_proactive_organization_label(o.id, o.name, not exists (
      select from public.organizations other
       where other.id <> o.id
         and public.aurora_proactive_folded(other.name) = public.aurora_proactive_folded(o.name))),
    'timezone', public.aurora_proactive_zone(o.timezone),
    'owners', coalesce(
      (select jsonb_agg(
                jsonb_build_object(
                  'id', w.id, 'name', w.name, 'aurora_enabled', coalesce(w.aurora_enabled, false)) order by w.id)
         from public.owner_numbers w where w.organization_id = o.id), '[]'))
    from public.organizations o
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_organization(uuid) is
  'An organisation''s name, time zone and owners by id; null where there is no such organisation.';
