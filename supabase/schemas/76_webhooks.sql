-- What the gateway tells: the state of instances, what became of messages, and who answered. Each event is one call of
-- one function; the same event again changes nothing.

create or replace function public.aurora_proactive_instance_organizations(p_instance text)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance
$$;

comment on function public.aurora_proactive_instance_organizations(text) is
  'The organisations that send from an instance, by the gateway''s name for it.';

create or replace function public.aurora_proactive_keep_connection(
  p_instance text, p_state text, p_reason integer, p_event_at timestamptz
)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from public.aurora_proactive_instance_organizations(p_instance)) then
    return false;
  end if;
  insert into public.aurora_proactive_instances as i (instance_name, state, status_reason, event_at)
  values (p_instance, p_state, p_reason, p_event_at)
  on conflict (instance_name) do update
    set settled = case when i.since <= now() - interval '5 seconds' then i.state else i.settled end,
        state = excluded.state, status_reason = excluded.status_reason, since = now(), event_at = excluded.event_at
    where i.state <> excluded.state
      and (i.event_at is null or excluded.event_at is null or excluded.event_at >= i.event_at);
  return found;
end
$$;

comment on function public.aurora_proactive_keep_connection(text, text, integer, timestamptz) is
  'Keeps a connection.update of an instance that the product knows; answers whether anything changed. The event''s '
  'time orders events and nothing else: the gateway''s clock may be in another zone.';

create or replace function public.aurora_proactive_instance_states()
returns table (instance_name text, state text, since timestamptz)
language sql
stable
set search_path = ''
as $$
  select i.instance_name,
         case when i.since <= now() - interval '5 seconds' then i.state else coalesce(i.settled, i.state) end, i.since
    from public.aurora_proactive_instances i
   order by i.instance_name
$$;

comment on function public.aurora_proactive_instance_states() is
  'Every instance of which a state is known, with that state; during a burst the one that held before it.';

