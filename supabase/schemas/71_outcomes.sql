-- What became of a message: sent, failed, or pending again.

create or replace function public.aurora_proactive_write_outcomes(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_touched constant jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
  v_changed integer;
begin
  -- The locks that the rows' trigger takes (aurora_proactive_take_waiting_receipts), in one order for all writers.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(r #>> '{metadata,gateway_message_id}') & 1023 as number
             from jsonb_array_elements(p_rows) r order by 1) l
    where l.number is not null;
  insert into public.aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
     error_message, metadata)
  select (r ->> 'id')::uuid, (r ->> 'organization_id')::uuid, (r ->> 'owner_number_id')::uuid, r ->> 'message_type',
         r ->> 'content', (r ->> 'scheduled_for')::timestamptz at time zone 'utc', r ->> 'status',
         (r ->> 'sent_at')::timestamptz at time zone 'utc', r ->> 'error_message', (r -> 'metadata') || v_touched
    from jsonb_array_elements(p_rows) r
   where r ->> 'status' in ('sent', 'failed')
   order by 1
  on conflict (id) do update
    set status = excluded.status, sent_at = excluded.sent_at, error_message = excluded.error_message,
        content = coalesce(excluded.content, m.content),
        metadata = (coalesce(m.metadata, '{}') - 'claim' - 'failure') || excluded.metadata
    where m.status = 'pending' or (m.status = 'failed' and excluded.status = 'sent');
  get diagnostics v_changed = row_count;
  return v_changed;
end
$$;

comment on function public.aurora_proactive_write_outcomes(jsonb) is
  'Writes occurrences as sent or failed, whatever was written before; answers how many rows changed. A sent row never '
  'changes again; a failed one only becomes sent (its outcome was unknown, and then it proved to have arrived).';

create or replace function public.aurora_proactive_write_record(p_row jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_row ->> 'status' <> 'pending' then
    return public.aurora_proactive_write_outcomes(jsonb_build_array(p_row)) > 0;
  end if;
  -- This write may have been kept in the outbox meanwhile: a lease of another token stays.
  insert into public.aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
  values (
    (p_row ->> 'id')::uuid, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid,
    p_row ->> 'message_type', p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'utc',
    'pending', (p_row -> 'metadata') || jsonb_build_object('touched', extract(epoch from clock_timestamp())))
  on conflict (id) do update
    set content = coalesce(excluded.content, m.content),
        metadata = case when p_row ->> 'claim' = m.metadata #>> '{claim,token}'
            then coalesce(m.metadata, '{}') - 'claim' else coalesce(m.metadata, '{}') end || excluded.metadata
    where m.status = 'pending';
  return found;
end
$$;

comment on function public.aurora_proactive_write_record(jsonb) is
  'Writes one occurrence: its outcome, or (status pending) that it waits, which releases the lease whose token the row '
  'names in "claim". Answers whether anything changed.';

create or replace function public.aurora_proactive_reopen(p_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  update public.aurora_proactive_messages m
     set status = 'pending', error_message = null, metadata = m.metadata - 'claim' - 'failure'
   where m.id = p_id and m.status = 'failed' and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
  returning jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'message_type', m.message_type, 'scheduled_for', m.scheduled_for at time zone 'utc', 'metadata', m.metadata)
$$;

comment on function public.aurora_proactive_reopen(uuid) is
  'Makes a failed occurrence sendable again, because somebody decided to; answers its row, null if it is not failed.';
