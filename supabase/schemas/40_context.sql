-- What every message needs besides its facts.

create or replace function public.aurora_proactive_context(p_organization uuid, p_owner uuid, p_message uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_context jsonb;
begin
  select jsonb_build_object(
           'organization', case when o.id is not null then coalesce(o.name, '') end,
           'is_active', coalesce(o.is_active, false),
           'timezone', public.aurora_proactive_zone(o.timezone),
           'owner', (select jsonb_build_object('id', w.id, 'name', w.name, 'phone', w.phone,
                                               'aurora_enabled', coalesce(w.aurora_enabled, false))
                       from public.owner_numbers w
                      where w.id = p_owner and w.organization_id = o.id),
           'instance', (select jsonb_build_object(
                                 'name', i.instance_name, 'status', coalesce(i.status, 'disconnected'), 'told', t.state,
                                 'told_seconds', coalesce(extract(epoch from now() - t.since), 0))
                          from public.whatsapp_instances i
                          left join public.aurora_proactive_instances t on t.instance_name = i.instance_name
                         where i.organization_id = o.id and i.instance_name ~ '\S'
                         order by (i.status = 'connected') desc nulls last, i.created_at, i.id
                         limit 1),
           'breaker', (select public.aurora_proactive_breaker_of(i.instance_name, o.id, p_owner)
                         from public.whatsapp_instances i
                        where i.organization_id = o.id
                        order by (i.status = 'connected') desc, i.created_at, i.id
                        limit 1),
           'record', (select jsonb_build_object('status', m.status, 'content', m.content,
                                                'metadata', coalesce(m.metadata, '{}'))
                        from public.aurora_proactive_messages m
                       where m.id = p_message),
           'pauses', (select coalesce(jsonb_agg(jsonb_build_object('type', p.message_type, 'reason', p.reason)
                                                order by p.created_at), '[]')
                        from public.aurora_proactive_pauses p
                       where p.organization_id is null or p.organization_id = o.id),
           'skipped', exists (select from public.aurora_proactive_skips s where s.message_id = p_message),
           'choices', public.aurora_proactive_send_choices(p_organization, p_owner),
           'facts', null)
    into v_context
    from (select 1) always
    left join public.organizations o on o.id = p_organization;
  return v_context;
end
$$;

comment on function public.aurora_proactive_context(uuid, uuid, uuid) is
  'Organisation, owner (only of this organisation), instance to send from and what stops it, record of the message, '
  'what is paused, what the owner chose, whether somebody skipped the message.';
