-- What operators watch, in one request: how many messages ended and failed lately, when one was last sent, whether one
-- was due since, and the instances. Times are this database's own.

-- Whether something was due in (p_after, p_until]: a message that was not sent, or one of the type p_type (which
-- every owner gets every day, at p_daily local time) for an owner who was already there. The latter counts without any
-- record of it, so that a schedule that stands still is noticed; but not before the worker has been at work for the
-- period.
create or replace function public.aurora_proactive_anything_due(
  p_after timestamptz, p_until timestamptz, p_type text, p_daily time
)
returns boolean
language sql
stable
set search_path = ''
as $$
  with zones as materialized (
    select n.written,
           public.aurora_proactive_instant(
             (p_until at time zone n.zone)::date + p_daily
               - case when (p_until at time zone n.zone)::time < p_daily then interval '1 day' else interval '0' end,
             n.zone) as ran_at
      from public.aurora_proactive_zones() n
  )
  select exists (
      select from public.aurora_proactive_messages m
       where m.status = 'pending'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (
      select from public.aurora_proactive_messages m
       where m.status = 'failed' and m.created_at > p_after at time zone 'utc'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (select from public.aurora_proactive_messages m where m.created_at <= p_after at time zone 'utc')
   and exists (
      select from zones z
        join public.organizations o on coalesce(o.timezone, '') = z.written and o.is_active and o.created_at < z.ran_at
        join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled and w.created_at < z.ran_at
       where z.ran_at > p_after and w.phone ~ '[0-9]'
         and not public.aurora_proactive_summary_rests(
           o.id, (z.ran_at at time zone public.aurora_proactive_zone(o.timezone))::date)
         and not exists (
           select from public.aurora_proactive_pauses p
            where coalesce(p.organization_id, o.id) = o.id
              and coalesce(p.message_type, p_type) = p_type))
$$;

comment on function public.aurora_proactive_anything_due(timestamptz, timestamptz, text, time) is
  'Whether a message that was not sent, or one of the type that every owner gets, was due in a period.';

-- A message is given ten minutes for its receipts. What an instance does not tell, nobody can count.
create or replace function public.aurora_proactive_lately_delivered()
returns jsonb
language sql
stable
set search_path = ''
as $$
  with lately as (
    select public.aurora_proactive_delivery(m.status, m.metadata) as delivery,
           m.sent_at < (now() - interval '10 minutes') at time zone 'utc' and exists (
             select from public.whatsapp_instances i
               join public.aurora_proactive_instances s on s.instance_name = i.instance_name
              where i.organization_id = m.organization_id and s.acknowledged_at > now() - interval '7 days') as judged
      from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '70 minutes') at time zone 'utc')
  select jsonb_build_object(
    'counts', coalesce((select jsonb_object_agg(delivery, n)
                          from (select delivery, count(*) as n from lately group by 1) c), '{}'),
    'judged', count(*) filter (where judged),
    'undelivered', count(*) filter (where judged and delivery in ('refused', 'silent')))
    from lately
$$;

comment on function public.aurora_proactive_lately_delivered() is
  'What became of the messages of the last 70 minutes: "counts" by delivery; of those 10 minutes old, of instances '
  'that tell receipts, how many there are ("judged"), and how many of them were refused or silent ("undelivered").';

-- p_silence_seconds is the period in which something may have been due; its last 24th is left out, so that what
-- has just become due is not missed yet. Answers {"instances": {state: n}, "pending", "ended", "failed" (both of
-- the last hour), "last_sent_seconds" (null: never), "due", "campaigns" (campaign_snapshot)}.
create or replace function public.aurora_proactive_records_snapshot(
  p_silence_seconds double precision, p_type text, p_daily time
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- The hour is written out each time: the planner has to see how little of the history it is.
  with sent as (
    select count(*) as n from public.aurora_proactive_messages m
     where m.status = 'sent' and m.sent_at > (now() - interval '1 hour') at time zone 'utc'),
  failed as (
    select count(*) as n from public.aurora_proactive_messages m
     where m.status = 'failed'
       and (m.created_at > (now() - interval '1 hour') at time zone 'utc'
            or (m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600)
       and coalesce((m.metadata ->> 'touched')::double precision > extract(epoch from now()) - 3600, true))
  select jsonb_build_object(
    'deliveries', public.aurora_proactive_lately_delivered(), 'breakers', (
      select coalesce(jsonb_object_agg(cause, n), '{}')
        from (select b.cause, count(*) as n from public.aurora_proactive_stopped_instances(null) b group by 1) c),
    'instances', coalesce(
      (select jsonb_object_agg(s.status, s.n)
         from (select public.aurora_proactive_instance_status(t.state, i.status) as status, count(*) as n
                 from public.whatsapp_instances i
                 join public.organizations o on o.id = i.organization_id and o.is_active
                 left join public.aurora_proactive_instance_states() t on t.instance_name = i.instance_name
                group by 1) s), '{}'),
    'campaigns', public.aurora_proactive_campaign_snapshot(now()),
    'pending', (select count(*) from public.aurora_proactive_messages m where m.status = 'pending'),
    'ended', sent.n + failed.n,
    'failed', failed.n,
    'last_sent_seconds', (
      select extract(epoch from (now() at time zone 'utc') - max(m.sent_at))
        from public.aurora_proactive_messages m where m.status = 'sent'),
    'due', public.aurora_proactive_anything_due(
      now() - make_interval(secs => p_silence_seconds), now() - make_interval(secs => p_silence_seconds / 24),
      p_type, p_daily))
    from sent, failed
$$;

comment on function public.aurora_proactive_records_snapshot(double precision, text, time) is
  'What the metrics and the alerts need of the records, in one answer.';
