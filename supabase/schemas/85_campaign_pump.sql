-- What the pump of an instance needs: how its campaigns stand, whom to hand over next, what befell the number.

create or replace function public.aurora_proactive_pumps(p_now timestamptz)
returns setof text
language sql
stable
set search_path = ''
as $$
  select distinct c.instance_name
    from public.aurora_proactive_campaigns c
   where c.instance_name is not null
     and (c.status in ('confirmed', 'running', 'paused')
          or (c.status in ('stopped', 'done')
              and (c.reported_at is null
                   or (c.followed_up_at is null and c.ended_at <= p_now - interval '7 days')))
          or (c.status = 'declined' and c.ended_by = 'owner_silent' and c.reported_at is null)
          or exists (select from public.aurora_proactive_campaign_recipients r
                      where r.campaign_id = c.id and r.status = 'pending'
                        and (r.metadata ? 'claim' or r.metadata ? 'doubt')))
   order by 1
$$;

comment on function public.aurora_proactive_pumps(timestamptz) is
  'The instances that have something to do for campaigns: each has one pump.';

create or replace function public.aurora_proactive_pump_campaign(
  p_campaign public.aurora_proactive_campaigns, p_types text[], p_slot_minutes integer, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_campaign(c.id) || jsonb_build_object(
    'timezone', public.aurora_proactive_zone(o.timezone),
    'since', (select max(s.at) from public.aurora_proactive_campaign_steps s where s.campaign_id = c.id),
    'causes', (select coalesce(jsonb_agg(s.cause), '[]') from public.aurora_proactive_campaign_steps s
                where s.campaign_id = c.id and s.cause like 'pump:%'),
    'told_at', (select max(m.sent_at at time zone 'utc')
                  from public.aurora_proactive_questions q
                  join public.aurora_proactive_messages m on m.id = q.id and m.status = 'sent'
                 where c.id = any (q.campaign_ids) and q.kind = 'T1'
                   and q.asked_at >= greatest(c.confirmed_at, c.paused_at)),
    'active', coalesce(o.is_active, false) and exists (
       select from public.aurora_proactive_campaign_settings s where s.organization_id = c.organization_id),
    'owner_enabled', exists (select from public.owner_numbers w where w.id = c.confirmed_by
                              and w.organization_id = c.organization_id and w.aurora_enabled),
    'owners', (select coalesce(jsonb_agg(w.id order by (w.id = c.confirmed_by) desc, w.id), '[]')
                 from public.owner_numbers w
                where w.organization_id = c.organization_id and w.aurora_enabled and coalesce(o.is_active, false)),
    'told_of_pause', exists (
       select from public.aurora_proactive_questions q
        where c.id = any (q.campaign_ids) and q.kind = 'T11' and q.asked_at >= c.paused_at),
    'stopped_by_hand', exists (
       select from public.aurora_proactive_pauses p
        where (p.organization_id is null or p.organization_id = c.organization_id)
          and (p.message_type is null or p.message_type = any (p_types))),
    'hours_left', not c.audience ? 'free_hours' or exists (
       select from public.aurora_proactive_free_slots(
         c.organization_id, public.aurora_proactive_zone(o.timezone),
         (c.created_at at time zone public.aurora_proactive_zone(o.timezone))::date + 1, 1, p_slot_minutes)),
    'open', (select count(*) from public.aurora_proactive_campaign_recipients r
              where r.campaign_id = c.id and r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt')),
    'absent', (select count(*) from public.aurora_proactive_campaign_recipients r
                where r.campaign_id = c.id and r.status = 'failed' and r.reason = 'not_on_whatsapp'),
    'opted_out', (select count(*) from public.aurora_proactive_campaign_recipients r
                   where r.campaign_id = c.id and r.status = 'sent'
                     and exists (select from public.aurora_proactive_opt_outs x
                                  where x.organization_id = r.organization_id and x.level in ('sure', 'probable')
                                    and x.since >= r.sent_at
                                    and (x.key = r.phone_key or x.contact_id = r.contact_id))))
    from (select p_campaign.*) c
    left join public.organizations o on o.id = c.organization_id
$$;

comment on function public.aurora_proactive_pump_campaign(
  public.aurora_proactive_campaigns, text[], integer, timestamptz) is
  'A campaign as its pump has to know it: whether the owner was told, what keeps it from going on, who is left.';

create or replace function public.aurora_proactive_pump_view(
  p_instance text, p_types text[], p_slot_minutes integer, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with health as (
    select * from public.aurora_proactive_number_health h where h.instance_name = p_instance
  )
  select jsonb_build_object(
    'instance', (select jsonb_build_object(
                          'status', coalesce(i.status, 'disconnected'), 'told', t.state, 'since', t.since,
                          'created_at', i.created_at)
                   from public.whatsapp_instances i
                   left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
                  where i.instance_name = p_instance
                  order by (i.status = 'connected') desc nulls last, i.id limit 1),
    'heard_at', (select max(r.received_at) from public.aurora_proactive_replies r where r.instance_name = p_instance),
    'health', (select to_jsonb(h) from health h),
    -- to clients the instance is stopped for as long as to anybody new
    'stopped', (select jsonb_build_object('cause', b.cause, 'since', b.since, 'until', b.new_until)
                  from public.aurora_proactive_breakers b
                 where b.instance_name = p_instance and b.new_until > p_now),
    'cold_today', (select public.aurora_proactive_cold_of_day(p_instance, h.day) from health h),
    'sent', (select coalesce(jsonb_agg(to_jsonb(s) order by s.sent_at desc), '[]')
               from (select r.sent_at,
                            r.metadata -> 'receipts' ? 'error_at' as error,
                            r.metadata -> 'receipts' ?| array['server_ack_at', 'delivered_at', 'read_at']
                              as acknowledged,
                            r.metadata -> 'receipts' ?| array['delivered_at', 'read_at'] as delivered
                       from public.aurora_proactive_campaign_recipients r
                       join public.aurora_proactive_campaigns c on c.id = r.campaign_id
                      where c.instance_name = p_instance and r.status = 'sent' and r.sent_at > p_now - interval '3 days'
                        and r.sent_at > coalesce((select h.judged_from from health h), '-infinity')
                      order by r.sent_at desc limit 60) s),
    'events', (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'at', e.at) order by e.at desc), '[]')
                 from public.aurora_proactive_number_events e
                where e.instance_name = p_instance and e.at > p_now - interval '24 hours'),
    'handed', (select jsonb_build_object(
                        'id', r.id, 'campaign_id', r.campaign_id, 'organization_id', r.organization_id,
                        'status', r.status, 'revision', r.revision, 'sent_at', r.sent_at,
                        'open', r.metadata ? 'claim' or r.metadata ? 'doubt',
                        'timezone', (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                                      where o.id = r.organization_id))
                 from public.aurora_proactive_campaign_recipients r
                where r.id = (select h.handed from health h)),
    'campaigns', (select coalesce(jsonb_agg(
                    public.aurora_proactive_pump_campaign(c, p_types, p_slot_minutes, p_now)
                    order by c.handed_at nulls first, c.confirmed_at, c.id), '[]')
                    from public.aurora_proactive_campaigns c
                   where c.instance_name = p_instance
                     and (c.status in ('confirmed', 'running', 'paused')
                          or (c.status in ('stopped', 'done')
                              and (c.reported_at is null
                                   or (c.followed_up_at is null and c.ended_at <= p_now - interval '7 days')))
                          or (c.status = 'declined' and c.ended_by = 'owner_silent' and c.reported_at is null))))
