-- What the gateway tells of instances (75_delivery.sql has what became of messages, 83_hearing.sql what people wrote).
-- Each function takes many events of a kind, in one statement; the same event again changes nothing.

create or replace function public.aurora_proactive_instance_organizations(p_instance text)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select i.organization_id from public.whatsapp_instances i where i.instance_name = p_instance
$$;

comment on function public.aurora_proactive_instance_organizations(text) is
  'The organisations that send from an instance, by the gateway''s name for it.';

-- What was one call an event before 0.1.0.
drop function if exists public.aurora_proactive_keep_connection(text, text, integer, timestamptz);
drop function if exists public.aurora_proactive_keep_receipt(text, text, text);
drop function if exists public.aurora_proactive_receipt_metadata(text, timestamptz);
drop function if exists public.aurora_proactive_keep_reply(text, text, text, text, timestamptz);

-- p_states: [{"instance", "state", "reason", "at"}], in the order in which they were heard.
create or replace function public.aurora_proactive_keep_connections(p_states jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_state record;
  v_kept integer := 0;
begin
  for v_state in
    select s ->> 'instance' as instance, s ->> 'state' as state, (s ->> 'reason')::integer as reason,
           (s ->> 'at')::timestamptz as at
      from jsonb_array_elements(p_states) with ordinality e (s, ordinality)
     where exists (select from public.aurora_proactive_instance_organizations(s ->> 'instance'))
     order by 1, ordinality
  loop
    insert into public.aurora_proactive_instances as i (instance_name, state, status_reason, event_at)
    values (v_state.instance, v_state.state, v_state.reason, v_state.at)
    on conflict (instance_name) do update
      set settled = case when i.state is distinct from excluded.state and i.since <= now() - interval '5 seconds'
                         then i.state else i.settled end,
          since = case when i.state is distinct from excluded.state then now() else i.since end,
          state = excluded.state, status_reason = excluded.status_reason, event_at = excluded.event_at
      where i.state is null or i.event_at is null or excluded.event_at > i.event_at
         or (excluded.event_at = i.event_at and excluded.state <> i.state);
    v_kept := v_kept + found::integer;
  end loop;
  return jsonb_build_object('changed', v_kept);
end
$$;

comment on function public.aurora_proactive_keep_connections(jsonb) is
  'Keeps states of instances that the product knows, told by the gateway or found by sending: of two the newer one by '
  'its own time, whichever comes first. Answers {"changed": states}.';

create or replace function public.aurora_proactive_instance_states()
returns table (instance_name text, state text, since timestamptz)
language sql
stable
set search_path = ''
as $$
  select i.instance_name,
         case when i.since <= now() - interval '5 seconds' then i.state else coalesce(i.settled, i.state) end, i.since
    from public.aurora_proactive_instances i
   order by i.instance_name
$$;

comment on function public.aurora_proactive_instance_states() is
  'Every instance of which a state is known, with that state; during a burst the one that held before it.';

create or replace function public.aurora_proactive_instances_not_open(p_limit integer)
returns setof text
language sql
stable
set search_path = ''
as $$
  select s.instance_name
    from public.aurora_proactive_instances s
   where s.state <> 'open'
     and exists (select from public.whatsapp_instances i
                   join public.organizations o on o.id = i.organization_id and o.is_active
                  where i.instance_name = s.instance_name)
   order by s.since desc
   limit p_limit
$$;

comment on function public.aurora_proactive_instances_not_open(integer) is
  'Instances that were told or found to be closed, the latest to change first: the gateway may have opened them since.';

create or replace function public.aurora_proactive_instance_status(p_state text, p_status text)
returns text
language sql
immutable
return
  coalesce(case p_state when 'open' then 'connected' when 'close' then 'disconnected' when 'refused' then 'error'
                        else p_state end, p_status);

comment on function public.aurora_proactive_instance_status(text, text) is
  'A state that the gateway told or sending found, in the product''s words; the product''s own status where there is '
  'none.';

-- The key of a Brazilian number is 55, area code, last eight digits (proactive.gateways.phones
-- has the same for what gateways write). Other countries' numbers as their digits.
create or replace function public.aurora_proactive_phone_key(p_phone text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
-- Not in SQL: it is asked for every client of a business, and PL/pgSQL keeps its plan between the calls.
declare
  d text := regexp_replace(coalesce(p_phone, ''), '[^0-9]', '', 'g');
  n text;
begin
  -- 00 55 11..., 0 15 11... (with a carrier), 0 11...
  d := case when d like '00%' then substr(d, 3)
            when d like '0%' and length(d) in (13, 14) then substr(d, 4)
            when d like '0%' then substr(d, 2) else d end;
  n := case when d like '55%' and length(d) in (12, 13) then substr(d, 3) else d end;
  if length(n) in (10, 11) and not coalesce(p_phone, '') ~ '^\s*(\+|00)\s*(?!55)[1-9]' then
    return '55' || left(n, 2) || right(n, 8);
  end if;
  return d;
end
$$;

comment on function public.aurora_proactive_phone_key(text) is
  'What a number''s written forms have in common: equal for every form of a Brazilian number.';

create or replace function public.aurora_proactive_masked_phone(p_key text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(p_key, '') !~ '^[0-9]+$' then null
              when left(p_key, 2) = '55' and length(p_key) = 12 then
                '(' || substr(p_key, 3, 2) || ') •••• ' || right(p_key, 4)
              else '•••• ' || right(p_key, least(4, length(p_key) / 2)) end
$$;

comment on function public.aurora_proactive_masked_phone(text) is
  'A number (aurora_proactive_phone_key) as pages and answers show it: its area and its last four digits; null where '
  'it is none.';
