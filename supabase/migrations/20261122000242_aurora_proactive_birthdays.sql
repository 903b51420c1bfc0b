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
  reading constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  today constant date := (p_now at time zone (reading ->> 'timezone'))::date;
  celebrated text[] := array[to_char(today, 'MMDD')];
  facts jsonb;
begin
  if reading ->> 'owner' is null then
    return reading;
  end if;
  if to_char(today, 'MMDD') = '0228' and to_char(today + 1, 'MMDD') = '0301' then
    celebrated := array_append(celebrated, '0229');
  end if;

  with celebrating as materialized (
    select p.id, p.name as pet, c.name as client, c.phone
      from public.pets p
      join public.contacts c on c.id = p.contact_id and c.organization_id = p_organization
     where p.organization_id = p_organization
       and p.is_active
       and c.status <> 'blocked'
       and p.birthday <= today
       and to_char(p.birthday, 'MMDD') = any (celebrated)
  ), shown as (
    select p.* from celebrating p order by p.pet collate "C", p.id limit 200
  )
  select jsonb_build_object(
           'date', today,
           'fires', exists (select from celebrating),
           'birthdays', (select count(*) from celebrating),
           'listed', (select coalesce(jsonb_agg(to_jsonb(s) order by s.pet collate "C", s.id), '[]') from shown s))
    into facts;
  return reading || jsonb_build_object('facts', facts);
end
$$;

comment on function public.aurora_proactive_birthdays(uuid, uuid, uuid, timestamptz, jsonb) is
  'The reading of a birthdays message: active pets born on this day of the year, 29 February on 28 in common years.';

revoke all on function public.aurora_proactive_birthdays(uuid, uuid, uuid, timestamptz, jsonb)
  from public, anon, authenticated;
grant execute on function public.aurora_proactive_birthdays(uuid, uuid, uuid, timestamptz, jsonb) to service_role;
