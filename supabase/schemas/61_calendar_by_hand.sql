-- What a business says of its days by hand: closed, open, other hours, where it is, which holidays it follows. Each
-- change is one transaction with its line of the log of changes; changes of one calendar wait for each other.

alter table public.aurora_proactive_exceptions
  add column if not exists title text check (char_length(title) between 1 and 60);
comment on column public.aurora_proactive_exceptions.title is
  'What the business calls these days, such as a municipal holiday: for its own page only.';

create or replace function public.aurora_proactive_lock_calendar(p_organization uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(313, hashtext(p_organization::text))
$$;

comment on function public.aurora_proactive_lock_calendar(uuid) is
  'Lets one change of a business''s calendar happen at a time; until the transaction ends.';

create or replace function public.aurora_proactive_days_of(p_first date, p_last date)
returns text
language sql
immutable
set search_path = ''
as $$
  select p_first || case when p_last > p_first then '..' || p_last else '' end
$$;

comment on function public.aurora_proactive_days_of(date, date) is
  'Days as the subject of a change: 2026-06-04, or 2026-12-20..2027-01-05.';

create or replace function public.aurora_proactive_exception_said(p_exception public.aurora_proactive_exceptions)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'says', p_exception.says,
    'days', public.aurora_proactive_days_of(p_exception.first_day, p_exception.last_day),
    'hours', (select string_agg((h ->> 0) || '-' || (h ->> 1), ', ')
                from jsonb_array_elements(case when p_exception.says = 'hours' then p_exception.hours end) h)))
$$;

comment on function public.aurora_proactive_exception_said(public.aurora_proactive_exceptions) is
  'An exception as the log of changes has it: without its title.';

create or replace function public.aurora_proactive_cut_exceptions(p_organization uuid, p_first date, p_last date)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_before constant jsonb := (
    select case when count(*) = 1 then jsonb_agg(said.exception) -> 0
                when count(*) > 1 then jsonb_build_object(
                  'says', jsonb_agg(said.exception -> 'says' order by e.first_day, e.said_at, e.id),
                  'days', jsonb_agg(said.exception -> 'days' order by e.first_day, e.said_at, e.id)) end
      from public.aurora_proactive_exceptions e
     cross join lateral (select public.aurora_proactive_exception_said(e)) as said (exception)
     where e.organization_id = p_organization and e.first_day <= p_last and e.last_day >= p_first);
begin
  -- What stands behind the days was said when it was said: it speaks against nothing that came later.
  insert into public.aurora_proactive_exceptions
    (organization_id, first_day, last_day, says, hours, said_at, said_by, via, title)
  select e.organization_id, p_last + 1, e.last_day, e.says, e.hours, e.said_at, e.said_by, e.via, e.title
    from public.aurora_proactive_exceptions e
   where e.organization_id = p_organization and e.first_day <= p_last and e.last_day > p_last;
  update public.aurora_proactive_exceptions e
     set last_day = p_first - 1
   where e.organization_id = p_organization and e.first_day < p_first and e.last_day >= p_first;
  delete from public.aurora_proactive_exceptions e
   where e.organization_id = p_organization and e.first_day between p_first and p_last;
  return v_before;
end
$$;

comment on function public.aurora_proactive_cut_exceptions(uuid, date, date) is
  'Takes days out of every exception of a business; what stands before and behind them stays. Answers what '
  'there was, as the log of changes has it; null: nothing.';

create or replace function public.aurora_proactive_say_of_days(
  p_organization uuid, p_exception jsonb, p_by text, p_via text
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_new public.aurora_proactive_exceptions :=
    jsonb_populate_record(null::public.aurora_proactive_exceptions, p_exception);
  v_before jsonb;
begin
  -- jsonb null is no absence of hours
  v_new.hours := nullif(v_new.hours, 'null');
  perform public.aurora_proactive_lock_calendar(p_organization);
  if not exists (
    select from generate_series(v_new.first_day, v_new.last_day, interval '1 day') as day
      left join lateral (
        select e.says, e.hours, e.title from public.aurora_proactive_exceptions e
         where e.organization_id = p_organization and day.day::date between e.first_day and e.last_day
         order by e.said_at desc, e.id desc limit 1) known on true
     where (known.says, known.hours, known.title) is distinct from (v_new.says, v_new.hours, v_new.title)) then
    return jsonb_build_object('changed', false, 'had', true);
  end if;
  v_before := public.aurora_proactive_cut_exceptions(p_organization, v_new.first_day, v_new.last_day);
  insert into public.aurora_proactive_exceptions
    (organization_id, first_day, last_day, says, hours, said_by, via, title)
  values (p_organization, v_new.first_day, v_new.last_day, v_new.says, v_new.hours, p_by, p_via, v_new.title)
  returning * into v_new;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via,
    case v_new.says when 'closed' then 'day_closed' when 'open' then 'day_opened' else 'day_hours_set' end,
    public.aurora_proactive_days_of(v_new.first_day, v_new.last_day), v_before,
    public.aurora_proactive_exception_said(v_new));
  return jsonb_build_object('changed', true, 'had', v_before is not null);
