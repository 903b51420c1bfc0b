-- How an organisation's messages are read by the API: newest first, paged by the last row seen (keyset), so
-- that the thousandth page costs what the first one does. Applying this file twice changes nothing.

-- All organisations at once, and the failures among them, newest first.
create index if not exists aurora_proactive_messages_created
  on public.aurora_proactive_messages (created_at desc, id desc);
create index if not exists aurora_proactive_messages_failed
  on public.aurora_proactive_messages (created_at desc, id desc) where status = 'failed';

-- One message as the API shows it; times with their zone. The receiver's address at the gateway stays inside.
create or replace function public.aurora_proactive_shown(m public.aurora_proactive_messages)
returns jsonb
language sql
stable
set search_path = public, pg_temp
as $$
  select jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'type', m.message_type, 'status', m.status,
    'scheduled_for', m.scheduled_for at time zone 'UTC', 'created_at', m.created_at at time zone 'UTC',
    'sent_at', m.sent_at at time zone 'UTC', 'reason', m.error_message,
    'attempts', m.metadata -> 'attempts', 'composer', m.metadata ->> 'composer',
    'receipts', coalesce(m.metadata -> 'receipts', '{}'))
$$;

comment on function public.aurora_proactive_shown(public.aurora_proactive_messages) is
  'A message as lists show it, without its text.';

-- A page of messages, newest first. Null arguments do not filter; p_from is included, p_to is not;
-- p_before_at and p_before_id are those of the last row seen.
create or replace function public.aurora_proactive_history(
  p_organization uuid, p_type text, p_status text, p_from timestamptz, p_to timestamptz,
  p_before_at timestamptz, p_before_id uuid, p_limit integer
) returns setof jsonb
language plpgsql
stable
set search_path = public, pg_temp
as $$
begin
  -- Built for the filters that are there: one plan for all of them would read the whole table.
  return query execute
    'select aurora_proactive_shown(m) from aurora_proactive_messages m where true'
    || case when p_organization is not null then ' and m.organization_id = $1' else '' end
    || case when p_type is not null then ' and m.message_type = $2' else '' end
    || case when p_status is not null then format(' and m.status = %L', p_status) else '' end
    || case when p_from is not null then ' and m.created_at >= $3 at time zone ''UTC''' else '' end
    || case when p_to is not null then ' and m.created_at < $4 at time zone ''UTC''' else '' end
    || case when p_before_at is not null
         then ' and (m.created_at, m.id) < ($5 at time zone ''UTC'', $6)' else '' end
    || ' order by m.created_at desc, m.id desc limit $7'
    using p_organization, p_type, p_from, p_to, p_before_at, p_before_id, least(greatest(p_limit, 1), 201);
end
$$;

comment on function public.aurora_proactive_history(
  uuid, text, text, timestamptz, timestamptz, timestamptz, uuid, integer
) is 'A page of messages, newest first, after the last one seen.';

-- One message whole: its text, the figures it states, how it was made. Null where there is none.
create or replace function public.aurora_proactive_message(p_id uuid)
returns jsonb
language sql
stable
set search_path = public, pg_temp
as $$
  select aurora_proactive_shown(m) || jsonb_build_object(
    'content', m.content, 'facts', m.metadata -> 'facts', 'fallback', m.metadata ->> 'fallback',
    'data', m.metadata -> 'data', 'job_id', m.metadata ->> 'job_id', 'occurrence', m.metadata ->> 'occurrence',
    'gateway_message_id', m.metadata ->> 'gateway_message_id')
    from aurora_proactive_messages m
   where m.id = p_id
$$;

comment on function public.aurora_proactive_message(uuid) is 'One message with its text and its facts.';

-- To whom something asked for by hand would go: the organisation's zone, and its owners (by id).
create or replace function public.aurora_proactive_addressees(p_organization uuid)
returns jsonb
language sql
stable
set search_path = public, pg_temp
as $$
  select jsonb_build_object(
    'timezone', aurora_proactive_zone(o.timezone),
    'owners', coalesce(
      (select jsonb_agg(jsonb_build_object('id', w.id, 'enabled', w.aurora_enabled) order by w.id)
         from owner_numbers w where w.organization_id = o.id), '[]'))
    from organizations o
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_addressees(uuid) is
  'An organisation''s time zone and owners; null where there is no such organisation.';

do $$
declare
  f text;
begin
  foreach f in array array[
    'aurora_proactive_shown(public.aurora_proactive_messages)',
    'aurora_proactive_history(uuid, text, text, timestamptz, timestamptz, timestamptz, uuid, integer)',
    'aurora_proactive_message(uuid)', 'aurora_proactive_addressees(uuid)'
  ] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', f);
    execute format('grant execute on function public.%s to service_role', f);
  end loop;
end
$$;
