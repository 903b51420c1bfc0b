-- What supabase/schemas has and the migrations before do not: made by `python -m sandbox.migration`, never by hand.
-- Applying it again changes nothing.

-- It comes back at the very end: a migration that stopped half way is told from a whole one.
drop function if exists public.aurora_proactive_migrated();

-- What a business says of its own days, and what is known of them: where it is, holidays, its exceptions, and the
-- calendars that it subscribes to. Nothing here refers to a table of the product (10_tables.sql says why).

create table if not exists public.aurora_proactive_places (
  organization_id uuid primary key,
  state text check (state in (
    'AC', 'AL', 'AM', 'AP', 'BA', 'CE', 'DF', 'ES', 'GO', 'MA', 'MG', 'MS', 'MT', 'PA', 'PB', 'PE', 'PI', 'PR', 'RJ',
    'RN', 'RO', 'RR', 'RS', 'SC', 'SE', 'SP', 'TO')),
  municipality integer check (municipality between 1100000 and 5399999),
  confirmed_at timestamptz,
  confirmed_by text,
  follows_holidays boolean not null default false,
  proposed_at timestamptz,
  declined_at timestamptz,
  open_holidays text[] not null default '{}',
  open_kinds text[] not null default '{}' check (open_kinds <@ array['holiday', 'optional']),
  summary_on_closed_days boolean not null default true,
  changed_at timestamptz not null default now()
);

comment on table public.aurora_proactive_places is
  'Where organisations are, and what they say of holidays. Without a row nothing was said, and no holiday counts.';

comment on column public.aurora_proactive_places.state is
  'The state (UF). It counts once somebody confirmed it (confirmed_at).';

comment on column public.aurora_proactive_places.municipality is 'The IBGE code, seven digits; null: not told.';

comment on column public.aurora_proactive_places.confirmed_by is 'Who confirmed the place, as an API caller is named.';

comment on column public.aurora_proactive_places.follows_holidays is
  'The switch "seguir feriados". It works only with a confirmed state.';

comment on column public.aurora_proactive_places.proposed_at is
  'When the page asked whether to follow holidays: it asks once.';

comment on column public.aurora_proactive_places.declined_at is 'When the answer to that question was no.';

comment on column public.aurora_proactive_places.open_holidays is
  'Holidays on which the business said that it opens ("abrimos"), each year: their slugs.';

comment on column public.aurora_proactive_places.open_kinds is
  'Kinds of holidays on which the business said that it opens: holiday, optional.';

comment on column public.aurora_proactive_places.summary_on_closed_days is
  'Whether the daily summary goes out on closed days too.';

create table if not exists public.aurora_proactive_holidays (
  day date not null,
  scope text not null check (scope ~ '^(national|[A-Z]{2}|[1-5][0-9]{6})$'),
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  kind text not null check (kind in ('holiday', 'optional')),
  law text,
  source text not null,
  checked_on date,
  written_at timestamptz not null default now(),
  primary key (day, scope, slug)
);

comment on table public.aurora_proactive_holidays is
  'National days and those of the states, of this and the next two years; those of a municipality only where somebody '
  'wrote them. Written as a whole, a year at a time (33_holidays.sql).';

comment on column public.aurora_proactive_holidays.scope is
  'Where it is one: national, a state (UF) or a municipality (IBGE code).';

comment on column public.aurora_proactive_holidays.slug is
  'What the holiday is called, as a key: the same every year and in every scope (corpus-christi).';

comment on column public.aurora_proactive_holidays.kind is
  'holiday closes a business that follows holidays; optional (ponto facultativo) only makes the day doubtful.';

comment on column public.aurora_proactive_holidays.source is 'Where it was read.';

comment on column public.aurora_proactive_holidays.checked_on is
  'When somebody compared it with its law or decree; null is shown as "a confirmar".';

