-- A campaign's message to a client goes the way of owners' messages (70_leases.sql, 71_outcomes.sql); its record is its
-- row among the campaign's recipients, which was written when the campaign was frozen. Locks are taken in this order:
-- (organisation, phone), the campaign, its instance's health, the recipient.

create or replace function public.aurora_proactive_warmth(
  p_instance text, p_organization uuid, p_phone_key text, p_contacts uuid[], p_now timestamptz
)
returns text
language sql
stable
set search_path = ''
as $$
  with heard as (
    select max(h.heard_at) as at from public.aurora_proactive_heard h
     where h.instance_name = p_instance and h.phone_key = p_phone_key
  ), known as (
    select max(public.aurora_proactive_moment(c.last_contact_at)) as at from public.contacts c
     where c.id = any (p_contacts) and c.organization_id = p_organization)
  select case when (select at from heard) > p_now - interval '28 days' then 'warm'
              when (select at from heard) is not null or (select at from known) is not null then 'cool'
              else 'cold' end
$$;

comment on function public.aurora_proactive_warmth(text, uuid, text, uuid[], timestamptz) is
  'How warm a recipient (the clients who share a phone) is to an instance: wrote in the last 28 days (warm), ever '
  '(cool), never (cold).';

create or replace function public.aurora_proactive_recipient_reason(
  p_recipient uuid, p_week integer, p_month integer, p_now timestamptz
)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_row public.aurora_proactive_campaign_recipients;
  v_campaign public.aurora_proactive_campaigns;
  v_contacts uuid[];
  v_client record;
  v_consented boolean;
  v_week bigint;
  v_month bigint;
begin
  select * into v_row from public.aurora_proactive_campaign_recipients r where r.id = p_recipient;
  select * into v_campaign from public.aurora_proactive_campaigns c where c.id = v_row.campaign_id;
  v_contacts := v_row.contact_id || v_row.other_contacts;
  select count(*) as number, bool_or(c.status = 'blocked') as blocked,
         bool_or(public.aurora_proactive_phone_key(c.phone) is distinct from v_row.phone_key) as moved
    into v_client
    from public.contacts c where c.id = any (v_contacts) and c.organization_id = v_row.organization_id;
  if v_client.number < cardinality(v_contacts) or v_row.metadata ? 'erase' then
    return 'deleted';
  elsif v_client.blocked then
    return 'blocked';
  elsif v_client.moved then
    return 'number_changed';
  elsif public.aurora_proactive_own_number(v_row.organization_id, v_row.phone_key) then
    return 'own_number';
  elsif exists (select from public.aurora_proactive_opt_outs o
                  left join public.contacts c on c.id = o.contact_id and c.organization_id = o.organization_id
                 where o.organization_id = v_row.organization_id and o.level in ('sure', 'probable')
                   and (o.until is null or o.until > p_now)
                   and (o.key = v_row.phone_key or o.contact_id = any (v_contacts)
                        or public.aurora_proactive_phone_key(c.phone) = v_row.phone_key)) then
    return 'opted_out';
  end if;
  v_consented := public.aurora_proactive_consented(v_row.organization_id, v_row.phone_key);
  if not v_consented and exists (select from public.aurora_proactive_opt_outs o
                                  where o.organization_id = v_row.organization_id and o.level = 'block_list'
                                    and (o.until is null or o.until > p_now) and o.key = v_row.phone_key) then
    return 'on_block_list';
  elsif exists (select from public.aurora_proactive_opt_outs o
                 where o.organization_id = v_row.organization_id and o.level = 'luto'
                   and (o.key = any (select 'contact:' || each from unnest(v_contacts) each)
                        or o.key = any (select 'pet:' || each from unnest(v_row.pets) each)
                        or (v_row.pets = '{}' and o.contact_id = any (v_contacts)))) then
    return 'mourning';
  elsif v_campaign.text like '%{pet}%'
        and (select count(*) from public.pets p where p.id = any (v_row.pets) and p.is_active)
              < cardinality(v_row.pets) then
    return 'pet_gone';
  elsif not v_consented and exists (select from public.aurora_proactive_campaign_settings s
                                     where s.organization_id = v_row.organization_id
                                       and s.legal_basis = 'consent') then
    return 'no_consent';
  elsif not v_consented and public.aurora_proactive_warmth(
          v_campaign.instance_name, v_row.organization_id, v_row.phone_key, v_contacts, p_now) = 'cold' then
    return 'never_talked';
  end if;
  select count(*) filter (where e.at > p_now - interval '7 days'),
         count(*) filter (where e.at > p_now - interval '30 days')
    into v_week, v_month
    from public.aurora_proactive_written_to(v_row.organization_id, v_row.campaign_id) e
   where e.phone_key = v_row.phone_key;
  if v_week >= p_week or v_month >= p_month then
    return 'recent_message';
  end if;
  -- The offer no longer says what is true: the client has an hour, which was not there when it was frozen, or of
  -- which the rule wants none. A birthday is one all the same.
  if not v_campaign.audience ? 'birthday_on' and exists (
       select from public.bookings b
        where b.organization_id = v_row.organization_id and b.contact_id = any (v_contacts)
          and public.aurora_proactive_is_live(b.status) and b.start_time > p_now
          and public.aurora_proactive_is_moment(b.start_time)
          and (b.created_at > coalesce(v_campaign.previewed_at, v_campaign.confirmed_at)
               or v_campaign.audience ->> 'audience' = 'inactive' or v_campaign.audience ? 'clients')) then
    return 'already_booked';
  end if;
  return null;
