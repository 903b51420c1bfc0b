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