$$;

comment on function public.aurora_proactive_pump_view(text, text[], integer, timestamptz) is
  'Everything that the pump of an instance decides by, campaigns in the order of their turns. p_types are the words '
  'that pause campaigns.';

create or replace function public.aurora_proactive_pump_pick(
  p_instance text, p_campaign uuid, p_warmths text[], p_expected uuid, p_week integer, p_month integer,
  p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_health public.aurora_proactive_number_health;
  v_campaign public.aurora_proactive_campaigns;
  v_row record;
  v_reason text;
  v_looked integer := 0;
begin
  select * into v_campaign from public.aurora_proactive_campaigns c where c.id = p_campaign for update;
  select * into v_health from public.aurora_proactive_number_health h
   where h.instance_name = p_instance for update;
  -- Of two pumps of one instance (one of them thought dead) only one goes on.
  if v_campaign.status <> 'running' or v_health.handed is distinct from p_expected then
    return null;
  end if;
  -- Nor while the last one is in a worker's hand, or in doubt: somebody took it up since the pump looked.
  if exists (select from public.aurora_proactive_campaign_recipients r
              where r.id = v_health.handed and r.status = 'pending'
                and (r.metadata ? 'claim' or r.metadata ? 'doubt')) then
    return null;
  end if;
  for v_row in
    select r.id, r.warmth from public.aurora_proactive_campaign_recipients r
     where r.campaign_id = p_campaign and r.status = 'pending' and r.revision = v_campaign.revision
       and r.warmth = any (p_warmths)
     order by r.position
       for update
  loop
    v_reason := public.aurora_proactive_recipient_reason(v_row.id, p_week, p_month, p_now);
    exit when v_reason is null or v_looked >= 100;
    update public.aurora_proactive_campaign_recipients r set status = 'skipped', reason = v_reason
     where r.id = v_row.id and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
    v_looked := v_looked + 1;
    v_row := null;
  end loop;
  if v_row.id is null then
    return jsonb_build_object('skipped', v_looked);
  end if;
  update public.aurora_proactive_number_health h
     set handed = v_row.id, handed_at = p_now, in_a_row = h.in_a_row + 1
   where h.instance_name = p_instance;
  update public.aurora_proactive_campaigns c set handed_at = p_now where c.id = p_campaign;
  return jsonb_build_object('id', v_row.id, 'skipped', v_looked);
end
$$;

comment on function public.aurora_proactive_pump_pick(text, uuid, text[], uuid, integer, integer, timestamptz) is
  'Hands the next recipient of a campaign over, if p_expected was the last one of the instance: {"id", "skipped"}. '
  'Those that something speaks against are skipped. Null where it is another one''s turn.';

create or replace function public.aurora_proactive_keep_number(p_instance text, p_change jsonb, p_event text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_next public.aurora_proactive_number_health;
begin
  insert into public.aurora_proactive_number_health (instance_name) values (p_instance)
  on conflict (instance_name) do nothing;
  select * into v_next from public.aurora_proactive_number_health h where h.instance_name = p_instance for update;
  v_next := jsonb_populate_record(v_next, p_change - array['instance_name', 'handed', 'handed_at']);
  update public.aurora_proactive_number_health h
     set level = v_next.level, day = v_next.day, sent = v_next.sent, sent_cool = v_next.sent_cool,
         paused_until = v_next.paused_until, pause_cause = v_next.pause_cause, trouble = v_next.trouble,
         probing = v_next.probing, judged_from = v_next.judged_from, used_since = v_next.used_since,
         in_a_row = v_next.in_a_row
   where h.instance_name = p_instance;
  if p_event is not null then
    insert into public.aurora_proactive_number_events (instance_name, kind) values (p_instance, p_event);
  end if;
end
$$;

comment on function public.aurora_proactive_keep_number(text, jsonb, text) is
  'Changes columns of an instance''s health, and keeps what befell it (null: nothing).';

create or replace function public.aurora_proactive_campaign_figures(p_campaign uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with c as (
    select * from public.aurora_proactive_campaigns x where x.id = p_campaign
  ), r as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r, c
     where r.campaign_id = c.id and r.revision = c.revision
  ), booked as (
    select distinct on (b.id) r.id as recipient, b.value
      from r
      join c on true
     cross join lateral public.aurora_proactive_bookings(c.organization_id, p_now) b
     where r.status = 'sent' and b.live and b.contact_id = any (r.contact_id || r.other_contacts)
       and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
  )
  select jsonb_build_object(
    'number', (select count(*) from r),
    'sent', (select count(*) from r where r.status = 'sent'),
    'pending', (select count(*) from r where r.status = 'pending'),
    'unknown', (select count(*) from r where r.status = 'failed' and r.reason like 'delivery\_unknown%'),
    'reasons', (select coalesce(jsonb_object_agg(n.reason, n.number), '{}')
                  from (select coalesce(r.reason, 'failed') as reason, count(*) as number from r
                         where r.status = 'skipped'
                            or (r.status = 'failed' and coalesce(r.reason, '') not like 'delivery\_unknown%')
                         group by 1) n),
    'answered', (select count(*) from r where r.status = 'sent' and r.answered_at is not null),
    -- of those who were forgotten the number alone is left
    'booked', (select count(distinct recipient) from booked)
              + (select count(*) from r where r.metadata ? 'booked'),
    'value', ((select coalesce(sum(value), 0) from booked)
              + (select coalesce(sum((r.metadata ->> 'booked')::numeric), 0) from r where r.metadata ? 'booked'))::text,
    'opted_out', (select count(*) from r where r.status = 'sent'
                    and (r.opted_out_at is not null or exists (select from public.aurora_proactive_opt_outs x
                                 where x.organization_id = r.organization_id and x.level in ('sure', 'probable')
                                   and x.since >= r.sent_at
                                   and (x.key = r.phone_key or x.contact_id = r.contact_id)))))
$$;

comment on function public.aurora_proactive_campaign_figures(uuid, timestamptz) is
  'What came of a campaign: recipients sent to, in doubt, not sent to by reason, and who answered, booked within seven '
  'days, or opted out.';

create or replace function public.aurora_proactive_campaign_reported(p_campaign uuid, p_what text, p_now timestamptz)
returns void
language sql
set search_path = ''
as $$
  update public.aurora_proactive_campaigns c
     set reported_at = case p_what when 'report' then p_now else c.reported_at end,
         followed_up_at = case p_what when 'follow_up' then p_now else c.followed_up_at end
   where c.id = p_campaign
$$;

comment on function public.aurora_proactive_campaign_reported(uuid, text, timestamptz) is
  'Keeps that the report of a campaign, or the one a week later, was put on its way.';

create or replace function public.aurora_proactive_expire_campaigns(
  p_preview_seconds double precision, p_now timestamptz
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_number integer;
begin
  with old as (
    select c.id, c.status, c.revision from public.aurora_proactive_campaigns c
     where c.status in ('offered', 'previewed')
       and (c.valid_until <= p_now
            or (c.status = 'previewed' and c.previewed_at <= p_now - make_interval(secs => p_preview_seconds)))
     order by c.id for update
  ), noted as (
    insert into public.aurora_proactive_campaign_steps (campaign_id, cause, was, became, revision)
    select o.id, 'pump:expired', o.status, 'expired', o.revision from old o
    on conflict do nothing
  ), gone as (
    update public.aurora_proactive_campaign_recipients r set status = 'skipped', reason = 'stopped'
     where r.campaign_id in (select id from old) and r.status = 'pending'
  ), expired as (
    update public.aurora_proactive_campaigns c set status = 'expired', ended_at = p_now, ended_by = 'time'
     where c.id in (select id from old)
    returning 1)
  select count(*) into v_number from expired;
  -- What nobody could find out in two days, nobody will.
  update public.aurora_proactive_campaign_recipients r
     set status = 'failed', reason = 'delivery_unknown_after_interruption', metadata = r.metadata - 'claim'
   where r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt')
     and (r.metadata ->> 'touched')::double precision < extract(epoch from clock_timestamp()) - 2 * 86400;
  return v_number;
end
$$;

comment on function public.aurora_proactive_expire_campaigns(double precision, timestamptz) is
  'Lets offers and previews that are no longer valid expire, a preview also p_preview_seconds after it was made.';