create or replace function public.aurora_proactive_receipt_metadata(p_receipt text, p_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(p_receipt, p_at)
    || case when p_receipt = 'error_at' then '{"error": "WhatsApp reported that it was not delivered"}'
            else '{}' end::jsonb
$$;

comment on function public.aurora_proactive_receipt_metadata(text, timestamptz) is
  'A receipt as metadata.receipts holds it; a refusal also says what it means.';

create or replace function public.aurora_proactive_keep_receipt(
  p_instance text, p_gateway_message_id text, p_receipt text
)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
begin
  -- Held against the record being written at this moment: one of the two sees the other.
  perform pg_advisory_xact_lock(310, hashtext(p_gateway_message_id) & 1023);
  select m.id into v_id from public.aurora_proactive_messages m
   where m.metadata ->> 'gateway_message_id' = p_gateway_message_id
     and m.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
   limit 1;
  if v_id is null then
    delete from public.aurora_proactive_receipts r where r.at < now() - interval '1 day';
    insert into public.aurora_proactive_receipts (gateway_message_id, receipt, instance_name)
    select p_gateway_message_id, p_receipt, p_instance
     where exists (select from public.aurora_proactive_instance_organizations(p_instance))
    on conflict do nothing;
    return 'waiting';
  end if;
  update public.aurora_proactive_messages m
     set metadata = jsonb_set(m.metadata, '{receipts}', coalesce(m.metadata -> 'receipts', '{}')
           || public.aurora_proactive_receipt_metadata(p_receipt, now()))
   where m.id = v_id and not coalesce(m.metadata -> 'receipts', '{}') ? p_receipt;
  return case when found then 'applied' else 'known' end;
end
$$;

comment on function public.aurora_proactive_keep_receipt(text, text, text) is
  'Keeps a messages.update about a message that went out: p_receipt is a key of metadata.receipts (server_ack_at, '
  'delivered_at, read_at, error_at), the first of a kind stays. Answers applied, known or waiting.';

create or replace function public.aurora_proactive_take_waiting_receipts()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_id text := new.metadata ->> 'gateway_message_id';
  v_receipt record;
  v_all jsonb := coalesce(new.metadata -> 'receipts', '{}');
begin
  -- One of 1024 locks, so that a statement of a million rows needs no more.
  perform pg_advisory_xact_lock(310, hashtext(v_id) & 1023);
  for v_receipt in
    delete from public.aurora_proactive_receipts r
     where r.gateway_message_id = v_id
       and exists (select from public.whatsapp_instances i
                    where i.instance_name = r.instance_name and i.organization_id = new.organization_id)
    returning r.receipt, r.at
  loop
    v_all := public.aurora_proactive_receipt_metadata(v_receipt.receipt, v_receipt.at) || v_all;
  end loop;
  if v_all <> '{}' then
    new.metadata := jsonb_set(new.metadata, '{receipts}', v_all);
  end if;
  return new;
end
$$;

comment on function public.aurora_proactive_take_waiting_receipts() is
  'Puts the receipts that waited for a message''s record into that record.';

-- The key of a Brazilian number is 55, area code, last eight digits (proactive.gateways.phones
-- has the same for what gateways write). Other countries' numbers as their digits.
create or replace function public.aurora_proactive_phone_key(p_phone text)
returns text
language sql
immutable
set search_path = ''
as $$
  with written as (
    select regexp_replace(coalesce(p_phone, ''), '[^0-9]', '', 'g') as d,
           coalesce(p_phone, '') ~ '^\s*(\+|00)\s*(?!55)[1-9]' as abroad),
  -- 00 55 11..., 0 15 11... (with a carrier), 0 11...
  plain as (
    select case when d like '00%' then substr(d, 3)
                when d like '0%' and length(d) in (13, 14) then substr(d, 4)
                when d like '0%' then substr(d, 2) else d end as d, abroad
      from written),
  national as (
    select d, abroad, case when d like '55%' and length(d) in (12, 13) then substr(d, 3) else d end as n from plain)
  select case when length(n) in (10, 11) and not abroad then '55' || left(n, 2) || right(n, 8) else d end from national
$$;

comment on function public.aurora_proactive_phone_key(text) is
  'What a number''s written forms have in common: equal for every form of a Brazilian number.';

create or replace function public.aurora_proactive_keep_reply(
  p_instance text, p_gateway_message_id text, p_sender_key text, p_quoted text, p_received_at timestamptz
)
returns boolean
language sql
set search_path = ''
as $$
  with received as (
    select i.organization_id,
           (select w.id from public.owner_numbers w
             where w.organization_id = i.organization_id
               and public.aurora_proactive_phone_key(w.phone) = p_sender_key
             order by w.aurora_enabled desc, w.id limit 1) as owner_number_id
      from public.aurora_proactive_instance_organizations(p_instance) as i (organization_id)),
  new as (
    insert into public.aurora_proactive_replies
      (instance_name, gateway_message_id, organization_id, owner_number_id, received_at, answers)
    select p_instance, p_gateway_message_id, r.organization_id, r.owner_number_id, p_received_at,
           coalesce(
             (select m.id from public.aurora_proactive_messages m
               where m.organization_id = r.organization_id and m.metadata ->> 'gateway_message_id' = p_quoted
               limit 1),
             (select m.id from public.aurora_proactive_messages m
               where m.organization_id = r.organization_id and m.owner_number_id = r.owner_number_id
                 and m.status = 'sent'
                 -- clocks differ: an answer within a minute of the sending may look older than it
                 and m.sent_at <= (p_received_at at time zone 'utc') + interval '1 minute'
                 and m.sent_at > (p_received_at at time zone 'utc') - interval '48 hours'
                 and m.created_at > (p_received_at at time zone 'utc') - interval '5 days'
               order by m.sent_at desc limit 1))
      from received r
    on conflict do nothing
    returning 1)
  select exists (select from new)
$$;

comment on function public.aurora_proactive_keep_reply(text, text, text, text, timestamptz) is
  'Keeps a messages.upsert from somebody else; answers whether it is new. It answers the message that it quotes; an '
  'owner''s that quotes none answers what this owner was sent last, within the 48 hours before.';

create or replace trigger aurora_proactive_messages_receipts
  before insert or update of metadata on public.aurora_proactive_messages
  for each row when (new.status = 'sent' and new.metadata ? 'gateway_message_id')
  execute function public.aurora_proactive_take_waiting_receipts();
