-- What came of messages to owners, of one organisation and some local days. A figure is only of messages whose window
-- has closed; each comes with how many these are.

create or replace function public.aurora_proactive_answers(p_organization uuid, p_from timestamptz)
returns table (
  message uuid, owner_number_id uuid, at timestamptz, kind text, said text, gateway_message_id text
)
language sql
stable
set search_path = ''
as $$
  with kept as materialized (
    select r.* from public.aurora_proactive_replies r
     where r.organization_id = p_organization and r.received_at >= p_from
  ), changes as materialized (
    -- What somebody made of a message afterwards: other words, or none.
    select distinct on (k.instance_name, original) k.instance_name, k.said,
           regexp_replace(k.gateway_message_id, ':(edit:[0-9a-f]{12}|delete)$', '') as original
      from kept k
     where k.answers is null and k.kind is not null and k.gateway_message_id ~ ':(edit:[0-9a-f]{12}|delete)$'
     order by k.instance_name, original, k.received_at desc, k.gateway_message_id like '%:delete' desc)
  select k.answers, k.owner_number_id, k.received_at, k.kind,
         case when c.original is null then k.said else c.said end, k.gateway_message_id
    from kept k
    left join changes c on c.instance_name = k.instance_name and c.original = k.gateway_message_id
   where k.answers is not null
$$;

comment on function public.aurora_proactive_answers(uuid, timestamptz) is
  'The answers to an organisation''s messages since an instant, each with what it says by now. A reaction that says '
  'nothing (null) takes the ones before it back.';