-- What was written of a place and a year: a state without days of its own is told from one that nobody wrote.
create table if not exists public.aurora_proactive_holiday_years (
  scope text not null check (scope ~ '^(national|[A-Z]{2}|[1-5][0-9]{6})$'),
  year integer not null,
  days integer not null,
  checked_on date,
  made_from text not null,
  written_at timestamptz not null default now(),
  primary key (scope, year)
);

comment on table public.aurora_proactive_holiday_years is
  'Which years of which places the holidays were written for, from what, and when.';

comment on column public.aurora_proactive_holiday_years.checked_on is
  'When somebody compared the whole list with the decree of that year; null is shown as "a confirmar".';

comment on column public.aurora_proactive_holiday_years.made_from is
  'The version of the package holidays and a digest of our corrections: what differs is written anew.';

create table if not exists public.aurora_proactive_exceptions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  says text not null check (says in ('closed', 'open', 'hours')),
  hours jsonb check ((says = 'hours') = (hours is not null)),
  said_at timestamptz not null default clock_timestamp(),
  said_by text,
  via text
);

comment on table public.aurora_proactive_exceptions is
  'What businesses say of single days and of stretches of days. The newest that covers a day speaks.';

comment on column public.aurora_proactive_exceptions.last_day is 'The last local day, included.';

comment on column public.aurora_proactive_exceptions.says is
  'closed; open: as usual, with the hours of that weekday; hours: open in these hours.';

comment on column public.aurora_proactive_exceptions.hours is 'As a day of business_hours: [["09:00", "12:00"], ...].';

comment on column public.aurora_proactive_exceptions.said_by is 'Who said it, as an API caller is named.';

comment on column public.aurora_proactive_exceptions.via is 'page, api, whatsapp or cli.';

create index if not exists aurora_proactive_exceptions_organization
  on public.aurora_proactive_exceptions (organization_id, last_day);

create table if not exists public.aurora_proactive_feeds (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  purpose text not null check (purpose in ('closures', 'busy')),
  address text not null,
  address_key text,
  address_digest text,
  host text,
  label text,
  added_at timestamptz not null default now(),
  added_by text,
  etag text,
  last_modified text,
  zone text,
  read_at timestamptz,
  good_at timestamptz,
  next_read_at timestamptz not null default now(),
  reading_until timestamptz,
  reading_by text,
  fault text,
  fault_detail text,
  fault_at timestamptz,
  faults integer not null default 0,
  empty_reads integer not null default 0,
  events integer not null default 0,
  refused jsonb not null default '[]',
  ignored jsonb not null default '[]'
);

comment on table public.aurora_proactive_feeds is
  'iCalendar files that businesses subscribe to. What the last good read found is in aurora_proactive_feed_events.';

comment on column public.aurora_proactive_feeds.purpose is
  'closures: every all-day event closes its days; busy: events take the slots that they overlap.';

comment on column public.aurora_proactive_feeds.address is 'The address, encrypted: it is a secret.';

comment on column public.aurora_proactive_feeds.address_key is 'Which key it was encrypted with.';

comment on column public.aurora_proactive_feeds.address_digest is
  'A keyed digest of the address: the same address is told without reading it.';

comment on column public.aurora_proactive_feeds.host is 'The host of the address, which is no secret.';

comment on column public.aurora_proactive_feeds.label is 'What the business calls it.';

comment on column public.aurora_proactive_feeds.zone is
  'The zone of the organisation in which it was read last: another one has it read anew.';

comment on column public.aurora_proactive_feeds.read_at is 'When it was read last, well or not.';

comment on column public.aurora_proactive_feeds.good_at is 'When it was read well last; null: never.';

comment on column public.aurora_proactive_feeds.reading_until is 'Until when somebody reads it just now (reading_by).';

comment on column public.aurora_proactive_feeds.fault is 'The code of the last read''s fault; null: it was well.';

comment on column public.aurora_proactive_feeds.fault_detail is 'For operators: without the address.';

comment on column public.aurora_proactive_feeds.faults is 'How many reads in a row had a fault.';

