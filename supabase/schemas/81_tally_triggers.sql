-- What adds to the tallies: every statement that writes messages or replies, and a recount.

create or replace function public.aurora_proactive_tally_messages()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_changes public.aurora_proactive_tally_change[];
begin
  if tg_op = 'TRUNCATE' then
    truncate public.aurora_proactive_hours, public.aurora_proactive_timings, public.aurora_proactive_activity;
    update public.aurora_proactive_replies set answers = null where answers is not null;
    return null;
  end if;
  if tg_op = 'INSERT' then
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, 1,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from new_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, -1,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from old_rows;
  else
    with changed as (
      select n.id from new_rows n join old_rows o on o.id = n.id
       where (n.organization_id, n.created_at, n.message_type, n.status, n.scheduled_for, n.sent_at,
              public.aurora_proactive_delivery(n.status, n.metadata))
             is distinct from (o.organization_id, o.created_at, o.message_type, o.status, o.scheduled_for, o.sent_at,
              public.aurora_proactive_delivery(o.status, o.metadata))),
    moves as (
      select n.*, 1 as sign from new_rows n where n.id in (select id from changed)
      union all
      select o.*, -1 from old_rows o where o.id in (select id from changed))
    select array_agg(row(
             organization_id, created_at, message_type, status,
             public.aurora_proactive_send_duration(status, scheduled_for, created_at, sent_at), 0, sign,
             public.aurora_proactive_delivery(status, metadata)
           )::public.aurora_proactive_tally_change)
      into v_changes from moves;
  end if;
  perform public.aurora_proactive_add_to_tallies(v_changes);
  return null;
end
$$;

comment on function public.aurora_proactive_tally_messages() is
  'Counts messages that came, changed or went. Answers are counted by the triggers of the replies.';

create or replace function public.aurora_proactive_tally_answers(p_gone uuid[], p_come uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_changes public.aurora_proactive_tally_change[];
begin
  -- Two replies at once to one message: the second one waits here, and then sees the first.
  perform 1 from public.aurora_proactive_messages m
    where m.id = any (coalesce(p_gone, '{}') || coalesce(p_come, '{}')) order by m.id for no key update;
  with moved as (
    select id, sum(come) as come, sum(gone) as gone
      from (select unnest(p_come) as id, 1 as come, 0 as gone union all select unnest(p_gone), 0, 1) x
     where id is not null group by id),
  counted as (
    select moved.*, (select count(*) from public.aurora_proactive_replies r where r.answers = moved.id) as now
      from moved),
  turned as (
    select id, (now > 0)::integer - (now - come + gone > 0)::integer as sign from counted)
  select array_agg(row(
           m.organization_id, m.created_at, m.message_type, null, null, 1, t.sign, null
         )::public.aurora_proactive_tally_change)
    into v_changes
    from turned t join public.aurora_proactive_messages m on m.id = t.id where t.sign <> 0;
  perform public.aurora_proactive_add_to_tallies(v_changes);
end
$$;

comment on function public.aurora_proactive_tally_answers(uuid[], uuid[]) is
  'Counts a message as answered when its first reply comes, and not any more when its last one goes.';

create or replace function public.aurora_proactive_tally_replies()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform public.aurora_proactive_tally_answers(
      null, (select array_agg(answers) filter (where answers is not null) from new_rows));
  elsif tg_op = 'DELETE' then
    perform public.aurora_proactive_tally_answers(
      (select array_agg(answers) filter (where answers is not null) from old_rows), null);
  else
    perform public.aurora_proactive_tally_answers(
      (select array_agg(answers) filter (where answers is not null) from old_rows),
      (select array_agg(answers) filter (where answers is not null) from new_rows));
  end if;
  return null;
end
$$;

comment on function public.aurora_proactive_tally_replies() is
  'Counts replies that came, changed or went.';

create or replace function public.aurora_proactive_release_replies()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.aurora_proactive_replies set answers = null where answers = old.id;
  return old;
end
$$;

comment on function public.aurora_proactive_release_replies() is
  'Takes a message out of the replies that answer it, while it can still be seen.';

create or replace function public.aurora_proactive_recount_tallies()
returns void
language plpgsql
set search_path = ''
as $$
begin
  lock table public.aurora_proactive_messages, public.aurora_proactive_replies in share row exclusive mode;
  truncate public.aurora_proactive_hours, public.aurora_proactive_timings, public.aurora_proactive_activity;
  perform public.aurora_proactive_add_to_tallies(array_agg(row(
            m.organization_id, m.created_at, m.message_type, m.status,
            public.aurora_proactive_send_duration(m.status, m.scheduled_for, m.created_at, m.sent_at),
            (r.answers is not null)::integer, 1,
            public.aurora_proactive_delivery(m.status, m.metadata)
          )::public.aurora_proactive_tally_change))
    from public.aurora_proactive_messages m
    left join (select distinct answers from public.aurora_proactive_replies) r on r.answers = m.id;
end
$$;

comment on function public.aurora_proactive_recount_tallies() is
  'Counts everything anew: after rows were written past the triggers, or when an organisation moved to another zone.';


create or replace trigger aurora_proactive_tally_insert after insert on public.aurora_proactive_messages
  referencing new table as new_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_update after update on public.aurora_proactive_messages
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_delete after delete on public.aurora_proactive_messages
  referencing old table as old_rows for each statement
  execute function public.aurora_proactive_tally_messages();
create or replace trigger aurora_proactive_tally_truncate after truncate on public.aurora_proactive_messages
  for each statement execute function public.aurora_proactive_tally_messages();

create or replace trigger aurora_proactive_replies_insert after insert on public.aurora_proactive_replies
  referencing new table as new_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_replies_update after update on public.aurora_proactive_replies
  referencing old table as old_rows new table as new_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_replies_delete after delete on public.aurora_proactive_replies
  referencing old table as old_rows for each statement
  execute function public.aurora_proactive_tally_replies();
create or replace trigger aurora_proactive_release_replies before delete on public.aurora_proactive_messages
  for each row execute function public.aurora_proactive_release_replies();

-- Messages that were there before the tallies are counted now.
do $$
begin
  if not exists (select from public.aurora_proactive_hours)
     and exists (select from public.aurora_proactive_messages) then
    perform public.aurora_proactive_recount_tallies();
  end if;
end
$$;
