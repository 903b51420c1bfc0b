-- The context of an answer to a client about an opt-out: the receiver stands where an owner does.

create or replace function public.aurora_proactive_client_answer(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_row public.aurora_proactive_client_answers;
  v_phone text;
  v_context jsonb := public.aurora_proactive_context(p_organization, null, null);
begin
  select * into v_row from public.aurora_proactive_client_answers a
   where a.id = p_owner and a.organization_id = p_organization;
  if v_row.id is null then
    return v_context;
  end if;
  -- The key has no ninth digit, and without it may be a stranger's number: right is what the campaign was sent to, or
  -- what the business wrote down. Of somebody unknown only a key that can be a mobile's alone is completed.
  v_phone := coalesce(
    (select r.phone from public.aurora_proactive_campaign_recipients r
      where r.organization_id = p_organization and r.phone_key = v_row.phone_key and r.phone is not null
      order by r.created_at desc limit 1),
    (select c.phone from public.contacts c
      where c.organization_id = p_organization and public.aurora_proactive_phone_key(c.phone) = v_row.phone_key
      order by c.id limit 1),
    case when v_row.phone_key ~ '^55\d\d[016-9]\d{7}$'
         then '+' || left(v_row.phone_key, 4) || '9' || right(v_row.phone_key, 8)
         when v_row.phone_key !~ '^55' then v_row.phone end);
  -- Always from the number that the client wrote to.
  return v_context || jsonb_build_object(
    'owner', jsonb_build_object('id', v_row.id, 'name', null, 'phone', v_phone, 'aurora_enabled', true),
    'instance', (
      select jsonb_build_object(
               'name', i.instance_name, 'status', coalesce(i.status, 'disconnected'), 'told', t.state,
               'told_seconds', coalesce(extract(epoch from now() - t.since), 0))
        from public.whatsapp_instances i
        left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
       where i.organization_id = p_organization and i.instance_name = v_row.instance_name
       order by (i.status = 'connected') desc nulls last, i.id
       limit 1),
    -- The client has just written: a stop of what is new does not concern it.
    'breaker', (
      select jsonb_build_object('cause', b.cause, 'known', true, 'until', b.known_until, 'stops', true)
        from public.aurora_proactive_breakers b
       where b.instance_name = v_row.instance_name and b.known_until > now()),
    'record', jsonb_build_object('status', v_row.status, 'content', v_row.content, 'metadata', v_row.metadata),
    'facts', jsonb_build_object(
      'date', (p_now at time zone (v_context ->> 'timezone'))::date, 'fires', true,
      'text', coalesce(v_row.content, '')));
end
$$;

comment on function public.aurora_proactive_client_answer(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an answer to a client: p_owner is the answer''s row, which has its words and its record.';
