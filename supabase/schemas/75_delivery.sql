-- What became of a message after the gateway accepted it: metadata.delivery beside status, made of the receipts in
-- metadata.receipts. Receipts come in any order, twice, late, or before the message's row is there: what is made of
-- them depends on none of that.

-- A receipt that proves more outweighs one that proves less: what was on the owner's phone was delivered, whatever
-- came before or after. Without any receipt, a message is accepted until aurora_proactive_mark_silent says otherwise.
create or replace function public.aurora_proactive_delivery(p_status text, p_metadata jsonb)
returns text
language sql
immutable
return
  case when p_status <> 'sent' then null
       when p_metadata -> 'receipts' ? 'read_at' then 'read'
       when p_metadata -> 'receipts' ? 'delivered_at' then 'delivered'
       when p_metadata -> 'receipts' ? 'error_at' then 'refused'
       when p_metadata -> 'receipts' ? 'server_ack_at' then 'on_its_way'
       when p_metadata ->> 'delivery' = 'silent' then 'silent'
       else 'accepted' end;

comment on function public.aurora_proactive_delivery(text, jsonb) is
  'The delivery of a message that was sent: accepted, on_its_way, delivered, read, refused or silent; null of others.';

create or replace function public.aurora_proactive_with_receipts(p_metadata jsonb, p_told jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with kept as (
    select coalesce(p_metadata -> 'receipts', '{}') as receipts),
  earliest as (
    select coalesce(jsonb_object_agg(t.key, t.value), '{}') as receipts
      from jsonb_each_text(p_told) t, kept
     where kept.receipts ->> t.key is null or (kept.receipts ->> t.key)::timestamptz > t.value::timestamptz)
  select p_metadata || jsonb_build_object('receipts', kept.receipts || earliest.receipts
           || case when p_told ? 'error_at' then '{"error": "WhatsApp reported that it was not delivered"}'
                   else '{}' end::jsonb)
    from kept, earliest
$$;

comment on function public.aurora_proactive_with_receipts(jsonb, jsonb) is
  'Metadata with receipts that were told ({"read_at": instant}); of two of a kind the earlier stays. A refusal also '
  'says what it means.';

-- p_receipts: [{"instance", "id", "receipt", "at"}]. receipt is a key of metadata.receipts (server_ack_at,
-- delivered_at, read_at, error_at), or accepted_at, which only says that the gateway took the message.
create or replace function public.aurora_proactive_keep_receipts(p_receipts jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  -- Held against the records being written at this moment: one of the two sees the other.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(r ->> 'id') & 1023 as number from jsonb_array_elements(p_receipts) r order by 1) l;
  with told as materialized (
    select r ->> 'instance' as instance, r ->> 'id' as id, r ->> 'receipt' as receipt,
           min((r ->> 'at')::timestamptz) as at
      from jsonb_array_elements(p_receipts) r
     group by 1, 2, 3),
  -- An instance of nobody tells nothing, and one of an organisation nothing about another's messages.
  known as materialized (
    select distinct t.*, m.id as message_id, c.id as client_id
      from told t
      join public.whatsapp_instances i on i.instance_name = t.instance
      left join public.aurora_proactive_messages m
        on m.metadata ->> 'gateway_message_id' = t.id and m.organization_id = i.organization_id
      left join public.aurora_proactive_campaign_recipients c
        on c.metadata ->> 'gateway_message_id' = t.id and c.organization_id = i.organization_id),
  locked as materialized (
    select m.id from public.aurora_proactive_messages m
     where m.id in (select message_id from known) order by m.id for no key update),
  locked_clients as materialized (
    select c.id from public.aurora_proactive_campaign_recipients c
     where c.id in (select client_id from known) order by c.id for no key update),
  meant as (
    select k.message_id, jsonb_object_agg(k.receipt, k.at) as receipts
      from known k join locked l on l.id = k.message_id
     where k.receipt <> 'accepted_at'
     group by 1),
  meant_clients as (
    select k.client_id, jsonb_object_agg(k.receipt, k.at) as receipts
      from known k join locked_clients l on l.id = k.client_id
     where k.receipt <> 'accepted_at'
     group by 1),
  changed_clients as (
    update public.aurora_proactive_campaign_recipients c
       set metadata = public.aurora_proactive_with_receipts(c.metadata, t.receipts)
      from meant_clients t
     where c.id = t.client_id
       and public.aurora_proactive_with_receipts(c.metadata, t.receipts) <> c.metadata
    returning 1),
  changed as (
    update public.aurora_proactive_messages m
       set metadata = public.aurora_proactive_with_receipts(m.metadata, t.receipts)
      from meant t
     where m.id = t.message_id
       and public.aurora_proactive_with_receipts(m.metadata, t.receipts) <> m.metadata
    returning 1),
  waiting as (
    insert into public.aurora_proactive_receipts as r (gateway_message_id, receipt, instance_name, at)
    select k.id, k.receipt, k.instance, k.at from known k
     where not exists (select from known o where o.id = k.id and o.instance = k.instance
                          and (o.message_id is not null or o.client_id is not null))
     order by 1, 2, 3
    on conflict (gateway_message_id, receipt, instance_name) do update set at = excluded.at where excluded.at < r.at),
  telling as (
    insert into public.aurora_proactive_instances as i (instance_name, acknowledged_at)
    select distinct k.instance, now() from known k where k.receipt <> 'accepted_at' order by 1
    on conflict (instance_name) do update set acknowledged_at = now()
      where i.acknowledged_at is null or i.acknowledged_at < now() - interval '1 hour')
  select (select count(*) from changed) + (select count(*) from changed_clients) into v_changed;
  return jsonb_build_object('changed', v_changed);
end
$$;

comment on function public.aurora_proactive_keep_receipts(jsonb) is
  'Keeps receipts of messages that went out, many in one statement; those whose message has no row yet wait for it. '
  'The same again changes nothing. Answers {"changed": rows}.';

create or replace function public.aurora_proactive_take_waiting_receipts()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_id text := new.metadata ->> 'gateway_message_id';
  v_waited jsonb;
begin
  -- One of 1024 locks, so that a statement of a million rows needs no more.
  perform pg_advisory_xact_lock(310, hashtext(v_id) & 1023);
  with taken as (
    delete from public.aurora_proactive_receipts r
     where r.gateway_message_id = v_id
       and exists (select from public.whatsapp_instances i
                    where i.instance_name = r.instance_name and i.organization_id = new.organization_id)
    returning r.receipt, r.at)
  select jsonb_object_agg(receipt, at) into v_waited
    from (select receipt, min(at) as at from taken where receipt <> 'accepted_at' group by 1) t;
  if v_waited is not null then
    new.metadata := public.aurora_proactive_with_receipts(new.metadata, v_waited);
  end if;
  new.metadata := new.metadata
    || jsonb_build_object('delivery', public.aurora_proactive_delivery('sent', new.metadata));
  return new;
end
$$;

comment on function public.aurora_proactive_take_waiting_receipts() is
  'Puts the receipts that waited for a message''s record into that record, and says what they make of its delivery.';

create or replace trigger aurora_proactive_messages_receipts
  before insert or update of metadata on public.aurora_proactive_messages
  for each row when (new.status = 'sent' and new.metadata ? 'gateway_message_id')
  execute function public.aurora_proactive_take_waiting_receipts();

create or replace trigger aurora_proactive_campaign_recipients_receipts
  before insert or update of metadata on public.aurora_proactive_campaign_recipients
  for each row when (new.status = 'sent' and new.metadata ? 'gateway_message_id')
  execute function public.aurora_proactive_take_waiting_receipts();

create or replace function public.aurora_proactive_heard(p_instance text, p_ids text[])
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct r.gateway_message_id
    from public.aurora_proactive_receipts r
    join public.whatsapp_instances i on i.instance_name = r.instance_name
   where r.gateway_message_id = any (p_ids) and r.instance_name = p_instance
$$;

comment on function public.aurora_proactive_heard(text, text[]) is
  'Those of p_ids of which an instance told something while no record names them: the gateway accepted them.';

create or replace function public.aurora_proactive_mark_silent(p_seconds double precision, p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_marked integer;
begin
  -- What another transaction holds (a receipt, perhaps) is looked at next time.
  with quiet as (
    select m.id from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ->> 'delivery' = 'accepted'
       and m.sent_at < (now() at time zone 'utc') - make_interval(secs => p_seconds)
     order by m.sent_at limit p_limit
       for no key update skip locked)
  update public.aurora_proactive_messages m
     set metadata = m.metadata || '{"delivery": "silent"}'
   where m.id in (select id from quiet);
  get diagnostics v_marked = row_count;
  with quiet as (
    select r.id from public.aurora_proactive_campaign_recipients r
     where r.status = 'sent' and r.metadata ->> 'delivery' = 'accepted'
       and r.sent_at < now() - make_interval(secs => p_seconds)
     order by r.sent_at limit p_limit
       for no key update skip locked), marked as (
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || '{"delivery": "silent"}'
     where r.id in (select id from quiet)
    returning 1)
  select v_marked + count(*) into v_marked from marked;
  return v_marked;
end
$$;

comment on function public.aurora_proactive_mark_silent(double precision, integer) is
  'Says of messages accepted p_seconds ago, of which nothing was heard since, that they are silent. A receipt that '
  'comes later still counts. Answers how many.';

create or replace function public.aurora_proactive_silent_messages(p_waits double precision[], p_limit integer)
returns table (id uuid, instance_name text, gateway_message_id text, remote_jid text)
language sql
stable
set search_path = ''
as $$
  with sent as (
    select m.id, m.organization_id, m.status::text as status, m.sent_at, m.metadata
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.metadata ->> 'delivery' = 'silent'
    union all
    select r.id, r.organization_id, r.status, r.sent_at at time zone 'utc',
           r.metadata || jsonb_build_object('instance', c.instance_name)
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.status = 'sent' and r.metadata ->> 'delivery' = 'silent')
  select m.id, i.instance_name, m.metadata ->> 'gateway_message_id', m.metadata ->> 'remote_jid'
    from sent m
   cross join lateral (
      select i.instance_name from public.whatsapp_instances i
       where i.organization_id = m.organization_id
         and i.instance_name = coalesce(m.metadata ->> 'instance', i.instance_name)
       order by (i.status = 'connected') desc, i.created_at, i.id limit 1) i
   where m.sent_at > (now() at time zone 'utc') - make_interval(secs => p_waits[cardinality(p_waits)] + 86400)
     and m.sent_at < (now() at time zone 'utc') - make_interval(
           secs => p_waits[coalesce((m.metadata ->> 'status_checks')::integer, 0) + 1])
   order by m.sent_at desc
   limit p_limit
$$;

comment on function public.aurora_proactive_silent_messages(double precision[], integer) is
  'Silent messages that the gateway can be asked about, newest first. p_waits are seconds after the sending at which '
  'each is asked about, once each.';

create or replace function public.aurora_proactive_status_checked(p_id uuid)
returns void
language sql
set search_path = ''
as $$
  update public.aurora_proactive_messages m
     set metadata = m.metadata || jsonb_build_object(
           'status_checks', coalesce((m.metadata ->> 'status_checks')::integer, 0) + 1)
   where m.id = p_id;
  update public.aurora_proactive_campaign_recipients r
     set metadata = r.metadata || jsonb_build_object(
           'status_checks', coalesce((r.metadata ->> 'status_checks')::integer, 0) + 1)
   where r.id = p_id
$$;

comment on function public.aurora_proactive_status_checked(uuid) is
  'Notes that the gateway was asked about a silent message.';

create or replace function public.aurora_proactive_forget_receipts(p_seconds double precision)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
begin
  delete from public.aurora_proactive_receipts r where r.told_at < now() - make_interval(secs => p_seconds);
  get diagnostics v_forgotten = row_count;
  return v_forgotten;
end
$$;

comment on function public.aurora_proactive_forget_receipts(double precision) is
  'Forgets receipts that waited for p_seconds in vain: they are of messages that others sent from the same number.';

create or replace function public.aurora_proactive_handed_over_as(p_metadata jsonb)
returns jsonb
language sql
immutable
return
  case when jsonb_typeof(p_metadata -> 'message_ids') = 'array' then p_metadata -> 'message_ids' else '[]' end
    || case when jsonb_typeof(p_metadata #> '{claim,message_ids}') = 'array'
            then p_metadata #> '{claim,message_ids}' else '[]' end
    || coalesce(p_metadata #> '{claim,message_id}', '[]');

comment on function public.aurora_proactive_handed_over_as(jsonb) is
  'The ids under which a message may be at the gateway whose row has this metadata, those of its lease included.';

create or replace function public.aurora_proactive_settle_heard()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_heard jsonb;
  v_settled integer;
begin
  -- That WhatsApp refused it (error_at) proves nothing here. An attempt that has just begun says itself how it ended.
  select jsonb_agg(to_jsonb(h)) into v_heard from (
    select distinct on (m.id) m.id, r.gateway_message_id, r.at
      from public.aurora_proactive_messages m
     cross join lateral jsonb_array_elements_text(public.aurora_proactive_handed_over_as(m.metadata)) i (name)
      join public.aurora_proactive_receipts r on r.gateway_message_id = i.name and r.receipt <> 'error_at'
      join public.whatsapp_instances w
        on w.instance_name = r.instance_name and w.organization_id = m.organization_id
     where m.created_at > (now() at time zone 'utc') - interval '3 days'
       and (m.status = 'failed' and m.metadata #>> '{failure,code}' like 'delivery\_unknown\_%'
            or m.status = 'pending' and coalesce((m.metadata #>> '{claim,at}')::double precision, 0)
                                          < extract(epoch from clock_timestamp()) - 15)
     order by m.id, r.at) h;
  -- The locks that the rows' trigger takes, and then the rows, in the order of all writers.
  perform pg_advisory_xact_lock(310, l.number)
     from (select distinct hashtext(h ->> 'gateway_message_id') & 1023 as number
             from jsonb_array_elements(v_heard) h order by 1) l;
  perform from public.aurora_proactive_messages m
    where m.id in (select (h ->> 'id')::uuid from jsonb_array_elements(v_heard) h) order by m.id for no key update;
  -- The row's own trigger then takes the receipts, which say what became of it.
  update public.aurora_proactive_messages m
     set status = 'sent', sent_at = h.at at time zone 'utc', error_message = null,
         metadata = (m.metadata - 'claim' - 'failure')
           || jsonb_build_object('gateway_message_id', h.gateway_message_id)
    from jsonb_to_recordset(v_heard) as h (id uuid, gateway_message_id text, at timestamptz)
   where m.id = h.id and m.status in ('pending', 'failed');
  get diagnostics v_settled = row_count;
  return v_settled;
end
$$;

comment on function public.aurora_proactive_settle_heard() is
  'Writes as sent what failed because its outcome was unknown, or is pending, and of which the gateway told something '
  'under an id that it may have there: it was accepted. Answers how many.';
