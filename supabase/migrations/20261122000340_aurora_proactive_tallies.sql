-- What the panel reads instead of the messages: counts by local day, hour and type, kept by triggers, so that a
-- million messages cost it what a thousand do. A message counts on the day and hour of its organisation on which it
-- was composed (created_at); all organisations together are the organisation 00000000-0000-0000-0000-000000000000.
-- Applying this file twice changes nothing.

create table if not exists public.aurora_proactive_hours (
  organization_id uuid not null,
  day date not null,
  hour smallint not null,
  message_type text not null,
  pending integer not null default 0,
  sent integer not null default 0,
  failed integer not null default 0,
  answered integer not null default 0,
  timed integer not null default 0,
  milliseconds bigint not null default 0,
  primary key (organization_id, day, hour, message_type)
) with (fillfactor = 80);
comment on table public.aurora_proactive_hours is
  'Messages by local hour: sums. timed and milliseconds: how many were sent, and what they took together.';

-- How long sending took, as a histogram: bucket b ends at 0.1 s times 2 to the power of b/8.
create table if not exists public.aurora_proactive_timings (
  organization_id uuid not null,
  day date not null,
  bucket smallint not null,
  messages integer not null default 0,
  primary key (organization_id, day, bucket)
) with (fillfactor = 80);
comment on table public.aurora_proactive_timings is 'Messages sent by how long they took from due to sent.';

-- The same messages by organisation, for the most active ones.
create table if not exists public.aurora_proactive_activity (
  day date not null,
  organization_id uuid not null,
  sent integer not null default 0,
  failed integer not null default 0,
  primary key (day, organization_id)
) with (fillfactor = 80);
comment on table public.aurora_proactive_activity is 'Messages by day and organisation.';

do $$
begin
  create type public.aurora_proactive_change as (
    organization_id uuid, created_at timestamp, message_type text, status text, milliseconds bigint,
    answered integer, sign integer);
exception when duplicate_object then null;
end
$$;

-- From due (the moment it was scheduled for, else composed) to sent, in milliseconds; null where it was not sent.
create or replace function public.aurora_proactive_took(
  p_status text, p_scheduled_for timestamp, p_created_at timestamp, p_sent_at timestamp
) returns bigint
language sql
immutable
as $$
  select case when p_status = 'sent' then
    greatest(0, round(extract(epoch from p_sent_at - coalesce(p_scheduled_for, p_created_at)) * 1000))::bigint end
$$;

-- The bucket of aurora_proactive_timings.
create or replace function public.aurora_proactive_bucket(p_milliseconds bigint)
returns integer
language sql
immutable
as $$
  select least(200, greatest(0, ceil(8 * ln(greatest(p_milliseconds, 1) / 100.0) / ln(2.0))))::integer
$$;

