-- What people typed and what was written about them is erased after a while; that it was sent stays (docs/privacy.md).

-- p_after: where the call before ended; null begins at the oldest row.
create or replace function public.aurora_proactive_forget(p_days integer, p_after timestamp, p_limit integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_until timestamp;
  v_forgotten integer;
begin
  with old as (
    select m.id, m.created_at from public.aurora_proactive_messages m
     where m.created_at < (now() at time zone 'utc') - make_interval(days => p_days)
       and m.created_at > coalesce(p_after, '-infinity')
     order by m.created_at
     fetch first p_limit rows with ties),
  forgotten as (
    update public.aurora_proactive_messages m
       set content = null,
           metadata = case when jsonb_typeof(m.metadata -> 'facts') = 'object'
                           then (m.metadata - array['data', 'remote_jid']) #- '{facts,listed}'
                           when jsonb_typeof(m.metadata) = 'object' then m.metadata - array['data', 'remote_jid']
                           else m.metadata end
      from old
     where m.id = old.id
       and (m.content is not null or m.metadata ?| array['data', 'remote_jid'] or m.metadata -> 'facts' ? 'listed')
    returning 1)
  select (select max(old.created_at) from old), (select count(*) from forgotten) into v_until, v_forgotten;
  return jsonb_build_object('until', v_until, 'forgotten', v_forgotten);
end
$$;

comment on function public.aurora_proactive_forget(integer, timestamp, integer) is
  'Erases text, typed data, account and listed ids of messages that are older than p_days days, oldest first, about '
  'p_limit of them. Answers {"until", "forgotten"}: where the next call goes on (null: there is none left), how many.';
