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
   where r ->> 'status' in ('sent', 'failed') and r ->> 'client_id' is null
   order by 1
  on conflict (id) do update
    set status = excluded.status, sent_at = excluded.sent_at, error_message = excluded.error_message,
        content = coalesce(excluded.content, m.content),
        metadata = (coalesce(m.metadata, '{}') - 'claim' - 'failure') || excluded.metadata
    -- a failure from before the row was opened again says nothing of the attempts after that
    where (m.status = 'pending'
           and (excluded.status = 'sent' or coalesce((excluded.metadata ->> 'reopened')::integer, 0)
                                              >= coalesce((m.metadata ->> 'reopened')::integer, 0)))
       or (m.status = 'failed' and excluded.status = 'sent');
  get diagnostics v_changed = row_count;
  return v_changed + public.aurora_proactive_write_client_outcomes(p_rows);
end
$$;

comment on function public.aurora_proactive_write_outcomes(jsonb) is
  'Writes occurrences as sent or failed, whatever was written before; answers how many rows changed. A sent row never '
  'changes again; a failed one only becomes sent (its outcome was unknown, and then it proved to have arrived), and '
  'one that was opened again does not fail for what was tried before.';

create or replace function public.aurora_proactive_is_over(p_status text, p_metadata jsonb, p_written jsonb)
returns boolean
language sql
immutable
return p_status <> 'pending'
  or coalesce((p_written ->> 'reopened')::integer, 0) < coalesce((p_metadata ->> 'reopened')::integer, 0);

comment on function public.aurora_proactive_is_over(text, jsonb, jsonb) is
  'Whether a row has ended, or was opened again, since an attempt read it that writes the metadata p_written.';

create or replace function public.aurora_proactive_write_record(p_row jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_row ->> 'status' <> 'pending' then
    return public.aurora_proactive_write_outcomes(jsonb_build_array(p_row)) > 0;
  end if;
  if p_row ->> 'client_id' is not null then
    return public.aurora_proactive_release_client(p_row);
  end if;
  -- This write may have been kept in the outbox meanwhile: a lease of another token stays. Where the row has ended or
  -- was opened again since, only the doubt counts whether it was sent.
  insert into public.aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
  values (
    (p_row ->> 'id')::uuid, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid,
    p_row ->> 'message_type', p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'utc',
    'pending', (p_row -> 'metadata') || jsonb_build_object('touched', extract(epoch from clock_timestamp())))
  on conflict (id) do update
    set content = case when public.aurora_proactive_is_over(m.status, m.metadata, excluded.metadata) then m.content
                    else coalesce(excluded.content, m.content) end,
        metadata = case when p_row ->> 'claim' = m.metadata #>> '{claim,token}'
            then coalesce(m.metadata, '{}') - 'claim' else coalesce(m.metadata, '{}') end
          || case when not public.aurora_proactive_is_over(m.status, m.metadata, excluded.metadata)
                    then excluded.metadata
                  when excluded.metadata ? 'doubt'
                    then jsonb_build_object('doubt', true, 'message_ids', coalesce(m.metadata -> 'message_ids', '[]')
                           || coalesce(excluded.metadata -> 'message_ids', '[]'))
                  else '{}' end
    where m.status = 'pending' or (m.status = 'failed' and excluded.metadata ? 'doubt');
  return found;
end
$$;

comment on function public.aurora_proactive_write_record(jsonb) is
  'Writes one occurrence: its outcome, or (status pending) that it waits, which releases the lease whose token the row '
  'names in "claim". Answers whether anything changed.';

-- What had no second argument before 0.1.0, and did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_reopen(uuid);
drop function if exists public.aurora_proactive_reopen(uuid, boolean);

create or replace function public.aurora_proactive_reopen(
  p_id uuid, p_by_itself boolean, p_by text default null, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_was public.aurora_proactive_messages;
  v_row public.aurora_proactive_messages;
begin
  select * into v_was from public.aurora_proactive_messages m where m.id = p_id for update;
  update public.aurora_proactive_messages m
     set status = 'pending', error_message = null,
         metadata = (m.metadata - 'claim' - 'failure')
           || jsonb_build_object('reopened', coalesce((m.metadata ->> 'reopened')::integer, 0) + 1)
           || case when p_by_itself
           then jsonb_build_object('earlier_failures', jsonb_build_array(
                  coalesce(m.metadata -> 'failure', '{}') || jsonb_build_object('at', now())))
           else '{}' end
   where m.id = p_id and m.status = 'failed' and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
     and not (p_by_itself and m.metadata ?| '{earlier_failures,doubt,message_ids}')
     and not (p_by_itself and exists (select from public.aurora_proactive_skips s where s.message_id = p_id))
  returning * into v_row;
  if v_row.id is null then
    return null;
  end if;
  -- who sends it again has skipped it no more
  delete from public.aurora_proactive_skips s where s.message_id = p_id;
  if p_by is not null then
    perform public.aurora_proactive_record_change(
      v_row.organization_id, p_by, p_via, 'message_resent', p_id::text,
      jsonb_build_object('status', 'failed', 'reason', v_was.metadata #>> '{failure,code}'),
      jsonb_build_object('status', 'pending', 'type', v_row.message_type));
  end if;
  return jsonb_build_object(
    'id', v_row.id, 'organization_id', v_row.organization_id, 'owner_number_id', v_row.owner_number_id,
    'message_type', v_row.message_type, 'scheduled_for', v_row.scheduled_for at time zone 'utc',
    'metadata', v_row.metadata);
end
$$;

comment on function public.aurora_proactive_reopen(uuid, boolean, text, text) is
  'Makes a failed occurrence sendable again, because somebody decided to (which is written down), or by itself: then '
  'once, only where it surely was not sent, and the record keeps why it had failed in earlier_failures. Counts in '
  '"reopened". Answers its row, null where there is no such failed one.';

create or replace function public.aurora_proactive_failed_lately(p_codes text[], p_instance text, p_limit integer)
returns table (instance_name text, id uuid, organization_id uuid, owner_number_id uuid, message_type text,
               scheduled_for timestamptz, metadata jsonb)
language sql
stable
set search_path = ''
as $$
  select i.instance_name, m.id, m.organization_id, m.owner_number_id, m.message_type::text,
         m.scheduled_for at time zone 'utc', m.metadata
    from public.aurora_proactive_messages m
   cross join lateral (
      select w.instance_name from public.whatsapp_instances w
       where w.organization_id = m.organization_id and w.status = 'connected' and w.instance_name ~ '\S'
       order by w.created_at, w.id
       limit 1) i
    left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
   where m.status = 'failed' and m.created_at > (now() at time zone 'utc') - interval '26 hours'
     and m.metadata #>> '{failure,code}' = any (p_codes)
     and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
     and not m.metadata ?| '{earlier_failures,doubt,message_ids}'
     and (p_instance is null or i.instance_name = p_instance)
     -- over a dead socket a gateway says open all the time: then it has to have told since that it opened
     and (m.metadata #>> '{failure,details,state}' is distinct from 'open'
          or (t.state = 'open' and extract(epoch from t.since) > (m.metadata ->> 'touched')::double precision))
   order by random()
   limit least(p_limit, 1000)
$$;

comment on function public.aurora_proactive_failed_lately(text[], text, integer) is
  'Messages that failed in the last 26 hours for one of these reasons and were not sent again by themselves, of '
  'organisations whose instance (p_instance, or null: any) is connected; in any order.';
