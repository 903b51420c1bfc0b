-- What people typed and what was written about them is erased after a while; that it was sent stays (docs/privacy.md).

create or replace function public.aurora_proactive_without_words(p_metadata jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_metadata -> 'facts') = 'object'
              then (p_metadata - array['data', 'remote_jid']) #- '{facts,listed}'
              when jsonb_typeof(p_metadata) = 'object' then p_metadata - array['data', 'remote_jid']
              else p_metadata end
$$;

comment on function public.aurora_proactive_without_words(jsonb) is
  'A message''s metadata without what says who it was about and what a person typed.';

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
       set content = null, metadata = public.aurora_proactive_without_words(m.metadata)
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

create or replace function public.aurora_proactive_forget_deleted(p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
begin
  -- A product whose tables (or the views over them) show nobody at all is in trouble: nothing is concluded from that.
  if not exists (select from public.organizations) or not exists (select from public.owner_numbers) then
    return 0;
  end if;
  delete from public.aurora_proactive_templates t
   where not exists (select from public.organizations o where o.id = t.organization_id);
  delete from public.aurora_proactive_feed_events e
   where not exists (select from public.organizations o where o.id = e.organization_id);
  delete from public.aurora_proactive_feeds f
   where not exists (select from public.organizations o where o.id = f.organization_id);
  delete from public.aurora_proactive_exceptions e
   where not exists (select from public.organizations o where o.id = e.organization_id);
  delete from public.aurora_proactive_places p
   where not exists (select from public.organizations o where o.id = p.organization_id);
  with recursive owners as (
    -- One step along the index an owner, whatever the number of messages.
    (select m.owner_number_id as id from public.aurora_proactive_messages m
      where m.owner_number_id is not null order by 1 limit 1)
    union all
    select (select m.owner_number_id from public.aurora_proactive_messages m
             where m.owner_number_id > o.id order by 1 limit 1)
      from owners o where o.id is not null),
  gone as (
    select o.id from owners o
     where o.id is not null and not exists (select from public.owner_numbers w where w.id = o.id)),
  theirs as (
    select m.id from gone g
      join public.aurora_proactive_messages m on m.owner_number_id = g.id
     where m.status <> 'pending'
       and (m.content is not null or m.metadata ?| array['data', 'remote_jid'] or m.metadata -> 'facts' ? 'listed')
     limit p_limit),
  forgotten as (
    update public.aurora_proactive_messages m
       set content = null, metadata = public.aurora_proactive_without_words(m.metadata)
      from theirs
     where m.id = theirs.id
    returning 1)
  select count(*) from forgotten into v_forgotten;
  return v_forgotten;
end
$$;

comment on function public.aurora_proactive_forget_deleted(integer) is
  'Erases the words of messages to owners whom the product has deleted (with their organisation, or alone), about '
  'p_limit of them; answers how many. That they were sent stays. The templates and calendars of deleted '
  'organisations go.';
