-- What the panel reads instead of the messages: counts by local day, hour and type, kept by triggers.

create or replace function public.aurora_proactive_send_duration(
  p_status text, p_scheduled_for timestamp, p_created_at timestamp, p_sent_at timestamp
)
returns bigint
language sql
immutable
return
  case when p_status = 'sent' then
    greatest(0, round(extract(epoch from p_sent_at - coalesce(p_scheduled_for, p_created_at)) * 1000))::bigint end;

create or replace function public.aurora_proactive_duration_bucket(p_milliseconds bigint)
returns integer
language sql
immutable
return
  least(200, greatest(0, ceil(8 * ln(greatest(p_milliseconds, 1) / 100.0) / ln(2.0))))::integer;

create or replace function public.aurora_proactive_add_to_tallies(p_changes public.aurora_proactive_tally_change[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  if p_changes is null then
    return;
  end if;
  with changes as materialized (
    select * from unnest(p_changes) c where c.created_at is not null),
  zones as materialized (
    select o.id, public.aurora_proactive_zone(o.timezone) as zone
      from public.organizations o where o.id in (select organization_id from changes)),
  placed as (
    select c.*, (c.created_at at time zone 'utc') at time zone coalesce(z.zone, 'America/Sao_Paulo') as local_at
      from changes c left join zones z on z.id = c.organization_id),
  deltas as (
    select p.organization_id, p.local_at::date as day, extract(hour from p.local_at)::smallint as hour,
           coalesce(p.message_type, '') as message_type,
           coalesce(sum(sign) filter (where status = 'pending'), 0) as pending,
           coalesce(sum(sign) filter (where status = 'sent'), 0) as sent,
           coalesce(sum(sign) filter (where status = 'failed'), 0) as failed,
           coalesce(sum(sign * answered), 0) as answered,
           coalesce(sum(sign) filter (where milliseconds is not null), 0) as timed,
           coalesce(sum(sign * milliseconds), 0) as milliseconds,
           coalesce(sum(sign) filter (where delivery in ('delivered', 'read')), 0) as arrived,
           coalesce(sum(sign) filter (where delivery = 'read'), 0) as read,
           coalesce(sum(sign) filter (where delivery = 'refused'), 0) as refused,
           coalesce(sum(sign) filter (where delivery = 'silent'), 0) as silent
      from placed p
     group by 1, 2, 3, 4),
  everywhere as (
    select d.organization_id, day, hour, message_type, pending, sent, failed, answered, timed, milliseconds,
           arrived, read, refused, silent
      from deltas d where d.organization_id <> v_all
    union all
    select v_all, day, hour, message_type, sum(pending), sum(sent), sum(failed), sum(answered), sum(timed),
           sum(milliseconds), sum(arrived), sum(read), sum(refused), sum(silent)
      from deltas group by day, hour, message_type),
  hours as (
    insert into public.aurora_proactive_hours as h
      (organization_id, day, hour, message_type, pending, sent, failed, answered, timed, milliseconds,
       arrived, read, refused, silent)
    select e.organization_id, e.day, e.hour, e.message_type, e.pending, e.sent, e.failed, e.answered, e.timed,
           e.milliseconds, e.arrived, e.read, e.refused, e.silent
      from everywhere e
     where (pending, sent, failed, answered, timed, milliseconds) <> (0, 0, 0, 0, 0, 0)
        or (arrived, read, refused, silent) <> (0, 0, 0, 0)
     order by 1, 2, 3, 4
    on conflict (organization_id, day, hour, message_type) do update
      set pending = h.pending + excluded.pending, sent = h.sent + excluded.sent,
          failed = h.failed + excluded.failed, answered = h.answered + excluded.answered,
          timed = h.timed + excluded.timed, milliseconds = h.milliseconds + excluded.milliseconds,
          arrived = h.arrived + excluded.arrived, read = h.read + excluded.read,
          refused = h.refused + excluded.refused, silent = h.silent + excluded.silent),
  activity as (
    insert into public.aurora_proactive_activity as a
    select d.day, d.organization_id, sum(d.sent), sum(d.failed)
      from deltas d where d.organization_id <> v_all
     group by 1, 2 having sum(d.sent) <> 0 or sum(d.failed) <> 0
     order by 1, 2
    on conflict (day, organization_id) do update
      set sent = a.sent + excluded.sent, failed = a.failed + excluded.failed)
  insert into public.aurora_proactive_timings as t
  select o.organization_id, p.local_at::date, public.aurora_proactive_duration_bucket(p.milliseconds), sum(p.sign)
    from placed p
   cross join lateral (select p.organization_id where p.organization_id <> v_all union all select v_all) o
   where p.milliseconds is not null
   group by 1, 2, 3 having sum(p.sign) <> 0
   order by 1, 2, 3
  on conflict (organization_id, day, bucket) do update set messages = t.messages + excluded.messages;
end
$$;

comment on function public.aurora_proactive_add_to_tallies(public.aurora_proactive_tally_change[]) is
  'Adds changes to the three tables of the panel, in one order for all writers, so that two cannot wait for each '
  'other. Changes that cancel each other (only other columns changed) touch nothing.';

comment on function public.aurora_proactive_duration_bucket(bigint) is
  'The bucket of aurora_proactive_timings that a duration in milliseconds falls into.';

comment on function public.aurora_proactive_send_duration(text, timestamp, timestamp, timestamp) is
  'How long a message took from due (scheduled, else composed) to sent, in milliseconds; null where it was not sent.';
