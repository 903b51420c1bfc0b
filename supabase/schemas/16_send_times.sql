-- Which messages an owner gets, and when: what the organisation set for everybody (no owner), and what an owner chose.

create table if not exists public.aurora_proactive_send_times (
  organization_id uuid not null,
  owner_number_id uuid,
  message_type text not null,
  is_on boolean,
  send_time time,
  origin text not null default 'chosen' check (origin in ('chosen', 'learned')),
  via text not null check (via in ('whatsapp', 'page', 'api')),
  reply text,
  since timestamptz not null,
  constraint aurora_proactive_send_times_key unique nulls not distinct (organization_id, owner_number_id, message_type),
  -- who goes back to what is usual has chosen nothing, and when that was still counts
  check (is_on is not null or send_time is null)
);
comment on table public.aurora_proactive_send_times is
  'What was chosen for a message type: on or off, and the local time. Without an owner it is the organisation''s '
  'default. Who never chose has no row.';
comment on column public.aurora_proactive_send_times.is_on is
  'Whether the type is on; null: the choice was taken back, and what is usual holds.';
comment on column public.aurora_proactive_send_times.send_time is
  'The local time that was chosen, as it was; null: the usual one. Quiet hours may move what goes out.';
comment on column public.aurora_proactive_send_times.reply is
  'The gateway''s id of the message by which it was chosen, where that was WhatsApp.';
comment on column public.aurora_proactive_send_times.since is
  'When it was chosen: by WhatsApp when the message was written. A later choice wins.';

create or replace function public.aurora_proactive_send_choices(p_organization uuid, p_owner uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with chosen as (
    select s.message_type, s.is_on, s.send_time, s.owner_number_id is null as usual
      from public.aurora_proactive_send_times s
     where s.organization_id = p_organization
       and (s.owner_number_id = p_owner or s.owner_number_id is null)
       and s.is_on is not null)
  select coalesce(jsonb_agg(jsonb_build_object('type', c.message_type, 'is_on', c.is_on, 'send_time', c.send_time)
                            order by c.message_type), '[]')
    from (select t.message_type,
                 coalesce(bool_or(t.is_on) filter (where not t.usual), bool_or(t.is_on)) as is_on,
                 coalesce(max(t.send_time) filter (where not t.usual), max(t.send_time)) as send_time
            from chosen t group by t.message_type) c
$$;

comment on function public.aurora_proactive_send_choices(uuid, uuid) is
  'What holds for an owner by message type, of what was chosen: the own choice goes before the organisation''s '
  'default, of each the hour too. A type without a choice is not named.';

create or replace function public.aurora_proactive_send_times_of(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'owner', s.owner_number_id, 'type', s.message_type, 'is_on', s.is_on, 'send_time', s.send_time,
           'origin', s.origin, 'via', s.via, 'since', s.since)
           order by s.owner_number_id nulls first, s.message_type), '[]')
    from public.aurora_proactive_send_times s
   where s.organization_id = p_organization
     and s.is_on is not null
     -- what belongs to an owner who is gone decides nothing any more
     and (s.owner_number_id is null
          or exists (select from public.owner_numbers w
                      where w.id = s.owner_number_id and w.organization_id = p_organization))
$$;

comment on function public.aurora_proactive_send_times_of(uuid) is
  'Every choice of an organisation that holds: its defaults first, then each owner''s.';

create or replace function public.aurora_proactive_choose_send_time(
  p_organization uuid, p_owner uuid, p_types text[], p_choice jsonb, p_via text, p_by text, p_reply text,
  p_at timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_type text;
  v_old public.aurora_proactive_send_times;
  v_new public.aurora_proactive_send_times;
  v_later boolean;
  v_result jsonb := '[]';
begin
  if not exists (select from public.organizations o where o.id = p_organization)
     or (p_owner is not null and not exists (
       select from public.owner_numbers w where w.id = p_owner and w.organization_id = p_organization)) then
    raise foreign_key_violation using message = 'There is no such organisation, or no such owner of it.';
  end if;
  -- one choice of an owner after the other, also where there is no row yet
  perform pg_advisory_xact_lock(316, hashtext(p_organization::text || coalesce(p_owner::text, '')));
  foreach v_type in array p_types loop
    select * into v_old from public.aurora_proactive_send_times s
     where s.organization_id = p_organization and s.owner_number_id is not distinct from p_owner
       and s.message_type = v_type;
    v_new := v_old;
    v_new.is_on := (p_choice ->> 'is_on')::boolean;
    v_new.send_time := case when p_choice ? 'send_time' then (p_choice ->> 'send_time')::time
                            when v_new.is_on is not null then v_old.send_time end;
    v_later := case
      when v_old.since is null then true
      when p_reply is not null and v_old.reply = p_reply then true  -- the same message, acted upon once more
      -- on pages and in the API people change what they see
      when p_via <> 'whatsapp' and v_old.via <> 'whatsapp' then true
      -- WhatsApp tells whole seconds
      when date_trunc('second', p_at) = date_trunc('second', v_old.since)
        then v_new.is_on is false or v_old.is_on is distinct from false
      else p_at > v_old.since end;
    if v_later and (v_new.is_on, v_new.send_time) is distinct from (v_old.is_on, v_old.send_time) then
      insert into public.aurora_proactive_send_times as s
        (organization_id, owner_number_id, message_type, is_on, send_time, via, reply, since)
      values (p_organization, p_owner, v_type, v_new.is_on, v_new.send_time, p_via, p_reply, p_at)
      on conflict on constraint aurora_proactive_send_times_key do update
        set is_on = excluded.is_on, send_time = excluded.send_time, origin = 'chosen', via = excluded.via,
            reply = excluded.reply, since = greatest(s.since, excluded.since);
      perform public.aurora_proactive_record_change(
        p_organization, p_by, p_via, 'send_time_changed', v_type,
        case when v_old.is_on is not null then jsonb_build_object(
          'owner', p_owner, 'on', v_old.is_on, 'time', to_char(v_old.send_time, 'HH24:MI')) end,
        jsonb_build_object('owner', p_owner, 'on', v_new.is_on, 'time', to_char(v_new.send_time, 'HH24:MI')));
    elsif v_later then
      -- the same said again is as late as it was said last
      update public.aurora_proactive_send_times s
         set since = greatest(s.since, p_at), reply = coalesce(p_reply, s.reply)
       where s.organization_id = p_organization and s.owner_number_id is not distinct from p_owner
         and s.message_type = v_type;
    end if;
    v_result := v_result || jsonb_build_object(
      'type', v_type, 'stands', v_later, 'was_on', v_old.is_on, 'was_at', to_char(v_old.send_time, 'HH24:MI'));
  end loop;
  return v_result;
end
$$;

comment on function
  public.aurora_proactive_choose_send_time(uuid, uuid, text[], jsonb, text, text, text, timestamptz) is
  'Chooses for types at once: {"is_on": true, false or null to take the choice back, "send_time": the local time, null '
  'for the usual one, not there to keep it}, of an owner or (null) as the default, written at p_at by the reply of '
  'that id or by hand. A later choice wins, of one second what is off. Writes who changed what. Answers by type '
  'whether it stands, and what was chosen before.';

create or replace function public.aurora_proactive_settled_of(p_messages uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(m.id), '[]') from public.aurora_proactive_messages m
   where m.id = any (p_messages) and m.status <> 'pending'
$$;

comment on function public.aurora_proactive_settled_of(uuid[]) is
  'Which of these messages have their outcome: they were sent or have failed.';
