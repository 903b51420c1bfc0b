-- The panel: everything that it shows of a period, in one request, from the tallies alone. 84_present.sql has what is
-- so at this moment.

create or replace function public.aurora_proactive_panel_totals(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with sums as (
    select coalesce(sum(pending), 0) as pending, coalesce(sum(sent), 0) as sent, coalesce(sum(failed), 0) as failed,
           coalesce(sum(answered), 0) as answered, sum(milliseconds) / nullif(sum(timed), 0) / 1000.0 as mean,
           coalesce(sum(arrived), 0) as arrived, coalesce(sum(read), 0) as read,
           coalesce(sum(refused), 0) as refused, coalesce(sum(silent), 0) as silent
      from public.aurora_proactive_hours
     where organization_id = p_organization and day between p_from and p_to),
  histogram as (
    select bucket, sum(messages) as messages
      from public.aurora_proactive_timings
     where organization_id = p_organization and day between p_from and p_to
     group by bucket having sum(messages) > 0),
  running as (
    select bucket, messages, sum(messages) over (order by bucket) as reached, 0.95 * sum(messages) over () as rank
      from histogram),
  -- within its bucket the messages are taken as evenly spread
  percentile as (
    select lower + (upper - lower) * (rank - (reached - messages)) / messages as p95
      from (select *, case when bucket = 0 then 0 else 0.1 * 2 ^ ((bucket - 1) / 8.0) end as lower,
                   0.1 * 2 ^ (bucket / 8.0) as upper
              from running) r
     where reached >= rank order by bucket limit 1)
  select jsonb_build_object('pending', pending, 'sent', sent, 'failed', failed, 'answered', answered,
                            'arrived', arrived, 'read', read, 'refused', refused, 'silent', silent,
                            'mean', round(mean, 3), 'p95', (select round(p95::numeric, 3) from percentile))
    from sums
$$;

comment on function public.aurora_proactive_panel_totals(date, date, uuid) is
  'What was sent, failed and answered in a period, and how long it took; p_organization as in aurora_proactive_hours.';

create or replace function public.aurora_proactive_panel(p_from date, p_to date, p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with chosen as (select coalesce(p_organization, '00000000-0000-0000-0000-000000000000') as id),
  hours as materialized (
    select h.* from public.aurora_proactive_hours h
     where h.organization_id = (select id from chosen) and h.day between p_from and p_to),
  types as (
    select message_type as type, sum(sent) as sent, sum(failed) as failed, sum(pending) as pending
      from hours group by message_type),
  series as (
    -- one day is shown by its hours
    select case when p_from = p_to then hour else day - p_from end as step, sum(sent) as sent, sum(failed) as failed
      from hours group by 1),
  heat as (
    select extract(isodow from day)::integer as weekday, hour, sum(sent) as sent from hours group by 1, 2),
  active as materialized (
    select a.organization_id as id, sum(a.sent) as sent, sum(a.failed) as failed
      from public.aurora_proactive_activity a
     where p_organization is null and a.day between p_from and p_to
     group by 1 having sum(a.sent) + sum(a.failed) > 0),
  busiest as (select * from active order by sent desc, id limit 8)
  select jsonb_build_object(
    'totals', public.aurora_proactive_panel_totals(p_from, p_to, (select id from chosen)),
    'before', public.aurora_proactive_panel_totals(p_from - (p_to - p_from + 1), p_from - 1, (select id from chosen)),
    'types', coalesce((select jsonb_agg(t order by t.sent + t.failed desc, t.type) from types t), '[]'),
    'series', coalesce((select jsonb_agg(s order by s.step) from series s), '[]'),
    'heat', coalesce((select jsonb_agg(h order by h.weekday, h.hour) from heat h where h.sent > 0), '[]'),
    'active', (select count(*) from active),
    'organizations', coalesce((select jsonb_agg(jsonb_build_object(
        'id', b.id, 'name', o.name, 'sent', b.sent, 'failed', b.failed) order by b.sent desc, b.id)
      from busiest b left join public.organizations o on o.id = b.id), '[]'))
$$;

comment on function public.aurora_proactive_panel(date, date, uuid) is
  'What the panel shows of the local days from p_from to p_to (both included), of one organisation or, null, of all: '
  'totals, by type, over time, by weekday and hour, the most active organisations and how many are active.';

drop function if exists public.aurora_proactive_organization_choices();

create or replace function public.aurora_proactive_organization_list(
  p_text text, p_from date, p_to date, p_limit integer, p_offset integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with words as (
    select w from regexp_split_to_table(public.aurora_proactive_folded(coalesce(p_text, '')), '\s+') w where w <> ''),
  found as materialized (
    select o.id, coalesce(o.name, '') as name, coalesce(o.is_active, false) as is_active,
           o.folded, o.alone
      from (select n.*, count(*) over (partition by n.folded) = 1 as alone
              from (select id, name, is_active, public.aurora_proactive_folded(coalesce(name, '')) as folded
                      from public.organizations) n) o
     where not exists (
       select from words
        where case when w ~ '^#[0-9a-f]{1,8}$' then not starts_with(o.id::text, substr(w, 2))
                   else position(w in o.folded) = 0 end)),
  activity as (
    select a.organization_id, sum(a.sent) as sent, sum(a.failed) as failed
      from public.aurora_proactive_activity a where a.day between p_from and p_to group by 1),
  listed as (
    select f.id, public.aurora_proactive_organization_label(f.id, f.name, f.alone) as name, f.is_active,
           coalesce(a.sent, 0) as sent, coalesce(a.failed, 0) as failed,
           row_number() over (order by
             -- of a search the best fit first: the very name, then what begins with it
             case when p_text is null then 0
                  when f.folded = public.aurora_proactive_folded(p_text) then 0
                  when starts_with(f.folded, public.aurora_proactive_folded(p_text)) then 1 else 2 end,
             case when p_text is null then coalesce(a.sent, 0) end desc, f.name, f.id) as place
      from found f left join activity a on a.organization_id = f.id)
  select jsonb_build_object(
    'count', (select count(*) from found),
    'rows', coalesce((select jsonb_agg(to_jsonb(l) - 'place' order by l.place)
                        from (select * from listed order by place offset p_offset limit p_limit) l), '[]'))
$$;

comment on function public.aurora_proactive_organization_list(text, date, date, integer, integer) is
  'A page of the organisations whose name has every word of p_text (#1a2b: the beginning of an id), best fit first; '
  'null: all, the most active of the local days from p_from to p_to first. "count" is how many there are.';
