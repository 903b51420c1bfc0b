-- How the API and the pages read messages.

create or replace function public.aurora_proactive_message_row(m public.aurora_proactive_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- The receiver's address at the gateway stays inside. The product may have deleted the organisation and the owner.
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
    'organization', o.name, 'owner', w.name, 'timezone', public.aurora_proactive_zone(o.timezone))
    from (select 1) one
    left join public.organizations o on o.id = m.organization_id
    left join public.owner_numbers w on w.id = m.owner_number_id
$$;

comment on function public.aurora_proactive_message_row(public.aurora_proactive_messages) is
  'A message as lists show it, without its text: times with their zone, whose it is, and in which zone that one lives.';

-- Null arguments do not filter; p_from is included, p_to is not. p_id is the beginning of an id (hexadecimal digits,
-- dashes do not count) or a whole id of the gateway's. p_before_at and p_before_id are those of the last row seen, so
-- that the thousandth page costs what the first one does.
drop function if exists public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer);
create or replace function public.aurora_proactive_search_messages(
  p_organization uuid, p_type text, p_status text, p_from timestamptz, p_to timestamptz, p_id text,
  p_before_at timestamptz, p_before_id uuid, p_limit integer, p_delivery text default null
)
returns setof jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_digits constant text := left(lower(replace(p_id, '-', '')), 32);
  v_low uuid;
  v_high uuid;
begin
  if v_digits ~ '^[0-9a-f]+$' then
    v_low := rpad(v_digits, 32, '0');
    v_high := rpad(v_digits, 32, 'f');
  end if;
  -- Built for the filters that are there: one plan for all of them would read the whole table.
  return query execute
    'select public.aurora_proactive_message_row(m) from public.aurora_proactive_messages m where true'
    -- one or two digits begin so many ids that they are met on the way; more of them are looked up
    || case when length(v_digits) <= 2 and v_low is not null then ' and m.id between $8 and $9'
            when p_id is not null then ' and m.id in (select i.id from public.aurora_proactive_messages i'
         || ' where i.id between $8 and $9 union all select i.id from public.aurora_proactive_messages i'
         || ' where i.metadata ->> ''gateway_message_id'' = $10)' else '' end
    || case when p_organization is not null then ' and m.organization_id = $1' else '' end
    || case when p_type is not null then ' and m.message_type = $2' else '' end
    || case when p_status is not null then format(' and m.status = %L', p_status) else '' end
    || case when p_delivery is not null then format(
         ' and m.status = ''sent'' and public.aurora_proactive_delivery(m.status, m.metadata) = %L', p_delivery)
         else '' end
    || case when p_from is not null then ' and m.created_at >= $3 at time zone ''utc''' else '' end
    || case when p_to is not null then ' and m.created_at < $4 at time zone ''utc''' else '' end
    || case when p_before_at is not null
         then ' and (m.created_at, m.id) < ($5 at time zone ''utc'', $6)' else '' end
    || ' order by m.created_at desc, m.id desc limit $7'
    using p_organization, p_type, p_from, p_to, p_before_at, p_before_id, least(greatest(p_limit, 1), 201),
          v_low, v_high, p_id;
end
$$;

comment on function public.aurora_proactive_search_messages(
  uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer, text
) is 'A page of messages, newest first, after the last one seen.';

create or replace function public.aurora_proactive_message(p_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_message_row(m) || jsonb_build_object(
    'content', m.content, 'facts', m.metadata -> 'facts', 'fallback', m.metadata ->> 'fallback',
    'data', m.metadata -> 'data', 'job_id', m.metadata ->> 'job_id', 'occurrence', m.metadata ->> 'occurrence',
    'gateway_message_id', m.metadata ->> 'gateway_message_id',
    'replies', coalesce((select jsonb_agg(r.received_at order by r.received_at)
                           from public.aurora_proactive_replies r where r.answers = m.id), '[]'))
    from public.aurora_proactive_messages m
   where m.id = p_id
$$;

comment on function public.aurora_proactive_message(uuid) is
  'One message whole: its text, the figures that it states, how it was made, when it was answered. Null if '
  'there is none.';
