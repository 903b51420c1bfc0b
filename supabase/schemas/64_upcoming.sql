-- What goes out next: how organisations and their owners stand, in one request whatever their number.

-- An owner's context is that of sending, so that what is foreseen is judged as what is sent.
create or replace function public.aurora_proactive_standing_of(
  p_organization uuid, p_now timestamptz, p_days integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
           'id', o.id,
           'name', public.aurora_proactive_organization_label(o.id, o.name, true),
           'timezone', l.zone,
           'owners', (
             select coalesce(jsonb_agg(public.aurora_proactive_context(o.id, w.id, null)
                                       order by w.name nulls last, w.id), '[]')
               from public.owner_numbers w where w.organization_id = o.id),
           'days', (
             select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'state', d.state, 'reason', d.reason)
                                       order by d.day), '[]')
               from public.aurora_proactive_days(o.id, l.today, p_days) d),
           'summary_on_closed_days', not exists (
             select from public.aurora_proactive_places p
              where p.organization_id = o.id and not p.summary_on_closed_days
                and public.aurora_proactive_uses_calendar(o.id)),
           'skips', (
             select coalesce(jsonb_agg(jsonb_build_object(
                      'id', s.message_id, 'type', s.message_type, 'owner', s.owner_number_id,
                      'occurrence', s.occurrence, 'scheduled_for', s.scheduled_for, 'job_id', s.job_id, 'by', s.by,
                      'at', s.at)), '[]')
               from public.aurora_proactive_skips s
              where s.organization_id = o.id and s.scheduled_for > p_now - interval '1 day'),
           'records', (
             select coalesce(jsonb_object_agg(m.id, m.status), '{}')
               from public.aurora_proactive_messages m
              where m.organization_id = o.id and m.created_at > (p_now - interval '36 hours') at time zone 'utc'))
    from public.organizations o
   cross join lateral (select public.aurora_proactive_zone(o.timezone) as zone) z
   cross join lateral (select z.zone, (p_now at time zone z.zone)::date as today) l
   where o.id = p_organization
$$;

comment on function public.aurora_proactive_standing_of(uuid, timestamptz, integer) is
  'How an organisation stands for what goes out next: each owner''s context, its next p_days local days, what was '
  'skipped, and the records of the last day and a half.';

create or replace function public.aurora_proactive_upcoming(
  p_organization uuid, p_search text, p_after uuid, p_limit integer, p_now timestamptz, p_days integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(public.aurora_proactive_standing_of(found.id, p_now, p_days) order by found.id), '[]')
    from (select o.id from public.organizations o
           where (p_organization is null or o.id = p_organization)
             and (p_organization is not null or o.is_active)
             and (p_search is null or strpos(public.aurora_proactive_folded(o.name),
                                             public.aurora_proactive_folded(p_search)) > 0)
             and o.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
           order by o.id
           limit least(greatest(p_limit, 1), 100)) found
$$;

comment on function public.aurora_proactive_upcoming(uuid, text, uuid, integer, timestamptz, integer) is
  'A page of the organisations as they stand (aurora_proactive_standing_of): one, or the active ones by id whose name '
  'has p_search, after the given id.';
