-- A message's row is written, and its lease taken, before the message is sent to a gateway. Each function takes whole
-- rows, so that it works whether or not an earlier write arrived, and several of them: one request serves many.

create or replace function public.aurora_proactive_lease_metadata(p_claim jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  select case when p_claim ->> 'by' is null then '{}'
    else jsonb_build_object('touched', n.now, 'claim',
           jsonb_build_object('by', p_claim ->> 'by', 'token', p_claim ->> 'token', 'at', n.now)
             || case when p_claim ->> 'message_id' is null then '{}'
                  else jsonb_build_object('message_id', p_claim ->> 'message_id') end) end
    from (select extract(epoch from clock_timestamp()) as now) n
$$;

comment on function public.aurora_proactive_lease_metadata(jsonb) is
  'What a lease adds to a row''s metadata; nothing where nobody takes one (a message that waits for its turn).';

create or replace function public.aurora_proactive_take_held_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_messages;
  v_held jsonb;
  v_age double precision;
  v_outcome text := 'claimed';
  v_ids jsonb := '[]';
begin
  select * into v_row from public.aurora_proactive_messages m where m.id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  end if;
  if p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  -- What was read before the row was opened again is over: it is read again.
  if coalesce((p_claim #>> '{row,metadata,reopened}')::integer, 0)
       < coalesce((v_row.metadata ->> 'reopened')::integer, 0) then
    return jsonb_build_object('outcome', 'busy', 'seconds', 1, 'stale', true);
  end if;
  v_held := v_row.metadata -> 'claim';
  -- A lease that was given up before anything was sent holds nothing; one that is being reconciled does.
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
    v_ids := coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
  end if;
  update public.aurora_proactive_messages m
     set content = case when v_outcome = 'unknown' then m.content else p_claim #>> '{row,content}' end,
         metadata = case when v_outcome = 'unknown'
           then coalesce(m.metadata, '{}') || v_added
             || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
                  || jsonb_build_object('asked', true, 'message_ids', v_ids))
           else coalesce(m.metadata, '{}') || (p_claim #> '{row,metadata}') || v_added end
   where m.id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false),
    'message_ids', coalesce(v_row.metadata -> 'message_ids', '[]') || v_ids);
end
$$;

comment on function public.aurora_proactive_take_held_lease(jsonb, double precision) is
  'Takes the lease of an occurrence that has a row already, as aurora_proactive_take_leases does.';

-- p_claims: [{"row", "by", "token", "over", "message_id"}]: the whole row, the attempt, its lease's fencing token,
-- tokens of leases of which it is known that nothing was sent under them, and the id that the message goes out with.
-- Answers [{"outcome", "message_ids"}] in the same order; "message_ids" are those under which it may be at the gateway:
--   claimed        the row is pending and this lease holds it: go on
--   sent | failed  its outcome was written before: there is nothing to do
--   busy           another lease holds it, younger than p_lease_seconds: come back in "seconds"; or ("stale") it was
--                  opened again since the attempt read it
--   unknown        another lease held it and did not finish: this one holds it now, but must reconcile first;
--                  "content" is the text that may be out, "doubt" whether the gateway may have accepted it
-- A null "by" only writes the pending row (a message that waits for its turn) and takes nothing.
-- Rows are taken in the order of their ids, as every writer of several does: no two wait for each other. Rows of
-- campaigns' recipients ("client_id") come after them (83_client_leases.sql), and may answer skipped or closed as well.
create or replace function public.aurora_proactive_take_leases(p_claims jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_new uuid[];
  v_held jsonb := '{}';
  v_claim jsonb;
begin
  with claims as (
    select value as claim, value -> 'row' as message from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is null
  ), written as (
    insert into public.aurora_proactive_messages
      (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
    select (message ->> 'id')::uuid, (message ->> 'organization_id')::uuid, (message ->> 'owner_number_id')::uuid,
           message ->> 'message_type', message ->> 'content',
           (message ->> 'scheduled_for')::timestamptz at time zone 'utc', 'pending',
           (message -> 'metadata') || public.aurora_proactive_lease_metadata(claim)
      from claims
     order by 1
    on conflict (id) do nothing
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_new from written;

  for v_claim in
    select value from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is null and (value #>> '{row,id}')::uuid <> all (v_new)
     order by value #>> '{row,id}'
  loop
    v_held := v_held
      || jsonb_build_object(v_claim #>> '{row,id}', public.aurora_proactive_take_held_lease(v_claim, p_lease_seconds));
  end loop;
  v_held := v_held || public.aurora_proactive_take_client_leases(p_claims, p_lease_seconds);
  return (
    select jsonb_agg(coalesce(v_held -> (value #>> '{row,id}'), '{"outcome": "claimed"}') order by ordinality)
      from jsonb_array_elements(p_claims) with ordinality);
end
$$;

comment on function public.aurora_proactive_take_leases(jsonb, double precision) is
  'Writes the rows of occurrences before they are sent to the gateway, and takes the lease of each for one attempt.';
