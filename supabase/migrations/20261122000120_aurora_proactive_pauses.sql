-- What somebody switched off for a while: one organisation, one message type, one type of one organisation,
-- or (both null) everything. In the database, so that it survives whatever Redis and the workers go through.

create table if not exists public.aurora_proactive_pauses (
  organization_id uuid references public.organizations (id) on delete cascade,
  message_type varchar(50),
  reason text not null,
  created_at timestamptz not null default now(),
  constraint aurora_proactive_pauses_key unique nulls not distinct (organization_id, message_type)
);

comment on table public.aurora_proactive_pauses is 'Sending that is paused by hand; null means every.';

alter table public.aurora_proactive_pauses enable row level security;
revoke all on public.aurora_proactive_pauses from anon, authenticated;
grant select, insert, update, delete on public.aurora_proactive_pauses to service_role;

-- Pauses; doing it again only renews the reason.
create or replace function public.aurora_proactive_pause(p_organization uuid, p_type text, p_reason text)
returns void
language sql
set search_path = public, pg_temp
as $$
  insert into aurora_proactive_pauses (organization_id, message_type, reason)
  values (p_organization, p_type, p_reason)
  on conflict on constraint aurora_proactive_pauses_key do update set reason = excluded.reason
$$;

-- Resumes exactly what was paused by that name; answers whether it was.
create or replace function public.aurora_proactive_resume(p_organization uuid, p_type text)
returns boolean
language sql
set search_path = public, pg_temp
as $$
  with gone as (
    delete from aurora_proactive_pauses p
     where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
    returning 1)
  select exists (select from gone)
$$;

-- Everything that is paused, oldest first.
create or replace function public.aurora_proactive_paused()
returns setof public.aurora_proactive_pauses
language sql stable
set search_path = public, pg_temp
as $$
  select * from aurora_proactive_pauses order by created_at
$$;

do $$
declare
  f text;
begin
  foreach f in array array[
    'aurora_proactive_pause(uuid, text, text)', 'aurora_proactive_resume(uuid, text)', 'aurora_proactive_paused()'
  ] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', f);
    execute format('grant execute on function public.%s to service_role', f);
  end loop;
end
$$;
