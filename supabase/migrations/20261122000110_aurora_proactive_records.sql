-- How records are written: claimed before a message is handed over, settled after it. Each function takes whole rows,
-- so that it works whether or not an earlier write arrived, and several of them, so that one request serves many.

-- What a claim adds to a row's metadata; nothing where nobody claims (a message that waits for its turn).
create or replace function public.aurora_proactive_claimed(p_claim jsonb)
returns jsonb
language sql
volatile
as $$
  select case when p_claim ->> 'by' is null then '{}'
    else jsonb_build_object('touched', n.now, 'claim',
           jsonb_build_object('by', p_claim ->> 'by', 'token', p_claim ->> 'token', 'at', n.now)) end
    from (select extract(epoch from clock_timestamp()) as now) n
$$;

-- Claims the row of an occurrence that has one already; see aurora_proactive_claim.
create or replace function public.aurora_proactive_claim_again(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,id}')::uuid;
  v_row aurora_proactive_messages;
  v_held jsonb;
  v_age double precision;
  v_outcome text := 'claimed';
begin
  select * into v_row from aurora_proactive_messages where id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  end if;
  if p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  v_held := v_row.metadata -> 'claim';
  -- A claim that was given up before anything was handed over holds nothing; one that is being found out does.
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
  end if;
  update aurora_proactive_messages
     set content = case when v_outcome = 'unknown' then content else p_claim #>> '{row,content}' end,
         metadata = case when v_outcome = 'unknown'
           then jsonb_set(coalesce(metadata, '{}') || aurora_proactive_claimed(p_claim), '{claim,asked}', 'true')
           else coalesce(metadata, '{}') || (p_claim #> '{row,metadata}') || aurora_proactive_claimed(p_claim) end
   where id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false));
end
$$;

-- Writes the rows of occurrences before they are handed to the gateway, and takes each for one attempt.
-- p_claims: [{"row", "by", "token", "over"}]: the whole row, the attempt, its claim's name, and names of claims of
-- which it is known that nothing was handed over under them. Answers [{"outcome"}] in the same order:
--   claimed  the row is pending and this claim holds it: go on
--   sent | failed  it was settled before: there is nothing to do
--   busy     another claim holds it, younger than the lease: come back in "seconds"
--   unknown  another claim held it and did not finish: this one holds it now, but must find out first
-- A null "by" only writes the pending row (a message that waits for its turn) and takes nothing.
-- Rows are taken in the order of their ids, as every writer of several does: no two wait for each other.
create or replace function public.aurora_proactive_claim(p_claims jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_new uuid[];
  v_again jsonb := '{}';
  v_claim jsonb;
begin
  with asked as (
    select value as c, value -> 'row' as r from jsonb_array_elements(p_claims)
  ), written as (
    insert into aurora_proactive_messages
      (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
    select (r ->> 'id')::uuid, (r ->> 'organization_id')::uuid, (r ->> 'owner_number_id')::uuid, r ->> 'message_type',
           r ->> 'content', (r ->> 'scheduled_for')::timestamptz at time zone 'UTC', 'pending',
           (r -> 'metadata') || aurora_proactive_claimed(c)
      from asked
     order by 1
    on conflict (id) do nothing
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_new from written;

  for v_claim in
    select value from jsonb_array_elements(p_claims)
     where (value #>> '{row,id}')::uuid <> all (v_new) order by value #>> '{row,id}'
  loop
    v_again := v_again
      || jsonb_build_object(v_claim #>> '{row,id}', aurora_proactive_claim_again(v_claim, p_lease_seconds));
  end loop;
  return (
    select jsonb_agg(coalesce(v_again -> (value #>> '{row,id}'), '{"outcome": "claimed"}') order by ordinality)
      from jsonb_array_elements(p_claims) with ordinality);
end
$$;

-- Settles occurrences as sent or failed, whatever was written before. A sent row never changes again; a failed one
-- only becomes sent (it was settled as unknown and then proved to have arrived). Answers how many changed.
create or replace function public.aurora_proactive_settle_many(p_rows jsonb)
returns integer
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_touched constant jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
  v_changed integer;
begin
  -- The locks that the rows' trigger takes (aurora_proactive_take_receipts), in one order for all writers.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(r #>> '{metadata,gateway_message_id}') & 1023 as number
             from jsonb_array_elements(p_rows) r order by 1) l
    where l.number is not null;
  insert into aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
     error_message, metadata)
  select (r ->> 'id')::uuid, (r ->> 'organization_id')::uuid, (r ->> 'owner_number_id')::uuid, r ->> 'message_type',
         r ->> 'content', (r ->> 'scheduled_for')::timestamptz at time zone 'UTC', r ->> 'status',
         (r ->> 'sent_at')::timestamptz at time zone 'UTC', r ->> 'error_message', (r -> 'metadata') || v_touched
    from jsonb_array_elements(p_rows) r
   where r ->> 'status' in ('sent', 'failed')
   order by 1
  on conflict (id) do update
    set status = excluded.status, sent_at = excluded.sent_at, error_message = excluded.error_message,
        content = coalesce(excluded.content, m.content),
        metadata = (coalesce(m.metadata, '{}') - 'claim') || excluded.metadata
    where m.status = 'pending' or (m.status = 'failed' and excluded.status = 'sent');
  get diagnostics v_changed = row_count;
  return v_changed;
end
$$;

-- Settles one occurrence, or (status pending) gives the claim back whose token p_row names in "claim": this write may
-- have been kept in the outbox meanwhile, and another one's claim stays. Answers whether anything changed.
create or replace function public.aurora_proactive_settle(p_row jsonb)
returns boolean
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if p_row ->> 'status' <> 'pending' then
    return aurora_proactive_settle_many(jsonb_build_array(p_row)) > 0;
  end if;
  insert into aurora_proactive_messages as m
    (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, metadata)
  values (
    (p_row ->> 'id')::uuid, (p_row ->> 'organization_id')::uuid, (p_row ->> 'owner_number_id')::uuid,
    p_row ->> 'message_type', p_row ->> 'content', (p_row ->> 'scheduled_for')::timestamptz at time zone 'UTC',
    'pending', (p_row -> 'metadata') || jsonb_build_object('touched', extract(epoch from clock_timestamp())))
  on conflict (id) do update
    set content = coalesce(excluded.content, m.content),
        metadata = case when p_row ->> 'claim' = m.metadata #>> '{claim,token}'
            then coalesce(m.metadata, '{}') - 'claim' else coalesce(m.metadata, '{}') end || excluded.metadata
    where m.status = 'pending';
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
    'aurora_proactive_claimed(jsonb)', 'aurora_proactive_claim_again(jsonb, double precision)',
    'aurora_proactive_claim(jsonb, double precision)', 'aurora_proactive_settle_many(jsonb)',
    'aurora_proactive_settle(jsonb)',
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