end
$$;

comment on function public.aurora_proactive_say_of_days(uuid, jsonb, text, text) is
  'Keeps what a business says of a stretch of days ({first_day, last_day, says, hours, title}); what it said of them '
  'before is over. The same once more changes nothing. Answers whether something changed, and whether something was '
  'said of them before.';

create or replace function public.aurora_proactive_say_of_each(
  p_organization uuid, p_exceptions jsonb, p_by text, p_via text
)
returns jsonb
language sql
set search_path = ''
as $$
  select jsonb_build_object(
    'changed', bool_or((said.answer -> 'changed')::boolean), 'had', bool_or((said.answer -> 'had')::boolean))
    from jsonb_array_elements(p_exceptions) as each (exception)
   cross join lateral (
     select public.aurora_proactive_say_of_days(p_organization, each.exception, p_by, p_via)) as said (answer)
$$;

comment on function public.aurora_proactive_say_of_each(uuid, jsonb, text, text) is
  'Keeps what a business says of several stretches of days, all of it or nothing; each is a line of the log.';

create or replace function public.aurora_proactive_unsay_days(
  p_organization uuid, p_first date, p_last date, p_by text, p_via text
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_before jsonb;
begin
  perform public.aurora_proactive_lock_calendar(p_organization);
  v_before := public.aurora_proactive_cut_exceptions(p_organization, p_first, p_last);
  if v_before is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'day_unsaid', public.aurora_proactive_days_of(p_first, p_last), v_before, null);
  end if;
  return jsonb_build_object('changed', v_before is not null, 'had', v_before is not null);
end
$$;

comment on function public.aurora_proactive_unsay_days(uuid, date, date, text, text) is
  'Takes back whatever a business said of a stretch of days: they are as the calendar has them. Answers whether there '
  'was something.';

create or replace function public.aurora_proactive_keep_place(
  p_organization uuid, p_change jsonb, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_old public.aurora_proactive_places;
  v_new public.aurora_proactive_places;
  v_opens constant text := p_change ->> 'opens';
  v_on constant boolean := coalesce((p_change ->> 'on')::boolean, false);
  v_action text;
begin
  perform public.aurora_proactive_lock_calendar(p_organization);
  insert into public.aurora_proactive_places (organization_id, changed_at) values (p_organization, p_now)
  on conflict (organization_id) do nothing;
  select * into v_old from public.aurora_proactive_places p where p.organization_id = p_organization;
  v_new := jsonb_populate_record(v_old, p_change);
  if p_change ? 'state' then
    v_new.confirmed_at := case when v_new.state is not null then p_now end;
    v_new.confirmed_by := case when v_new.state is not null then p_by end;
    if (v_new.state, v_new.municipality) is not distinct from (v_old.state, v_old.municipality)
       and v_old.confirmed_at is not null then
      v_new.confirmed_at := v_old.confirmed_at;
      v_new.confirmed_by := v_old.confirmed_by;
    end if;
  end if;
  if p_change -> 'follows_holidays' = 'true' and v_new.confirmed_at is null then
    return jsonb_build_object('changed', false, 'refused', 'no_place');
  end if;
  v_new.follows_holidays := v_new.follows_holidays and v_new.confirmed_at is not null;
  if v_opens in ('holiday', 'optional') then
    v_new.open_kinds := array(
      select k from unnest(array['holiday', 'optional']) k
       where case when k = v_opens then v_on else k = any (v_old.open_kinds) end);
  elsif v_opens is not null then
    if v_on and not exists (select from public.aurora_proactive_holidays h where h.slug = v_opens) then
      return jsonb_build_object('changed', false, 'refused', 'no_holiday');
    end if;
    v_new.open_holidays := array(
      select h from (select unnest(v_old.open_holidays) union select v_opens) as known (h)
       where h <> v_opens or v_on order by h);
  end if;
  -- Asked once: whatever is said of holidays is an answer.
  if p_change ?| array['state', 'follows_holidays', 'declines'] then
    v_new.proposed_at := coalesce(v_old.proposed_at, p_now);
    v_new.declined_at := case when v_new.follows_holidays then null
                              when p_change ? 'declines' then coalesce(v_old.declined_at, p_now)
                              else v_old.declined_at end;
  end if;
  if to_jsonb(v_new) = to_jsonb(v_old) then
    return jsonb_build_object('changed', false, 'refused', null);
  end if;
  update public.aurora_proactive_places p
     set state = v_new.state, municipality = v_new.municipality, confirmed_at = v_new.confirmed_at,
         confirmed_by = v_new.confirmed_by, follows_holidays = v_new.follows_holidays,
         proposed_at = v_new.proposed_at, declined_at = v_new.declined_at, open_holidays = v_new.open_holidays,
         open_kinds = v_new.open_kinds, summary_on_closed_days = v_new.summary_on_closed_days, changed_at = p_now
   where p.organization_id = p_organization;
  v_action := case
    when p_change ? 'state' then case when v_new.state is null then 'place_removed' else 'place_confirmed' end
    when p_change ? 'follows_holidays' then
      case when v_new.follows_holidays then 'holidays_followed' else 'holidays_unfollowed' end
    when p_change ? 'declines' then 'holidays_declined'
    when v_opens is not null then
      case when v_on then 'holiday_opened' else 'holiday_unopened' end
    else 'daily_summary_switched' end;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, v_action, coalesce(v_opens, v_new.state, ''),
    public.aurora_proactive_place_said(v_old), public.aurora_proactive_place_said(v_new));
  return jsonb_build_object('changed', true, 'refused', null);
