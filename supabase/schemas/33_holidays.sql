-- The holidays that are known, and since when: written as whole years by `aurora holidays`, read by everybody.

create or replace function public.aurora_proactive_write_holidays(p_made_from text, p_years jsonb, p_days jsonb)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_days bigint;
begin
  perform pg_advisory_xact_lock(312, 0);
  delete from public.aurora_proactive_holidays h
   using jsonb_to_recordset(p_years) as y (scope text, year integer)
   where h.scope = y.scope and h.day between make_date(y.year, 1, 1) and make_date(y.year, 12, 31);
  insert into public.aurora_proactive_holidays (day, scope, slug, name, kind, law, source, checked_on)
  select d.day, d.scope, d.slug, d.name, d.kind, d.law, d.source, d.checked_on
    from jsonb_to_recordset(p_days) as d (
      day date, scope text, slug text, name text, kind text, law text, source text, checked_on date);
  get diagnostics v_days = row_count;
  insert into public.aurora_proactive_holiday_years (scope, year, days, checked_on, made_from)
  select y.scope, y.year, y.days, y.checked_on, p_made_from
    from jsonb_to_recordset(p_years) as y (scope text, year integer, days integer, checked_on date)
      on conflict (scope, year) do update
     set days = excluded.days, checked_on = excluded.checked_on, made_from = excluded.made_from, written_at = now();
  return v_days;
end
$$;

comment on function public.aurora_proactive_write_holidays(text, jsonb, jsonb) is
  'Writes whole years of places ([{"scope", "year", "days", "checked_on"}]) with their holidays in place of what stood '
  'there. Answers how many holidays were written.';

create or replace function public.aurora_proactive_holiday_state(p_today date)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'made_from', case when count(distinct y.made_from) = 1 then min(y.made_from) end,
    'years', coalesce(jsonb_agg(y.year order by y.year) filter (where y.days > 0), '[]'),
    'days_old', (p_today - (min(y.written_at) at time zone 'utc')::date))
    from public.aurora_proactive_holiday_years y
   where y.scope = 'national' and y.year >= extract(year from p_today)
$$;

comment on function public.aurora_proactive_holiday_state(date) is
  'How much is known of national holidays from a year on: "made_from" (null: of nothing, or of several states), '
  '"years" that have some, how many days ago the oldest of them was written (null: never).';

create or replace function public.aurora_proactive_national_holidays(p_first date, p_days integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'days', (select coalesce(jsonb_agg(distinct h.day), '[]') from public.aurora_proactive_holidays h
              where h.scope = 'national' and h.kind = 'holiday' and h.day between p_first and p_first + p_days - 1),
    'years', (select coalesce(jsonb_agg(y.year order by y.year), '[]') from public.aurora_proactive_holiday_years y
               where y.scope = 'national' and y.days > 0))
$$;

comment on function public.aurora_proactive_national_holidays(date, integer) is
  'The national holidays ("days", none that is optional) among some local days, and the "years" that are known at all.';