-- Adds changes to the three tables. Every writer takes the rows in the same order, so that two cannot wait for each
-- other. A change whose counterpart cancels it (only other columns changed) touches nothing.
create or replace function public.aurora_proactive_tally(p_changes public.aurora_proactive_change[])
returns void
language plpgsql
set search_path = public, pg_temp
as $$
declare
  c_all constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  if p_changes is null then
    return;
  end if;
  with changes as materialized (
    select * from unnest(p_changes) c where c.created_at is not null),
  zones as materialized (
    select o.id, aurora_proactive_zone(o.timezone) as zone
      from organizations o where o.id in (select organization_id from changes)),
  placed as (
    select c.*, (c.created_at at time zone 'UTC') at time zone coalesce(z.zone, 'America/Sao_Paulo') as local_at
      from changes c left join zones z on z.id = c.organization_id),
  deltas as (
    select p.organization_id, p.local_at::date as day, extract(hour from p.local_at)::smallint as hour,
           coalesce(p.message_type, '') as message_type,
           coalesce(sum(sign) filter (where status = 'pending'), 0) as pending,
           coalesce(sum(sign) filter (where status = 'sent'), 0) as sent,
           coalesce(sum(sign) filter (where status = 'failed'), 0) as failed,
           coalesce(sum(sign * answered), 0) as answered,
           coalesce(sum(sign) filter (where milliseconds is not null), 0) as timed,
           coalesce(sum(sign * milliseconds), 0) as milliseconds
      from placed p
     group by 1, 2, 3, 4),
  everywhere as (
    select d.organization_id, day, hour, message_type, pending, sent, failed, answered, timed, milliseconds
      from deltas d where d.organization_id is not null
    union all
    select c_all, day, hour, message_type, sum(pending), sum(sent), sum(failed), sum(answered), sum(timed),
           sum(milliseconds)
      from deltas group by day, hour, message_type),
  hours as (
    insert into aurora_proactive_hours as h
    select e.organization_id, e.day, e.hour, e.message_type, e.pending, e.sent, e.failed, e.answered, e.timed,
           e.milliseconds
      from everywhere e
     where (pending, sent, failed, answered, timed, milliseconds) <> (0, 0, 0, 0, 0, 0)
     order by 1, 2, 3, 4
    on conflict (organization_id, day, hour, message_type) do update
      set pending = h.pending + excluded.pending, sent = h.sent + excluded.sent,
          failed = h.failed + excluded.failed, answered = h.answered + excluded.answered,
          timed = h.timed + excluded.timed, milliseconds = h.milliseconds + excluded.milliseconds),
  activity as (
    insert into aurora_proactive_activity as a
    select d.day, d.organization_id, sum(d.sent), sum(d.failed)
      from deltas d where d.organization_id is not null
     group by 1, 2 having sum(d.sent) <> 0 or sum(d.failed) <> 0
     order by 1, 2
    on conflict (day, organization_id) do update
      set sent = a.sent + excluded.sent, failed = a.failed + excluded.failed)
  insert into aurora_proactive_timings as t
  select o.organization_id, p.local_at::date, aurora_proactive_bucket(p.milliseconds), sum(p.sign)
    from placed p
   cross join lateral (select p.organization_id where p.organization_id is not null union all select c_all) o
   where p.milliseconds is not null
   group by 1, 2, 3 having sum(p.sign) <> 0
   order by 1, 2, 3
  on conflict (organization_id, day, bucket) do update set messages = t.messages + excluded.messages;
end
$$;

-- Messages came, changed or went. An answer is counted by the triggers of the replies.
create or replace function public.aurora_proactive_messages_tallied()
returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_changes aurora_proactive_change[];
begin
  if tg_op = 'TRUNCATE' then
    truncate aurora_proactive_hours, aurora_proactive_timings, aurora_proactive_activity;
    update aurora_proactive_replies set answers = null where answers is not null;
    return null;
  end if;
  if tg_op = 'INSERT' then
    select array_agg(row(organization_id, created_at, message_type, status,
             aurora_proactive_took(status, scheduled_for, created_at, sent_at), 0, 1)::aurora_proactive_change)
      into v_changes from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(row(organization_id, created_at, message_type, status,
             aurora_proactive_took(status, scheduled_for, created_at, sent_at), 0, -1)::aurora_proactive_change)
      into v_changes from old_rows;
  else
    with changed as (
      select n.id from new_rows n join old_rows o on o.id = n.id
       where (n.organization_id, n.created_at, n.message_type, n.status, n.scheduled_for, n.sent_at)
             is distinct from (o.organization_id, o.created_at, o.message_type, o.status, o.scheduled_for, o.sent_at)),
    moves as (
      select n.*, 1 as sign from new_rows n where n.id in (select id from changed)
      union all
      select o.*, -1 from old_rows o where o.id in (select id from changed))
    select array_agg(row(organization_id, created_at, message_type, status,
             aurora_proactive_took(status, scheduled_for, created_at, sent_at), 0, sign)::aurora_proactive_change)
      into v_changes from moves;
  end if;
  perform aurora_proactive_tally(v_changes);
  return null;
end
$$;

create or replace trigger aurora_proactive_tally_insert after insert on public.aurora_proactive_messages
  referencing new table as new_rows for each statement
  execute function public.aurora_proactive_messages_tallied();
create or replace trigger aurora_proactive_tally_update after update on public.aurora_proactive_messages
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_messages_tallied();
create or replace trigger aurora_proactive_tally_delete after delete on public.aurora_proactive_messages
  referencing old table as old_rows for each statement
  execute function public.aurora_proactive_messages_tallied();
create or replace trigger aurora_proactive_tally_truncate after truncate on public.aurora_proactive_messages
  for each statement execute function public.aurora_proactive_messages_tallied();

-- Counts a message as answered when its first reply comes, and not any more when its last one goes.
create or replace function public.aurora_proactive_answers_tallied(p_gone uuid[], p_come uuid[])
returns void
language plpgsql
set search_path = public, pg_temp
as $$
declare
  v_changes aurora_proactive_change[];
