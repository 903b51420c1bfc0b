-- The product's values that are none, for operators: where they are and how many, never what they are.

create or replace function public.aurora_proactive_odd_hours(p_hours jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- What is left out says "closed"; null says it as well, and of the whole it says "as usual".
  select case jsonb_typeof(p_hours)
    when 'object' then exists (
      select from jsonb_each(p_hours) day (name, intervals)
       where day.name not in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')
          or jsonb_typeof(day.intervals) not in ('array', 'null')
          or jsonb_typeof(day.intervals) = 'array'
             and jsonb_array_length(day.intervals)
                 > (select count(*) from public.aurora_proactive_intervals(day.intervals)))
    else coalesce(jsonb_typeof(p_hours) <> 'null', false) end
$$;

comment on function public.aurora_proactive_odd_hours(jsonb) is
  'Whether something in these opening hours is not understood, and therefore not there.';

create or replace function public.aurora_proactive_odd_values(p_after uuid, p_limit integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with page as materialized (
    select o.id, o.timezone, o.business_hours
      from public.organizations o
     where o.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000') and o.is_active
     order by o.id limit least(greatest(p_limit, 1), 1000)
  ), odd as (
    select p.id, 'organizations.timezone' as value, 1::bigint as count
      from page p where public.aurora_proactive_known_zone(p.timezone) is null
    union all
    select p.id, 'organizations.business_hours', 1
      from page p where public.aurora_proactive_odd_hours(p.business_hours)
    union all
    select s.organization_id, v.name, count(*)
      from page p join public.services s on s.organization_id = p.id
     cross join lateral (values
       ('services.price', s.price is not null and public.aurora_proactive_price(s.price) is null),
       ('services.duration_minutes',
        s.duration_minutes is not null and public.aurora_proactive_minutes(s.duration_minutes) is null)
     ) v (name, is_odd)
     where v.is_odd group by 1, 2
    union all
    select c.organization_id, v.name, count(*)
      from page p join public.contacts c on c.organization_id = p.id
     cross join lateral (values
       ('contacts.last_contact_at', not public.aurora_proactive_is_moment(c.last_contact_at)),
       ('contacts.created_at', not public.aurora_proactive_is_moment(c.created_at))) v (name, is_odd)
     where v.is_odd group by 1, 2
    union all
    select t.organization_id, 'pets.birthday', count(*)
      from page p join public.pets t on t.organization_id = p.id
     where not (t.birthday between '0001-01-01' and '9999-12-31') group by 1
    union all
    select b.organization_id, v.name, count(*)
      from page p join public.bookings b on b.organization_id = p.id
     cross join lateral (values
       ('bookings.start_time', not public.aurora_proactive_is_moment(b.start_time)),
       ('bookings.end_time',
        not public.aurora_proactive_is_moment(b.end_time) or b.end_time < b.start_time),
       ('bookings.created_at', not public.aurora_proactive_is_moment(b.created_at)),
       ('bookings.price', b.price is not null and public.aurora_proactive_price(b.price) is null)) v (name, is_odd)
     where v.is_odd group by 1, 2
  )
  select jsonb_build_object(
    'last', (select p.id from page p order by p.id desc limit 1),
    'found', coalesce((
      select jsonb_agg(jsonb_build_object('organization_id', o.id, 'value', o.value, 'count', o.count)
                       order by o.id, o.value) from odd o), '[]'))
$$;

comment on function public.aurora_proactive_odd_values(uuid, integer) is
  'The values that are none of some active organisations, by id after p_after: {"found": [{"organization_id", "value" '
  '(table and column), "count"}], "last": the last organisation looked at, null where there is none}.';