comment on column public.aurora_proactive_feeds.empty_reads is
  'How many reads in a row found nothing where there was something: it takes two.';

comment on column public.aurora_proactive_feeds.refused is 'Series that were refused: [{"title", "reason"}].';

comment on column public.aurora_proactive_feeds.ignored is 'Components that were left out: [{"title", "reason"}].';

create index if not exists aurora_proactive_feeds_organization on public.aurora_proactive_feeds (organization_id);

create index if not exists aurora_proactive_feeds_due on public.aurora_proactive_feeds (next_read_at);

create table if not exists public.aurora_proactive_feed_events (
  id bigint generated always as identity primary key,
  feed_id uuid not null,
  organization_id uuid not null,
  all_day boolean not null,
  first_day date,
  last_day date,
  starts_at timestamptz,
  ends_at timestamptz,
  title text check (char_length(title) <= 60),
  check (case when all_day then first_day is not null and last_day >= first_day and starts_at is null
              else starts_at is not null and ends_at > starts_at and first_day is null end is true)
);

comment on table public.aurora_proactive_feed_events is
  'What the last good read of a feed found that counts: single events, none that is cancelled or transparent where '
  'that matters. Replaced as a whole, and taken away with its feed.';

comment on column public.aurora_proactive_feed_events.first_day is
  'Of an event of whole days: the first local day, whatever the organisation''s zone is.';

comment on column public.aurora_proactive_feed_events.last_day is 'The last local day, included.';

comment on column public.aurora_proactive_feed_events.title is
  'For the business''s own page only; null: without one.';

create index if not exists aurora_proactive_feed_events_feed on public.aurora_proactive_feed_events (feed_id);

create index if not exists aurora_proactive_feed_events_organization
  on public.aurora_proactive_feed_events (organization_id);

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

-- Who may do what. Supabase grants everything in public to its API roles by default; here all of ours is taken away
-- from everybody but the service role, whatever its name is after aurora_proactive_.

do $$
declare
  v_function regprocedure;
  v_table regclass;
begin
  for v_function in
    select p.oid from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname like 'aurora\_proactive\_%'
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to service_role', v_function);
  end loop;
  for v_table in
    select c.oid from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and c.relname like 'aurora\_proactive\_%'
  loop
    execute format('alter table %s enable row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
    execute format('grant select, insert, update, delete, truncate on %s to service_role', v_table);
  end loop;
end
$$;

-- What is a log is only written on (15_audit.sql refuses it to everybody else).
revoke update, delete, truncate on public.aurora_proactive_consents from service_role;
revoke update, delete, truncate on public.aurora_proactive_changes from service_role;

-- Members read their organisation's messages. A member is a session whose token names the organisation in
-- app_metadata, which only the product's server can write (docs/decisions/0005-who-may-read-records.md).
-- Writing stays taken away, so that a policy added by mistake cannot open it.
grant select on public.aurora_proactive_messages to authenticated;
drop policy if exists "members read their organisation's messages" on public.aurora_proactive_messages;
create policy "members read their organisation's messages"
  on public.aurora_proactive_messages for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- Campaigns of their organisation as well; who receives them is read through the API, which shows no number.
grant select on public.aurora_proactive_campaigns to authenticated;
drop policy if exists "members read their organisation's campaigns" on public.aurora_proactive_campaigns;
create policy "members read their organisation's campaigns"
  on public.aurora_proactive_campaigns for select to authenticated
  using (
    organization_id::text =
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'organization_id')
  );

-- The last thing that a migration does: while this function is away, or says another version, it is not whole.

create or replace function public.aurora_proactive_migrated()
returns text
language sql
immutable
return
  '20261126000000';

comment on function public.aurora_proactive_migrated() is
  'The migration that was applied to its end; the worker compares it with its own (proactive/storage/migrated.py).';

revoke all on function public.aurora_proactive_migrated() from public, anon, authenticated;
grant execute on function public.aurora_proactive_migrated() to service_role;
