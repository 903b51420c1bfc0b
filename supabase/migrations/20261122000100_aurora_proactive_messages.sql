-- The worker's own table: one row an occurrence (see docs/records.md). Columns are those of the product's
-- description; times are UTC without a zone, as it has them. Applying this file twice changes nothing.

create table if not exists public.aurora_proactive_messages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references public.organizations (id),
  owner_number_id uuid references public.owner_numbers (id),
  message_type varchar(50),
  content text,
  scheduled_for timestamp,
  status varchar(20),
  sent_at timestamp,
  error_message text,
  metadata jsonb,
  created_at timestamp default (now() at time zone 'utc')
);

comment on table public.aurora_proactive_messages is
  'What Aurora wrote, or failed to write, to an owner. The id is a UUIDv5 of the occurrence.';

-- An organisation's history, newest first: what its members page through.
create index if not exists aurora_proactive_messages_organization
  on public.aurora_proactive_messages (organization_id, created_at desc);
-- What is still open: small, whatever the size of the history.
create index if not exists aurora_proactive_messages_pending
  on public.aurora_proactive_messages (created_at) where status = 'pending';

alter table public.aurora_proactive_messages enable row level security;

-- Supabase grants everything on public tables to its API roles by default; row level security decides then.
-- Writing is taken away as well, so that a policy added by mistake cannot open it.
revoke all on public.aurora_proactive_messages from anon, authenticated;
grant select on public.aurora_proactive_messages to authenticated;
grant select, insert, update, delete on public.aurora_proactive_messages to service_role;

-- A member is a session whose token names the organisation in app_metadata, which only the product's
-- server can write (docs/decisions/0005-who-may-read-records.md).
drop policy if exists "members read their organisation's messages" on public.aurora_proactive_messages;
create policy "members read their organisation's messages"
  on public.aurora_proactive_messages for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );
