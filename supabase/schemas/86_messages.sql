-- How the API and the pages read messages.

create or replace function public.aurora_proactive_message_row(m public.aurora_proactive_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- The receiver's address at the gateway stays inside, and of the owner's number all but its end. The product may have
  -- deleted the organisation and the owner.
  select jsonb_build_object(
    'id', m.id, 'organization_id', m.organization_id, 'owner_number_id', m.owner_number_id,
    'type', m.message_type, 'status', m.status,
    'scheduled_for', m.scheduled_for at time zone 'utc', 'created_at', m.created_at at time zone 'utc',
    'sent_at', m.sent_at at time zone 'utc', 'reason', m.error_message,
    'reason_code', m.metadata #>> '{failure,code}', 'failure', m.metadata -> 'failure',
    'attempts', m.metadata -> 'attempts', 'composer', m.metadata ->> 'composer',
    'receipts', coalesce(m.metadata -> 'receipts', '{}'),
    'delivery', public.aurora_proactive_delivery(m.status, m.metadata),
    'stopped', case when m.status = 'pending' then (
      select jsonb_build_object('cause', b.cause, 'until', b.new_until)
        from public.aurora_proactive_stopped_instances(m.organization_id) b limit 1) end,
    'job_id', m.metadata ->> 'job_id', 'instance', m.metadata ->> 'instance',
    'phone', public.aurora_proactive_masked_phone(public.aurora_proactive_phone_key(w.phone)),
    'organization', o.name, 'owner', w.name, 'timezone', public.aurora_proactive_zone(o.timezone))
    from (select 1) one
    left join public.organizations o on o.id = m.organization_id
    left join public.owner_numbers w on w.id = m.owner_number_id
$$;

comment on function public.aurora_proactive_message_row(public.aurora_proactive_messages) is
  'A message as lists show it, without its text: times with their zone, whose it is, and in which zone that one lives.';

create or replace function public.aurora_proactive_search_key(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(lower(normalize(p_text)), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')
$$;

comment on function public.aurora_proactive_search_key(text) is
  'A text as people look for it: without capitals and accents.';

-- Conditions on "m", a message, that follow "where true"; $1 is the filter itself. They are built for the filters that
-- are there: one plan for all of them would read the whole table. Keys that are not there do not filter:
--   organization, type, status, delivery (of sent ones), reason (the code of a failure)
--   from (included), to (not included): when it was created
--   id          the beginning of an id (hexadecimal digits, dashes do not count) or a whole id of the gateway's
--   owner       a part of the owner's name;  text: a part of the message's text; both without capitals and accents
--   phone       the last digits of the owner's number
--   instance    the instance that it went out from or, where it came to none, that its organisation has
--   answered    somebody answered it;  slower: seconds that it took at least from its time to being sent
--   resendable  it failed, its record is complete, and it is known that it was not sent
create or replace function public.aurora_proactive_message_conditions(p_filter jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id constant text := p_filter ->> 'id';
  v_digits constant text := left(lower(replace(v_id, '-', '')), 32);
  v_low uuid;
  v_high uuid;
begin
  if v_digits ~ '^[0-9a-f]+$' then
    v_low := rpad(v_digits, 32, '0');
    v_high := rpad(v_digits, 32, 'f');
  end if;
  return
    -- one or two digits begin so many ids that they are met on the way; more of them are looked up
    case when length(v_digits) <= 2 and v_low is not null then format(' and m.id between %L and %L', v_low, v_high)
         when v_id is not null then format(
           ' and m.id in (select i.id from public.aurora_proactive_messages i where i.id between %L and %L'
           ' union all select i.id from public.aurora_proactive_messages i'
           ' where i.metadata ->> ''gateway_message_id'' = %L)', v_low, v_high, v_id) else '' end
    || case when p_filter ? 'organization' then ' and m.organization_id = ($1 ->> ''organization'')::uuid'
            else '' end
    || case when p_filter ? 'type' then ' and m.message_type = $1 ->> ''type''' else '' end
    || case when p_filter ? 'status' then format(' and m.status = %L', p_filter ->> 'status') else '' end
    || case when p_filter ? 'delivery' then
         ' and m.status = ''sent'' and public.aurora_proactive_delivery(m.status, m.metadata) = $1 ->> ''delivery'''
         else '' end
    || case when p_filter ? 'reason' then
         ' and m.status = ''failed'' and m.metadata #>> ''{failure,code}'' = $1 ->> ''reason''' else '' end
    || case when p_filter ? 'from' then
         ' and m.created_at >= ($1 ->> ''from'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ? 'to' then
         ' and m.created_at < ($1 ->> ''to'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ?| '{owner,phone}' then
         ' and m.owner_number_id in (select w.id from public.owner_numbers w where true'
         || case when p_filter ? 'organization' then ' and w.organization_id = ($1 ->> ''organization'')::uuid'
                 else '' end
         || case when p_filter ? 'owner' then ' and strpos(public.aurora_proactive_search_key(w.name),'
              ' public.aurora_proactive_search_key($1 ->> ''owner'')) > 0' else '' end
         || case when p_filter ? 'phone' then ' and right(regexp_replace(w.phone, ''[^0-9]'', '''', ''g''),'
              ' length($1 ->> ''phone'')) = $1 ->> ''phone''' else '' end || ')'
         else '' end
    || case when p_filter ? 'text' then ' and strpos(public.aurora_proactive_search_key(m.content),'
         ' public.aurora_proactive_search_key($1 ->> ''text'')) > 0' else '' end
    || case when p_filter ? 'instance' then
         ' and case when m.metadata ? ''instance'''
         ' then lower(m.metadata ->> ''instance'') = lower($1 ->> ''instance'')'
         ' else m.organization_id in (select i.organization_id from public.whatsapp_instances i'
         ' where lower(i.instance_name) = lower($1 ->> ''instance'')) end' else '' end
    || case when p_filter ? 'answered' then
         ' and exists (select from public.aurora_proactive_replies r where r.answers = m.id)' else '' end
    || case when p_filter ? 'slower' then
         ' and public.aurora_proactive_send_duration(m.status, m.scheduled_for, m.created_at, m.sent_at)'
         ' >= ($1 ->> ''slower'')::numeric * 1000' else '' end
    || case when p_filter ? 'resendable' then
         ' and m.status = ''failed'' and m.metadata ? ''occurrence'' and m.metadata ? ''timezone'''
         ' and coalesce(m.metadata #>> ''{failure,code}'', '''') not like ''delivery\_unknown\_%'''
         else '' end;
end
$$;

comment on function public.aurora_proactive_message_conditions(jsonb) is
  'What the messages of a filter have in common, as conditions of a query on "m" whose $1 is the filter.';

drop function if exists public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer);
drop function if exists public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer, text);
-- p_before_at and p_before_id are those of the last row seen: the thousandth page costs what the first one does.
create or replace function public.aurora_proactive_search_messages(
  p_filter jsonb, p_before_at timestamptz, p_before_id uuid, p_limit integer
)
returns setof jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return query execute
    'select public.aurora_proactive_message_row(m) from public.aurora_proactive_messages m where true'
    || public.aurora_proactive_message_conditions(p_filter)
    || case when p_before_at is not null
         then ' and (m.created_at, m.id) < ($2 at time zone ''utc'', $3)' else '' end
    || ' order by m.created_at desc, m.id desc limit $4'
    using p_filter, p_before_at, p_before_id, least(greatest(p_limit, 1), 1000);
end
$$;

comment on function public.aurora_proactive_search_messages(jsonb, timestamptz, uuid, integer) is
  'A page of the messages of a filter (aurora_proactive_message_conditions), newest first, after the last one seen.';

create or replace function public.aurora_proactive_count_failed(p_filter jsonb, p_limit integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_counts jsonb;
begin
  execute
    'select jsonb_build_object(''failed'', coalesce(sum(n), 0), ''resendable'', coalesce(sum(resendable), 0),'
    ' ''reasons'', coalesce(jsonb_object_agg(code, n) filter (where code is not null), ''{}''))'
    ' from (select f.metadata #>> ''{failure,code}'' as code, count(*) as n, count(*) filter ('
    ' where f.metadata ? ''occurrence'' and f.metadata ? ''timezone'''
    ' and coalesce(f.metadata #>> ''{failure,code}'', '''') not like ''delivery\_unknown\_%'') as resendable'
    ' from (select m.metadata from public.aurora_proactive_messages m where m.status = ''failed'''
    || public.aurora_proactive_message_conditions(p_filter)
    || ' limit $2) f group by 1) reasons'
    into v_counts using p_filter, p_limit;
  return v_counts;
end
$$;

comment on function public.aurora_proactive_count_failed(jsonb, integer) is
  'How many of the messages of a filter failed, by reason, and how many of them can be sent again together; counts '
  'p_limit at most.';

create or replace function public.aurora_proactive_messages_of(p_ids uuid[])
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_message_row(m)
    from public.aurora_proactive_messages m
   where m.id = any (p_ids)
   order by m.created_at desc, m.id desc
   limit 1000
$$;

comment on function public.aurora_proactive_messages_of(uuid[]) is
  'The messages of these ids, newest first; those that have no record are not among them.';

create or replace function public.aurora_proactive_message(p_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_message_row(m) || jsonb_build_object(
    'content', m.content, 'facts', m.metadata -> 'facts', 'fallback', m.metadata ->> 'fallback',
    'data', m.metadata -> 'data', 'occurrence', m.metadata ->> 'occurrence',
    'gateway_message_id', m.metadata ->> 'gateway_message_id',
    'replies', coalesce((select jsonb_agg(r.received_at order by r.received_at)
                           from public.aurora_proactive_replies r where r.answers = m.id), '[]'))
    from public.aurora_proactive_messages m
   where m.id = p_id
$$;

comment on function public.aurora_proactive_message(uuid) is
  'One message whole: its text, the figures that it states, how it was made, when it was answered. Null if '
  'there is none.';

create or replace function public.aurora_proactive_names(p_organizations uuid[], p_owners uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(id, name), '{}')
    from (select o.id, o.name from public.organizations o where o.id = any (p_organizations)
          union all
          select w.id, w.name from public.owner_numbers w where w.id = any (p_owners)) named
   where name is not null
$$;

comment on function public.aurora_proactive_names(uuid[], uuid[]) is
  'The names of organisations and of owners, by their ids; who has none, or is gone, is not among them.';
