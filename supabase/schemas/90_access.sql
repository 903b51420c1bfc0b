-- Who may do what. Supabase grants everything in public to its API roles by default; here all of ours is taken away
-- from everybody but the service role, whatever its name is after aurora_proactive_.

do $$
declare
  v_function regprocedure;
  v_table regclass;
begin
  for v_function in
    select p.oid from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname like 'aurora\_proactive\_%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to service_role', v_function);
  end loop;
  for v_table in
    select c.oid from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and c.relname like 'aurora\_proactive\_%'
  loop
    execute format('alter table %s enable row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
    execute format('grant select, insert, update, delete, truncate on %s to service_role', v_table);
  end loop;
end
$$;

-- What is a log is only written on (15_audit.sql refuses it to everybody else).
revoke update, delete, truncate on public.aurora_proactive_consents from service_role;
revoke update, delete, truncate on public.aurora_proactive_changes from service_role;

-- Members read their organisation's messages. A member is a session whose token names the organisation in
-- app_metadata, which only the product's server can write (docs/decisions/0005-who-may-read-records.md).
-- Writing stays taken away, so that a policy added by mistake cannot open it.
grant select on public.aurora_proactive_messages to authenticated;
drop policy if exists "members read their organisation's messages" on public.aurora_proactive_messages;
create policy "members read their organisation's messages"
  on public.aurora_proactive_messages for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- Campaigns of their organisation as well; who receives them is read through the API, which shows no number.
grant select on public.aurora_proactive_campaigns to authenticated;
drop policy if exists "members read their organisation's campaigns" on public.aurora_proactive_campaigns;
create policy "members read their organisation's campaigns"
  on public.aurora_proactive_campaigns for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- The last thing that a migration does: while this function is away, or says another version, it is not whole.

create or replace function public.aurora_proactive_migrated()
returns text
language sql
immutable
return
  '20261126000000';

comment on function public.aurora_proactive_migrated() is
  'The migration that was applied to its end; the worker compares it with its own (proactive/storage/migrated.py).';

revoke all on function public.aurora_proactive_migrated() from public, anon, authenticated;
grant execute on function public.aurora_proactive_migrated() to service_role;