end
$$;

comment on function public.aurora_proactive_keep_place(uuid, jsonb, text, text, timestamptz) is
  'Keeps what a business says of where it is (state and municipality, which somebody confirms by saying them; state '
  'null takes them back), of following holidays, of one holiday or kind on which it opens (opens, on), of the summary '
  'on closed days, or that it declines the question. Refuses to follow holidays of no place (no_place), and a holiday '
  'that is none (no_holiday).';

create or replace function public.aurora_proactive_place_said(p_place public.aurora_proactive_places)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'state', p_place.state, 'municipality', p_place.municipality::text, 'follows_holidays', p_place.follows_holidays,
    'open_holidays', nullif(p_place.open_holidays, '{}'), 'open_kinds', nullif(p_place.open_kinds, '{}'),
    'summary_on_closed_days', p_place.summary_on_closed_days)
$$;

comment on function public.aurora_proactive_place_said(public.aurora_proactive_places) is
  'What a business says of where it is and of holidays, as the log of changes has it.';

create or replace function public.aurora_proactive_area_code(p_phone text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select case when length(d.national) in (10, 11) and d.national ~ '^[1-9]{2}' then left(d.national, 2)::integer end
    from (select ltrim(regexp_replace(p_phone, '[^0-9]', '', 'g'), '0') as digits) as typed
   cross join lateral (
     select case when length(typed.digits) in (12, 13) and typed.digits like '55%' then substr(typed.digits, 3)
                 when btrim(p_phone) not like '+%' then typed.digits end as national) as d
$$;

comment on function public.aurora_proactive_area_code(text) is
  'The area code (DDD) of a Brazilian number as somebody typed it; null where it has none.';

create or replace function public.aurora_proactive_area_code_of(p_organization uuid)
returns integer
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select public.aurora_proactive_area_code(i.phone_number) from public.whatsapp_instances i
      where i.organization_id = p_organization and public.aurora_proactive_area_code(i.phone_number) is not null
      order by (i.status = 'connected') desc, i.created_at, i.id limit 1),
    (select public.aurora_proactive_area_code(w.phone) from public.owner_numbers w
      where w.organization_id = p_organization and public.aurora_proactive_area_code(w.phone) is not null
      order by w.aurora_enabled desc, w.created_at, w.id limit 1))
$$;

comment on function public.aurora_proactive_area_code_of(uuid) is
  'The area code of the number that a business sends from, else of its first owner; no number leaves the database.';

