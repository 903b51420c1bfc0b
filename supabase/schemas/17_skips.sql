-- The messages that somebody skips before they are due (64_upcoming.sql: what goes out next).

create table if not exists public.aurora_proactive_skips (
  message_id uuid primary key,
  organization_id uuid not null,
  owner_number_id uuid not null,
  message_type text not null,
  occurrence text not null,
  scheduled_for timestamptz not null,
  job_id text,
  by text not null,
  via text not null,
  at timestamptz not null default now()
);
comment on table public.aurora_proactive_skips is
  'Messages that somebody skipped before they were due; the id is that of the occurrence. Ids and times only.';
comment on column public.aurora_proactive_skips.job_id is
  'The job that waited for its time, where a person had asked for the message.';
create index if not exists aurora_proactive_skips_organization
  on public.aurora_proactive_skips (organization_id, scheduled_for);

create or replace function public.aurora_proactive_skip(p_skip jsonb, p_by text, p_via text)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_skip public.aurora_proactive_skips := jsonb_populate_record(null::public.aurora_proactive_skips, p_skip);
  v_status text;
begin
  if not exists (select from public.owner_numbers w
                  where w.id = v_skip.owner_number_id and w.organization_id = v_skip.organization_id) then
    raise foreign_key_violation using message = 'There is no such owner in that organisation.';
  end if;
  -- Nobody sees after two months what was not sent; who skipped it stays in the log of changes.
  delete from public.aurora_proactive_skips s
   where s.organization_id = v_skip.organization_id and s.scheduled_for < now() - interval '60 days';
  select m.status into v_status from public.aurora_proactive_messages m where m.id = v_skip.message_id;
  if v_status in ('sent', 'failed') then
    return v_status;
  end if;
  insert into public.aurora_proactive_skips
    (message_id, organization_id, owner_number_id, message_type, occurrence, scheduled_for, job_id, by, via)
  values (v_skip.message_id, v_skip.organization_id, v_skip.owner_number_id, v_skip.message_type, v_skip.occurrence,
          v_skip.scheduled_for, v_skip.job_id, p_by, p_via)
  on conflict (message_id) do nothing;
  if not found then
    return 'known';
  end if;
  perform public.aurora_proactive_record_change(
    v_skip.organization_id, p_by, p_via, 'message_skipped', v_skip.message_id::text, null, jsonb_build_object(
      'type', v_skip.message_type, 'owner', v_skip.owner_number_id, 'scheduled_for', v_skip.scheduled_for));
  return 'skipped';
end
$$;

comment on function public.aurora_proactive_skip(jsonb, text, text) is
  'Skips a message that is not sent yet, and writes down who did. Answers skipped, known (it was skipped before), or '
  'the status of its record, which has its outcome.';

create or replace function public.aurora_proactive_take_back_skip(
  p_organization uuid, p_message uuid, p_before timestamptz, p_by text, p_via text
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_skip public.aurora_proactive_skips;
begin
  delete from public.aurora_proactive_skips s
   where s.message_id = p_message and s.organization_id = p_organization
     and (p_before is null or clock_timestamp() < p_before)
  returning * into v_skip;
  if v_skip.message_id is null then
    return null;
  end if;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'message_unskipped', p_message::text, jsonb_build_object(
      'type', v_skip.message_type, 'owner', v_skip.owner_number_id, 'scheduled_for', v_skip.scheduled_for), null);
  return to_jsonb(v_skip);
end
$$;

comment on function public.aurora_proactive_take_back_skip(uuid, uuid, timestamptz, text, text) is
  'Takes a skip back, before the message''s time p_before (null: whenever it is), and writes down who did; answers its '
  'row, null where there is none, or its time has come.';

create or replace function public.aurora_proactive_skipped_of(p_messages uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(s.message_id), '[]') from public.aurora_proactive_skips s
   where s.message_id = any (p_messages)
$$;

comment on function public.aurora_proactive_skipped_of(uuid[]) is 'Which of these messages somebody skipped.';
