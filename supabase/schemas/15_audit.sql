-- Who changed what: every change that a person makes, beside the change itself. Rows are added and never anything else;
-- they hold ids, settings and counts, no phone, no name and no text (docs/privacy.md).

create table if not exists public.aurora_proactive_changes (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid,
  -- not now(): two changes of a transaction keep their order
  at timestamptz not null default clock_timestamp(),
  by text not null,
  via text not null check (via in ('page', 'api', 'whatsapp', 'cli')),
  action text not null check (action ~ '^[a-z]+(_[a-z]+)+$'),
  subject text not null default '',
  before jsonb,
  after jsonb
);
comment on table public.aurora_proactive_changes is
  'Every change that a person made: who, when, how, what was before and what is after. Never rewritten.';
comment on column public.aurora_proactive_changes.organization_id is
  'Whose it is; null: of all organisations together.';
comment on column public.aurora_proactive_changes.by is
  'user:<id of the session''s user>, key:<name of the service key>, owner:<owner_number_id> by WhatsApp, '
  'cli:<account of the machine>.';
comment on column public.aurora_proactive_changes.action is 'A noun and what became of it, such as day_closed.';
comment on column public.aurora_proactive_changes.subject is
  'What it is about: an id, a type, a day, the name of an instance. Never a phone.';
-- Newest first: an organisation's, all, those of an action, those of somebody.
create index if not exists aurora_proactive_changes_organization
  on public.aurora_proactive_changes (organization_id, at desc, id desc);
create index if not exists aurora_proactive_changes_at on public.aurora_proactive_changes (at desc, id desc);
create index if not exists aurora_proactive_changes_action
  on public.aurora_proactive_changes (action, at desc, id desc);
create index if not exists aurora_proactive_changes_by on public.aurora_proactive_changes (by, at desc, id desc);

-- What is a log is append only, for everybody (the log of consents too: 89_people.sql).
create or replace function public.aurora_proactive_never_rewritten()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'what % has is never rewritten', tg_table_name using errcode = 'restrict_violation';
end
$$;

comment on function public.aurora_proactive_never_rewritten() is 'Refuses a change of a row that must stay as it is.';

create or replace trigger aurora_proactive_changes_never_rewritten
  before update or delete on public.aurora_proactive_changes
  for each row execute function public.aurora_proactive_never_rewritten();

create or replace function public.aurora_proactive_record_change(
  p_organization uuid, p_by text, p_via text, p_action text, p_subject text, p_before jsonb, p_after jsonb
)
returns void
language sql
set search_path = ''
as $$
  insert into public.aurora_proactive_changes (organization_id, by, via, action, subject, before, after)
  values (p_organization, p_by, p_via, p_action, coalesce(p_subject, ''), p_before, p_after)
$$;

comment on function public.aurora_proactive_record_change(uuid, text, text, text, text, jsonb, jsonb) is
  'Writes down a change in the transaction that makes it: whose it is (null: of all), who made it (user:, key:, owner: '
  'or cli:), by page, api, whatsapp or cli, what (noun_verb), of what, what was before and what is after (small, '
  'without secrets, phones and texts).';

-- What was changed in Redis is written down right after it, and once more where nobody knows whether it was.
create or replace function public.aurora_proactive_keep_changes(p_changes jsonb)
returns integer
language sql
set search_path = ''
as $$
  with kept as (
    insert into public.aurora_proactive_changes (id, organization_id, at, by, via, action, subject, before, after)
    select c.id, c.organization_id, c.at, c.by, c.via, c.action, coalesce(c.subject, ''), c.before, c.after
      from jsonb_populate_recordset(null::public.aurora_proactive_changes, p_changes) c
    on conflict (id) do nothing
    returning 1)
  select count(*)::integer from kept
$$;

comment on function public.aurora_proactive_keep_changes(jsonb) is
  'Writes changes down that were made outside this database, each once by its id; answers how many are new.';

create or replace function public.aurora_proactive_without_numbers(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select regexp_replace(p_text, '\+?\d[\d\s().-]{6,}\d', '…', 'g')
$$;

comment on function public.aurora_proactive_without_numbers(text) is
  'What somebody typed, without what may be a phone: nothing of a log is ever erased.';

-- p_filter, whose keys do not filter where they are not there: organization, action, by, from (included), to (not
-- included). One plan for all of them would read the whole table, so the conditions are those that are there.
create or replace function public.aurora_proactive_change_list(
  p_filter jsonb, p_before_at timestamptz, p_before_id uuid, p_limit integer
)
returns setof jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return query execute
    'select to_jsonb(c) || jsonb_build_object(''organization'', o.name, ''by_name'', w.name)'
    ' from (select * from public.aurora_proactive_changes c where true'
    || case when p_filter ? 'organization' then ' and c.organization_id = ($1 ->> ''organization'')::uuid' else '' end
    || case when p_filter ? 'action' then ' and c.action = $1 ->> ''action''' else '' end
    || case when p_filter ? 'by' then ' and c.by = $1 ->> ''by''' else '' end
    || case when p_filter ? 'from' then ' and c.at >= ($1 ->> ''from'')::timestamptz' else '' end
    || case when p_filter ? 'to' then ' and c.at < ($1 ->> ''to'')::timestamptz' else '' end
    || case when p_before_at is not null then ' and (c.at, c.id) < ($2, $3)' else '' end
    || ' order by c.at desc, c.id desc limit $4) c'
    ' left join public.organizations o on o.id = c.organization_id'
    ' left join public.owner_numbers w on w.id = public.aurora_proactive_owner_of_change(c.by)'
    ' and w.organization_id = c.organization_id'
    ' order by c.at desc, c.id desc'
    using p_filter, p_before_at, p_before_id, least(greatest(p_limit, 1), 1000);
end
$$;

comment on function public.aurora_proactive_change_list(jsonb, timestamptz, uuid, integer) is
  'A page of the changes of a filter, newest first, after the last one seen, each with the names of its organisation '
  'and of the owner who made it, where they are still there.';

create or replace function public.aurora_proactive_owner_of_change(p_by text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case when p_by ~ '^owner:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(p_by, 7)::uuid end
$$;

comment on function public.aurora_proactive_owner_of_change(text) is
  'The owner who made a change by WhatsApp; null of everybody else.';

create or replace function public.aurora_proactive_change_facets(p_organization uuid, p_limit integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with lately as (
      select c.action, c.by from public.aurora_proactive_changes c
       where p_organization is null or c.organization_id = p_organization
       order by c.at desc, c.id desc limit p_limit)
    select jsonb_build_object(
             'actions', (select coalesce(jsonb_agg(distinct l.action), '[]') from lately l),
             'by', (select coalesce(jsonb_agg(jsonb_build_object('by', b.by, 'name', w.name) order by b.by), '[]')
                      from (select distinct l.by from lately l) b
                      left join public.owner_numbers w on w.id = public.aurora_proactive_owner_of_change(b.by)
                       and (p_organization is null or w.organization_id = p_organization))));
end
$$;

comment on function public.aurora_proactive_change_facets(uuid, integer) is
  'What was done and who did it among the last p_limit changes, of an organisation or (null) of all: what one can '
  'filter by.';
