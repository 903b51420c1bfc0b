-- What a booking and a client are, each said once. PostgreSQL puts the bodies of these functions into the queries that
-- call them, which it does only to functions without `set`. Conditions are therefore written as expressions, whose
-- names are bound when they are made; the two tables are the only texts without a path
-- (docs/decisions/0019-sql.md).

create or replace function public.aurora_proactive_is_live(p_status text)
returns boolean
language sql
immutable
return
  p_status not in ('cancelled', 'no_show');

comment on function public.aurora_proactive_is_live(text) is
  'Whether a booking of this status is live: neither cancelled nor no_show.';

create or replace function public.aurora_proactive_is_done(p_status text, p_start timestamptz, p_now timestamptz)
returns boolean
language sql
immutable
return
  p_status = 'completed'
  or (p_status in ('confirmed', 'in_progress') and p_start <= p_now and public.aurora_proactive_is_moment(p_start));

comment on function public.aurora_proactive_is_done(text, timestamptz, timestamptz) is
  'Whether a booking is done: completed, or confirmed or in progress and its start has passed.';

create or replace function public.aurora_proactive_bookings(p_organization uuid, p_now timestamptz)
returns table (
  id uuid, contact_id uuid, pet_id uuid, start_time timestamptz, end_time timestamptz, status text,
  created_at timestamptz, live boolean, done boolean, value numeric, service text, duration_minutes integer
)
language sql
stable
as $$
  -- A service of another organisation is no service: nothing of one tenant ever reaches another. The times are as they
  -- are stored, so that they are found by an index: who computes with one asks whether it is a moment.
  select b.id, b.contact_id, b.pet_id, b.start_time, b.end_time, b.status, b.created_at,
         public.aurora_proactive_is_live(b.status),
         public.aurora_proactive_is_done(b.status, b.start_time, p_now),
         coalesce(public.aurora_proactive_price(b.price), public.aurora_proactive_price(s.price), 0), s.name,
         public.aurora_proactive_minutes(s.duration_minutes)
    from public.bookings b
    left join public.services s on s.id = b.service_id and s.organization_id = b.organization_id
   where b.organization_id = p_organization
$$;

comment on function public.aurora_proactive_bookings(uuid, timestamptz) is
  'An organisation''s bookings with what each is at that moment: live, done, its value and its service.';

create or replace function public.aurora_proactive_clients(p_organization uuid, p_now timestamptz)
returns table (
  id uuid, name text, phone text, contact_at timestamptz, upcoming boolean, done_bookings bigint, value numeric
)
language sql
stable
as $$
  select c.id, c.name, c.phone,
         coalesce(public.aurora_proactive_moment(c.last_contact_at), public.aurora_proactive_moment(c.created_at)),
         coalesce(t.upcoming, false), coalesce(t.done_bookings, 0), coalesce(t.value, 0)
    from public.contacts c
    left join (
      select b.contact_id,
             bool_or(b.live and b.start_time > p_now and public.aurora_proactive_is_moment(b.start_time)) as upcoming,
             count(*) filter (where b.done) as done_bookings,
             sum(b.value) filter (where b.done) as value
        from public.aurora_proactive_bookings(p_organization, p_now) b
       where b.contact_id is not null
       group by b.contact_id
    ) t on t.contact_id = c.id
   where c.organization_id = p_organization
     and c.status is distinct from 'blocked'
$$;

comment on function public.aurora_proactive_clients(uuid, timestamptz) is
  'The clients who are not blocked: last contact (null: not known), whether a live booking is in the future, done '
  'bookings and their value.';

drop function if exists public.aurora_proactive_client_lines(uuid, uuid[]);
create or replace function public.aurora_proactive_client_lines(
  p_organization uuid, p_contacts uuid[], p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', c.id, 'name', c.name, 'phone', c.phone, 'pets', coalesce(pets.names, '[]')
         ) order by listed.place), '[]')
    from unnest(p_contacts) with ordinality as listed (id, place)
    join public.contacts c on c.id = listed.id and c.organization_id = p_organization
    left join (
      select p.contact_id, jsonb_agg(p.name order by p.name collate "C", p.id) as names
        from public.pets p
       where p.organization_id = p_organization and p.is_active and p.contact_id = any (p_contacts)
         and p.name is not null
         and not exists (select from public.aurora_proactive_opt_outs o
                          where o.organization_id = p_organization and o.key = 'pet:' || p.id
                            and (o.until is null or o.until > p_now))
       group by p.contact_id
    ) pets on pets.contact_id = c.id
$$;

comment on function public.aurora_proactive_client_lines(uuid, uuid[], timestamptz) is
  'The lines of a list of clients in the given order: id, name, phone, active pets by name, none that died.';
