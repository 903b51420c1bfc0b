-- What somebody switched off for a while. Null stands for every organisation, every message type.

create or replace function public.aurora_proactive_pause(p_organization uuid, p_type text, p_reason text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_organization is not null and not exists (select from public.organizations o where o.id = p_organization) then
    raise foreign_key_violation using message = 'There is no organisation of that id.';
  end if;
  insert into public.aurora_proactive_pauses (organization_id, message_type, reason)
  values (p_organization, p_type, p_reason)
  on conflict on constraint aurora_proactive_pauses_key do update set reason = excluded.reason;
end
$$;

comment on function public.aurora_proactive_pause(uuid, text, text) is
  'Pauses sending; doing it again only renews the reason. Refuses an organisation that does not exist.';

create or replace function public.aurora_proactive_resume(p_organization uuid, p_type text)
returns boolean
language sql
set search_path = ''
as $$
  with resumed as (
    delete from public.aurora_proactive_pauses p
     where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
    returning 1)
  select exists (select from resumed)
$$;

comment on function public.aurora_proactive_resume(uuid, text) is
  'Resumes exactly what was paused by that organisation and type; answers whether it was.';

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
