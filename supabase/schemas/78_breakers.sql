-- Which instances may not send for now, because of what WhatsApp answered to what they sent.

create or replace function public.aurora_proactive_stop_instance(
  p_instance text, p_cause text, p_since timestamptz, p_known_until timestamptz, p_new_until timestamptz
)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from public.aurora_proactive_instance_organizations(p_instance)) then
    return false;
  end if;
  insert into public.aurora_proactive_breakers as b (instance_name, cause, since, known_until, new_until)
  values (p_instance, p_cause, p_since, p_known_until, p_new_until)
  on conflict (instance_name) do update
    set cause = excluded.cause, known_until = excluded.known_until, new_until = excluded.new_until,
        since = case when b.new_until > excluded.since then b.since else excluded.since end
    where (excluded.known_until, excluded.new_until) > (b.known_until, b.new_until);
  return found;
end
$$;

comment on function public.aurora_proactive_stop_instance(text, text, timestamptz, timestamptz, timestamptz) is
  'Stops an instance that the product knows; of two causes the one that lasts longer holds. Answers whether it changed '
  'anything.';

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_release_instance(text, text);

-- p_held: what is about to send was told of a stop that this database does not know (yet).
create or replace function public.aurora_proactive_release_instance(
  p_instance text, p_cause text, p_held boolean default false, p_by text default null, p_via text default null
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_was public.aurora_proactive_breakers;
  v_stopped boolean;
begin
  delete from public.aurora_proactive_breakers b
   where b.instance_name = p_instance and (p_cause is null or b.cause = p_cause)
  returning * into v_was;
  v_stopped := coalesce(v_was.new_until > now(), false);
  if p_by is not null and (v_stopped or p_held) then
    perform public.aurora_proactive_record_change(
              i.organization_id, p_by, p_via, 'instance_released', p_instance,
              jsonb_build_object('cause', v_was.cause, 'until', v_was.new_until), null)
       from (select distinct w.organization_id from public.whatsapp_instances w
              where w.instance_name = p_instance) i;
  end if;
  return v_stopped;
end
$$;

comment on function public.aurora_proactive_release_instance(text, text, boolean, text, text) is
  'Lets an instance send again, if it was stopped for p_cause (null: for any), and writes down who did; answers '
  'whether it was stopped.';

create or replace function public.aurora_proactive_stopped_instances(p_organization uuid)
returns table (instance_name text, organization_id uuid, cause text, since timestamptz, known_until timestamptz,
               new_until timestamptz)
language sql
stable
set search_path = ''
as $$
  select b.instance_name, i.organization_id, b.cause, b.since, b.known_until, b.new_until
    from public.aurora_proactive_breakers b
    join public.whatsapp_instances i on i.instance_name = b.instance_name
   where b.new_until > now() and (p_organization is null or i.organization_id = p_organization)
   order by b.since, b.instance_name, i.organization_id
$$;

comment on function public.aurora_proactive_stopped_instances(uuid) is
  'The instances that may not write to everybody now, of an organisation or (null) of all, oldest first.';

create or replace function public.aurora_proactive_breaker_of(p_instance text, p_organization uuid, p_owner uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cause', b.cause, 'known', w.known, 'until', u.until, 'stops', u.until > now())
      from public.aurora_proactive_breakers b
     cross join lateral (
        select exists (select from public.aurora_proactive_replies r
                        where r.organization_id = p_organization and r.owner_number_id = p_owner)
            or exists (select from public.aurora_proactive_messages m
                        where m.organization_id = p_organization and m.owner_number_id = p_owner
                          and public.aurora_proactive_delivery(m.status, m.metadata) in ('delivered', 'read')) as known
      ) w
     cross join lateral (select case when w.known then b.known_until else b.new_until end as until) u
     where b.instance_name = p_instance and b.new_until > now());
end
$$;

comment on function public.aurora_proactive_breaker_of(text, uuid, uuid) is
  'What stops an instance now, and whether and until when it stops a message to an owner: "known" is one who wrote to '
  'the organisation, or whom a message of ours reached. Null where nothing stops the instance.';