create or replace function public.aurora_proactive_told(p_organization uuid, p_from timestamptz, p_to timestamptz)
returns table (instance text, at timestamptz, sent boolean)
language sql
stable
set search_path = ''
as $$
  with usual as (
    select i.instance_name from public.whatsapp_instances i
     where i.organization_id = p_organization
     order by (i.status = 'connected') desc nulls last, i.created_at, i.id limit 1
  ), handed as materialized (
    select coalesce(m.metadata ->> 'instance', (select u.instance_name from usual u)) as instance,
           m.sent_at at time zone 'utc' as sent_at, m.metadata -> 'receipts' as receipts
      from public.aurora_proactive_messages m
     where m.organization_id = p_organization and m.status = 'sent'
       and m.created_at >= (p_from at time zone 'utc') - interval '3 days' and m.created_at < p_to at time zone 'utc'
    union all
    select c.instance_name, r.sent_at, r.metadata -> 'receipts'
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.organization_id = p_organization and r.status = 'sent'
       and r.sent_at >= p_from - interval '3 days' and r.sent_at < p_to)
  select h.instance, h.sent_at, true from handed h
  union all
  select h.instance, (t.value #>> '{}')::timestamptz, false
    from handed h cross join lateral jsonb_each(coalesce(h.receipts, '{}')) t
   where t.key in ('server_ack_at', 'delivered_at', 'read_at', 'error_at')
  union all
  select r.instance_name, r.received_at, null
    from public.aurora_proactive_replies r
   where r.organization_id = p_organization and r.received_at >= p_from - interval '3 days' and r.received_at < p_to
  union all
  select s.instance_name, s.acknowledged_at, false
    from public.aurora_proactive_instances s
   where s.acknowledged_at is not null
     and s.instance_name in (select i.instance_name from public.whatsapp_instances i
                              where i.organization_id = p_organization)
$$;

comment on function public.aurora_proactive_told(uuid, timestamptz, timestamptz) is
  'When an organisation''s instances were handed messages (sent), told receipts (not sent), and what people wrote to '
  'them (null).';

create or replace function public.aurora_proactive_engaged(
  p_organization uuid, p_types text[], p_from date, p_to date, p_now timestamptz
)
returns table (
  id uuid, type text, owner_number_id uuid, sent_at timestamptz, delivery text, told boolean, seen boolean,
  visible boolean, answered_after interval, said text, day date
)
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_from constant timestamptz := p_from::timestamp at time zone v_zone;
  v_to constant timestamptz := (p_to + 1)::timestamp at time zone v_zone;
begin
  return query
  with history as materialized (
    select m.id, m.message_type::text as type, m.owner_number_id, m.sent_at at time zone 'utc' as sent_at,
           coalesce(m.metadata -> 'receipts', '{}') as receipts,
           coalesce(m.metadata ->> 'instance', (
             select i.instance_name from public.whatsapp_instances i where i.organization_id = p_organization
              order by (i.status = 'connected') desc nulls last, i.created_at, i.id limit 1)) as instance
      from public.aurora_proactive_messages m
     where m.organization_id = p_organization and m.status = 'sent' and m.sent_at is not null
       and m.created_at >= (v_from at time zone 'utc') - interval '93 days'
  ), meant as materialized (
    select h.*, (h.sent_at at time zone v_zone)::date as day from history h
     where h.type = any (p_types) and h.sent_at >= v_from and h.sent_at < v_to and h.sent_at <= p_now
  ), answers as materialized (
    select a.message, a.at, a.kind, a.said, m.sent_at, a.gateway_message_id, a.owner_number_id,
           a.at <= m.sent_at + interval '48 hours' as in_time
      from public.aurora_proactive_answers(p_organization, v_from - interval '1 minute') a
      join meant m on m.id = a.message
     where a.at <= p_now
  ), heard as (
    select a.message, min(a.at) filter (where a.kind is distinct from 'reaction' or a.said is not null) as at
      from answers a group by a.message
  ), standing as materialized (
    -- Of somebody's reactions to a message only the last one stands; taken back, none does.
    select a.* from answers a
     where a.in_time and (a.kind is distinct from 'reaction' or (a.said is not null and not exists (
       select from answers b
        where b.message = a.message and b.in_time and b.kind = 'reaction'
          and b.owner_number_id is not distinct from a.owner_number_id
          and (b.at, b.said is null, b.gateway_message_id) > (a.at, a.said is null, a.gateway_message_id))))
  ), answered as (
    select s.message, greatest(min(s.at - s.sent_at), interval '0') as after,
           coalesce((array_agg(s.said order by s.at desc, s.gateway_message_id desc)
                       filter (where s.said in ('yes', 'no', 'stop')))[1],
                    case when bool_or(s.kind is not null) then 'other' end) as said
      from standing s group by s.message
  ), marks as (
    select h.owner_number_id as owner, (h.receipts ->> 'read_at')::timestamptz as at, true as is_read, null::uuid as id
      from history h where h.receipts ? 'read_at'
    union all
    select m.owner_number_id, m.sent_at, false, m.id from meant m
  ), reading as (
    select k.id, k.at, max(k.at) filter (where k.is_read) over (
             partition by k.owner order by k.at, k.is_read rows between unbounded preceding and current row)
             as last_read
      from marks k
  ), told as (
    select t.instance, t.at, null::uuid as id
      from public.aurora_proactive_told(p_organization, v_from - interval '8 days', v_to + interval '8 days') t
     where t.sent is false and t.at <= p_now
    union all
    select m.instance, least(p_now, m.sent_at + interval '7 days'), m.id from meant m
  ), telling as (
    select t.id, t.at, max(t.at) filter (where t.id is null) over (
             partition by t.instance order by t.at, t.id nulls first rows between unbounded preceding and current row)
             as last_told
      from told t)
  select m.id, m.type, m.owner_number_id, m.sent_at,
         case when m.receipts ?| array['delivered_at', 'read_at']
                or h.message is not null then 'delivered'
              when m.receipts ? 'error_at' then 'refused'
              when m.receipts ? 'server_ack_at' then 'on_its_way'
              else 'silent' end,
         coalesce(t.last_told >= t.at - interval '7 days', false),
         coalesce((m.receipts ->> 'read_at')::timestamptz < (m.day + 1)::timestamp at time zone v_zone, false)
           or coalesce(h.at < (m.day + 1)::timestamp at time zone v_zone, false),
         coalesce(r.last_read >= m.sent_at - interval '90 days', false),
         a.after, a.said, m.day
    from meant m
    left join answered a on a.message = m.id
    left join heard h on h.message = m.id
    left join reading r on r.id = m.id
    left join telling t on t.id = m.id;
end
$$;

comment on function public.aurora_proactive_engaged(uuid, text[], date, date, timestamptz) is
  'What came of each message of these types that was sent on the local days from p_from to p_to: its delivery, whether '
  'its instance told any receipt within 7 days, whether it was seen by local midnight, whether its owner''s reads were '
  'visible in the 90 days before, after how long it was answered within 48 hours, and what the answer said.';

create or replace function public.aurora_proactive_hidden_readers(p_organization uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select m.owner_number_id
    from public.aurora_proactive_messages m
   where m.organization_id = p_organization and m.status = 'sent' and m.owner_number_id is not null
   group by m.owner_number_id
  having not bool_or(coalesce(m.metadata -> 'receipts' ? 'read_at', false))
     and count(*) filter (where exists (select from public.aurora_proactive_replies r where r.answers = m.id)) >= 3
$$;

comment on function public.aurora_proactive_hidden_readers(uuid) is
  'The owners who answered three messages or more and of whom no read was ever told.';

create or replace function public.aurora_proactive_away_weeks(
  p_organization uuid, p_from date, p_to date, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_monday constant date := date_trunc('week', p_from)::date;
  v_from constant timestamptz := v_monday::timestamp at time zone v_zone;
  v_to constant timestamptz := (p_to + 8)::timestamp at time zone v_zone;
begin
  return (
    with told as materialized (
      -- clocks differ: what was heard within the minute before a sending may be about it
      select t.instance, t.sent is true as sent,
             case when t.sent then t.at - interval '1 minute' else t.at end as at
        from public.aurora_proactive_told(p_organization, v_from, v_to) t where t.at <= p_now
    ), next as (
      -- Whatever is heard after a sending ends the silence that began with it: a gateway that hears us tells at once.
      select t.instance, t.at, t.sent, min(t.at) filter (where not t.sent) over (
               partition by t.instance order by t.at desc, t.sent rows between unbounded preceding and current row)
               as heard
        from told t
    ), silences as (
      select n.instance, min(n.at) as since, coalesce(n.heard, p_now) as until
        from next n where n.sent group by n.instance, n.heard
    ), weeks as (
      select w::date as week, w at time zone v_zone as since, (w + interval '7 days') at time zone v_zone as until
        from generate_series(v_monday::timestamp, p_to::timestamp, interval '7 days') w
    ), away as (
      select w.week, sum(extract(epoch from least(s.until, w.until) - greatest(s.since, w.since))) / 3600 as hours
        from weeks w join silences s on s.since < w.until and s.until > w.since
       group by w.week, s.instance)
    select coalesce(jsonb_agg(jsonb_build_object('week', a.week, 'hours', a.hours) order by a.week), '[]')
      from (select week, round(max(hours), 1) as hours from away group by week having max(hours) > 6) a);
end
$$;

comment on function public.aurora_proactive_away_weeks(uuid, date, date, timestamptz) is
  'The local weeks (their Mondays) in which webhooks were away for more than 6 hours: messages were handed over, and '
  'nothing was heard.';

create or replace function public.aurora_proactive_engagement(
  p_organization uuid, p_types text[], p_from date, p_to date, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_rows jsonb;
begin
  with m as materialized (
    select e.*, e.sent_at <= p_now - interval '24 hours' as day_old, e.sent_at <= p_now - interval '48 hours' as closed,
           p_now >= (e.day + 1)::timestamp at time zone v_zone as day_over
      from public.aurora_proactive_engaged(p_organization, p_types, p_from, p_to, p_now) e
  ), ranked as materialized (
    -- Unanswered ones are all censored at 48 hours: what is left of Kaplan-Meier is the rank among all of them.
    select m.type, m.answered_after,
           row_number() over (partition by m.type order by m.answered_after) as place,
           row_number() over (order by m.answered_after) as total_place
      from m where m.closed and m.answered_after is not null
  ), sums as (
    select m.type, count(*) as sent,
           count(*) filter (where m.day_old and m.told) as delivery_n,
           count(*) filter (where m.day_old and not m.told) as untold,
           count(*) filter (where m.day_old and m.told and m.delivery = 'delivered') as delivered,
           count(*) filter (where m.day_old and m.told and m.delivery = 'on_its_way') as on_its_way,
           count(*) filter (where m.day_old and m.told and m.delivery = 'refused') as refused,
           count(*) filter (where m.day_old and m.told and m.delivery = 'silent') as silent,
           count(*) filter (where m.day_over and m.told and m.visible) as read_n,
           count(*) filter (where m.day_over and m.told and m.visible and m.seen) as read,
           count(*) filter (where m.owner_number_id in (select public.aurora_proactive_hidden_readers(p_organization)))
             as to_hidden,
           count(*) filter (where m.closed) as answer_n,
           count(*) filter (where m.closed and m.answered_after is not null) as answered,
           count(*) filter (where m.closed and m.said = 'yes') as yes,
           count(*) filter (where m.closed and m.said = 'no') as no,
           count(*) filter (where m.closed and m.said = 'stop') as stop,
           count(*) filter (where m.closed and m.said = 'other') as other,
           count(*) filter (where m.closed and m.answered_after is not null and m.said is null) as unread
      from m group by grouping sets ((m.type), ())
  ), timed as (
    select s.*,
           (select extract(epoch from min(r.answered_after)) from ranked r
             where case when s.type is null then r.total_place else r.place end * 2 >= s.answer_n
               and (s.type is null or r.type = s.type)) as median,
           (select extract(epoch from min(r.answered_after)) from ranked r
             where case when s.type is null then r.total_place else r.place end * 4 >= s.answer_n
               and (s.type is null or r.type = s.type)) as quarter
      from sums s)
  select coalesce(jsonb_agg(to_jsonb(t) order by t.type nulls first), '[]') into v_rows from timed t;
  return jsonb_build_object(
    'rows', v_rows,
    'hidden_readers', (select count(*) from public.aurora_proactive_hidden_readers(p_organization)),
    'away', public.aurora_proactive_away_weeks(p_organization, p_from, p_to, p_now));
end
$$;

comment on function public.aurora_proactive_engagement(uuid, text[], date, date, timestamptz) is
  'What came of the messages of the local days from p_from to p_to: "rows" of all types (type null) and of each, with '
  'the size of every figure ("delivery_n", "read_n", "answer_n"); median and 25 % point of the time to an answer in '
  'seconds, null where fewer answered; owners whose reads are hidden; weeks in which webhooks were away.';

create or replace function public.aurora_proactive_booked_after(
  p_organization uuid, p_from date, p_to date, p_days integer, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_window constant interval := make_interval(hours => 24 * p_days);
  v_found jsonb;
begin
  with written as materialized (
    select r.id, r.campaign_id, r.phone_key, r.sent_at, r.contact_id || r.other_contacts as contacts,
           r.sent_at + v_window <= p_now as closed, r.sent_at + v_window + interval '720 hours' <= p_now as settled
      from public.aurora_proactive_campaign_recipients r
     where r.organization_id = p_organization and r.status = 'sent' and r.contact_id is not null
       and r.sent_at >= p_from::timestamp at time zone v_zone
       and r.sent_at < (p_to + 1)::timestamp at time zone v_zone and r.sent_at <= p_now
  ), bookings as materialized (
    select b.* from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.created_at > p_from::timestamp at time zone v_zone and b.contact_id is not null and b.live
  ), booked as (
    select w.id, count(b.id) as bookings, coalesce(sum(b.value), 0) as value,
           coalesce(sum(b.value) filter (where b.done), 0) as done
      from written w
      left join bookings b on b.contact_id = any (w.contacts)
                          and b.created_at > w.sent_at and b.created_at <= w.sent_at + v_window
     where w.closed
     group by w.id)
  select jsonb_build_object(
    'days', p_days,
    'n', count(*), 'booked', count(*) filter (where b.bookings > 0), 'value', coalesce(sum(b.value), 0),
    'done_n', count(*) filter (where w.settled), 'done', coalesce(sum(b.done) filter (where w.settled), 0),
    'open', (select count(*) from written o where not o.closed),
    'in_two', count(*) filter (where exists (
       select from public.aurora_proactive_campaign_recipients o
        where o.organization_id = p_organization and o.phone_key = w.phone_key and o.status = 'sent'
          and o.campaign_id <> w.campaign_id
          and o.sent_at > w.sent_at - v_window and o.sent_at < w.sent_at + v_window)))
    into v_found
    from written w join booked b on b.id = w.id;
  return v_found;
end
$$;

comment on function public.aurora_proactive_booked_after(uuid, date, date, integer, timestamptz) is
  'Of the clients whom campaigns wrote to on the local days from p_from to p_to and whose window of p_days has closed: '
  'how many booked in it ("booked"), the value of that, and of what was done 30 days later ("done", of "done_n"); '
  '"open": whose window has not closed; "in_two": whose window another campaign''s overlaps.';