end
$$;

comment on function public.aurora_proactive_recipient_reason(uuid, integer, integer, timestamptz) is
  'Why a recipient of a campaign must not get its message any more; null: nothing speaks against it.';

create or replace function public.aurora_proactive_client_refusal(
  p_row public.aurora_proactive_campaign_recipients, p_campaign public.aurora_proactive_campaigns, p_data jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_health public.aurora_proactive_number_health;
  v_reason text;
  v_warmth text;
begin
  if p_campaign.status in ('stopped', 'done', 'declined', 'expired') then
    return jsonb_build_object('outcome', 'skipped',
                              'reason', public.aurora_proactive_end_reason(p_campaign.ended_by));
  end if;
  if p_campaign.status <> 'running' or p_row.revision <> p_campaign.revision
     or (p_data ->> 'revision')::integer is distinct from p_campaign.revision then
    return jsonb_build_object('outcome', 'closed', 'reason', 'it does not run, or has another revision');
  elsif v_now >= coalesce((p_data ->> 'closes_at')::timestamptz, '-infinity')
     or v_now >= coalesce(p_campaign.send_until, 'infinity') then
    return jsonb_build_object('outcome', 'closed', 'reason', 'the window is closed');
  elsif not exists (select from public.aurora_proactive_campaign_settings s
                     where s.organization_id = p_campaign.organization_id) then
    return jsonb_build_object('outcome', 'closed', 'reason', 'nobody accepts the terms any more');
  end if;
  select * into v_health from public.aurora_proactive_number_health h
   where h.instance_name = p_campaign.instance_name for update;
  if v_health.handed is distinct from p_row.id or v_health.day is distinct from (p_data ->> 'day')::date
     or v_health.paused_until > v_now then
    return jsonb_build_object('outcome', 'closed', 'reason', 'it is not its turn');
  end if;
  v_reason := public.aurora_proactive_recipient_reason(
    p_row.id, coalesce((p_data ->> 'week')::integer, 1), coalesce((p_data ->> 'month')::integer, 3), v_now);
  if v_reason is not null then
    return jsonb_build_object('outcome', 'skipped', 'reason', v_reason);
  end if;
  if p_row.metadata ->> 'counted' = v_health.day::text then
    return null;
  end if;
  v_warmth := public.aurora_proactive_warmth(
    p_campaign.instance_name, p_row.organization_id, p_row.phone_key, p_row.contact_id || p_row.other_contacts, v_now);
  if v_health.sent >= (p_data ->> 'cap')::integer
     or (v_warmth <> 'warm' and v_health.sent_cool >= (p_data ->> 'cool_cap')::integer)
     or (v_warmth = 'cold' and public.aurora_proactive_cold_of_day(p_campaign.instance_name, v_health.day) >= 10) then
    update public.aurora_proactive_campaign_recipients r set warmth = v_warmth where r.id = p_row.id;
    return jsonb_build_object('outcome', 'closed', 'reason', 'the day''s cap is reached');
  end if;
  update public.aurora_proactive_number_health h
     set sent = h.sent + 1, sent_cool = h.sent_cool + (v_warmth <> 'warm')::integer
   where h.instance_name = v_health.instance_name;
  update public.aurora_proactive_campaign_recipients r
     set warmth = v_warmth, metadata = r.metadata || jsonb_build_object('counted', v_health.day)
   where r.id = p_row.id;
  return null;
end
$$;

comment on function public.aurora_proactive_client_refusal(
  public.aurora_proactive_campaign_recipients, public.aurora_proactive_campaigns, jsonb) is
  'What speaks against handing a recipient over now: {"outcome": "closed" (not now) or "skipped" (never), "reason"}. '
  'Null where nothing does: it counts in its instance''s day then.';

create or replace function public.aurora_proactive_take_answer_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,client_id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_client_answers;
  v_held jsonb;
  v_age double precision;
  v_outcome text := 'claimed';
  v_ids jsonb;
begin
  select * into v_row from public.aurora_proactive_client_answers a where a.id = v_id for update;
  if v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  elsif p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  v_held := v_row.metadata -> 'claim';
  v_ids := coalesce(v_row.metadata -> 'message_ids', '[]');
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_outcome := 'unknown';
    v_ids := v_ids || coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
  end if;
  update public.aurora_proactive_client_answers a
     set metadata = case when v_outcome = 'unknown'
           then a.metadata || v_added || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
                  || jsonb_build_object('asked', true, 'message_ids', v_ids))
           else a.metadata || public.aurora_proactive_client_metadata(p_claim #> '{row,metadata}') || v_added end
   where a.id = v_id;
  return jsonb_build_object(
    'outcome', v_outcome, 'content', v_row.content, 'doubt', coalesce((v_row.metadata ->> 'doubt')::boolean, false),
    'message_ids', v_ids);
end
$$;

comment on function public.aurora_proactive_take_answer_lease(jsonb, double precision) is
  'Takes the lease of an answer to a client for one attempt, as aurora_proactive_take_held_lease.';

create or replace function public.aurora_proactive_take_client_lease(p_claim jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id constant uuid := (p_claim #>> '{row,client_id}')::uuid;
  v_added constant jsonb := public.aurora_proactive_lease_metadata(p_claim);
  v_row public.aurora_proactive_campaign_recipients;
  v_campaign public.aurora_proactive_campaigns;
  v_held jsonb;
  v_age double precision;
  v_refused jsonb;
  v_doubt boolean;
  v_ids jsonb;
begin
  select c.* into v_campaign from public.aurora_proactive_campaigns c
    join public.aurora_proactive_campaign_recipients r on r.campaign_id = c.id
   where r.id = v_id for share of c;
  perform from public.aurora_proactive_number_health h
   where h.instance_name = v_campaign.instance_name for update;
  select * into v_row from public.aurora_proactive_campaign_recipients r where r.id = v_id for update;
  if v_row.id is null then
    return jsonb_build_object('outcome', 'skipped');
  elsif v_row.status <> 'pending' then
    return jsonb_build_object('outcome', v_row.status);
  elsif p_claim ->> 'by' is null then
    return jsonb_build_object('outcome', 'claimed');
  end if;
  v_held := v_row.metadata -> 'claim';
  v_doubt := coalesce((v_row.metadata ->> 'doubt')::boolean, false) or coalesce((p_claim ->> 'doubt')::boolean, false);
  v_ids := coalesce(v_row.metadata -> 'message_ids', '[]');
  if v_held is not null and (v_held ? 'asked' or not coalesce(p_claim -> 'over' ? (v_held ->> 'token'), false)) then
    v_age := extract(epoch from clock_timestamp()) - (v_held ->> 'at')::double precision;
    if v_age < p_lease_seconds then
      return jsonb_build_object('outcome', 'busy', 'seconds', p_lease_seconds - v_age);
    end if;
    v_ids := v_ids || coalesce(v_held -> 'message_ids', '[]') || coalesce(v_held -> 'message_id', '[]');
    v_refused := '{"outcome": "unknown"}';
  else
    v_refused := public.aurora_proactive_client_refusal(v_row, v_campaign, p_claim #> '{row,metadata,data}');
    -- What the gateway may have accepted is asked about, whatever speaks against sending it.
    if v_refused is not null and v_doubt then
      v_refused := '{"outcome": "unknown"}';
    end if;
  end if;
  if v_refused ->> 'outcome' = 'skipped' then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = v_refused ->> 'reason', metadata = r.metadata - 'claim'
     where r.id = v_id;
    return v_refused;
  elsif v_refused ->> 'outcome' = 'closed' then
    update public.aurora_proactive_campaign_recipients r set metadata = r.metadata - 'claim' where r.id = v_id;
    return v_refused;
  elsif v_refused is not null then
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || v_added || jsonb_build_object('claim', (v_added -> 'claim') - 'message_id'
             || jsonb_build_object('asked', true, 'message_ids', v_ids))
     where r.id = v_id;
  else
    update public.aurora_proactive_campaign_recipients r
       set metadata = r.metadata || public.aurora_proactive_client_metadata(p_claim #> '{row,metadata}') || v_added
     where r.id = v_id;
  end if;
  return jsonb_build_object(
    'outcome', coalesce(v_refused ->> 'outcome', 'claimed'), 'content', v_row.content, 'doubt', v_doubt,
    'message_ids', v_ids);
end
$$;

comment on function public.aurora_proactive_take_client_lease(jsonb, double precision) is
  'Takes the lease of a campaign''s recipient for one attempt, or says why it must not be written to: closed (not '
  'now), skipped (never). Otherwise as aurora_proactive_take_held_lease.';

create or replace function public.aurora_proactive_client_metadata(p_metadata jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_metadata - array['data', 'facts', 'occurrence', 'timezone', 'composer', 'fallback', 'trouble']
$$;

comment on function public.aurora_proactive_client_metadata(jsonb) is
  'Of a record''s metadata what a recipient''s row keeps: its campaign says the rest.';

create or replace function public.aurora_proactive_take_client_leases(p_claims jsonb, p_lease_seconds double precision)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_claim jsonb;
  v_answers jsonb := '{}';
begin
  -- An opt-out of the same phone is either seen or comes after (aurora_proactive_opt_out takes the same lock).
  perform pg_advisory_xact_lock(311, l.number)
     from (select distinct hashtext(r.organization_id::text || r.phone_key) as number
             from jsonb_array_elements(p_claims) c
             join public.aurora_proactive_campaign_recipients r on r.id = (c #>> '{row,client_id}')::uuid
            order by 1) l;
  for v_claim in
    select value from jsonb_array_elements(p_claims)
     where value #>> '{row,client_id}' is not null order by value #>> '{row,client_id}'
  loop
    v_answers := v_answers || jsonb_build_object(
      v_claim #>> '{row,id}',
      case when exists (select from public.aurora_proactive_client_answers a
                         where a.id = (v_claim #>> '{row,client_id}')::uuid)
           then public.aurora_proactive_take_answer_lease(v_claim, p_lease_seconds)
           else public.aurora_proactive_take_client_lease(v_claim, p_lease_seconds) end);
  end loop;
  return v_answers;
end
$$;

comment on function public.aurora_proactive_take_client_leases(jsonb, double precision) is
  'The answers to those of the claims of aurora_proactive_take_leases that are campaigns'' recipients, by row.';

create or replace function public.aurora_proactive_write_client_outcomes(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_touched constant jsonb := jsonb_build_object('touched', extract(epoch from clock_timestamp()));
  v_changed integer;
begin
  perform from public.aurora_proactive_campaign_recipients r
   where r.id in (select (w ->> 'client_id')::uuid from jsonb_array_elements(p_rows) w)
   order by r.id for update;
  update public.aurora_proactive_campaign_recipients r
     set status = w.status, sent_at = w.sent_at, error_message = w.error_message, reason = w.reason,
         metadata = (r.metadata - array['claim', 'failure']) || w.metadata || v_touched
    from (select (w ->> 'client_id')::uuid as id, w ->> 'status' as status,
                 (w ->> 'sent_at')::timestamptz as sent_at, w ->> 'error_message' as error_message,
                 w #>> '{metadata,failure,code}' as reason,
                 public.aurora_proactive_client_metadata(w -> 'metadata') as metadata
            from jsonb_array_elements(p_rows) w
           where w ->> 'client_id' is not null and w ->> 'status' in ('sent', 'failed')) w
   where r.id = w.id and (r.status = 'pending' or (w.status = 'sent' and r.status <> 'sent'));
  get diagnostics v_changed = row_count;
  update public.aurora_proactive_client_answers a
     set status = w.status, sent_at = w.sent_at, error_message = w.error_message, reason = w.reason,
         metadata = (a.metadata - array['claim', 'failure']) || w.metadata || v_touched
    from (select (w ->> 'client_id')::uuid as id, w ->> 'status' as status,
                 (w ->> 'sent_at')::timestamptz as sent_at, w ->> 'error_message' as error_message,
                 w #>> '{metadata,failure,code}' as reason,
                 public.aurora_proactive_client_metadata(w -> 'metadata') as metadata
            from jsonb_array_elements(p_rows) w
           where w ->> 'client_id' is not null and w ->> 'status' in ('sent', 'failed')) w
   where a.id = w.id and (a.status = 'pending' or (w.status = 'sent' and a.status <> 'sent'));
  return v_changed + (select count(*) from public.aurora_proactive_client_answers a
                       where a.id in (select (w ->> 'client_id')::uuid from jsonb_array_elements(p_rows) w));
end
$$;

comment on function public.aurora_proactive_write_client_outcomes(jsonb) is
  'Those of the outcomes of aurora_proactive_write_outcomes that are of campaigns'' recipients; answers how many rows '
  'changed.';

create or replace function public.aurora_proactive_release_client(p_row jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_campaign public.aurora_proactive_campaigns;
begin
  -- A step that ends the campaign either sees that nobody has the recipient any more, or is seen here.
  select c.* into v_campaign from public.aurora_proactive_campaigns c
    join public.aurora_proactive_campaign_recipients r on r.campaign_id = c.id
   where r.id = (p_row ->> 'client_id')::uuid for share of c;
  update public.aurora_proactive_campaign_recipients r
     set metadata = case when p_row ->> 'claim' = r.metadata #>> '{claim,token}'
             then r.metadata - 'claim' else r.metadata end
           || public.aurora_proactive_client_metadata(p_row -> 'metadata')
           || jsonb_build_object('touched', extract(epoch from clock_timestamp()))
   where r.id = (p_row ->> 'client_id')::uuid and r.status = 'pending';
  if not found then
    update public.aurora_proactive_client_answers a
       set metadata = case when p_row ->> 'claim' = a.metadata #>> '{claim,token}'
               then a.metadata - 'claim' else a.metadata end
             || public.aurora_proactive_client_metadata(p_row -> 'metadata')
             || jsonb_build_object('touched', extract(epoch from clock_timestamp()))
     where a.id = (p_row ->> 'client_id')::uuid and a.status = 'pending';
    return found;
  end if;
  -- Nobody hands over whom a campaign that has ended still waits for.
  if v_campaign.status in ('stopped', 'done', 'declined', 'expired') then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = public.aurora_proactive_end_reason(v_campaign.ended_by)
     where r.id = (p_row ->> 'client_id')::uuid and r.status = 'pending'
       and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
  end if;
  if p_row #>> '{metadata,trouble}' is not null then
    insert into public.aurora_proactive_number_events (instance_name, kind)
    select c.instance_name, p_row #>> '{metadata,trouble}'
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.id = (p_row ->> 'client_id')::uuid and c.instance_name is not null;
  end if;
  return true;
end
$$;

comment on function public.aurora_proactive_release_client(jsonb) is
  'Writes that a recipient waits, which releases the lease whose token the row names in "claim": of a campaign that '
  'has ended it is skipped. What troubled the instance ("trouble" of its metadata) is kept as an event.';
