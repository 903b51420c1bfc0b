-- How records are written: two functions, each one request and one statement of truth.
-- Both take the whole row, so that they work whether or not an earlier write arrived.

-- Writes the row of an occurrence before it is handed to the gateway, and takes it for one attempt.
-- Answers {"outcome": ...}:
--   claimed  the row is pending and this claim holds it: go on
--   sent | failed  it was settled before: there is nothing to do
--   busy     another claim holds it, younger than the lease: come back in "seconds"
--   unknown  another claim held it and did not finish: this one holds it now, but must find out first
-- A null p_claim only writes the pending row (a message that waits for its turn) and takes nothing.
create or replace function public.aurora_proactive_claim(
  p_row jsonb, p_claim text, p_lease_seconds double precision
) returns jsonb
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_id uuid := (p_row ->> 'id')::uuid;
  v_row aurora_proactive_messages;
  v_now double precision := extract(epoch from clock_timestamp());
  v_claim jsonb := case when p_claim is null then '{}'
    else jsonb_build_object('claim', jsonb_build_object('by', p_claim, 'at', v_now), 'touched', v_now) end;
  v_age double precision;
  v_outcome text := 'claimed';
begin
  insert into aurora_proactive_messages
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
  values (
    v_id, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid, p_row ->> 'message_type',
    p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'UTC', 'pending',
    (p_row -> 'metadata') || v_claim)
  on conflict (id) do nothing;
  if found then
    return jsonb_build_object('outcome', 'claimed');
  end if;

  select * into v_row from aurora_proactive_messages where id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  end if;
  if p_claim is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  if v_row.metadata ? 'claim' then
    v_age := extract(epoch from clock_timestamp()) - (v_row.metadata #>> '{claim,at}')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
  end if;
  update aurora_proactive_messages
     set content = case when v_outcome = 'unknown' then content else p_row ->> 'content' end,
         metadata = coalesce(metadata, '{}')
           || case when v_outcome = 'unknown' then '{}' else p_row -> 'metadata' end || v_claim
   where id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false));
end
$$;

-- Settles an occurrence as sent or failed, or gives a claim back (status pending), whatever was written
-- before. A sent row never changes again; a failed one only becomes sent (it was settled as unknown and
-- then proved to have arrived). A pending row takes away the claim of the attempt that p_row names in "claim"
-- ("*": any attempt's), for it may have been kept in the outbox meanwhile. Answers whether anything changed.
create or replace function public.aurora_proactive_settle(p_row jsonb)
returns boolean
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_touched jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
begin
  insert into aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
     error_message, metadata)
  values (
    (p_row ->> 'id')::uuid, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid,
    p_row ->> 'message_type', p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'UTC',
    p_row ->> 'status', (p_row ->> 'sent_at')::timestamptz at time zone 'UTC', p_row ->> 'error_message',
    (p_row -> 'metadata') || v_touched)
  on conflict (id) do update
    set status = excluded.status, sent_at = excluded.sent_at, error_message = excluded.error_message,
        content = coalesce(excluded.content, m.content),
        metadata = case
            when excluded.status = 'pending' and coalesce(p_row ->> 'claim', '') not in ('*', m.metadata #>> '{claim,by}')
            then coalesce(m.metadata, '{}') else coalesce(m.metadata, '{}') - 'claim'
          end || excluded.metadata
    where m.status = 'pending' or (m.status = 'failed' and excluded.status = 'sent');
  return found;
end
$$;

-- Occurrences that were begun and not settled for p_seconds: what a lost job leaves behind.
create or replace function public.aurora_proactive_unsettled(p_seconds double precision, p_limit integer)
returns table (id uuid, organization_id uuid, owner_number_id uuid, message_type text, scheduled_for timestamptz,
               metadata jsonb)
language sql stable
set search_path = public, pg_temp
as $$
  select m.id, m.organization_id, m.owner_number_id, m.message_type::text, m.scheduled_for at time zone 'UTC',
         m.metadata
    from aurora_proactive_messages m
   where m.status = 'pending' and m.created_at < (now() at time zone 'UTC') - make_interval(secs => p_seconds)
   order by m.created_at, m.id
   limit least(p_limit, 1000)
$$;

-- Gateway message ids among p_ids that another occurrence already owns: a message found at the gateway can
-- stand for one occurrence only.
create or replace function public.aurora_proactive_owned(p_ids text[], p_except uuid)
returns setof text
language sql stable
set search_path = public, pg_temp
as $$
  select m.metadata ->> 'gateway_message_id'
    from aurora_proactive_messages m
    join aurora_proactive_messages self on self.id = p_except
   where m.organization_id = self.organization_id and m.id <> p_except
     and m.created_at > self.created_at - interval '7 days'
     and m.metadata ->> 'gateway_message_id' = any (p_ids)
$$;

do $$
declare
  f text;
begin
  foreach f in array array[
    'aurora_proactive_claim(jsonb, text, double precision)', 'aurora_proactive_settle(jsonb)',
    'aurora_proactive_unsettled(double precision, integer)', 'aurora_proactive_owned(text[], uuid)'
  ] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', f);
    execute format('grant execute on function public.%s to service_role', f);
  end loop;
end
$$;

-- Makes a failed occurrence sendable again: somebody decided to. Answers its row, null if it is not failed.
create or replace function public.aurora_proactive_reopen(p_id uuid)
returns jsonb
language sql
set search_path = public, pg_temp
as $$
  update aurora_proactive_messages m
     set status = 'pending', error_message = null, metadata = metadata - 'claim'
   where id = p_id and status = 'failed' and metadata ? 'occurrence' and metadata ? 'timezone'
  returning jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'message_type', m.message_type, 'scheduled_for', m.scheduled_for at time zone 'UTC', 'metadata', m.metadata)
$$;
revoke all on function public.aurora_proactive_reopen(uuid) from public, anon, authenticated;
grant execute on function public.aurora_proactive_reopen(uuid) to service_role;

-- Whether, for p_seconds, no message was handed over, settled or claimed, whatever became of it: then no gateway
-- can have seen one that the limiter in Redis might have forgotten. By this database's clock alone.
create or replace function public.aurora_proactive_nothing_sent_for(p_seconds double precision)
returns boolean
language sql stable
set search_path = public, pg_temp
as $$
  select not exists (select from aurora_proactive_messages m
                      where (m.metadata ->> 'touched')::double precision
                            > extract(epoch from clock_timestamp()) - p_seconds)
     and not exists (select from aurora_proactive_messages m
                      where m.status = 'pending' and m.metadata ? 'claim')
$$;
revoke all on function public.aurora_proactive_nothing_sent_for(double precision) from public, anon, authenticated;
grant execute on function public.aurora_proactive_nothing_sent_for(double precision) to service_role;

create index if not exists aurora_proactive_messages_touched
  on public.aurora_proactive_messages (((metadata ->> 'touched')::double precision));