create or replace function public.aurora_proactive_readable_hours(p_hours jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_array(
           to_char(make_interval(mins => lower(r.minutes)), 'HH24:MI'),
           to_char(make_interval(mins => upper(r.minutes)), 'HH24:MI')) order by r.minutes), '[]')
    from unnest((
      select range_agg(int4range((extract(epoch from i.opening) / 60)::integer,
                                 (extract(epoch from i.closing) / 60)::integer))
        from public.aurora_proactive_intervals(p_hours) i)) as r (minutes)
$$;

comment on function public.aurora_proactive_readable_hours(jsonb) is
  'The openings of a day''s hours in order, those that overlap or touch as one: [["08:00", "18:00"]].';

create or replace function public.aurora_proactive_calendar(
  p_organization uuid, p_first date, p_last date, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with business as (
    select o.id, o.business_hours, zone.name as zone,
           public.aurora_proactive_instant(p_first, zone.name) as begins,
           public.aurora_proactive_instant(p_last + 1, zone.name) as ends
      from public.organizations o
     cross join lateral (select public.aurora_proactive_zone(o.timezone)) as zone (name)
     where o.id = p_organization
  ), booked as materialized (
    select (b.start_time at time zone business.zone)::date as day, count(*) as bookings
      from business join public.bookings b on b.organization_id = business.id
     where b.start_time >= business.begins and b.start_time < business.ends
       and public.aurora_proactive_is_live(b.status)
     group by 1
  ), holidays as materialized (
    select h.day, jsonb_agg(jsonb_build_object(
             'slug', h.slug, 'name', h.name, 'scope', h.scope, 'kind', h.kind, 'law', h.law,
             'checked_on', h.checked_on, 'opens', h.slug = any (p.open_holidays) or h.kind = any (p.open_kinds))
             order by h.kind = 'holiday' desc, array_position(array['national', p.state], h.scope), h.name, h.slug
           ) as holidays
      from public.aurora_proactive_places p
      join public.aurora_proactive_holidays h
        on h.day between p_first and p_last and h.scope in ('national', p.state, p.municipality::text)
     where p.organization_id = p_organization and p.follows_holidays and p.confirmed_at is not null
     group by h.day
  ), events as materialized (
    select day.day::date as day, jsonb_agg(v.title order by v.title) filter (where v.title is not null) as titles
      from public.aurora_proactive_feeds f
      join public.aurora_proactive_feed_events v on v.feed_id = f.id and v.all_day
     cross join lateral generate_series(greatest(v.first_day, p_first), least(v.last_day, p_last), interval '1 day') day
     where f.organization_id = p_organization and f.purpose = 'closures'
     group by 1
  )
  select jsonb_build_object(
    'timezone', business.zone,
    'today', (p_now at time zone business.zone)::date,
    'place', coalesce((select to_jsonb(p) - array['organization_id', 'confirmed_by', 'changed_at']
                         from public.aurora_proactive_places p where p.organization_id = business.id), '{}'),
    'area_code', public.aurora_proactive_area_code_of(business.id),
    'malformed', to_jsonb(public.aurora_proactive_malformed_days(business.business_hours)),
    'holidays_until', (select max(y.year) from public.aurora_proactive_holiday_years y
                        where y.scope = 'national' and y.days > 0),
    'days', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'date', d.day, 'state', d.state,
               'source', case when d.source = 'hours' and d.is_malformed then 'malformed_hours' else d.source end,
               'reason', d.reason, 'hours', public.aurora_proactive_readable_hours(d.hours),
               'holidays', coalesce(h.holidays, '[]'), 'events', coalesce(v.titles, '[]'),
               'exception', case when e.id is not null then jsonb_build_object(
                 'first_day', e.first_day, 'last_day', e.last_day, 'says', e.says,
                 'hours', case when e.says = 'hours' then public.aurora_proactive_readable_hours(e.hours) end,
                 'title', e.title, 'said_at', e.said_at) end,
               'bookings', coalesce(b.bookings, 0)) order by d.day), '[]')
        from public.aurora_proactive_days(business.id, p_first, p_last - p_first + 1) d
        left join public.aurora_proactive_exceptions e on e.id = d.exception_id
        left join holidays h on h.day = d.day
        left join events v on v.day = d.day
        left join booked b on b.day = d.day))
    from business
$$;

comment on function public.aurora_proactive_calendar(uuid, date, date, timestamptz) is
  'The calendar of a business as its page shows it, of local days, as of a moment: what each day is, why, its hours, '
  'its holidays (where it follows them), the events of its feeds, what the business said of it, its live bookings; the '
  'place and what was said of holidays; weekdays whose hours cannot be read; the last year that holidays are known of.';
