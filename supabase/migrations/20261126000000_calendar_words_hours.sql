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

-- Feeds: the iCalendar files that businesses subscribe to. Who may be added, who reads which when, and what becomes of
-- a reading. The address is encrypted before it comes here (proactive/feeds/vault.py) and is never answered to a page.

create or replace function public.aurora_proactive_feeds_of(p_organization uuid, p_now timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'id', f.id, 'organization_id', f.organization_id, 'purpose', f.purpose, 'host', f.host, 'label', f.label,
             'added_at', f.added_at, 'added_by', f.added_by, 'read_at', f.read_at, 'good_at', f.good_at,
             'next_read_at', f.next_read_at, 'reading', coalesce(f.reading_until > p_now, false),
             'old', coalesce(f.good_at < p_now - interval '24 hours', false),
             'fault', f.fault, 'fault_at', f.fault_at, 'faults', f.faults, 'unconfirmed', f.empty_reads > 0,
             'events', f.events, 'refused', f.refused, 'ignored', f.ignored)
           order by f.added_at, f.id), '[]')
      from public.aurora_proactive_feeds f where f.organization_id = p_organization);
end
$$;

comment on function public.aurora_proactive_feeds_of(uuid, timestamptz) is
  'The feeds of an organisation, oldest first: what the last good read found, refused and left out, and what is wrong. '
  'Without the address.';

create or replace function public.aurora_proactive_add_feed(
  p_organization uuid, p_feed jsonb, p_digests text[], p_most integer, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
begin
  -- One after the other: two that come at once must not both be the last that there is room for.
  perform pg_catalog.pg_advisory_xact_lock(hashtextextended('aurora_proactive_feeds ' || p_organization, 0));
  if exists (select from public.aurora_proactive_feeds f
              where f.organization_id = p_organization and f.address_digest = any (p_digests)) then
    return jsonb_build_object('refused', 'known');
  end if;
  if (select count(*) from public.aurora_proactive_feeds f where f.organization_id = p_organization) >= p_most then
    return jsonb_build_object('refused', 'too_many');
  end if;
  insert into public.aurora_proactive_feeds (
    organization_id, purpose, address, address_key, address_digest, host, label, added_at, added_by, next_read_at)
  values (
    p_organization, p_feed ->> 'purpose', p_feed ->> 'address', p_feed ->> 'address_key',
    p_feed ->> 'address_digest', p_feed ->> 'host', p_feed ->> 'label', p_now, p_by, p_now)
  returning id into v_id;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'feed_added', v_id::text, null,
    jsonb_build_object('purpose', p_feed ->> 'purpose', 'label', p_feed ->> 'label', 'host', p_feed ->> 'host'));
  return jsonb_build_object('id', v_id);
end
$$;

comment on function public.aurora_proactive_add_feed(uuid, jsonb, text[], integer, text, text, timestamptz) is
  'Subscribes an organisation to a feed, which is read at once: its id, or why not (known, too_many). The digests are '
  'those of its address with every key in use.';

create or replace function public.aurora_proactive_remove_feed(
  p_organization uuid, p_feed uuid, p_by text, p_via text
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_feed public.aurora_proactive_feeds;
begin
  delete from public.aurora_proactive_feeds f where f.id = p_feed and f.organization_id = p_organization
  returning f.* into v_feed;
  if v_feed.id is null then
    return false;
  end if;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'feed_removed', p_feed::text,
    jsonb_build_object('purpose', v_feed.purpose, 'label', v_feed.label, 'host', v_feed.host), null);
  return true;
end
$$;

comment on function public.aurora_proactive_remove_feed(uuid, uuid, text, text) is
  'Removes a feed of an organisation with everything that was read of it; answers whether it was there.';

