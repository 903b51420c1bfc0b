-- What somebody switched off for a while. Null stands for every organisation, every message type.

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_pause(uuid, text, text);
drop function if exists public.aurora_proactive_resume(uuid, text);

create or replace function public.aurora_proactive_pause(
  p_organization uuid, p_type text, p_reason text, p_by text default null, p_via text default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_before text;
begin
  if p_organization is not null and not exists (select from public.organizations o where o.id = p_organization) then
    raise foreign_key_violation using message = 'There is no organisation of that id.';
  end if;
  select p.reason into v_before from public.aurora_proactive_pauses p
   where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
     for update;
  insert into public.aurora_proactive_pauses (organization_id, message_type, reason)
  values (p_organization, p_type, p_reason)
  on conflict on constraint aurora_proactive_pauses_key do update set reason = excluded.reason;
  if p_by is not null and v_before is distinct from p_reason then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'sending_paused', p_type,
      case when v_before is not null
           then jsonb_build_object('reason', public.aurora_proactive_without_numbers(v_before)) end,
      jsonb_build_object('reason', public.aurora_proactive_without_numbers(p_reason)));
  end if;
end
$$;

comment on function public.aurora_proactive_pause(uuid, text, text, text, text) is
  'Pauses sending, and writes down who did; doing it again only renews the reason. Refuses an organisation that does '
  'not exist.';

create or replace function public.aurora_proactive_resume(
  p_organization uuid, p_type text, p_by text default null, p_via text default null
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_reason text;
begin
  delete from public.aurora_proactive_pauses p
   where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
  returning p.reason into v_reason;
  if v_reason is not null and p_by is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'sending_resumed', p_type,
      jsonb_build_object('reason', public.aurora_proactive_without_numbers(v_reason)), null);
  end if;
  return v_reason is not null;
end
$$;

comment on function public.aurora_proactive_resume(uuid, text, text, text) is
  'Resumes exactly what was paused by that organisation and type, and writes down who did; answers whether it was.';

create or replace function public.aurora_proactive_paused()
returns setof public.aurora_proactive_pauses
language sql
stable
set search_path = ''
as $$
  select p.* from public.aurora_proactive_pauses p
   where p.organization_id is null or exists (select from public.organizations o where o.id = p.organization_id)
   order by p.created_at
$$;

comment on function public.aurora_proactive_paused() is
  'Everything that is paused, oldest first, but for organisations that the product has deleted.';