begin
  -- Two replies at once to one message: the second one waits here, and then sees the first.
  perform 1 from aurora_proactive_messages m
    where m.id = any (coalesce(p_gone, '{}') || coalesce(p_come, '{}')) order by m.id for no key update;
  with moved as (
    select id, sum(come) as come, sum(gone) as gone
      from (select unnest(p_come) as id, 1 as come, 0 as gone union all select unnest(p_gone), 0, 1) x
     where id is not null group by id),
  counted as (
    select moved.*, (select count(*) from aurora_proactive_replies r where r.answers = moved.id) as now from moved),
  turned as (
    select id, (now > 0)::integer - (now - come + gone > 0)::integer as sign from counted)
  select array_agg(row(m.organization_id, m.created_at, m.message_type, null, null, 1, t.sign)::aurora_proactive_change)
    into v_changes
    from turned t join aurora_proactive_messages m on m.id = t.id where t.sign <> 0;
  perform aurora_proactive_tally(v_changes);
end
$$;

create or replace function public.aurora_proactive_replies_tallied()
returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform aurora_proactive_answers_tallied(
      null, (select array_agg(answers) filter (where answers is not null) from new_rows));
  elsif tg_op = 'DELETE' then
    perform aurora_proactive_answers_tallied(
      (select array_agg(answers) filter (where answers is not null) from old_rows), null);
  else
    perform aurora_proactive_answers_tallied(
      (select array_agg(answers) filter (where answers is not null) from old_rows),
      (select array_agg(answers) filter (where answers is not null) from new_rows));
  end if;
  return null;
end
$$;

create or replace trigger aurora_proactive_replies_insert after insert on public.aurora_proactive_replies
  referencing new table as new_rows for each statement execute function public.aurora_proactive_replies_tallied();
create or replace trigger aurora_proactive_replies_update after update on public.aurora_proactive_replies
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_replies_tallied();
create or replace trigger aurora_proactive_replies_delete after delete on public.aurora_proactive_replies
  referencing old table as old_rows for each statement execute function public.aurora_proactive_replies_tallied();

-- A message that goes lets go of its replies while it can still be seen.
create or replace function public.aurora_proactive_let_go()
returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  update aurora_proactive_replies set answers = null where answers = old.id;
  return old;
end
$$;
create or replace trigger aurora_proactive_let_go before delete on public.aurora_proactive_messages
  for each row execute function public.aurora_proactive_let_go();

-- Counts everything anew: after rows were written past the triggers, or when an organisation moved to another zone.
create or replace function public.aurora_proactive_recount()
returns void
language plpgsql
set search_path = public, pg_temp
as $$
begin
  lock table aurora_proactive_messages, aurora_proactive_replies in share row exclusive mode;
  truncate aurora_proactive_hours, aurora_proactive_timings, aurora_proactive_activity;
  perform aurora_proactive_tally(array_agg(row(m.organization_id, m.created_at, m.message_type, m.status,
      aurora_proactive_took(m.status, m.scheduled_for, m.created_at, m.sent_at),
      (r.answers is not null)::integer, 1)::aurora_proactive_change))
    from aurora_proactive_messages m
    left join (select distinct answers from aurora_proactive_replies) r on r.answers = m.id;
end
$$;
comment on function public.aurora_proactive_recount() is 'Counts the panel''s tables anew from the messages.';

do $$
declare
  t text;
  f text;
begin
  foreach t in array array['aurora_proactive_hours', 'aurora_proactive_timings', 'aurora_proactive_activity'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select, insert, update, delete, truncate on public.%I to service_role', t);
  end loop;
  foreach f in array array[
    'aurora_proactive_took(text, timestamp, timestamp, timestamp)', 'aurora_proactive_bucket(bigint)',
    'aurora_proactive_tally(public.aurora_proactive_change[])', 'aurora_proactive_messages_tallied()',
    'aurora_proactive_answers_tallied(uuid[], uuid[])', 'aurora_proactive_replies_tallied()',
    'aurora_proactive_let_go()', 'aurora_proactive_recount()'
  ] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', f);
    execute format('grant execute on function public.%s to service_role', f);
  end loop;
  if not exists (select from aurora_proactive_hours) and exists (select from aurora_proactive_messages) then
    perform aurora_proactive_recount();
  end if;
end
$$;