create or replace function public.aurora_proactive_take_feeds(
  p_now timestamptz, p_reader text, p_seconds integer, p_most integer
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_taken jsonb;
begin
  with due as (
    select f.id, place.zone,
           f.zone is not distinct from place.zone
             and (f.good_at at time zone place.zone)::date = (p_now at time zone place.zone)::date as same
      from public.aurora_proactive_feeds f
      join public.organizations o on o.id = f.organization_id
     cross join lateral (select public.aurora_proactive_zone(o.timezone) as zone) place
     where (f.next_read_at <= p_now or (f.zone is not null and f.zone <> place.zone))
       and (f.reading_until is null or f.reading_until <= p_now)
     order by f.next_read_at
     limit p_most
       for update of f skip locked
  ), taken as (
    update public.aurora_proactive_feeds f
       set reading_until = p_now + make_interval(secs => p_seconds), reading_by = p_reader
      from due where f.id = due.id
    returning f.id, f.organization_id, f.purpose, f.address, f.address_key, due.zone,
              case when due.same then f.etag end as etag, case when due.same then f.last_modified end as last_modified
  )
  select coalesce(jsonb_agg(to_jsonb(t)), '[]') into v_taken from taken t;
  return v_taken;
end
$$;

comment on function public.aurora_proactive_take_feeds(timestamptz, text, integer, integer) is
  'Feeds that are to be read now, each for one reader alone for so many seconds. Their validators (etag, '
  'last_modified) only where the window of days is still the one that was read.';

create or replace function public.aurora_proactive_keep_feed(
  p_feed uuid, p_reader text, p_result jsonb, p_now timestamptz
)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_feed public.aurora_proactive_feeds;
  v_fault constant text := p_result ->> 'fault';
  v_zone constant text := p_result ->> 'zone';
  v_events constant jsonb := coalesce(p_result -> 'events', '[]');
  -- Many feeds must not come to be read at the same moment.
  v_next constant timestamptz := p_now + interval '25 minutes' + random() * interval '10 minutes';
begin
  select f.* into v_feed from public.aurora_proactive_feeds f
   where f.id = p_feed and f.reading_by = p_reader for update;
  if v_feed.id is null then
    return 'lost';
  end if;
  update public.aurora_proactive_feeds f
     set reading_until = null, reading_by = null, read_at = p_now, zone = v_zone,
         address = coalesce(p_result -> 'sealed' ->> 'address', f.address),
         address_key = coalesce(p_result -> 'sealed' ->> 'address_key', f.address_key),
         address_digest = coalesce(p_result -> 'sealed' ->> 'address_digest', f.address_digest)
   where f.id = p_feed;
  if v_fault is not null then
    update public.aurora_proactive_feeds f
       set fault = v_fault, fault_detail = p_result ->> 'detail', fault_at = p_now, faults = f.faults + 1,
           -- What was read in another zone is read anew, whatever the validators say.
           etag = case when v_feed.zone = v_zone then f.etag end,
           last_modified = case when v_feed.zone = v_zone then f.last_modified end,
           next_read_at = p_now + case when f.faults + 1 < 10 then interval '2 hours' else interval '1 day' end
     where f.id = p_feed;
    return 'fault';
  end if;
  update public.aurora_proactive_feeds f
     set fault = null, fault_detail = null, fault_at = null, faults = 0, next_read_at = v_next
   where f.id = p_feed;
  if (p_result ->> 'same')::boolean then
    update public.aurora_proactive_feeds f set good_at = p_now where f.id = p_feed;
    return 'same';
  end if;
  if v_events = '[]' and v_feed.empty_reads = 0 and exists (
    select from public.aurora_proactive_feed_events e
     where e.feed_id = p_feed and case when e.all_day then e.last_day >= (p_now at time zone v_zone)::date
                                       else e.ends_at > p_now end
  ) then
    update public.aurora_proactive_feeds f set empty_reads = 1, etag = null, last_modified = null where f.id = p_feed;
    return 'unconfirmed';
  end if;
  delete from public.aurora_proactive_feed_events e where e.feed_id = p_feed;
  insert into public.aurora_proactive_feed_events (
    feed_id, organization_id, all_day, first_day, last_day, starts_at, ends_at, title)
  select p_feed, v_feed.organization_id, e.first_day is not null, e.first_day, e.last_day, e.starts_at, e.ends_at,
         e.title
    from jsonb_to_recordset(v_events) as e (
           first_day date, last_day date, starts_at timestamptz, ends_at timestamptz, title text);
  update public.aurora_proactive_feeds f
     set good_at = p_now, empty_reads = 0, events = jsonb_array_length(v_events),
         etag = p_result ->> 'etag', last_modified = p_result ->> 'last_modified',
         refused = coalesce(p_result -> 'refused', '[]'), ignored = coalesce(p_result -> 'ignored', '[]')
   where f.id = p_feed;
  return 'kept';
end
$$;

comment on function public.aurora_proactive_keep_feed(uuid, text, jsonb, timestamptz) is
  'Keeps what a reader found, in one step: a good read replaces the events, a fault leaves them, the first read that '
  'finds nothing where there was something leaves them too. lost: somebody else reads it, or it is gone.';

-- A business's own words: a wording or a template a version, which of them is published, and what came of it.

create table if not exists public.aurora_proactive_templates (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  message_type varchar(50) not null,
  number integer not null check (number > 0),
  kind text not null check (kind in ('wording', 'template')),
  wording jsonb check (jsonb_typeof(wording) = 'object'),
  source text,
  ai_lines boolean not null default false,
  restored_from integer,
  written_by text not null,
  written_via text not null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  published_by text,
  unpublished_at timestamptz,
  unpublished_by text,
  unpublished_why text check (unpublished_why in ('replaced', 'by_hand', 'faults')),
  faults integer not null default 0 check (faults >= 0),
  unique (organization_id, message_type, number),
  check (case kind when 'wording' then wording is not null and source is null
                   else source is not null and wording is null end),
  check (unpublished_at is null or published_at is not null),
  check ((unpublished_at is null) = (unpublished_why is null))
);

comment on table public.aurora_proactive_templates is
  'Versions of a business''s own words, one a row, never rewritten. Published is the one with published_at and without '
  'unpublished_at, at most one an organisation and message type; without one the house text goes out.';

comment on column public.aurora_proactive_templates.number is
  'The version''s number in its organisation and type, from 1.';

comment on column public.aurora_proactive_templates.wording is
  'Of kind wording: the fields that are not the house''s: greeting, suggestion, closing, question.';

comment on column public.aurora_proactive_templates.source is 'Of kind template: the whole text in the grammar.';

comment on column public.aurora_proactive_templates.ai_lines is 'Whether the AI may write the first and the last line.';

comment on column public.aurora_proactive_templates.restored_from is 'The number of the version that it repeats.';

comment on column public.aurora_proactive_templates.faults is
  'How many messages in a row fell back to the house text; the third one unpublishes.';

create unique index if not exists aurora_proactive_templates_published
  on public.aurora_proactive_templates (organization_id, message_type)
  where published_at is not null and unpublished_at is null;

-- Messages that fell back to the house text, newest first.
create index if not exists aurora_proactive_messages_template_failed
  on public.aurora_proactive_messages (organization_id, message_type, created_at desc)
  where metadata ? 'template_failed';

create or replace function public.aurora_proactive_template_versions_kept()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if (new.id, new.organization_id, new.message_type, new.number, new.kind, new.wording, new.source, new.ai_lines,
      new.restored_from, new.written_by, new.written_via, new.created_at)
     is distinct from (old.id, old.organization_id, old.message_type, old.number, old.kind, old.wording, old.source,
      old.ai_lines, old.restored_from, old.written_by, old.written_via, old.created_at)
     or old.unpublished_at is not null
     or (old.published_at is not null
         and (new.published_at, new.published_by) is distinct from (old.published_at, old.published_by)) then
    raise exception 'a version of a template is never rewritten' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

comment on function public.aurora_proactive_template_versions_kept() is
  'Refuses to rewrite a version: it is published once, and unpublished once.';

create or replace trigger aurora_proactive_template_versions_kept
  before update on public.aurora_proactive_templates
  for each row execute function public.aurora_proactive_template_versions_kept();

-- Whoever changes the versions of an organisation and type holds this until the end: one after the other.
create or replace function public.aurora_proactive_hold_templates(p_organization uuid, p_type text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from public.organizations o where o.id = p_organization) then
    raise foreign_key_violation using message = 'There is no organisation of that id.';
  end if;
  perform pg_advisory_xact_lock(314, hashtext(p_organization::text || ':' || p_type));
end
$$;

comment on function public.aurora_proactive_hold_templates(uuid, text) is
  'Waits until nobody else changes the versions of an organisation and type. Refuses an organisation that does not '
  'exist.';

create or replace function public.aurora_proactive_add_template(
  p_organization uuid, p_type text, p_content jsonb, p_restored_from integer, p_by text, p_via text, p_now timestamptz
)
returns public.aurora_proactive_templates
language sql
set search_path = ''
as $$
  insert into public.aurora_proactive_templates
    (organization_id, message_type, number, kind, wording, source, ai_lines, restored_from, written_by, written_via,
     created_at)
  select p_organization, p_type, coalesce(max(t.number), 0) + 1, p_content ->> 'kind',
         nullif(p_content -> 'wording', 'null'), p_content ->> 'source',
         coalesce((p_content ->> 'ai_lines')::boolean, false), p_restored_from, p_by, p_via, p_now
    from public.aurora_proactive_templates t
   where t.organization_id = p_organization and t.message_type = p_type
  returning *
$$;

comment on function public.aurora_proactive_add_template(uuid, text, jsonb, integer, text, text, timestamptz) is
  'Adds the next version; its caller holds the versions.';

create or replace function public.aurora_proactive_template_content(p_version public.aurora_proactive_templates)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('kind', p_version.kind, 'wording', p_version.wording, 'source', p_version.source,
                            'ai_lines', p_version.ai_lines)
$$;

comment on function public.aurora_proactive_template_content(public.aurora_proactive_templates) is
  'What a version says: kind, wording, source, ai_lines.';

create or replace function public.aurora_proactive_template_change(p_version public.aurora_proactive_templates)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when p_version.id is not null
              then jsonb_build_object('version', p_version.number, 'kind', p_version.kind) end
$$;

comment on function public.aurora_proactive_template_change(public.aurora_proactive_templates) is
  'A version as the log of changes has it, without its words; null for none.';

create or replace function public.aurora_proactive_published_version(p_organization uuid, p_type text)
returns public.aurora_proactive_templates
language sql
stable
set search_path = ''
as $$
  select t.* from public.aurora_proactive_templates t
   where t.organization_id = p_organization and t.message_type = p_type
     and t.published_at is not null and t.unpublished_at is null
$$;

comment on function public.aurora_proactive_published_version(uuid, text) is
  'The published version of an organisation and type; nulls where there is none.';

create or replace function public.aurora_proactive_published_template(p_organization uuid, p_type text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', t.id, 'kind', t.kind, 'wording', t.wording, 'source', t.source,
                            'ai_lines', t.ai_lines)
    from public.aurora_proactive_templates t
   where t.organization_id = p_organization and t.message_type = p_type
     and t.published_at is not null and t.unpublished_at is null
$$;

comment on function public.aurora_proactive_published_template(uuid, text) is
  'What a message''s reading needs of the published version: {"id", "kind", "wording", "source", "ai_lines"}; null '
  'where there is none and the house text goes out.';

-- p_content: {"kind": "wording", "wording": {...}} or {"kind": "template", "source": "..."}, and "ai_lines".
create or replace function public.aurora_proactive_save_template(
  p_organization uuid, p_type text, p_content jsonb, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_newest public.aurora_proactive_templates;
  v_saved public.aurora_proactive_templates;
begin
  perform public.aurora_proactive_hold_templates(p_organization, p_type);
  select * into v_newest from public.aurora_proactive_templates t
   where t.organization_id = p_organization and t.message_type = p_type order by t.number desc limit 1;
  if v_newest.id is not null
     and public.aurora_proactive_template_content(v_newest) = jsonb_build_object(
       'kind', p_content -> 'kind', 'wording', coalesce(p_content -> 'wording', 'null'),
       'source', coalesce(p_content -> 'source', 'null'), 'ai_lines', coalesce(p_content -> 'ai_lines', 'false')) then
    return to_jsonb(v_newest);
  end if;
  v_saved := public.aurora_proactive_add_template(p_organization, p_type, p_content, null, p_by, p_via, p_now);
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'words_saved', p_type, public.aurora_proactive_template_change(v_newest),
    public.aurora_proactive_template_change(v_saved));
  return to_jsonb(v_saved);
end
$$;

comment on function public.aurora_proactive_save_template(uuid, text, jsonb, text, text, timestamptz) is
  'Saves a version and answers it; saying again what the newest one says is that one. Nothing is published.';

create or replace function public.aurora_proactive_restore_template(
  p_organization uuid, p_type text, p_template uuid, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_old public.aurora_proactive_templates;
  v_restored public.aurora_proactive_templates;
begin
  perform public.aurora_proactive_hold_templates(p_organization, p_type);
  select * into v_old from public.aurora_proactive_templates t
   where t.id = p_template and t.organization_id = p_organization and t.message_type = p_type;
  if v_old.id is null then
    return null;
  end if;
  v_restored := public.aurora_proactive_add_template(
    p_organization, p_type, public.aurora_proactive_template_content(v_old), v_old.number, p_by, p_via, p_now);
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'words_restored', p_type, public.aurora_proactive_template_change(v_old),
    public.aurora_proactive_template_change(v_restored));
  return to_jsonb(v_restored);
end
$$;

comment on function public.aurora_proactive_restore_template(uuid, text, uuid, text, text, timestamptz) is
  'Makes a new version that says what an old one says, and answers it; null where there is no such one. Nothing is '
  'published.';

create or replace function public.aurora_proactive_publish_template(
  p_organization uuid, p_type text, p_template uuid, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_before public.aurora_proactive_templates;
  v_version public.aurora_proactive_templates;
begin
  perform public.aurora_proactive_hold_templates(p_organization, p_type);
  select * into v_version from public.aurora_proactive_templates t
   where t.id = p_template and t.organization_id = p_organization and t.message_type = p_type;
  if v_version.id is null then
    return null;
  end if;
  v_before := public.aurora_proactive_published_version(p_organization, p_type);
  if v_before.id = v_version.id then
    return to_jsonb(v_version);
  end if;
  -- What was published once stays in the history with its time: it is published again as a version of its own.
  if v_version.published_at is not null then
    v_version := public.aurora_proactive_add_template(
      p_organization, p_type, public.aurora_proactive_template_content(v_version), v_version.number, p_by, p_via,
      p_now);
  end if;
  update public.aurora_proactive_templates t
     set unpublished_at = p_now, unpublished_by = p_by, unpublished_why = 'replaced'
   where t.id = v_before.id;
  update public.aurora_proactive_templates t
     set published_at = p_now, published_by = p_by
   where t.id = v_version.id
  returning * into v_version;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'words_published', p_type, public.aurora_proactive_template_change(v_before),
    public.aurora_proactive_template_change(v_version));
  return to_jsonb(v_version);
end
$$;

comment on function public.aurora_proactive_publish_template(uuid, text, uuid, text, text, timestamptz) is
  'Publishes a version that its caller has checked, in place of the published one, and answers it; null where there is '
  'no such version. Of two at once the later one holds, and both stand in the history.';

create or replace function public.aurora_proactive_unpublish_template(
  p_organization uuid, p_type text, p_by text, p_via text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_before public.aurora_proactive_templates;
begin
  perform public.aurora_proactive_hold_templates(p_organization, p_type);
  update public.aurora_proactive_templates t
     set unpublished_at = p_now, unpublished_by = p_by, unpublished_why = 'by_hand'
   where t.organization_id = p_organization and t.message_type = p_type
     and t.published_at is not null and t.unpublished_at is null
  returning * into v_before;
  if v_before.id is null then
    return null;
  end if;
  perform public.aurora_proactive_record_change(
    p_organization, p_by, p_via, 'words_unpublished', p_type, public.aurora_proactive_template_change(v_before), null);
  return to_jsonb(v_before);
end
$$;

comment on function public.aurora_proactive_unpublish_template(uuid, text, text, text, timestamptz) is
  'Goes back to the house text; answers the version that was published, null where none was.';

create or replace function public.aurora_proactive_template(p_organization uuid, p_type text, p_template uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(t) from public.aurora_proactive_templates t
   where t.id = p_template and t.organization_id = p_organization and t.message_type = p_type
$$;

comment on function public.aurora_proactive_template(uuid, text, uuid) is
  'A version of an organisation and type; null where there is no such one.';

create or replace function public.aurora_proactive_template_history(
  p_organization uuid, p_type text, p_before integer, p_limit integer
)
returns setof public.aurora_proactive_templates
language sql
stable
set search_path = ''
as $$
  select t.* from public.aurora_proactive_templates t
   where t.organization_id = p_organization and t.message_type = p_type
     and (p_before is null or t.number < p_before)
   order by t.number desc
   limit least(p_limit, 100)
$$;

comment on function public.aurora_proactive_template_history(uuid, text, integer, integer) is
  'Versions of an organisation and type below the number p_before (null: all), newest first, at most 100.';

create or replace function public.aurora_proactive_templates_of(p_organization uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(x.message_type, jsonb_build_object(
           'newest', x.newest,
           'published', (select to_jsonb(p) from public.aurora_proactive_templates p
                          where p.organization_id = p_organization and p.message_type = x.message_type
                            and p.published_at is not null and p.unpublished_at is null))), '{}')
    from (select distinct on (t.message_type) t.message_type, to_jsonb(t) as newest
            from public.aurora_proactive_templates t
           where t.organization_id = p_organization
           order by t.message_type, t.number desc) x
$$;

comment on function public.aurora_proactive_templates_of(uuid) is
  'By message type the newest and the published version of an organisation: {type: {"newest", "published"}}.';

create or replace function public.aurora_proactive_template_fallbacks(
  p_organization uuid, p_type text, p_limit integer
)
returns table (message_id uuid, created_at timestamptz, status text, reason text, version integer)
language sql
stable
set search_path = ''
as $$
  select m.id, m.created_at at time zone 'utc', m.status::text, m.metadata ->> 'fallback', t.number
    from public.aurora_proactive_messages m
    left join public.aurora_proactive_templates t
      on t.organization_id = p_organization and t.message_type = p_type and t.id::text = m.metadata ->> 'template'
   where m.organization_id = p_organization and m.message_type = p_type and m.metadata ? 'template_failed'
   order by m.created_at desc, m.id desc
   limit least(p_limit, 100)
$$;

comment on function public.aurora_proactive_template_fallbacks(uuid, text, integer) is
  'Messages that went out as the house text because a published version failed, newest first, at most 100: why, and '
  'which version it was.';

create or replace function public.aurora_proactive_count_template(p_template text, p_failed boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_faults integer;
begin
  update public.aurora_proactive_templates t
     set faults = case when p_failed then t.faults + 1 else 0 end
   where t.id = case when p_template ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_template::uuid end
     and t.published_at is not null and t.unpublished_at is null and (p_failed or t.faults > 0)
  returning t.faults into v_faults;
  if v_faults >= 3 then
    update public.aurora_proactive_templates t
       set unpublished_at = now(), unpublished_by = 'aurora', unpublished_why = 'faults'
     where t.id = p_template::uuid;
  end if;
end
$$;

comment on function public.aurora_proactive_count_template(text, boolean) is
  'Counts a message that the published version wrote, or (p_failed) failed to write; three failures in a row unpublish '
  'it. A version that is not published any more is left alone.';

create or replace function public.aurora_proactive_count_templates()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_message record;
begin
  -- In one order for all writers: versions first, each one's messages as they were sent.
  if tg_op = 'INSERT' then
    for v_message in
      select n.metadata ->> 'template' as template, n.metadata ? 'template_failed' as failed
        from new_rows n
       where n.status = 'sent' and n.metadata ? 'template'
       order by 1, n.sent_at, n.id
    loop
      perform public.aurora_proactive_count_template(v_message.template, v_message.failed);
    end loop;
  else
    for v_message in
      select n.metadata ->> 'template' as template, n.metadata ? 'template_failed' as failed
        from new_rows n join old_rows o on o.id = n.id
       where n.status = 'sent' and o.status is distinct from 'sent' and n.metadata ? 'template'
       order by 1, n.sent_at, n.id
    loop
      perform public.aurora_proactive_count_template(v_message.template, v_message.failed);
    end loop;
  end if;
  return null;
end
$$;

comment on function public.aurora_proactive_count_templates() is
  'Counts what published versions wrote, or failed to write, when their messages have been sent.';

create or replace trigger aurora_proactive_templates_insert after insert on public.aurora_proactive_messages
  referencing new table as new_rows
  for each statement execute function public.aurora_proactive_count_templates();

create or replace trigger aurora_proactive_templates_update after update on public.aurora_proactive_messages
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.aurora_proactive_count_templates();

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

-- What came of messages: how answers were read, and whom a campaign leaves out to measure its effect.

alter table public.aurora_proactive_replies
  add column if not exists kind text,
  add column if not exists said text,
  add column if not exists rule smallint;

comment on column public.aurora_proactive_replies.kind is
  'How an owner answered: text, audio, sticker, reaction, other. Null: somebody else wrote, or before this was kept.';

comment on column public.aurora_proactive_replies.said is
  'What the answer said: yes, no, stop, other; null: a reaction that was taken back, or a message that was deleted.';

comment on column public.aurora_proactive_replies.rule is 'The version of the rules that read it.';

-- To tell what a campaign brings, some of those who would receive it are left out by chance.
alter table public.aurora_proactive_campaign_settings
  add column if not exists written_share numeric(2, 1) check (written_share in (0.8, 0.9));

comment on column public.aurora_proactive_campaign_settings.written_share is
  'The share of a campaign''s recipients who are written to where the organisation measures the effect; null: all.';

create table if not exists public.aurora_proactive_campaign_people (
  campaign_id uuid not null,
  recipient_id uuid not null,
  organization_id uuid not null,
  contact_id uuid,
  other_contacts uuid[] not null default '{}',
  arm text not null check (arm in ('written', 'held_back')),
  p double precision not null,
  m double precision not null,
  worth double precision not null default 0,
  window_days smallint not null default 14,
  begins_at timestamptz,
  booked boolean,
  value numeric,
  settled_at timestamptz,
  primary key (campaign_id, recipient_id)
);

comment on table public.aurora_proactive_campaign_people is
  'The units that a campaign''s effect is measured by: who was written to, who was held back, what they booked.';

comment on column public.aurora_proactive_campaign_people.recipient_id is
  'The recipient''s id, held back or not; the arm follows from it and the campaign''s id.';

comment on column public.aurora_proactive_campaign_people.p is 'The probability with which a unit was written to.';

comment on column public.aurora_proactive_campaign_people.m is
  'The expected share of booked ones, of what was known before the assignment.';

comment on column public.aurora_proactive_campaign_people.worth is
  'What a booking was worth on average before the assignment, in reais.';

comment on column public.aurora_proactive_campaign_people.begins_at is
  'When the campaign began, for both arms: what is booked counts from then on for window_days. Null: not begun.';

comment on column public.aurora_proactive_campaign_people.booked is
  'Whether a booking was made in the window; null until it has closed.';

create index if not exists aurora_proactive_campaign_people_organization
  on public.aurora_proactive_campaign_people (organization_id, begins_at);

create index if not exists aurora_proactive_campaign_people_open
  on public.aurora_proactive_campaign_people (begins_at) where booked is null;

create or replace function public.aurora_proactive_intervals(p_day jsonb)
returns table (opening interval, closing interval)
language plpgsql
immutable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  -- "24:00" is the next midnight. Of a day that is understood in part nobody knows which part was meant: it is closed,
  -- so that nothing is offered or alarmed of hours that may be none.
  select whole.opening, whole.closing
    from (
      select told.opening, told.closing, bool_and(told.pair and told.opening < told.closing is true) over () as is_whole
        from (
          select jsonb_typeof(value) = 'array' and value -> 2 is null as pair,
                 case when value ->> 0 ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?$'
                      then (value ->> 0)::interval end as opening,
                 case when value ->> 1 ~ '^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$'
                      then (value ->> 1)::interval end as closing
            from jsonb_array_elements(case when jsonb_typeof(p_day) = 'array' then p_day else '[]' end)
        ) told
    ) whole
   where whole.is_whole;
end
$$;

comment on function public.aurora_proactive_intervals(jsonb) is
  'The intervals of one day of the opening hours, as they are written; none where one of them is no interval.';

create or replace function public.aurora_proactive_is_malformed(p_day jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select case jsonb_typeof(p_day)
      when 'array' then jsonb_array_length(p_day) > (select count(*) from public.aurora_proactive_intervals(p_day))
      else coalesce(jsonb_typeof(p_day) <> 'null', false) end);
end
$$;

comment on function public.aurora_proactive_is_malformed(jsonb) is
  'Whether the hours of one day are no list of pairs of times, each ending after it begins. What is left out is closed '
  'and not malformed.';

create or replace function public.aurora_proactive_weekly_hours(p_hours jsonb, p_day date)
returns jsonb
language sql
immutable
return
  case when p_hours is null or p_hours = 'null'
       then case when extract(isodow from p_day) < 7 then '[["08:00", "18:00"]]'::jsonb end
       when public.aurora_proactive_is_hours(p_hours)
       then p_hours -> (array['mon','tue','wed','thu','fri','sat','sun'])[extract(isodow from p_day)::int]
       -- what has another shape as a whole closes every day, and is named on each
       else '"malformed"' end;

comment on function public.aurora_proactive_weekly_hours(jsonb, date) is
  'What opening hours say of a local day, as written (null: closed). Without hours (null): Mon-Sat 08:00-18:00.';

create or replace function public.aurora_proactive_malformed_days(p_hours jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- The first week of 2001 began on a Monday.
  select coalesce(array_agg(w.name order by w.place), '{}')
    from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) with ordinality as w (name, place)
   where public.aurora_proactive_is_malformed(
           public.aurora_proactive_weekly_hours(p_hours, date '2000-12-31' + w.place::integer))
$$;

comment on function public.aurora_proactive_malformed_days(jsonb) is
  'The weekdays (mon to sun) that are closed because their opening hours are malformed.';

create or replace function public.aurora_proactive_opened(p_intervals jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with opened as (
    select public.aurora_proactive_instant(p_day + i.opening, p_zone) as opens_at,
           public.aurora_proactive_instant(p_day + i.closing, p_zone) as closes_at
      from public.aurora_proactive_intervals(p_intervals) i
  )
  -- Merged as instants: where the clocks jump, two intervals may come to overlap.
  select lower(merged.range), upper(merged.range)
    from unnest((select range_agg(tstzrange(o.opens_at, o.closes_at)) from opened o where o.opens_at < o.closes_at))
         as merged (range);
end
$$;

comment on function public.aurora_proactive_opened(jsonb, text, date) is
  'The hours of one local day ([["08:00", "12:00"], ...]) as instants, those that overlap or touch as one.';

create or replace function public.aurora_proactive_openings(p_hours jsonb, p_zone text, p_day date)
returns table (opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select o.opens_at, o.closes_at
    from public.aurora_proactive_opened(public.aurora_proactive_weekly_hours(p_hours, p_day), p_zone, p_day) o;
end
$$;

comment on function public.aurora_proactive_openings(jsonb, text, date) is
  'The intervals in which a business is open on a local day by its weekly hours alone: none on a closed day, and none '
  'where they are malformed. Who asks what a day really is asks aurora_proactive_openings_of.';

create or replace function public.aurora_proactive_free_slots(
  p_organization uuid, p_zone text, p_first date, p_days integer, p_slot_minutes integer
)
returns table (starts_at timestamptz, local_start timestamp)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_from constant timestamptz := public.aurora_proactive_instant(p_first, p_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(p_first + p_days, p_zone);
  v_slot constant interval := make_interval(mins => p_slot_minutes);
begin
  return query
  with taken as materialized (
    -- No lower bound on the start: a stay may have begun weeks ago.
    select b.start_time as begins, lasts.until as ends
      from public.aurora_proactive_bookings(p_organization, v_from) b
     cross join lateral (
       -- An end that is no moment, or before the beginning, is not there.
       select coalesce(case when b.end_time >= b.start_time then public.aurora_proactive_moment(b.end_time) end,
                       b.start_time + coalesce(make_interval(mins => b.duration_minutes), v_slot)) as until
     ) lasts
     where b.live and b.start_time < v_until and lasts.until > v_from
       and public.aurora_proactive_is_moment(b.start_time)
    union all
    select y.begins, y.ends from public.aurora_proactive_busy(p_organization, p_zone, v_from, v_until) y
  )
  select s.starts, s.starts at time zone p_zone
    from public.aurora_proactive_openings_of(p_organization, p_zone, p_first, p_days) opening
   cross join lateral generate_series(opening.opens_at, opening.closes_at - v_slot, v_slot) as s (starts)
   where not exists (select from taken t where t.begins < s.starts + v_slot and t.ends > s.starts)
   order by s.starts;
end
$$;

comment on function public.aurora_proactive_free_slots(uuid, text, date, integer, integer) is
  'The free slots of some local days in order: each opening cut into slots, those that no live booking and nothing of '
  'a busy feed overlaps.';

-- What a local day of a business is: open, closed, or doubtful. It is what the first of five lines says of it: the
-- newest exception, a closures feed, weekly hours that close it, a holiday, weekly hours that open it. Businesses that
-- do not use the calendar have the weekly hours alone. The functions of facts plan each query anew; what they ask of a
-- calendar has one plan that fits every business, and planning it would cost more than running it.

create or replace function public.aurora_proactive_uses_calendar(p_organization uuid)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select exists (select from public.aurora_proactive_places p
                    where p.organization_id = p_organization
                      and p.follows_holidays and p.confirmed_at is not null and p.state is not null)
        or exists (select from public.aurora_proactive_exceptions e where e.organization_id = p_organization)
        or exists (select from public.aurora_proactive_feeds f where f.organization_id = p_organization));
end
$$;

comment on function public.aurora_proactive_uses_calendar(uuid) is
  'Whether a business uses the calendar: it follows holidays (in a place that somebody confirmed), or has an exception '
  'or a feed. Of the others every fact is what its weekly hours say.';

create or replace function public.aurora_proactive_booked_on(p_organization uuid, p_zone text, p_day date)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select exists (
      select from public.bookings b
       where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
         and b.start_time >= public.aurora_proactive_instant(p_day, p_zone)
         and b.start_time < public.aurora_proactive_instant(p_day + 1, p_zone)));
end
$$;

comment on function public.aurora_proactive_booked_on(uuid, text, date) is
  'Whether a live booking starts on a local day.';

create or replace function public.aurora_proactive_days(p_organization uuid, p_first date, p_days integer)
returns table (
  day date, state text, source text, reason text, hours jsonb, weekly_hours jsonb, is_malformed boolean,
  exception_id uuid, says text, slug text, kind text, scope text, is_booked boolean
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with business as (
    select o.business_hours, public.aurora_proactive_zone(o.timezone) as zone
      from public.organizations o where o.id = p_organization
  ), place as materialized (
    select p.state, p.municipality::text as municipality, p.open_holidays, p.open_kinds
      from public.aurora_proactive_places p
     where p.organization_id = p_organization
       and p.follows_holidays and p.confirmed_at is not null and p.state is not null
  ), fed as materialized (
    select distinct p_first + n as day
      from public.aurora_proactive_feeds f
      join public.aurora_proactive_feed_events v on v.feed_id = f.id
     cross join lateral generate_series(greatest(v.first_day - p_first, 0),
                                        least(v.last_day - p_first, p_days - 1)) as n
     where f.organization_id = p_organization and f.purpose = 'closures' and v.all_day
  ), looked as (
    select p_first + n as day, b.zone, weekly.hours as weekly_hours, fed.day is not null as is_fed,
           exists (select from public.aurora_proactive_intervals(weekly.hours)) as is_usual,
           e.id as exception_id, e.says, e.hours as other_hours, h.slug, h.name, h.kind, h.scope
      from business b
     cross join generate_series(0, p_days - 1) as n
     cross join lateral (select public.aurora_proactive_weekly_hours(b.business_hours, p_first + n)) weekly (hours)
      left join lateral (
        select x.id, x.says, x.hours from public.aurora_proactive_exceptions x
         where x.organization_id = p_organization and p_first + n between x.first_day and x.last_day
         order by x.said_at desc, x.id desc limit 1) e on true
      left join fed on fed.day = p_first + n
      left join lateral (
        select x.slug, x.name, x.kind, x.scope
          from place p
          join public.aurora_proactive_holidays x
            on x.day = p_first + n and x.scope in ('national', p.state, p.municipality)
           and not x.slug = any (p.open_holidays) and not x.kind = any (p.open_kinds)
         order by x.kind = 'holiday' desc, array_position(array['national', p.state], x.scope), x.name, x.slug
         limit 1) h on true
  ), said as (
    select l.*,
           case when l.says is not null then 'exception' when l.is_fed then 'feed' when not l.is_usual then 'hours'
                when l.kind is not null then 'holiday' else 'hours' end as source
      from looked l
  ), decided as (
    select s.*, b.is_booked,
           case when s.says = 'hours' then s.other_hours else s.weekly_hours end as these_hours,
           case s.source
             when 'exception' then
               case when s.says = 'hours' and exists (select from public.aurora_proactive_intervals(s.other_hours))
                      or s.says = 'open' and s.is_usual then 'open' else 'closed' end
             when 'feed' then 'closed'
             when 'holiday' then case when s.kind = 'holiday' and not b.is_booked then 'closed' else 'doubtful' end
             else case when s.is_usual then 'open' else 'closed' end end as state
      from said s
     cross join lateral (
       -- asked only where it decides
       select case when s.source = 'holiday' and s.kind = 'holiday'
                   then public.aurora_proactive_booked_on(p_organization, s.zone, s.day) else false end) b (is_booked)
  )
  select d.day, d.state, d.source,
         case d.source when 'exception' then 'você marcou' when 'feed' then 'sua agenda' when 'holiday' then d.name end,
         case when d.state = 'closed' then '[]' else d.these_hours end,
         d.weekly_hours, d.says is distinct from 'closed' and public.aurora_proactive_is_malformed(d.these_hours),
         d.exception_id, d.says, d.slug, d.kind, d.scope, d.is_booked
    from decided d
   order by d.day;
end
$$;

comment on function public.aurora_proactive_days(uuid, date, integer) is
  'What some local days of a business are, in order. "state": open, closed, or doubtful (open for every count, but '
  'nothing alarms about it); "source": exception, feed, holiday or hours (the weekly ones); "reason" in Portuguese '
  '(null where the weekly hours decide); "hours" as written ([]: closed); "is_malformed": its hours close it because '
  'they are none; "exception_id" and "says" of the exception that covers it; "slug", "kind" and "scope" of the holiday '
  'that counts before others, also where an earlier line decided; "is_booked": a live booking makes it so.';

create or replace function public.aurora_proactive_openings_of(
  p_organization uuid, p_zone text, p_first date, p_days integer
)
returns table (day date, opens_at timestamptz, closes_at timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  if public.aurora_proactive_uses_calendar(p_organization) then
    return query
    select d.day, o.opens_at, o.closes_at
      from public.aurora_proactive_days(p_organization, p_first, p_days) d
     cross join lateral public.aurora_proactive_opened(d.hours, p_zone, d.day) o;
  else
    return query
    select p_first + ahead, opening.opens_at, opening.closes_at
      from public.organizations o
     cross join generate_series(0, p_days - 1) as ahead
     cross join lateral public.aurora_proactive_openings(o.business_hours, p_zone, p_first + ahead) opening
     where o.id = p_organization;
  end if;
end
$$;

comment on function public.aurora_proactive_openings_of(uuid, text, date, integer) is
  'The intervals in which an organisation is open on some local days, by its calendar where it uses one; those that '
  'overlap or touch as one; none on a closed day.';

create or replace function public.aurora_proactive_busy(
  p_organization uuid, p_zone text, p_from timestamptz, p_until timestamptz
)
returns table (begins timestamptz, ends timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select b.begins, b.ends
    from public.aurora_proactive_feeds f
    join public.aurora_proactive_feed_events v on v.feed_id = f.id
   cross join lateral (
     select case when v.all_day then public.aurora_proactive_instant(v.first_day, p_zone) else v.starts_at end,
            case when v.all_day then public.aurora_proactive_instant(v.last_day + 1, p_zone) else v.ends_at end
   ) b (begins, ends)
   where f.organization_id = p_organization and f.purpose = 'busy' and b.begins < p_until and b.ends > p_from;
end
$$;

comment on function public.aurora_proactive_busy(uuid, text, timestamptz, timestamptz) is
  'What the busy feeds of an organisation take of a period: each event as instants, whole days by the local calendar.';

create or replace function public.aurora_proactive_closed_ahead(p_organization uuid, p_first date, p_days integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not public.aurora_proactive_uses_calendar(p_organization) then
    return null;
  end if;
  return (
    select jsonb_agg(jsonb_build_object('date', d.day, 'reason', d.reason) order by d.day)
      from public.aurora_proactive_days(p_organization, p_first, p_days) d
     where d.state = 'closed' and exists (select from public.aurora_proactive_intervals(d.weekly_hours)));
end
$$;

comment on function public.aurora_proactive_closed_ahead(uuid, date, integer) is
  'Which of some local days are closed although their weekly hours are open, and why: [{"date", "reason"}]; null where '
  'there is none.';

create or replace function public.aurora_proactive_slot_count(
  p_hours jsonb, p_zone text, p_day date, p_slot_minutes integer
)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(floor(extract(epoch from o.closes_at - o.opens_at) / (60 * p_slot_minutes)))::bigint, 0)
      from public.aurora_proactive_opened(p_hours, p_zone, p_day) o);
end
$$;

comment on function public.aurora_proactive_slot_count(jsonb, text, date, integer) is
  'How many slots the hours of a local day have, taken or not.';

create or replace function public.aurora_proactive_may_alarm(
  p_organization uuid, p_zone text, p_day date, p_bookings bigint, p_slot_minutes integer
)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  if not public.aurora_proactive_uses_calendar(p_organization) then
    return exists (select from public.aurora_proactive_openings_of(p_organization, p_zone, p_day, 1));
  end if;
  return exists (
    select from public.aurora_proactive_days(p_organization, p_day, 1) d
     cross join lateral (
       select public.aurora_proactive_slot_count(d.hours, p_zone, p_day, p_slot_minutes),
              public.aurora_proactive_slot_count(d.weekly_hours, p_zone, p_day, p_slot_minutes)
     ) slots (these, usual)
     where d.state = 'open'
       -- a day that an exception shortened is as full as its own hours say
       and (d.says is distinct from 'hours' or slots.these >= slots.usual or 2 * p_bookings < slots.these))
    and exists (select from public.aurora_proactive_free_slots(p_organization, p_zone, p_day, 1, p_slot_minutes));
end
$$;

comment on function public.aurora_proactive_may_alarm(uuid, text, date, bigint, integer) is
  'Whether a local day with so few live bookings may be alarmed about: it is open. By a calendar also: it is not '
  'doubtful, has a free slot, and where an exception gave it fewer slots, less than half of them is booked.';

create or replace function public.aurora_proactive_summary_rests(p_organization uuid, p_day date)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select case when exists (select from public.aurora_proactive_places p
                              where p.organization_id = p_organization and not p.summary_on_closed_days)
                 and public.aurora_proactive_uses_calendar(p_organization)
                then exists (select from public.aurora_proactive_days(p_organization, p_day, 1) d
                              where d.state = 'closed')
                else false end);
end
$$;

comment on function public.aurora_proactive_summary_rests(uuid, date) is
  'Whether a business wants no daily summary of this local day: it switched that off for closed days, and this is one.';

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

-- The facts of daily_summary.

create or replace function public.aurora_proactive_daily_summary(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
-- planning the query anew would cost more than running it, and every business gets the same plan
set plan_cache_mode = force_generic_plan
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_day_starts constant timestamptz := public.aurora_proactive_instant(v_today, v_zone);
  v_day_ends constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_facts jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with day as materialized (
    select b.*
      from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.start_time >= v_day_starts and b.start_time < v_day_ends
  ), highlights as (
    select d.* from day d where d.live order by d.start_time, d.id limit 10
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', case when exists (select from public.aurora_proactive_places p
                                       where p.organization_id = p_organization and not p.summary_on_closed_days)
                         then not public.aurora_proactive_summary_rests(p_organization, v_today) else true end,
           'bookings', (select count(*) from day d where d.live),
           'revenue', (select round(coalesce(sum(d.value), 0), 2)::text from day d where d.done),
           'new_clients', (select count(*) from public.contacts c
                            where c.organization_id = p_organization
                              and c.created_at >= v_day_starts and c.created_at < v_day_ends),
           'pending', (select count(*) from public.bookings b
                        where b.organization_id = p_organization
                          and b.status = 'pending' and b.start_time >= v_day_starts
                          and public.aurora_proactive_is_moment(b.start_time)),
           'listed', (select coalesce(jsonb_agg(jsonb_build_object(
                               'id', h.id, 'pet', p.name, 'client', c.name, 'service', h.service,
                               'at', to_char(h.start_time at time zone v_zone, 'HH24:MI')
                             ) order by h.start_time, h.id), '[]')
                        from highlights h
                        left join public.pets p on p.id = h.pet_id and p.organization_id = p_organization
                        left join public.contacts c on c.id = h.contact_id and c.organization_id = p_organization))
    into v_facts;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

create or replace function public.aurora_proactive_opportunities(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_from constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(v_today + 4, v_zone);
  v_slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_facts jsonb;
  v_listed jsonb;
  v_closed jsonb;
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with top as (
    select v.* from public.aurora_proactive_clients_to_remind(p_organization, v_zone, p_now, v_today) v
  ), known as (
    select t.*, h.habit ->> 'service' as service,
           case when t.done_bookings >= v_vip_bookings then (h.habit ->> 'weekday')::integer end as weekday,
           case when t.median between 6 and 8 then 'weekly' when t.median between 13 and 16 then 'fortnightly'
                when t.median between 27 and 33 then 'monthly' end as rhythm
      from top t
     cross join lateral (select public.aurora_proactive_client_habit(p_organization, t.id, v_zone, p_now) as habit) h
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', k.id, 'name', k.name,
           'reason', case when k.weekday is not null then 'vip_weekday'
                          when k.rhythm is not null then 'rhythm' else 'last_visit' end,
           'weekday', k.weekday,
           'rhythm', case when k.weekday is null then k.rhythm end,
           'service', k.service,
           'days_since', v_today - k.last_visit
         ) order by k.value desc, k.visits desc, k.id), '[]')
    into v_listed
    from known k;

  with free as materialized (
    select case when f.local_start::time < '12:00' then 1 when f.local_start::time < '18:00' then 2 else 3 end as part
      from public.aurora_proactive_free_slots(p_organization, v_zone, v_today + 1, 3, v_slot_minutes) f
  )
  select jsonb_build_object(
           'date', v_today,
           'fires', exists (select from public.aurora_proactive_openings_of(p_organization, v_zone, v_today + 1, 3)),
           'confirmed', (select count(*) from public.bookings b
                          where b.organization_id = p_organization and b.status = 'confirmed'
                            and b.start_time >= v_from and b.start_time < v_until),
           'free_slots', (select count(*) from free),
           'emptiest', (select (array['morning', 'afternoon', 'evening'])[f.part] from free f
                         group by f.part order by count(*) desc, f.part limit 1),
           'listed', v_listed)
    into v_facts;
  v_closed := public.aurora_proactive_closed_ahead(p_organization, v_today + 1, 3);
  if v_closed is not null then
    v_facts := v_facts || jsonb_build_object('closed', v_closed);
  end if;
  return v_context || jsonb_build_object('facts', v_facts);
end
$$;

create or replace function public.aurora_proactive_low_occupancy(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_today constant date := (p_now at time zone v_zone)::date;
  v_from constant timestamptz := public.aurora_proactive_instant(v_today + 1, v_zone);
  v_until constant timestamptz := public.aurora_proactive_instant(v_today + 2, v_zone);
  v_slot_minutes constant integer := coalesce((p_options ->> 'slot_minutes')::integer, 60);
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_low_below constant integer := coalesce((p_options ->> 'low_occupancy_below')::integer, 3);
  v_tomorrow bigint;
  v_listed jsonb;
  v_hours text[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  select count(*) into v_tomorrow
    from public.bookings b
   where b.organization_id = p_organization and public.aurora_proactive_is_live(b.status)
     and b.start_time >= v_from and b.start_time < v_until;

  with top as (
    select c.* from public.aurora_proactive_clients(p_organization, p_now) c
     -- Whose last contact is not known, and who is no VIP, gives no true reason to write.
     where not c.upcoming and (c.contact_at is not null or c.done_bookings >= v_vip_bookings)
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
     order by c.done_bookings desc, c.value desc, c.contact_at desc nulls last, c.id limit 15
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', t.id, 'name', t.name,
           'reason', case when t.done_bookings >= v_vip_bookings then 'vip'
                          when public.aurora_proactive_books_late(p_organization, t.id, p_now) then 'last_minute'
                          else 'last_contact' end,
           'done_bookings', t.done_bookings,
           'days_since_contact', greatest(v_today - (t.contact_at at time zone v_zone)::date, 0)
         ) order by t.done_bookings desc, t.value desc, t.contact_at desc nulls last, t.id), '[]')
    into v_listed
    from top t;

  v_hours := public.aurora_proactive_free_hours(p_organization, v_zone, v_today + 1, v_slot_minutes);

  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', v_today,
    'fires', v_tomorrow < v_low_below and public.aurora_proactive_may_alarm(
      p_organization, v_zone, v_today + 1, v_tomorrow, v_slot_minutes),
    'bookings', v_tomorrow,
    'free_hours', v_hours,
    'listed', v_listed));
end
$$;

create or replace function public.aurora_proactive_next_open_weekday(
  p_organization uuid, p_weekday integer, p_today date
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_first constant date := p_today + 1 + (p_weekday - extract(isodow from p_today)::integer + 6) % 7;
  v_open date;
begin
  if p_weekday is null or not public.aurora_proactive_uses_calendar(p_organization) then
    return jsonb_build_object('best_weekday', p_weekday);
  end if;
  select min(d.day) into v_open
    from generate_series(0, 14, 7) as later
   cross join lateral public.aurora_proactive_days(p_organization, v_first + later, 1) d
   where d.state <> 'closed';
  return case when v_open = v_first then jsonb_build_object('best_weekday', p_weekday)
              when v_open is null then jsonb_build_object('best_weekday', null)
              else jsonb_build_object('best_weekday', p_weekday, 'best_date', v_open) end;
end
$$;

comment on function public.aurora_proactive_next_open_weekday(uuid, integer, date) is
  'The best weekday as facts: as it is where the next such day, from tomorrow on, is open; else with the date of the '
  'next open one within 21 days ("best_date"); null without one.';

create or replace function public.aurora_proactive_custom_campaign(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
set work_mem = '32MB'
as $$
declare
  v_context constant jsonb := public.aurora_proactive_context(p_organization, p_owner, p_message);
  v_zone constant text := v_context ->> 'timezone';
  v_audience constant text := p_options ->> 'target_audience';
  v_vip_bookings constant integer := coalesce((p_options ->> 'vip_bookings')::integer, 5);
  v_best constant jsonb := public.aurora_proactive_best_moment(
    p_organization, v_zone, p_now,
    coalesce((p_options ->> 'quiet_from')::time, '21:00'), coalesce((p_options ->> 'quiet_until')::time, '08:00'));
  v_total bigint;
  v_sample uuid[];
begin
  if v_context ->> 'owner' is null then
    return v_context;
  end if;

  with reached as materialized (
    select c.*
      from public.aurora_proactive_clients(p_organization, p_now) c
     where c.phone ~ '\S'
       and c.id not in (select u from public.aurora_proactive_unreached(p_organization, p_now) u)
       and case v_audience when 'all' then true
                         when 'vip' then c.done_bookings >= v_vip_bookings
                         when 'inactive' then public.aurora_proactive_is_inactive(c.contact_at, c.upcoming, 30, p_now)
           end
  )
  select (select count(*) from reached),
         array(select r.id from reached r
                order by r.done_bookings desc, r.value desc, r.contact_at desc nulls last, r.id limit 5)
    into v_total, v_sample;
  return v_context || jsonb_build_object('facts', jsonb_build_object(
    'date', (p_now at time zone v_zone)::date,
    'fires', true,
    'campaign_type', p_options ->> 'campaign_type',
    'target_audience', v_audience,
    'message', p_options ->> 'message',
    'reach', v_total,
    'best_hour', v_best -> 'hour',
    'listed', public.aurora_proactive_client_lines(p_organization, v_sample, p_now))
    || public.aurora_proactive_next_open_weekday(
      p_organization, (v_best ->> 'weekday')::integer, (p_now at time zone v_zone)::date));
end
$$;

-- The facts of choice_answer: its words, which were made before, as those of campaign_answer were.

create or replace function public.aurora_proactive_choice_answer(
  p_organization uuid, p_owner uuid, p_message uuid, p_now timestamptz, p_options jsonb
)
returns jsonb
language sql
stable
set search_path = ''
return public.aurora_proactive_campaign_answer(p_organization, p_owner, p_message, p_now, p_options);

comment on function public.aurora_proactive_choice_answer(uuid, uuid, uuid, timestamptz, jsonb) is
  'The context of an answer about which messages come and when: its text is given.';

-- The contexts of several messages in one request.

create or replace function public.aurora_proactive_read_many(p_requests jsonb, p_seconds double precision)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ends constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_contexts jsonb[] := '{}';
  v_message jsonb;
  v_context jsonb;
  v_words jsonb;
begin
  for v_message in select value from jsonb_array_elements(p_requests) with ordinality order by ordinality loop
    execute format('select public.%I($1, $2, $3, $4, $5)', 'aurora_proactive_' || (v_message ->> 'type'))
       into v_context
      using (v_message ->> 'organization')::uuid, (v_message ->> 'owner')::uuid, (v_message ->> 'message')::uuid,
            (v_message ->> 'now')::timestamptz, v_message -> 'options';
    v_words := public.aurora_proactive_published_template((v_message ->> 'organization')::uuid, v_message ->> 'type');
    -- who has no words of their own has the context of before
    v_contexts := v_contexts || case when v_words is null then v_context
                                     else v_context || jsonb_build_object('words', v_words) end;
    -- who measures what campaigns bring leaves some clients out
    v_contexts[cardinality(v_contexts)] := v_contexts[cardinality(v_contexts)] || coalesce((
      select jsonb_build_object('written_share', s.written_share)
        from public.aurora_proactive_campaign_settings s
       where s.organization_id = (v_message ->> 'organization')::uuid and s.written_share is not null), '{}');
    exit when clock_timestamp() >= v_ends;
  end loop;
  return to_jsonb(v_contexts);
end
$$;

comment on function public.aurora_proactive_read_many(jsonb, double precision) is
  'The contexts of [{"type", "organization", "owner", "message", "now", "options"}] in that order, each by the '
  'function of its type, with "words", the business''s own published ones, where there are some, and '
  '"written_share" where the effect of campaigns is measured. Stops after p_seconds and at least one, so that a large '
  'business keeps no other waiting.';

create or replace function public.aurora_proactive_recipients_of_type(
  p_timezone text, p_type text, p_after uuid, p_limit integer
)
returns table (owner_number_id uuid, organization_id uuid, is_on boolean, send_time time)
language sql
stable
set search_path = ''
as $$
  select r.owner_number_id, r.organization_id, coalesce(own.is_on, usual.is_on, true),
         coalesce(own.send_time, usual.send_time)
    from public.aurora_proactive_recipients(p_timezone, p_after, p_limit) r
    left join public.aurora_proactive_send_times own
      on own.organization_id = r.organization_id and own.owner_number_id = r.owner_number_id
     and own.message_type = p_type and own.is_on is not null
    left join public.aurora_proactive_send_times usual
      on usual.organization_id = r.organization_id and usual.owner_number_id is null
     and usual.message_type = p_type and usual.is_on is not null
   order by r.owner_number_id
$$;

comment on function public.aurora_proactive_recipients_of_type(text, text, uuid, integer) is
  'A page of the owners to write to in a time zone, as aurora_proactive_recipients has it, with what each chose for a '
  'type: switched on or off, and the local time (null: the usual one).';

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

-- What had no second argument before 0.1.0, and did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_reopen(uuid);

drop function if exists public.aurora_proactive_reopen(uuid, boolean);

create or replace function public.aurora_proactive_reopen(
  p_id uuid, p_by_itself boolean, p_by text default null, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_was public.aurora_proactive_messages;
  v_row public.aurora_proactive_messages;
begin
  select * into v_was from public.aurora_proactive_messages m where m.id = p_id for update;
  update public.aurora_proactive_messages m
     set status = 'pending', error_message = null,
         metadata = (m.metadata - 'claim' - 'failure')
           || jsonb_build_object('reopened', coalesce((m.metadata ->> 'reopened')::integer, 0) + 1)
           || case when p_by_itself
           then jsonb_build_object('earlier_failures', jsonb_build_array(
                  coalesce(m.metadata -> 'failure', '{}') || jsonb_build_object('at', now())))
           else '{}' end
   where m.id = p_id and m.status = 'failed' and m.metadata ? 'occurrence' and m.metadata ? 'timezone'
     and not (p_by_itself and m.metadata ?| '{earlier_failures,doubt,message_ids}')
     and not (p_by_itself and exists (select from public.aurora_proactive_skips s where s.message_id = p_id))
  returning * into v_row;
  if v_row.id is null then
    return null;
  end if;
  -- who sends it again has skipped it no more
  delete from public.aurora_proactive_skips s where s.message_id = p_id;
  if p_by is not null then
    perform public.aurora_proactive_record_change(
      v_row.organization_id, p_by, p_via, 'message_resent', p_id::text,
      jsonb_build_object('status', 'failed', 'reason', v_was.metadata #>> '{failure,code}'),
      jsonb_build_object('status', 'pending', 'type', v_row.message_type));
  end if;
  return jsonb_build_object(
    'id', v_row.id, 'organization_id', v_row.organization_id, 'owner_number_id', v_row.owner_number_id,
    'message_type', v_row.message_type, 'scheduled_for', v_row.scheduled_for at time zone 'utc',
    'metadata', v_row.metadata);
end
$$;

comment on function public.aurora_proactive_reopen(uuid, boolean, text, text) is
  'Makes a failed occurrence sendable again, because somebody decided to (which is written down), or by itself: then '
  'once, only where it surely was not sent, and the record keeps why it had failed in earlier_failures. Counts in '
  '"reopened". Answers its row, null where there is no such failed one.';

-- What somebody switched off for a while. Null stands for every organisation, every message type.

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_pause(uuid, text, text);

drop function if exists public.aurora_proactive_resume(uuid, text);

create or replace function public.aurora_proactive_pause(
  p_organization uuid, p_type text, p_reason text, p_by text default null, p_via text default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_before text;
begin
  if p_organization is not null and not exists (select from public.organizations o where o.id = p_organization) then
    raise foreign_key_violation using message = 'There is no organisation of that id.';
  end if;
  select p.reason into v_before from public.aurora_proactive_pauses p
   where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
     for update;
  insert into public.aurora_proactive_pauses (organization_id, message_type, reason)
  values (p_organization, p_type, p_reason)
  on conflict on constraint aurora_proactive_pauses_key do update set reason = excluded.reason;
  if p_by is not null and v_before is distinct from p_reason then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'sending_paused', p_type,
      case when v_before is not null
           then jsonb_build_object('reason', public.aurora_proactive_without_numbers(v_before)) end,
      jsonb_build_object('reason', public.aurora_proactive_without_numbers(p_reason)));
  end if;
end
$$;

comment on function public.aurora_proactive_pause(uuid, text, text, text, text) is
  'Pauses sending, and writes down who did; doing it again only renews the reason. Refuses an organisation that does '
  'not exist.';

create or replace function public.aurora_proactive_resume(
  p_organization uuid, p_type text, p_by text default null, p_via text default null
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_reason text;
begin
  delete from public.aurora_proactive_pauses p
   where p.organization_id is not distinct from p_organization and p.message_type is not distinct from p_type
  returning p.reason into v_reason;
  if v_reason is not null and p_by is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'sending_resumed', p_type,
      jsonb_build_object('reason', public.aurora_proactive_without_numbers(v_reason)), null);
  end if;
  return v_reason is not null;
end
$$;

comment on function public.aurora_proactive_resume(uuid, text, text, text) is
  'Resumes exactly what was paused by that organisation and type, and writes down who did; answers whether it was.';

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_release_instance(text, text);

-- p_held: what is about to send was told of a stop that this database does not know (yet).
create or replace function public.aurora_proactive_release_instance(
  p_instance text, p_cause text, p_held boolean default false, p_by text default null, p_via text default null
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_was public.aurora_proactive_breakers;
  v_stopped boolean;
begin
  delete from public.aurora_proactive_breakers b
   where b.instance_name = p_instance and (p_cause is null or b.cause = p_cause)
  returning * into v_was;
  v_stopped := coalesce(v_was.new_until > now(), false);
  if p_by is not null and (v_stopped or p_held) then
    perform public.aurora_proactive_record_change(
              i.organization_id, p_by, p_via, 'instance_released', p_instance,
              jsonb_build_object('cause', v_was.cause, 'until', v_was.new_until), null)
       from (select distinct w.organization_id from public.whatsapp_instances w
              where w.instance_name = p_instance) i;
  end if;
  return v_stopped;
end
$$;

comment on function public.aurora_proactive_release_instance(text, text, boolean, text, text) is
  'Lets an instance send again, if it was stopped for p_cause (null: for any), and writes down who did; answers '
  'whether it was stopped.';

-- What did not say who did it before 0.2.0.
drop function if exists public.aurora_proactive_campaign_offer(jsonb);

drop function if exists public.aurora_proactive_campaign_step(uuid, text, text[], integer, text, jsonb, jsonb);

drop function if exists public.aurora_proactive_campaign_remove(uuid, uuid[]);

create or replace function public.aurora_proactive_campaign_offer(
  p_campaign jsonb, p_by text default null, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  insert into public.aurora_proactive_campaigns
    (id, organization_id, source, source_key, option, message_id, made_by, instance_name, status, text, audience, told,
     valid_until)
  select r.id, r.organization_id, r.source, r.source_key, coalesce(r.option, 0), r.message_id, r.made_by,
         r.instance_name, 'offered',
         r.text, coalesce(r.audience, '{}'), r.told, r.valid_until
    from jsonb_populate_record(null::public.aurora_proactive_campaigns, p_campaign) r
  on conflict (id) do nothing;
  if found and p_by is not null then
    perform public.aurora_proactive_record_change(
      (p_campaign ->> 'organization_id')::uuid, p_by, p_via, 'campaign_made', p_campaign ->> 'id', null,
      jsonb_build_object('status', 'offered', 'source', p_campaign ->> 'source'));
  end if;
  return public.aurora_proactive_campaign((p_campaign ->> 'id')::uuid);
end
$$;

comment on function public.aurora_proactive_campaign_offer(jsonb, text, text) is
  'Keeps a campaign as offered, unless it is there already (written down where a person made it); answers how it '
  'stands.';

create or replace function public.aurora_proactive_campaign_action(p_was text, p_became text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when p_became in ('confirmed', 'running') and p_was = 'paused' then 'campaign_resumed'
              when p_became in ('previewed', 'confirmed', 'paused', 'stopped', 'declined') then 'campaign_' || p_became
              else 'campaign_changed' end
$$;

comment on function public.aurora_proactive_campaign_action(text, text) is
  'What a person did who took a campaign from one state to another.';

create or replace function public.aurora_proactive_campaign_step(
  p_campaign uuid, p_cause text, p_from text[], p_revision integer, p_halt text, p_change jsonb, p_recipients jsonb,
  p_by text default null, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_now public.aurora_proactive_campaigns;
  v_next public.aurora_proactive_campaigns;
begin
  select * into v_now from public.aurora_proactive_campaigns c where c.id = p_campaign for update;
  if v_now.id is null then
    return jsonb_build_object('outcome', 'missing');
  end if;
  if exists (select from public.aurora_proactive_campaign_steps s
              where s.campaign_id = p_campaign and s.cause = p_cause) then
    return jsonb_build_object('outcome', 'known', 'campaign', public.aurora_proactive_campaign(p_campaign));
  end if;
  -- One that paused and went on meanwhile looks the same, and the mark that is to halt it may be lifted: it differs.
  -- What is over never changes again.
  if v_now.status in ('stopped', 'done', 'declined', 'expired')
     or not v_now.status = any (p_from) or v_now.revision <> p_revision or v_now.halt is distinct from p_halt then
    return jsonb_build_object('outcome', 'stale', 'campaign', public.aurora_proactive_campaign(p_campaign));
  end if;
  v_next := jsonb_populate_record(v_now, p_change - array['id', 'organization_id', 'source', 'source_key', 'option',
                                                             'made_by']);
  update public.aurora_proactive_campaigns c
     set status = v_next.status, resumes_as = v_next.resumes_as, pause_cause = v_next.pause_cause, halt = v_next.halt,
         trips = v_next.trips,
         revision = v_next.revision, text = v_next.text, audience = v_next.audience, told = v_next.told,
         frozen = v_next.frozen, left_out = v_next.left_out, legal_basis = v_next.legal_basis,
         basis_reference = v_next.basis_reference, instance_name = v_next.instance_name,
         valid_until = v_next.valid_until, previewed_at = v_next.previewed_at, starts_at = v_next.starts_at,
         send_until = v_next.send_until, confirmed_at = v_next.confirmed_at, confirmed_by = v_next.confirmed_by,
         confirmation = v_next.confirmation, paused_at = v_next.paused_at, ended_at = v_next.ended_at,
         ended_by = v_next.ended_by, reported_at = v_next.reported_at, followed_up_at = v_next.followed_up_at
   where c.id = p_campaign;
  insert into public.aurora_proactive_campaign_steps (campaign_id, cause, was, became, revision)
  values (p_campaign, p_cause, v_now.status, v_next.status, v_next.revision);
  if p_by is not null then
    perform public.aurora_proactive_record_change(
      v_now.organization_id, p_by, p_via, public.aurora_proactive_campaign_action(v_now.status, v_next.status),
      p_campaign::text,
      jsonb_build_object('status', v_now.status, 'revision', v_now.revision, 'clients', v_now.frozen),
      jsonb_build_object('status', v_next.status, 'revision', v_next.revision, 'clients', v_next.frozen));
  end if;
  if p_recipients is not null then
    -- A new revision is frozen anew. Only what nobody has begun may be replaced: of a campaign that is not running.
    delete from public.aurora_proactive_campaign_recipients r where r.campaign_id = p_campaign and r.status = 'pending';
    insert into public.aurora_proactive_campaign_recipients
      (id, campaign_id, organization_id, revision, position, contact_id, other_contacts, pets, phone_key, phone, warmth,
       content)
    select r.id, p_campaign, v_now.organization_id, v_next.revision, r.position, r.contact_id,
           coalesce(r.other_contacts, '{}'), coalesce(r.pets, '{}'), r.phone_key, r.phone, r.warmth, r.content
      from jsonb_populate_recordset(null::public.aurora_proactive_campaign_recipients, p_recipients) r
    on conflict (campaign_id, phone_key) do nothing;
  end if;
  if p_recipients is not null then
    -- Whom the effect is measured by, if it is: nobody of an audience that was frozen before.
    delete from public.aurora_proactive_campaign_people k where k.campaign_id = p_campaign and k.begins_at is null;
    insert into public.aurora_proactive_campaign_people
      (campaign_id, recipient_id, organization_id, contact_id, other_contacts, arm, p, m, worth)
    select p_campaign, k.recipient_id, v_now.organization_id, k.contact_id, coalesce(k.other_contacts, '{}'), k.arm,
           k.p, k.m, k.worth
      from jsonb_populate_recordset(
             null::public.aurora_proactive_campaign_people, coalesce(p_change -> 'people', '[]')) k
    on conflict (campaign_id, recipient_id) do nothing;
  end if;
  if v_next.status = 'running' then
    update public.aurora_proactive_campaign_people k set begins_at = now()
     where k.campaign_id = p_campaign and k.begins_at is null;
  end if;
  if v_next.status in ('stopped', 'done', 'declined', 'expired') then
    update public.aurora_proactive_campaign_recipients r
       set status = 'skipped', reason = public.aurora_proactive_end_reason(v_next.ended_by)
     where r.campaign_id = p_campaign and r.status = 'pending'
       and not r.metadata ? 'claim' and not r.metadata ? 'doubt';
  end if;
  return jsonb_build_object('outcome', 'stepped', 'campaign', public.aurora_proactive_campaign(p_campaign));
end
$$;

comment on function public.aurora_proactive_campaign_step(
  uuid, text, text[], integer, text, jsonb, jsonb, text, text) is
  'Takes one step of a campaign: p_change are the columns that change, p_recipients (or null) the frozen recipients of '
  'a new revision. Answers {"outcome", "campaign"}: stepped, known (this cause was here before), stale (its state, '
  'revision or halt is another one by now, or it is over), missing. A person''s step is written down.';

create or replace function public.aurora_proactive_campaign_remove(
  p_campaign uuid, p_contacts uuid[], p_by text default null, p_via text default null
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_removed integer;
begin
  update public.aurora_proactive_campaign_recipients r
     set status = 'skipped', reason = 'removed'
   where r.campaign_id = p_campaign and r.status = 'pending'
     and not r.metadata ? 'claim' and not r.metadata ? 'doubt'
     and (r.contact_id = any (p_contacts) or r.other_contacts && p_contacts);
  get diagnostics v_removed = row_count;
  if v_removed > 0 and p_by is not null then
    perform public.aurora_proactive_record_change(
              c.organization_id, p_by, p_via, 'campaign_clients_removed', p_campaign::text, null,
              jsonb_build_object('clients', v_removed))
       from public.aurora_proactive_campaigns c where c.id = p_campaign;
  end if;
  return v_removed;
end
$$;

comment on function public.aurora_proactive_campaign_remove(uuid, uuid[], text, text) is
  'Takes clients out of a campaign that is on its way, as far as nobody has begun to write to them, and writes down '
  'who did; answers how many.';

create or replace function public.aurora_proactive_forget_deleted(p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
begin
  -- A product whose tables (or the views over them) show nobody at all is in trouble: nothing is concluded from that.
  if not exists (select from public.organizations) or not exists (select from public.owner_numbers) then
    return 0;
  end if;
  delete from public.aurora_proactive_templates t
   where not exists (select from public.organizations o where o.id = t.organization_id);
  delete from public.aurora_proactive_feed_events e
   where not exists (select from public.organizations o where o.id = e.organization_id);
  delete from public.aurora_proactive_feeds f
   where not exists (select from public.organizations o where o.id = f.organization_id);
  delete from public.aurora_proactive_exceptions e
   where not exists (select from public.organizations o where o.id = e.organization_id);
  delete from public.aurora_proactive_places p
   where not exists (select from public.organizations o where o.id = p.organization_id);
  with recursive owners as (
    -- One step along the index an owner, whatever the number of messages.
    (select m.owner_number_id as id from public.aurora_proactive_messages m
      where m.owner_number_id is not null order by 1 limit 1)
    union all
    select (select m.owner_number_id from public.aurora_proactive_messages m
             where m.owner_number_id > o.id order by 1 limit 1)
      from owners o where o.id is not null),
  gone as (
    select o.id from owners o
     where o.id is not null and not exists (select from public.owner_numbers w where w.id = o.id)),
  theirs as (
    select m.id from gone g
      join public.aurora_proactive_messages m on m.owner_number_id = g.id
     where m.status <> 'pending'
       and (m.content is not null or m.metadata ?| array['data', 'remote_jid'] or m.metadata -> 'facts' ? 'listed')
     limit p_limit),
  forgotten as (
    update public.aurora_proactive_messages m
       set content = null, metadata = public.aurora_proactive_without_words(m.metadata)
      from theirs
     where m.id = theirs.id
    returning 1)
  select count(*) from forgotten into v_forgotten;
  return v_forgotten;
end
$$;

comment on function public.aurora_proactive_forget_deleted(integer) is
  'Erases the words of messages to owners whom the product has deleted (with their organisation, or alone), about '
  'p_limit of them; answers how many. That they were sent stays. The templates and calendars of deleted '
  'organisations go.';

create or replace function public.aurora_proactive_opt_out(p_change jsonb)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_out public.aurora_proactive_opt_outs := jsonb_populate_record(null::public.aurora_proactive_opt_outs, p_change);
  v_level text;
  v_new boolean;
begin
  perform pg_advisory_xact_lock(311, hashtext(v_out.organization_id::text || v_out.key));
  select o.level into v_level from public.aurora_proactive_opt_outs o
   where o.organization_id = v_out.organization_id and o.key = v_out.key;
  insert into public.aurora_proactive_opt_outs as o
    (organization_id, key, contact_id, level, source, evidence, since, until)
  values (v_out.organization_id, v_out.key, v_out.contact_id, v_out.level, v_out.source, coalesce(v_out.evidence, '{}'),
          coalesce(v_out.since, now()), v_out.until)
  on conflict (organization_id, key) do update
    set level = excluded.level, source = excluded.source,
        -- who probably left twice stays out longer, since the first time
        since = case when o.level = 'probable' and excluded.level = 'probable' and o.until > excluded.since
                     then o.since else excluded.since end,
        -- who is on a block list as well stays out for good, and is so when the rest is taken back
        evidence = case when o.level = 'block_list' and excluded.level <> 'block_list'
                          then excluded.evidence || jsonb_build_object(
                                 'listed', o.evidence || jsonb_build_object('since', o.since))
                        when o.evidence ? 'listed'
                          then excluded.evidence || jsonb_build_object('listed', o.evidence -> 'listed')
                        else excluded.evidence end,
        until = case when o.level <> 'block_list' and not o.evidence ? 'listed' then excluded.until end,
        contact_id = coalesce(excluded.contact_id, o.contact_id)
    -- what is sure stays sure; a probable one never weakens it, and begins anew where it was over
    where (o.level <> excluded.level and o.level <> 'sure' and excluded.level <> 'block_list')
       or o.until <= excluded.since
       -- (the same message may be told again)
       or (o.level = 'probable' and excluded.level = 'probable' and excluded.until > o.until + interval '1 hour'
           and excluded.evidence ->> 'gateway_message_id' is distinct from o.evidence ->> 'gateway_message_id');
  v_new := found;
  if v_new then
    insert into public.aurora_proactive_consents
      (organization_id, phone_key, contact_id, kind, source, evidence, recorded_by)
    values (v_out.organization_id, v_out.key, v_out.contact_id,
            case v_out.level when 'block_list' then 'listed' else 'objection' end,
            v_out.source, coalesce(v_out.evidence, '{}') || jsonb_build_object('level', v_out.level),
            p_change ->> 'recorded_by');
    if v_out.source in ('page', 'api') and p_change ->> 'recorded_by' is not null then
      perform public.aurora_proactive_record_change(
        v_out.organization_id, p_change ->> 'recorded_by', v_out.source,
        case when v_level is null then 'opt_out_added' else 'opt_out_confirmed' end,
        public.aurora_proactive_opt_out_id(v_out.organization_id, v_out.key)::text,
        case when v_level is not null then jsonb_build_object('level', v_level) end,
        jsonb_build_object('level', v_out.level));
    end if;
  end if;
  return v_new;
end
$$;

comment on function public.aurora_proactive_opt_out(jsonb) is
  'Keeps that somebody receives no campaigns, and logs it, with who did where it was by hand; answers whether that is '
  'new.';

create or replace function public.aurora_proactive_opt_in(
  p_organization uuid, p_key text, p_source text, p_evidence jsonb, p_recorded_by text
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_ended boolean;
begin
  perform pg_advisory_xact_lock(311, hashtext(p_organization::text || p_key));
  v_ended := public.aurora_proactive_take_back(p_organization, p_key, p_source in ('page', 'api'));
  if v_ended then
    insert into public.aurora_proactive_consents (organization_id, phone_key, kind, source, evidence, recorded_by)
    -- Only the client's own word is a consent; what somebody undoes by hand was none.
    values (p_organization, p_key, case p_source when 'reply' then 'given' else 'unlisted' end, p_source,
            coalesce(p_evidence, '{}'), p_recorded_by);
    if p_source in ('page', 'api') and p_recorded_by is not null then
      perform public.aurora_proactive_record_change(
        p_organization, p_recorded_by, p_source, 'opt_out_ended',
        public.aurora_proactive_opt_out_id(p_organization, p_key)::text,
        jsonb_build_object('level', p_evidence ->> 'level'), null);
    end if;
  end if;
  return v_ended;
end
$$;

create or replace function public.aurora_proactive_campaign_terms(
  p_organization uuid, p_now timestamptz, p_days integer
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with o as (
    -- one that is gone may send nothing
    select p_organization as id, o.name, o.is_active, o.business_hours, public.aurora_proactive_zone(o.timezone) as zone
      from (select) one left join public.organizations o on o.id = p_organization
  ), i as (
    select i.instance_name, i.status, i.created_at from public.whatsapp_instances i
     where i.organization_id = p_organization
     order by (i.status = 'connected') desc, i.created_at, i.id limit 1
  )
  select jsonb_build_object(
    'business', coalesce((select s.business_name from public.aurora_proactive_campaign_settings s
                           where s.organization_id = o.id), o.name),
    'timezone', o.zone,
    'is_active', coalesce(o.is_active, false),
    'owners', (select coalesce(jsonb_agg(w.id order by w.id), '[]') from public.owner_numbers w
                where w.organization_id = o.id and w.aurora_enabled),
    'settings', (select to_jsonb(s) from public.aurora_proactive_campaign_settings s
                      where s.organization_id = o.id),
    'instance', (select to_jsonb(i) from i),
    'heard_at', (select max(r.received_at) from public.aurora_proactive_replies r
                  where r.instance_name = (select i.instance_name from i)),
    'health', (select to_jsonb(h) from public.aurora_proactive_number_health h
                where h.instance_name = (select i.instance_name from i)),
    'cold_today', (select coalesce(sum(public.aurora_proactive_cold_of_day(h.instance_name, h.day)), 0)
                     from public.aurora_proactive_number_health h
                    where h.instance_name = (select i.instance_name from i)),
    'hours', (select coalesce(jsonb_object_agg(d.day, d.hours), '{}')
                from (select opening.day,
                             jsonb_agg(jsonb_build_array(
                               to_char(opening.opens_at at time zone o.zone, 'HH24:MI'),
                               to_char(opening.closes_at at time zone o.zone, 'HH24:MI')) order by opening.opens_at)
                             as hours
                        from public.aurora_proactive_openings_of(
                               o.id, o.zone, (p_now at time zone o.zone)::date, p_days) opening
                       group by opening.day) d),
    'holidays', public.aurora_proactive_national_holidays((p_now at time zone o.zone)::date, p_days))
    from o
$$;

-- p_replies: [{"instance", "id", "sender" (its phone key, null: hidden), "lid", "quoted" (null: nothing), "kind",
-- "text", "at", "timed", "concerns" (a rule of opt-out may read it), "original" (it edits or deletes that one),
-- "medium", "said", "rule" (how it was read)}].
-- Answers {"changed": new ones, "talk": [{"n", "quoted", "earlier", "known", "view"}]} about those that are to be acted
-- upon: "known" says what came of one that was acted upon before, "view" what any other may be about
-- (aurora_proactive_conversation).
create or replace function public.aurora_proactive_keep_replies(p_replies jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_all jsonb;
  v_new integer;
  v_talk jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(r) order by r.n), '[]') into v_all
    from public.aurora_proactive_received(p_replies) r;
  perform public.aurora_proactive_learn_identities(
    (select jsonb_agg(distinct jsonb_build_object('instance', r ->> 'instance', 'lid', r ->> 'lid', 'key', r ->> 'key'))
       from jsonb_array_elements(v_all) r where r ->> 'lid' is not null and r ->> 'key' is not null));

  with received as materialized (
    select r.* from jsonb_to_recordset(v_all) as r (n bigint, instance text, id text, key text, quoted text, kind text,
             at timestamptz, organization_id uuid, owner_number_id uuid, enabled boolean)),
  meant as (
    select r.*, r.at at time zone 'utc' as utc,
           (select m.id from public.aurora_proactive_messages m
             where m.organization_id = r.organization_id and m.metadata ->> 'gateway_message_id' = r.quoted
             limit 1) as message
      from received r)
  insert into public.aurora_proactive_replies
    (instance_name, gateway_message_id, organization_id, owner_number_id, received_at, kind, said, rule, answers)
  select r.instance, r.id, r.organization_id, r.owner_number_id, r.at,
         -- how an owner's words were read; of anybody else's only that there were some
         case when r.owner_number_id is not null then p_replies -> (r.n - 1)::integer ->> 'medium' end,
         case when r.owner_number_id is not null then p_replies -> (r.n - 1)::integer ->> 'said' end,
         case when r.owner_number_id is not null then (p_replies -> (r.n - 1)::integer ->> 'rule')::smallint end,
         case when r.kind in ('edit', 'delete') then null
              when r.message is not null or r.kind = 'reaction' then r.message
              else (select m.id from public.aurora_proactive_messages m
                     where m.organization_id = r.organization_id and m.owner_number_id = r.owner_number_id
                       and m.status = 'sent'
                       -- clocks differ: an answer within a minute of the sending may look older than it
                       and m.sent_at <= r.utc + interval '1 minute' and m.sent_at > r.utc - interval '48 hours'
                       and m.created_at > r.utc - interval '5 days'
                     order by m.sent_at desc limit 1) end
    from meant r
   where r.kind in ('text', 'audio', 'caption', 'other')
      or (r.enabled and (r.kind in ('edit', 'delete') or r.message is not null))
   order by 3, 1, 2
  on conflict do nothing;
  get diagnostics v_new = row_count;

  insert into public.aurora_proactive_inbox
    (instance_name, id, sender, lid, kind, text, quoted, original, at, timed, owner)
  select r.instance, r.id, min(r.key), min(r.lid), min(r.kind), min(r.text), min(r.quoted), min(r.original), min(r.at),
         bool_and(r.timed), bool_or(r.enabled)
    from jsonb_to_recordset(v_all) as r (instance text, id text, key text, lid text, quoted text, kind text, text text,
           at timestamptz, timed boolean, concerns boolean, original text, organization_id uuid, enabled boolean)
   where (r.kind <> 'other' and r.enabled) or (r.concerns and r.kind <> 'delete')
   group by r.instance, r.id
  having not exists (select from public.aurora_proactive_replies p
                      where p.organization_id = any (array_agg(r.organization_id)) and p.instance_name = r.instance
                        and p.gateway_message_id = r.id and p.outcome is not null)
   order by 1, 2
  on conflict do nothing;

  insert into public.aurora_proactive_heard as h (instance_name, phone_key, heard_at)
  select r.instance, r.key, max(r.at)
    from jsonb_to_recordset(v_all) as r (instance text, key text, kind text, at timestamptz)
   where r.key is not null and r.kind in ('text', 'audio', 'caption', 'other')
   group by 1, 2
   order by 1, 2
  on conflict (instance_name, phone_key) do update set heard_at = excluded.heard_at
    where h.heard_at is null or h.heard_at < excluded.heard_at;

  perform public.aurora_proactive_answered(
    (select jsonb_agg(jsonb_build_object('organization_id', r.organization_id, 'key', r.key, 'at', r.at))
       from jsonb_to_recordset(v_all) as r (organization_id uuid, key text, kind text, at timestamptz, concerns boolean)
      where r.key is not null and r.kind in ('text', 'audio', 'caption', 'other') and not r.concerns));

  select coalesce(jsonb_agg(jsonb_build_object(
           'n', t.n,
           'known', (select jsonb_build_object('handled', bool_or(p.handled), 'opt_out', max(p.reading ->> 'opt_out'),
                              'luto', bool_or((p.reading ->> 'luto')::boolean))
                       from public.aurora_proactive_replies p
                      where p.organization_id = any (t.organizations) and p.instance_name = t.instance
                        and p.gateway_message_id = t.id and p.outcome is not null
                     having count(*) > 0),
           'quoted', t.quoted,
           'earlier', public.aurora_proactive_earlier(t.instance, t.id, t.kind, t.quoted, t.original, t.key, t.at),
           'view', case when i.id is not null then
                     public.aurora_proactive_conversation(t.instance, t.key, t.lid, t.quoted, now()) end)), '[]')
    into v_talk
    from (select r.n, r.instance, r.id, min(r.key) as key, min(r.lid) as lid, min(r.quoted) as quoted,
                 min(r.kind) as kind, min(r.original) as original, min(r.at) as at,
                 array_agg(r.organization_id) as organizations
            from jsonb_to_recordset(v_all) as r (n bigint, instance text, id text, key text, lid text, quoted text,
                   kind text, at timestamptz, original text, concerns boolean, organization_id uuid,
                   enabled boolean)
           where r.enabled or r.concerns
           group by 1, 2, 3) t
    left join public.aurora_proactive_inbox i on i.instance_name = t.instance and i.id = t.id;
  return jsonb_build_object('changed', v_new, 'talk', v_talk);
end
$$;

-- What came of messages to owners, of one organisation and some local days. A figure is only of messages whose window
-- has closed; each comes with how many these are.

create or replace function public.aurora_proactive_answers(p_organization uuid, p_from timestamptz)
returns table (
  message uuid, owner_number_id uuid, at timestamptz, kind text, said text, gateway_message_id text
)
language sql
stable
set search_path = ''
as $$
  with kept as materialized (
    select r.* from public.aurora_proactive_replies r
     where r.organization_id = p_organization and r.received_at >= p_from
  ), changes as materialized (
    -- What somebody made of a message afterwards: other words, or none.
    select distinct on (k.instance_name, original) k.instance_name, k.said,
           regexp_replace(k.gateway_message_id, ':(edit:[0-9a-f]{12}|delete)$', '') as original
      from kept k
     where k.answers is null and k.kind is not null and k.gateway_message_id ~ ':(edit:[0-9a-f]{12}|delete)$'
     order by k.instance_name, original, k.received_at desc, k.gateway_message_id like '%:delete' desc)
  select k.answers, k.owner_number_id, k.received_at, k.kind,
         case when c.original is null then k.said else c.said end, k.gateway_message_id
    from kept k
    left join changes c on c.instance_name = k.instance_name and c.original = k.gateway_message_id
   where k.answers is not null
$$;

comment on function public.aurora_proactive_answers(uuid, timestamptz) is
  'The answers to an organisation''s messages since an instant, each with what it says by now. A reaction that says '
  'nothing (null) takes the ones before it back.';

create or replace function public.aurora_proactive_told(p_organization uuid, p_from timestamptz, p_to timestamptz)
returns table (instance text, at timestamptz, sent boolean)
language sql
stable
set search_path = ''
as $$
  with usual as (
    select i.instance_name from public.whatsapp_instances i
     where i.organization_id = p_organization
     order by (i.status = 'connected') desc nulls last, i.created_at, i.id limit 1
  ), handed as materialized (
    select coalesce(m.metadata ->> 'instance', (select u.instance_name from usual u)) as instance,
           m.sent_at at time zone 'utc' as sent_at, m.metadata -> 'receipts' as receipts
      from public.aurora_proactive_messages m
     where m.organization_id = p_organization and m.status = 'sent'
       and m.created_at >= (p_from at time zone 'utc') - interval '3 days' and m.created_at < p_to at time zone 'utc'
    union all
    select c.instance_name, r.sent_at, r.metadata -> 'receipts'
      from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id
     where r.organization_id = p_organization and r.status = 'sent'
       and r.sent_at >= p_from - interval '3 days' and r.sent_at < p_to)
  select h.instance, h.sent_at, true from handed h
  union all
  select h.instance, (t.value #>> '{}')::timestamptz, false
    from handed h cross join lateral jsonb_each(coalesce(h.receipts, '{}')) t
   where t.key in ('server_ack_at', 'delivered_at', 'read_at', 'error_at')
  union all
  select r.instance_name, r.received_at, null
    from public.aurora_proactive_replies r
   where r.organization_id = p_organization and r.received_at >= p_from - interval '3 days' and r.received_at < p_to
  union all
  select s.instance_name, s.acknowledged_at, false
    from public.aurora_proactive_instances s
   where s.acknowledged_at is not null
     and s.instance_name in (select i.instance_name from public.whatsapp_instances i
                              where i.organization_id = p_organization)
$$;

comment on function public.aurora_proactive_told(uuid, timestamptz, timestamptz) is
  'When an organisation''s instances were handed messages (sent), told receipts (not sent), and what people wrote to '
  'them (null).';

create or replace function public.aurora_proactive_engaged(
  p_organization uuid, p_types text[], p_from date, p_to date, p_now timestamptz
)
returns table (
  id uuid, type text, owner_number_id uuid, sent_at timestamptz, delivery text, told boolean, seen boolean,
  visible boolean, answered_after interval, said text, day date
)
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_from constant timestamptz := p_from::timestamp at time zone v_zone;
  v_to constant timestamptz := (p_to + 1)::timestamp at time zone v_zone;
begin
  return query
  with history as materialized (
    select m.id, m.message_type::text as type, m.owner_number_id, m.sent_at at time zone 'utc' as sent_at,
           coalesce(m.metadata -> 'receipts', '{}') as receipts,
           coalesce(m.metadata ->> 'instance', (
             select i.instance_name from public.whatsapp_instances i where i.organization_id = p_organization
              order by (i.status = 'connected') desc nulls last, i.created_at, i.id limit 1)) as instance
      from public.aurora_proactive_messages m
     where m.organization_id = p_organization and m.status = 'sent' and m.sent_at is not null
       and m.created_at >= (v_from at time zone 'utc') - interval '93 days'
  ), meant as materialized (
    select h.*, (h.sent_at at time zone v_zone)::date as day from history h
     where h.type = any (p_types) and h.sent_at >= v_from and h.sent_at < v_to and h.sent_at <= p_now
  ), answers as materialized (
    select a.message, a.at, a.kind, a.said, m.sent_at, a.gateway_message_id, a.owner_number_id,
           a.at <= m.sent_at + interval '48 hours' as in_time
      from public.aurora_proactive_answers(p_organization, v_from - interval '1 minute') a
      join meant m on m.id = a.message
     where a.at <= p_now
  ), heard as (
    select a.message, min(a.at) filter (where a.kind is distinct from 'reaction' or a.said is not null) as at
      from answers a group by a.message
  ), standing as materialized (
    -- Of somebody's reactions to a message only the last one stands; taken back, none does.
    select a.* from answers a
     where a.in_time and (a.kind is distinct from 'reaction' or (a.said is not null and not exists (
       select from answers b
        where b.message = a.message and b.in_time and b.kind = 'reaction'
          and b.owner_number_id is not distinct from a.owner_number_id
          and (b.at, b.said is null, b.gateway_message_id) > (a.at, a.said is null, a.gateway_message_id))))
  ), answered as (
    select s.message, greatest(min(s.at - s.sent_at), interval '0') as after,
           coalesce((array_agg(s.said order by s.at desc, s.gateway_message_id desc)
                       filter (where s.said in ('yes', 'no', 'stop')))[1],
                    case when bool_or(s.kind is not null) then 'other' end) as said
      from standing s group by s.message
  ), marks as (
    select h.owner_number_id as owner, (h.receipts ->> 'read_at')::timestamptz as at, true as is_read, null::uuid as id
      from history h where h.receipts ? 'read_at'
    union all
    select m.owner_number_id, m.sent_at, false, m.id from meant m
  ), reading as (
    select k.id, k.at, max(k.at) filter (where k.is_read) over (
             partition by k.owner order by k.at, k.is_read rows between unbounded preceding and current row)
             as last_read
      from marks k
  ), told as (
    select t.instance, t.at, null::uuid as id
      from public.aurora_proactive_told(p_organization, v_from - interval '8 days', v_to + interval '8 days') t
     where t.sent is false and t.at <= p_now
    union all
    select m.instance, least(p_now, m.sent_at + interval '7 days'), m.id from meant m
  ), telling as (
    select t.id, t.at, max(t.at) filter (where t.id is null) over (
             partition by t.instance order by t.at, t.id nulls first rows between unbounded preceding and current row)
             as last_told
      from told t)
  select m.id, m.type, m.owner_number_id, m.sent_at,
         case when m.receipts ?| array['delivered_at', 'read_at']
                or h.message is not null then 'delivered'
              when m.receipts ? 'error_at' then 'refused'
              when m.receipts ? 'server_ack_at' then 'on_its_way'
              else 'silent' end,
         coalesce(t.last_told >= t.at - interval '7 days', false),
         coalesce((m.receipts ->> 'read_at')::timestamptz < (m.day + 1)::timestamp at time zone v_zone, false)
           or coalesce(h.at < (m.day + 1)::timestamp at time zone v_zone, false),
         coalesce(r.last_read >= m.sent_at - interval '90 days', false),
         a.after, a.said, m.day
    from meant m
    left join answered a on a.message = m.id
    left join heard h on h.message = m.id
    left join reading r on r.id = m.id
    left join telling t on t.id = m.id;
end
$$;

comment on function public.aurora_proactive_engaged(uuid, text[], date, date, timestamptz) is
  'What came of each message of these types that was sent on the local days from p_from to p_to: its delivery, whether '
  'its instance told any receipt within 7 days, whether it was seen by local midnight, whether its owner''s reads were '
  'visible in the 90 days before, after how long it was answered within 48 hours, and what the answer said.';

create or replace function public.aurora_proactive_hidden_readers(p_organization uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select m.owner_number_id
    from public.aurora_proactive_messages m
   where m.organization_id = p_organization and m.status = 'sent' and m.owner_number_id is not null
   group by m.owner_number_id
  having not bool_or(coalesce(m.metadata -> 'receipts' ? 'read_at', false))
     and count(*) filter (where exists (select from public.aurora_proactive_replies r where r.answers = m.id)) >= 3
$$;

comment on function public.aurora_proactive_hidden_readers(uuid) is
  'The owners who answered three messages or more and of whom no read was ever told.';

create or replace function public.aurora_proactive_away_weeks(
  p_organization uuid, p_from date, p_to date, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_monday constant date := date_trunc('week', p_from)::date;
  v_from constant timestamptz := v_monday::timestamp at time zone v_zone;
  v_to constant timestamptz := (p_to + 8)::timestamp at time zone v_zone;
begin
  return (
    with told as materialized (
      -- clocks differ: what was heard within the minute before a sending may be about it
      select t.instance, t.sent is true as sent,
             case when t.sent then t.at - interval '1 minute' else t.at end as at
        from public.aurora_proactive_told(p_organization, v_from, v_to) t where t.at <= p_now
    ), next as (
      -- Whatever is heard after a sending ends the silence that began with it: a gateway that hears us tells at once.
      select t.instance, t.at, t.sent, min(t.at) filter (where not t.sent) over (
               partition by t.instance order by t.at desc, t.sent rows between unbounded preceding and current row)
               as heard
        from told t
    ), silences as (
      select n.instance, min(n.at) as since, coalesce(n.heard, p_now) as until
        from next n where n.sent group by n.instance, n.heard
    ), weeks as (
      select w::date as week, w at time zone v_zone as since, (w + interval '7 days') at time zone v_zone as until
        from generate_series(v_monday::timestamp, p_to::timestamp, interval '7 days') w
    ), away as (
      select w.week, sum(extract(epoch from least(s.until, w.until) - greatest(s.since, w.since))) / 3600 as hours
        from weeks w join silences s on s.since < w.until and s.until > w.since
       group by w.week, s.instance)
    select coalesce(jsonb_agg(jsonb_build_object('week', a.week, 'hours', a.hours) order by a.week), '[]')
      from (select week, round(max(hours), 1) as hours from away group by week having max(hours) > 6) a);
end
$$;

comment on function public.aurora_proactive_away_weeks(uuid, date, date, timestamptz) is
  'The local weeks (their Mondays) in which webhooks were away for more than 6 hours: messages were handed over, and '
  'nothing was heard.';

create or replace function public.aurora_proactive_engagement(
  p_organization uuid, p_types text[], p_from date, p_to date, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_rows jsonb;
begin
  with m as materialized (
    select e.*, e.sent_at <= p_now - interval '24 hours' as day_old, e.sent_at <= p_now - interval '48 hours' as closed,
           p_now >= (e.day + 1)::timestamp at time zone v_zone as day_over
      from public.aurora_proactive_engaged(p_organization, p_types, p_from, p_to, p_now) e
  ), ranked as materialized (
    -- Unanswered ones are all censored at 48 hours: what is left of Kaplan-Meier is the rank among all of them.
    select m.type, m.answered_after,
           row_number() over (partition by m.type order by m.answered_after) as place,
           row_number() over (order by m.answered_after) as total_place
      from m where m.closed and m.answered_after is not null
  ), sums as (
    select m.type, count(*) as sent,
           count(*) filter (where m.day_old and m.told) as delivery_n,
           count(*) filter (where m.day_old and not m.told) as untold,
           count(*) filter (where m.day_old and m.told and m.delivery = 'delivered') as delivered,
           count(*) filter (where m.day_old and m.told and m.delivery = 'on_its_way') as on_its_way,
           count(*) filter (where m.day_old and m.told and m.delivery = 'refused') as refused,
           count(*) filter (where m.day_old and m.told and m.delivery = 'silent') as silent,
           count(*) filter (where m.day_over and m.told and m.visible) as read_n,
           count(*) filter (where m.day_over and m.told and m.visible and m.seen) as read,
           count(*) filter (where m.owner_number_id in (select public.aurora_proactive_hidden_readers(p_organization)))
             as to_hidden,
           count(*) filter (where m.closed) as answer_n,
           count(*) filter (where m.closed and m.answered_after is not null) as answered,
           count(*) filter (where m.closed and m.said = 'yes') as yes,
           count(*) filter (where m.closed and m.said = 'no') as no,
           count(*) filter (where m.closed and m.said = 'stop') as stop,
           count(*) filter (where m.closed and m.said = 'other') as other,
           count(*) filter (where m.closed and m.answered_after is not null and m.said is null) as unread
      from m group by grouping sets ((m.type), ())
  ), timed as (
    select s.*,
           (select extract(epoch from min(r.answered_after)) from ranked r
             where case when s.type is null then r.total_place else r.place end * 2 >= s.answer_n
               and (s.type is null or r.type = s.type)) as median,
           (select extract(epoch from min(r.answered_after)) from ranked r
             where case when s.type is null then r.total_place else r.place end * 4 >= s.answer_n
               and (s.type is null or r.type = s.type)) as quarter
      from sums s)
  select coalesce(jsonb_agg(to_jsonb(t) order by t.type nulls first), '[]') into v_rows from timed t;
  return jsonb_build_object(
    'rows', v_rows,
    'hidden_readers', (select count(*) from public.aurora_proactive_hidden_readers(p_organization)),
    'away', public.aurora_proactive_away_weeks(p_organization, p_from, p_to, p_now));
end
$$;

comment on function public.aurora_proactive_engagement(uuid, text[], date, date, timestamptz) is
  'What came of the messages of the local days from p_from to p_to: "rows" of all types (type null) and of each, with '
  'the size of every figure ("delivery_n", "read_n", "answer_n"); median and 25 % point of the time to an answer in '
  'seconds, null where fewer answered; owners whose reads are hidden; weeks in which webhooks were away.';

create or replace function public.aurora_proactive_booked_after(
  p_organization uuid, p_from date, p_to date, p_days integer, p_now timestamptz
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_zone constant text := (select public.aurora_proactive_zone(o.timezone) from public.organizations o
                            where o.id = p_organization);
  v_window constant interval := make_interval(hours => 24 * p_days);
  v_found jsonb;
begin
  with written as materialized (
    select r.id, r.campaign_id, r.phone_key, r.sent_at, r.contact_id || r.other_contacts as contacts,
           r.sent_at + v_window <= p_now as closed, r.sent_at + v_window + interval '720 hours' <= p_now as settled
      from public.aurora_proactive_campaign_recipients r
     where r.organization_id = p_organization and r.status = 'sent' and r.contact_id is not null
       and r.sent_at >= p_from::timestamp at time zone v_zone
       and r.sent_at < (p_to + 1)::timestamp at time zone v_zone and r.sent_at <= p_now
  ), bookings as materialized (
    select b.* from public.aurora_proactive_bookings(p_organization, p_now) b
     where b.created_at > p_from::timestamp at time zone v_zone and b.contact_id is not null and b.live
  ), booked as (
    select w.id, count(b.id) as bookings, coalesce(sum(b.value), 0) as value,
           coalesce(sum(b.value) filter (where b.done), 0) as done
      from written w
      left join bookings b on b.contact_id = any (w.contacts)
                          and b.created_at > w.sent_at and b.created_at <= w.sent_at + v_window
     where w.closed
     group by w.id)
  select jsonb_build_object(
    'days', p_days,
    'n', count(*), 'booked', count(*) filter (where b.bookings > 0), 'value', coalesce(sum(b.value), 0),
    'done_n', count(*) filter (where w.settled), 'done', coalesce(sum(b.done) filter (where w.settled), 0),
    'open', (select count(*) from written o where not o.closed),
    'in_two', count(*) filter (where exists (
       select from public.aurora_proactive_campaign_recipients o
        where o.organization_id = p_organization and o.phone_key = w.phone_key and o.status = 'sent'
          and o.campaign_id <> w.campaign_id
          and o.sent_at > w.sent_at - v_window and o.sent_at < w.sent_at + v_window)))
    into v_found
    from written w join booked b on b.id = w.id;
  return v_found;
end
$$;

comment on function public.aurora_proactive_booked_after(uuid, date, date, integer, timestamptz) is
  'Of the clients whom campaigns wrote to on the local days from p_from to p_to and whose window of p_days has closed: '
  'how many booked in it ("booked"), the value of that, and of what was done 30 days later ("done", of "done_n"); '
  '"open": whose window has not closed; "in_two": whose window another campaign''s overlaps.';

-- What a campaign brings, by those whom chance left out of it. The assignment itself is computed in Python, and can be
-- computed again by anybody (docs/decisions/0110-what-a-campaign-brings.md).

create or replace function public.aurora_proactive_holdout(
  p_campaign uuid, p_organization uuid, p_source text, p_rule jsonb, p_now timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'share', s.written_share,
    -- Whoever was left out lately is written to.
    'recent', (select coalesce(jsonb_agg(distinct c.id), '[]')
                 from public.aurora_proactive_campaign_people k
                cross join lateral unnest(k.contact_id || k.other_contacts) c (id)
                where k.organization_id = p_organization and k.arm = 'held_back' and k.campaign_id <> p_campaign
                  and k.begins_at > p_now - interval '1440 hours' and c.id is not null),
    'm', (select (2 + count(*) filter (where k.booked))::double precision / (20 + count(*))
            from public.aurora_proactive_campaign_people k
            join public.aurora_proactive_campaigns c on c.id = k.campaign_id
           where k.organization_id = p_organization and k.campaign_id <> p_campaign and k.booked is not null
             and c.source = p_source
             and coalesce(c.audience ->> 'audience', '') = coalesce(p_rule ->> 'audience', '')),
    'worth', (select coalesce(avg(b.value), 0)
                from public.aurora_proactive_bookings(p_organization, p_now) b
               where b.live and b.created_at > p_now - interval '2160 hours' and b.created_at <= p_now))
    from public.aurora_proactive_campaign_settings s
   where s.organization_id = p_organization and s.written_share is not null
$$;

comment on function public.aurora_proactive_holdout(uuid, uuid, text, jsonb, timestamptz) is
  'By what a campaign leaves clients out to measure its effect: the share that is written to, who was left out in the '
  'last 60 days, how many are expected to book and what a booking is worth. Null where nothing is measured.';

create or replace function public.aurora_proactive_settle_people(p_organization uuid, p_now timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_settled integer;
begin
  with due as materialized (
    select k.campaign_id, k.recipient_id, k.organization_id, k.begins_at,
           k.begins_at + make_interval(hours => 24 * k.window_days) as ends_at,
           k.contact_id || k.other_contacts as contacts
      from public.aurora_proactive_campaign_people k
     where k.booked is null and k.contact_id is not null
       and k.begins_at + make_interval(hours => 24 * k.window_days) <= p_now
       and (p_organization is null or k.organization_id = p_organization)
     order by k.begins_at, k.campaign_id, k.recipient_id
     limit 5000
       for no key update skip locked
  ), bookings as materialized (
    select o.organization_id, b.contact_id, b.created_at, b.value
      from (select d.organization_id, min(d.begins_at) as since from due d group by 1) o
     cross join lateral public.aurora_proactive_bookings(o.organization_id, p_now) b
     where b.live and b.contact_id is not null and b.created_at > o.since
  ), found as (
    select d.campaign_id, d.recipient_id, count(b.contact_id) as bookings, coalesce(sum(b.value), 0) as value
      from due d
     cross join lateral unnest(d.contacts) c (id)
      left join bookings b on b.organization_id = d.organization_id and b.contact_id = c.id
                          and b.created_at > d.begins_at and b.created_at <= d.ends_at
     group by 1, 2)
  update public.aurora_proactive_campaign_people k
     set booked = f.bookings > 0, value = f.value, settled_at = p_now
    from found f
   where k.campaign_id = f.campaign_id and k.recipient_id = f.recipient_id;
  get diagnostics v_settled = row_count;
  return v_settled;
end
$$;

comment on function public.aurora_proactive_settle_people(uuid, timestamptz) is
  'Keeps what the units booked whose window has closed, of an organisation or (null) of all; answers how many. Never '
  'changed afterwards.';

create or replace function public.aurora_proactive_campaign_effect(p_organization uuid, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform public.aurora_proactive_settle_people(p_organization, p_now);
  return (
    with units as materialized (
      select k.*, case k.arm when 'written' then 1 / k.p else -1 / (1 - k.p) end as z
        from public.aurora_proactive_campaign_people k
       where k.organization_id = p_organization and k.begins_at <= p_now
    ), campaigns as (
      select u.campaign_id as id, u.p, min(u.begins_at) as begins_at, count(*) as assigned,
             count(*) filter (where u.arm = 'written') as assigned_written,
             count(u.booked) as n, count(u.booked) filter (where u.arm = 'written') as written,
             count(*) filter (where u.booked) as booked,
             count(*) filter (where u.booked and u.arm = 'written') as booked_written,
             coalesce(sum((u.booked::integer - u.m) * u.z), 0) as u,
             coalesce(sum(((u.booked::integer - u.m) * u.z) ^ 2), 0) as s,
             coalesce(sum((u.value::double precision - u.m * u.worth) * u.z), 0) as value_u,
             coalesce(sum(((u.value::double precision - u.m * u.worth) * u.z) ^ 2), 0) as value_s,
             max(u.m) as m, max(u.worth) as worth
        from units u
       group by u.campaign_id, u.p)
    select jsonb_build_object(
      'share', (select s.written_share from public.aurora_proactive_campaign_settings s
                 where s.organization_id = p_organization),
      'campaigns', (select coalesce(jsonb_agg(to_jsonb(c) order by c.begins_at, c.id), '[]') from campaigns c),
      'held_then_written', (
        select count(*) from units u
         where u.arm = 'held_back' and exists (
           select from public.aurora_proactive_campaign_recipients r
            where r.organization_id = p_organization and r.status = 'sent' and r.campaign_id <> u.campaign_id
              and (u.contact_id || u.other_contacts) && (r.contact_id || r.other_contacts)
              and r.sent_at > u.begins_at
              and r.sent_at <= u.begins_at + make_interval(hours => 24 * u.window_days)))));
end
$$;

comment on function public.aurora_proactive_campaign_effect(uuid, timestamptz) is
  'The sums by which the effect of an organisation''s campaigns is told: units, bookings, scores (U and S of bookings '
  'and of their value) a campaign, oldest first; how many who were held back another campaign wrote to.';

create or replace function public.aurora_proactive_measure_effect(
  p_organization uuid, p_share numeric, p_by text, p_via text
)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_before numeric;
begin
  select s.written_share into v_before from public.aurora_proactive_campaign_settings s
   where s.organization_id = p_organization for update;
  if not found then
    return false;
  end if;
  if v_before is distinct from p_share then
    update public.aurora_proactive_campaign_settings s set written_share = p_share
     where s.organization_id = p_organization;
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'effect_measured', 'campaigns',
      jsonb_build_object('written_share', v_before), jsonb_build_object('written_share', p_share));
  end if;
  return true;
end
$$;

comment on function public.aurora_proactive_measure_effect(uuid, numeric, text, text) is
  'Switches measuring the effect of an organisation''s campaigns on (the share that is written to) or, null, off, and '
  'writes down who did; false where it has not accepted to write to its clients yet.';

-- Conditions on "m", a message, that follow "where true"; $1 is the filter itself. They are built for the filters that
-- are there: one plan for all of them would read the whole table. Keys that are not there do not filter:
--   organization, type, status, delivery (of sent ones), reason (the code of a failure)
--   from (included), to (not included): when it was created
--   id          the beginning of an id (hexadecimal digits, dashes do not count) or a whole id of the gateway's
--   owner       a part of the owner's name;  text: a part of the message's text; both without capitals and accents
--   phone       the last digits of the owner's number
--   instance    the instance that it went out from or, where it came to none, that its organisation has
--   answered    somebody answered it;  slower: seconds that it took at least from its time to being sent
--   resendable  it failed, its record is complete, and it is known that it was not sent
create or replace function public.aurora_proactive_message_conditions(p_filter jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id constant text := p_filter ->> 'id';
  v_digits constant text := left(lower(replace(v_id, '-', '')), 32);
  v_low uuid;
  v_high uuid;
begin
  if v_digits ~ '^[0-9a-f]+$' then
    v_low := rpad(v_digits, 32, '0');
    v_high := rpad(v_digits, 32, 'f');
  end if;
  return
    -- one or two digits begin so many ids that they are met on the way; more of them are looked up
    case when length(v_digits) <= 2 and v_low is not null then format(' and m.id between %L and %L', v_low, v_high)
         when v_id is not null then format(
           ' and m.id in (select i.id from public.aurora_proactive_messages i where i.id between %L and %L'
           ' union all select i.id from public.aurora_proactive_messages i'
           ' where i.metadata ->> ''gateway_message_id'' = %L)', v_low, v_high, v_id) else '' end
    || case when p_filter ? 'organization' then ' and m.organization_id = ($1 ->> ''organization'')::uuid'
            else '' end
    || case when p_filter ? 'type' then ' and m.message_type = $1 ->> ''type''' else '' end
    || case when p_filter ? 'status' then format(' and m.status = %L', p_filter ->> 'status') else '' end
    || case when p_filter ? 'delivery' then
         ' and m.status = ''sent'' and public.aurora_proactive_delivery(m.status, m.metadata) = $1 ->> ''delivery'''
         else '' end
    || case when p_filter ? 'reason' then
         ' and m.status = ''failed'' and m.metadata #>> ''{failure,code}'' = $1 ->> ''reason''' else '' end
    || case when p_filter ? 'from' then
         ' and m.created_at >= ($1 ->> ''from'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ? 'to' then
         ' and m.created_at < ($1 ->> ''to'')::timestamptz at time zone ''utc''' else '' end
    || case when p_filter ?| '{owner,phone}' then
         ' and m.owner_number_id in (select w.id from public.owner_numbers w where true'
         || case when p_filter ? 'organization' then ' and w.organization_id = ($1 ->> ''organization'')::uuid'
                 else '' end
         || case when p_filter ? 'owner' then ' and strpos(public.aurora_proactive_search_key(w.name),'
              ' public.aurora_proactive_search_key($1 ->> ''owner'')) > 0' else '' end
         || case when p_filter ? 'phone' then ' and right(regexp_replace(w.phone, ''[^0-9]'', '''', ''g''),'
              ' length($1 ->> ''phone'')) = $1 ->> ''phone''' else '' end || ')'
         else '' end
    || case when p_filter ? 'text' then ' and strpos(public.aurora_proactive_search_key(m.content),'
         ' public.aurora_proactive_search_key($1 ->> ''text'')) > 0' else '' end
    || case when p_filter ? 'instance' then
         ' and case when m.metadata ? ''instance'''
         ' then lower(m.metadata ->> ''instance'') = lower($1 ->> ''instance'')'
         ' else m.organization_id in (select i.organization_id from public.whatsapp_instances i'
         ' where lower(i.instance_name) = lower($1 ->> ''instance'')) end' else '' end
    || case when p_filter ? 'answered' then
         ' and exists (select from public.aurora_proactive_replies r where r.answers = m.id)' else '' end
    || case when p_filter ? 'slower' then
         ' and public.aurora_proactive_send_duration(m.status, m.scheduled_for, m.created_at, m.sent_at)'
         ' >= ($1 ->> ''slower'')::numeric * 1000' else '' end
    || case when p_filter ? 'resendable' then
         ' and m.status = ''failed'' and m.metadata ? ''occurrence'' and m.metadata ? ''timezone'''
         ' and coalesce(m.metadata #>> ''{failure,code}'', '''') not like ''delivery\_unknown\_%'''
         else '' end;
end
$$;

-- What operators watch, in one request: how many messages ended and failed lately, when one was last sent, whether one
-- was due since, and the instances. Times are this database's own.

-- Whether something was due in (p_after, p_until]: a message that was not sent, or one of the type p_type (which
-- every owner gets every day, at p_daily local time) for an owner who was already there. The latter counts without any
-- record of it, so that a schedule that stands still is noticed; but not before the worker has been at work for the
-- period.
create or replace function public.aurora_proactive_anything_due(
  p_after timestamptz, p_until timestamptz, p_type text, p_daily time
)
returns boolean
language sql
stable
set search_path = ''
as $$
  with zones as materialized (
    select n.written,
           public.aurora_proactive_instant(
             (p_until at time zone n.zone)::date + p_daily
               - case when (p_until at time zone n.zone)::time < p_daily then interval '1 day' else interval '0' end,
             n.zone) as ran_at
      from public.aurora_proactive_zones() n
  )
  select exists (
      select from public.aurora_proactive_messages m
       where m.status = 'pending'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (
      select from public.aurora_proactive_messages m
       where m.status = 'failed' and m.created_at > p_after at time zone 'utc'
         and m.scheduled_for > p_after at time zone 'utc' and m.scheduled_for <= p_until at time zone 'utc')
    or exists (select from public.aurora_proactive_messages m where m.created_at <= p_after at time zone 'utc')
   and exists (
      select from zones z
        join public.organizations o on coalesce(o.timezone, '') = z.written and o.is_active and o.created_at < z.ran_at
        join public.owner_numbers w on w.organization_id = o.id and w.aurora_enabled and w.created_at < z.ran_at
       where z.ran_at > p_after and w.phone ~ '[0-9]'
         and not public.aurora_proactive_summary_rests(
           o.id, (z.ran_at at time zone public.aurora_proactive_zone(o.timezone))::date)
         and not exists (
           select from public.aurora_proactive_pauses p
            where coalesce(p.organization_id, o.id) = o.id
              and coalesce(p.message_type, p_type) = p_type))
$$;

-- What organisations accept, and the rights of their clients, by hand: opt-outs, block lists, consents, erasure.

-- What did not say how it was done before 0.2.0.
drop function if exists public.aurora_proactive_keep_campaign_settings(uuid, jsonb, text, timestamptz);

drop function if exists public.aurora_proactive_import_block_list(uuid, text[], jsonb, text, timestamptz);

drop function if exists public.aurora_proactive_erase_person(uuid, text, timestamptz);

-- Who accepted is in the settings' own history: nothing of the log of changes could ever be erased.
create or replace function public.aurora_proactive_settings_in_short(
  p_settings public.aurora_proactive_campaign_settings
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select to_jsonb(p_settings) - array['organization_id', 'history', 'accepted_by', 'recorded_by']
   where p_settings.organization_id is not null
$$;

comment on function public.aurora_proactive_settings_in_short(public.aurora_proactive_campaign_settings) is
  'Settings of campaigns as the log of changes has them, without the name of who accepted; null where there are none.';

create or replace function public.aurora_proactive_keep_campaign_settings(
  p_organization uuid, p_settings jsonb, p_by text, p_now timestamptz, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_old public.aurora_proactive_campaign_settings;
  v_new public.aurora_proactive_campaign_settings :=
    jsonb_populate_record(null::public.aurora_proactive_campaign_settings, p_settings);
begin
  select * into v_old from public.aurora_proactive_campaign_settings s
   where s.organization_id = p_organization for update;
  -- What was accepted before stays written; the same terms again are the same acceptance.
  if v_old.organization_id is null
     or (v_old.accepted_by, v_old.legal_basis, v_old.basis_reference)
        is distinct from (v_new.accepted_by, v_new.legal_basis, v_new.basis_reference) then
    v_new.accepted_at := p_now;
    v_new.recorded_by := p_by;
    v_new.history := case when v_old.organization_id is null then '[]' else v_old.history || jsonb_build_object(
      'accepted_by', v_old.accepted_by, 'accepted_at', v_old.accepted_at, 'legal_basis', v_old.legal_basis,
      'basis_reference', v_old.basis_reference, 'recorded_by', v_old.recorded_by) end;
  else
    v_new.accepted_at := v_old.accepted_at;
    v_new.recorded_by := v_old.recorded_by;
    v_new.history := v_old.history;
  end if;
  insert into public.aurora_proactive_campaign_settings as s
    (organization_id, accepted_by, accepted_at, recorded_by, history, legal_basis, basis_reference, business_name,
     cost_sentence, daily_caps, used_since)
  values (p_organization, v_new.accepted_by, v_new.accepted_at, v_new.recorded_by, v_new.history, v_new.legal_basis,
          v_new.basis_reference, v_new.business_name, v_new.cost_sentence, v_new.daily_caps, v_new.used_since)
  on conflict (organization_id) do update
    set accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at, recorded_by = excluded.recorded_by,
        history = excluded.history, legal_basis = excluded.legal_basis, basis_reference = excluded.basis_reference,
        business_name = excluded.business_name, cost_sentence = excluded.cost_sentence,
        daily_caps = excluded.daily_caps, used_since = excluded.used_since
  returning * into v_new;
  if p_via is not null and v_new is distinct from v_old then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via,
      case when v_new.accepted_at is distinct from v_old.accepted_at then 'campaigns_accepted'
           else 'campaign_settings_changed' end, '',
      public.aurora_proactive_settings_in_short(v_old), public.aurora_proactive_settings_in_short(v_new));
  end if;
  return to_jsonb(v_new);
end
$$;

comment on function public.aurora_proactive_keep_campaign_settings(uuid, jsonb, text, timestamptz, text) is
  'Keeps what an organisation accepted and set for its campaigns; earlier acceptances stay in its history. What '
  'changed is written down.';

-- All of it or nothing. Who opted out stays so, and is listed too; who is listed already is only counted.
create or replace function public.aurora_proactive_import_block_list(
  p_organization uuid, p_keys text[], p_evidence jsonb, p_by text, p_now timestamptz, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_added text[];
begin
  perform pg_advisory_xact_lock(312, hashtext(p_organization::text));
  with added as (
    insert into public.aurora_proactive_opt_outs as o (organization_id, key, level, source, evidence, since)
    select p_organization, k.key, 'block_list', 'import', p_evidence, p_now
      from (select distinct unnest(p_keys) as key order by 1) k
    on conflict (organization_id, key) do update
      -- who may have left for a while is out for good now, whatever comes of that
      set until = null,
          level = case when o.until <= p_now then excluded.level else o.level end,
          source = case when o.until <= p_now then excluded.source else o.source end,
          since = case when o.until <= p_now then excluded.since else o.since end,
          evidence = case when o.until <= p_now then excluded.evidence
                          else o.evidence || jsonb_build_object(
                                 'listed', excluded.evidence || jsonb_build_object('since', excluded.since)) end
      where o.level <> 'block_list' and not o.evidence ? 'listed'
    returning o.key), logged as (
    insert into public.aurora_proactive_consents (organization_id, phone_key, kind, source, evidence, recorded_by, at)
    select p_organization, a.key, 'listed', 'import', p_evidence, p_by, p_now from added a)
  select coalesce(array_agg(a.key), '{}') into v_added from added a;
  if p_via is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'block_list_imported', '', null, jsonb_build_object(
        'list', public.aurora_proactive_without_numbers(p_evidence ->> 'list'), 'numbers', cardinality(p_keys),
        'added', cardinality(v_added)));
  end if;
  return jsonb_build_object('added', cardinality(v_added),
                            'waiting', public.aurora_proactive_waiting_for(p_organization, v_added, true));
end
$$;

comment on function public.aurora_proactive_import_block_list(uuid, text[], jsonb, text, timestamptz, text) is
  'Keeps the numbers of a block list, and who imported it, in one transaction. Answers {"added", "waiting"}: how many '
  'are new on it, and their recipients who were not written to yet.';

create or replace function public.aurora_proactive_give_consent(
  p_organization uuid, p_key text, p_basis text, p_source text, p_evidence jsonb, p_by text, p_now timestamptz
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id bigint;
begin
  perform pg_advisory_xact_lock(311, hashtext(p_organization::text || p_key));
  -- The client's own word is the newest one; what ends a block list or a mourning is somebody else's.
  perform public.aurora_proactive_take_back(p_organization, p_key, false);
  insert into public.aurora_proactive_consents
    (organization_id, phone_key, kind, basis, source, evidence, recorded_by, at)
  values (p_organization, p_key, 'given', p_basis, p_source, p_evidence, p_by, p_now)
  returning id into v_id;
  if p_source in ('page', 'api') and p_by is not null then
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_source, 'consent_given',
      public.aurora_proactive_opt_out_id(p_organization, p_key)::text, null, jsonb_build_object('basis', p_basis));
  end if;
  return (select to_jsonb(c) from public.aurora_proactive_consents c where c.id = v_id);
end
$$;

-- What a booking brought is kept as a number before the client is forgotten: counts stay.
create or replace function public.aurora_proactive_forget_recipients(p_ids uuid[], p_now timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_number integer;
begin
  with r as materialized (
    select x.* from public.aurora_proactive_campaign_recipients x
     where x.id = any (p_ids) and not (x.status = 'pending' and (x.metadata ? 'claim' or x.metadata ? 'doubt'))
     order by x.id for update
  ), booked as (
    select r.id, sum(b.value) as value
      from (select distinct r.organization_id from r where r.status = 'sent') o
     cross join lateral public.aurora_proactive_bookings(o.organization_id, p_now) b
      join r on r.organization_id = o.organization_id and r.status = 'sent'
            and b.contact_id = any (r.contact_id || r.other_contacts)
     where b.live and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
     group by r.id
  ), out as (
    select r.id, min(x.since) as since from r
      join public.aurora_proactive_opt_outs x
        on x.organization_id = r.organization_id and x.level in ('sure', 'probable') and x.since >= r.sent_at
       and (x.key = r.phone_key or x.contact_id = r.contact_id)
     where r.status = 'sent'
     group by r.id
  ), units as (
    update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
     where k.recipient_id = any (p_ids) and k.contact_id is not null
  ), forgotten as (
    update public.aurora_proactive_campaign_recipients x
       set phone_key = 'erased:' || x.id, phone = null, content = null, contact_id = null, other_contacts = '{}',
           pets = '{}', booking_id = null, error_message = null,
           status = case when x.status = 'pending' then 'skipped' else x.status end,
           reason = case when x.status = 'pending' then 'deleted' else x.reason end,
           opted_out_at = coalesce(x.opted_out_at, out.since),
           metadata = (x.metadata - array['remote_jid', 'data'])
                      || case when booked.id is null then '{}'
                              else jsonb_build_object('booked', booked.value) end
      from r left join booked on booked.id = r.id left join out on out.id = r.id
     where x.id = r.id
    returning 1)
  select count(*) into v_number from forgotten;
  return v_number;
end
$$;

create or replace function public.aurora_proactive_erase_person(
  p_organization uuid, p_key text, p_now timestamptz, p_by text default null, p_via text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select r.id from public.aurora_proactive_campaign_recipients r
                         where r.organization_id = p_organization and r.phone_key = p_key);
  v_instances text[] := array(select i.instance_name from public.whatsapp_instances i
                               where i.organization_id = p_organization);
  v_erased integer := public.aurora_proactive_forget_recipients(v_ids, p_now);
begin
  -- Who is in a worker's hand is not written to, whenever that worker comes back.
  update public.aurora_proactive_campaign_recipients r set metadata = r.metadata || '{"erase": true}'
   where r.id = any (v_ids) and r.status = 'pending';
  delete from public.aurora_proactive_heard h where h.phone_key = p_key and h.instance_name = any (v_instances);
  delete from public.aurora_proactive_identities i where i.phone_key = p_key and i.instance_name = any (v_instances);
  delete from public.aurora_proactive_inbox i where i.sender = p_key and i.instance_name = any (v_instances);
  update public.aurora_proactive_client_answers a
     set phone_key = 'erased:' || a.id, phone = null, content = null, metadata = a.metadata - 'remote_jid',
         status = case when a.status = 'pending' then 'skipped' else a.status end
   where a.organization_id = p_organization and a.phone_key = p_key
     and not (a.status = 'pending' and (a.metadata ? 'claim' or a.metadata ? 'doubt'));
  -- Who was held back has no recipient's row.
  update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
   where k.organization_id = p_organization
     and k.contact_id in (select c.id from public.contacts c
                           where c.organization_id = p_organization
                             and public.aurora_proactive_phone_key(c.phone) = p_key);
  if p_by is not null then  -- that somebody was erased, and nothing that says who
    perform public.aurora_proactive_record_change(
      p_organization, p_by, p_via, 'person_erased', '', null,
      jsonb_build_object('messages', v_erased, 'open', cardinality(v_ids) - v_erased));
  end if;
  return jsonb_build_object('erased', v_erased, 'open', cardinality(v_ids) - v_erased, 'waiting', to_jsonb(v_ids));
end
$$;

comment on function public.aurora_proactive_erase_person(uuid, text, timestamptz, text, text) is
  'Erases what campaigns keep of a number: who received them and what, when it wrote, which hidden sender it is. '
  'Opt-outs and the log of consents stay: they honour the wish. Answers {"erased", "open"}: recipients, and those in a '
  'worker''s hand.';

create or replace function public.aurora_proactive_forget_campaigns(p_days integer, p_limit integer, p_now timestamptz)
returns integer
language sql
set search_path = ''
as $$
  -- Who was held back has no recipient's row; of what never began nothing is measured.
  update public.aurora_proactive_campaign_people k set contact_id = null, other_contacts = '{}'
   where k.begins_at < p_now - make_interval(days => p_days) and k.contact_id is not null;
  delete from public.aurora_proactive_campaign_people k
   where k.begins_at is null
     and exists (select from public.aurora_proactive_campaigns c
                  where c.id = k.campaign_id and c.status in ('stopped', 'done', 'declined', 'expired'));
  select public.aurora_proactive_forget_recipients(array(
    select r.id from public.aurora_proactive_campaign_recipients r
     where r.created_at < p_now - make_interval(days => p_days) and r.phone is not null
       and not (r.status = 'pending' and (r.metadata ? 'claim' or r.metadata ? 'doubt'))
     order by r.created_at limit p_limit), p_now)
$$;

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
