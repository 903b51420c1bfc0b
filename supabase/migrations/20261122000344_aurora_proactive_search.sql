-- Finding messages, as the pages do: the API's history with names, and by the beginning of an id.

create index if not exists aurora_proactive_messages_type
  on public.aurora_proactive_messages (message_type, created_at desc, id desc);

-- A message's row as the pages show it: the API's, and whose it is, in which zone.
create or replace function public.aurora_proactive_titled(m public.aurora_proactive_messages)
returns jsonb
language sql
stable
set search_path = public, pg_temp
as $$
  select aurora_proactive_shown(m) || jsonb_build_object(
    'organization', o.name, 'owner', w.name, 'timezone', aurora_proactive_zone(o.timezone))
    from (select 1) one
    left join organizations o on o.id = m.organization_id
    left join owner_numbers w on w.id = m.owner_number_id
$$;

-- A page of messages, newest first. Arguments as those of aurora_proactive_history; p_id is the beginning of an id
-- (hexadecimal digits, dashes do not count) or a whole id of the gateway's.
create or replace function public.aurora_proactive_search(
  p_organization uuid, p_type text, p_status text, p_from timestamptz, p_to timestamptz, p_id text,
  p_before_at timestamptz, p_before_id uuid, p_limit integer
) returns setof jsonb
language plpgsql
stable
set search_path = public, pg_temp
as $$
declare
  v_digits text := left(lower(replace(p_id, '-', '')), 32);
  v_low uuid;
  v_high uuid;
begin
  if v_digits ~ '^[0-9a-f]+$' then
    v_low := rpad(v_digits, 32, '0');
    v_high := rpad(v_digits, 32, 'f');
  end if;
  return query execute
    'select aurora_proactive_titled(m) from aurora_proactive_messages m where true'
    -- one or two digits begin so many ids that they are met on the way; more of them are looked up
    || case when length(v_digits) <= 2 and v_low is not null then ' and m.id between $8 and $9'
            when p_id is not null then ' and m.id in (select i.id from aurora_proactive_messages i'
         || ' where i.id between $8 and $9 union all select i.id from aurora_proactive_messages i'
         || ' where i.metadata ->> ''gateway_message_id'' = $10)' else '' end
    || case when p_organization is not null then ' and m.organization_id = $1' else '' end
    || case when p_type is not null then ' and m.message_type = $2' else '' end
    || case when p_status is not null then format(' and m.status = %L', p_status) else '' end
    || case when p_from is not null then ' and m.created_at >= $3 at time zone ''UTC''' else '' end
    || case when p_to is not null then ' and m.created_at < $4 at time zone ''UTC''' else '' end
    || case when p_before_at is not null
         then ' and (m.created_at, m.id) < ($5 at time zone ''UTC'', $6)' else '' end
    || ' order by m.created_at desc, m.id desc limit $7'
    using p_organization, p_type, p_from, p_to, p_before_at, p_before_id, least(greatest(p_limit, 1), 201),
          v_low, v_high, p_id;
end
$$;

-- One message whole, with its names and its replies' times. Null where there is none.
create or replace function public.aurora_proactive_message_page(p_id uuid)
returns jsonb
language sql
stable
set search_path = public, pg_temp
as $$
  select aurora_proactive_titled(m) || aurora_proactive_message(m.id) || jsonb_build_object('replies', coalesce(
    (select jsonb_agg(r.received_at order by r.received_at) from aurora_proactive_replies r where r.answers = m.id),
    '[]'))
    from aurora_proactive_messages m where m.id = p_id
$$;

do $$
declare
  f text;
begin
  foreach f in array array[
    'aurora_proactive_titled(public.aurora_proactive_messages)', 'aurora_proactive_message_page(uuid)',
    'aurora_proactive_search(uuid, text, text, timestamptz, timestamptz, text, timestamptz, uuid, integer)'
  ] loop
    execute format('revoke all on function public.%s from public, anon, authenticated', f);
    execute format('grant execute on function public.%s to service_role', f);
  end loop;
end
$$;
