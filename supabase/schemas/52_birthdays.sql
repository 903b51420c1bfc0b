-- The facts of birthdays.

create or replace function public.aurora_proactive_birthdays(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_today constant date := (p_now at time zone (v_context ->> 'timezone'))::date;
  v_celebrated text[] := array[to_char(v_today, 'MMDD')];
  v_facts jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;
  if to_char(v_today, 'MMDD') = '0228' and to_char(v_today + 1, 'MMDD') = '0301' then
    v_celebrated := array_append(v_celebrated, '0229');
  end if;

  with celebrating as materialized (
    select p.id, coalesce(p.name, '') as pet, c.name as client, c.phone
      from public.pets p
      join public.contacts c on c.id = p.contact_id and c.organization_id = p_organization
     where p.organization_id = p_organization
       and p.is_active
       and c.status is distinct from 'blocked'
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
       and not public.aurora_proactive_mourned(p_organization, p.id, p_now)
       and p.birthday between '0001-01-01' and v_today
       and to_char(p.birthday, 'MMDD') = any (v_celebrated)
  ), shown as (
    select p.* from celebrating p order by p.pet collate "C", p.id limit 200
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', exists (select from celebrating),
           'birthdays', (select count(*) from celebrating),
           'listed', (select coalesce(jsonb_agg(to_jsonb(s) order by s.pet collate "C", s.id), '[]') from shown s))
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

comment on function public.aurora_proactive_birthdays(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of a birthdays message: active pets of who can be reached, born on this day of the year, 29 '
  'February on 28 in common years.';
