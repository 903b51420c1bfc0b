-- How the API and the pages read campaigns, who receives them, and who wants none.

create or replace function public.aurora_proactive_campaign_row(c public.aurora_proactive_campaigns)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'organization', o.name,
    'timezone', public.aurora_proactive_zone(o.timezone), 'source', c.source, 'source_key', c.source_key,
    'option', c.option, 'campaign_type', c.audience ->> 'campaign_type', 'message_id', c.message_id,
    'instance_name', c.instance_name, 'status', c.status, 'resumes_as', c.resumes_as, 'pause_cause', c.pause_cause,
    'revision', c.revision, 'text', c.text, 'told', c.told, 'frozen', c.frozen, 'left_out', c.left_out,
    'valid_until', c.valid_until, 'previewed_at', c.previewed_at, 'starts_at', c.starts_at,
    'send_until', c.send_until, 'confirmed_at', c.confirmed_at, 'confirmed_by', c.confirmed_by,
    'via', c.confirmation ->> 'via', 'paused_at', c.paused_at, 'ended_at', c.ended_at, 'ended_by', c.ended_by,
    'created_at', c.created_at,
    'counts', coalesce((select jsonb_object_agg(n.status, n.number)
                 from (select r.status, count(*) as number from public.aurora_proactive_campaign_recipients r
                        where r.campaign_id = c.id and r.revision = c.revision group by 1) n), '{}'),
    'waiting', coalesce((select jsonb_object_agg(n.warmth, n.number)
                 from (select r.warmth, count(*) as number from public.aurora_proactive_campaign_recipients r
                        where r.campaign_id = c.id and r.revision = c.revision and r.status = 'pending'
                        group by 1) n), '{}'))
    from (select 1) one
    left join public.organizations o on o.id = c.organization_id
$$;

comment on function public.aurora_proactive_campaign_row(public.aurora_proactive_campaigns) is
  'A campaign as lists show it, with the numbers of its recipients by status, and by warmth of those who wait.';

-- Null arguments do not filter. p_before_at and p_before_id are those of the last row seen.
create or replace function public.aurora_proactive_campaign_list(
  p_organization uuid, p_states text[], p_before_at timestamptz, p_before_id uuid, p_limit integer
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  select public.aurora_proactive_campaign_row(c)
    from public.aurora_proactive_campaigns c
   where (p_organization is null or c.organization_id = p_organization)
     and (p_states is null or c.status = any (p_states))
     and (p_before_at is null or (c.created_at, c.id) < (p_before_at, p_before_id))
   order by c.created_at desc, c.id desc
   limit least(greatest(p_limit, 1), 201)
$$;

comment on function public.aurora_proactive_campaign_list(uuid, text[], timestamptz, uuid, integer) is
  'A page of campaigns, newest first, after the last one seen.';

create or replace function public.aurora_proactive_campaign_whole(p_campaign uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with r as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r
      join public.aurora_proactive_campaigns c on c.id = r.campaign_id and c.revision = r.revision
     where r.campaign_id = p_campaign
  ), ends as (
    select min(r.position) as first, max(r.position) as last, count(*) as number from r
  ), shown as (
    -- Three real ones from all over the list: the best ranked, one of its middle, its last.
    select r.* from r, ends
     where r.position in (ends.first, ends.last, (ends.first + ends.last) / 2) and r.content is not null
  )
  select public.aurora_proactive_campaign_row(c) || jsonb_build_object(
    'legal_basis', c.legal_basis, 'basis_reference', c.basis_reference, 'trips', c.trips,
    'reported_at', c.reported_at, 'followed_up_at', c.followed_up_at,
    'confirmed_by_name', coalesce((select w.name from public.owner_numbers w
                                    where w.id = c.confirmed_by and w.organization_id = c.organization_id),
                                  c.confirmation ->> 'by'),
    'heard', c.confirmation ->> 'heard', 'reply_id', c.confirmation ->> 'reply_id',
    'warmth', (select coalesce(jsonb_object_agg(n.warmth, n.number), '{}')
                 from (select r.warmth, count(*) as number from r group by 1) n),
    'deliveries', (select coalesce(jsonb_object_agg(n.delivery, n.number), '{}')
                     from (select public.aurora_proactive_delivery(r.status, r.metadata) as delivery, count(*) as number
                             from r where r.status = 'sent' group by 1) n),
    'figures', public.aurora_proactive_campaign_figures(c.id, p_now),
    'examples', coalesce((select jsonb_agg(jsonb_build_object(
                              'recipient_id', s.id, 'name', k.name, 'text', s.content) order by s.position)
                            from shown s
                            left join public.contacts k on k.id = s.contact_id
                                                       and k.organization_id = s.organization_id), '[]'),
    'steps', coalesce((select jsonb_agg(jsonb_build_object(
                           'at', s.at, 'was', s.was, 'became', s.became, 'revision', s.revision,
                           'by_itself', s.cause like 'pump:%') order by s.at, s.cause)
                         from public.aurora_proactive_campaign_steps s where s.campaign_id = c.id), '[]'))
    from public.aurora_proactive_campaigns c
   where c.id = p_campaign
$$;

comment on function public.aurora_proactive_campaign_whole(uuid, timestamptz) is
  'One campaign whole: who said yes and how it was read, what came of it, three real messages, its steps. Null if '
  'there is none.';

-- p_after_position and p_after_id are those of the last row seen.
create or replace function public.aurora_proactive_campaign_recipient_list(
  p_campaign uuid, p_status text, p_reason text, p_delivery text, p_after_position integer, p_after_id uuid,
  p_limit integer, p_now timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  with c as (
    select * from public.aurora_proactive_campaigns x where x.id = p_campaign
  ), page as materialized (
    select r.* from public.aurora_proactive_campaign_recipients r, c
     where r.campaign_id = c.id and r.revision = c.revision
       and (p_status is null or r.status = p_status)
       and (p_reason is null or r.reason = p_reason)
       and (p_delivery is null or public.aurora_proactive_delivery(r.status, r.metadata) = p_delivery)
       and (p_after_position is null or (r.position, r.id) > (p_after_position, p_after_id))
     order by r.position, r.id
     limit least(greatest(p_limit, 1), 1000)
  ), booked as materialized (
    select r.id, min(b.created_at) as at
      from page r
      join public.aurora_proactive_bookings((select c.organization_id from c), p_now) b
        on b.contact_id = any (r.contact_id || r.other_contacts) and b.live
       and b.created_at > r.sent_at and b.created_at <= r.sent_at + interval '7 days'
     where r.status = 'sent'
     group by r.id
  )
  select jsonb_build_object(
    'id', r.id, 'campaign_id', r.campaign_id, 'position', r.position, 'contact_id', r.contact_id,
    'name', k.name, 'pets', coalesce((select jsonb_agg(p.name order by p.name collate "C", p.id) from public.pets p
                                       where p.id = any (r.pets) and p.organization_id = r.organization_id), '[]'),
    'phone', case when r.phone is not null then public.aurora_proactive_masked_phone(r.phone_key) end,
    'warmth', r.warmth, 'status', r.status,
    'reason', r.reason, 'failure', r.metadata -> 'failure',
    'delivery', public.aurora_proactive_delivery(r.status, r.metadata),
    'sent_at', r.sent_at, 'receipts', coalesce(r.metadata -> 'receipts', '{}') - 'error',
    'answered_at', r.answered_at,
    'opted_out_at', coalesce(r.opted_out_at, (
       select min(x.since) from public.aurora_proactive_opt_outs x
        where x.organization_id = r.organization_id and x.level in ('sure', 'probable') and r.status = 'sent'
          and x.since >= r.sent_at and (x.key = r.phone_key or x.contact_id = r.contact_id))),
    'booked_at', (select b.at from booked b where b.id = r.id), 'text', r.content)
    from page r
    left join public.contacts k on k.id = r.contact_id and k.organization_id = r.organization_id
   order by r.position, r.id
$$;

comment on function public.aurora_proactive_campaign_recipient_list(
  uuid, text, text, text, integer, uuid, integer, timestamptz
) is 'A page of who receives a campaign''s present revision, in its order, after the last one seen.';

create or replace function public.aurora_proactive_opt_out_id(p_organization uuid, p_key text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select md5(p_organization::text || ':' || p_key)::uuid
$$;

comment on function public.aurora_proactive_opt_out_id(uuid, text) is
  'By what pages and addresses name an opt-out, so that no number stands in them.';

create or replace function public.aurora_proactive_opt_out_row(o public.aurora_proactive_opt_outs, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', public.aurora_proactive_opt_out_id(o.organization_id, o.key), 'organization_id', o.organization_id,
    'kind', kind.is, 'phone', case when kind.is = 'phone' then public.aurora_proactive_masked_phone(o.key) end,
    'contact_id', person.id, 'name', person.name, 'pet', pet.name,
    'level', o.level, 'source', o.source, 'rule', o.evidence ->> 'rule',
    'campaign_id', o.evidence ->> 'campaign_id', 'since', o.since, 'until', o.until,
    'listed', o.level = 'block_list' or o.evidence ? 'listed',
    'over', coalesce(o.until <= p_now, false))
    from (select case when o.key like 'lid:%' then 'hidden' when o.key like 'pet:%' then 'pet'
                      when o.key like 'contact:%' then 'client' else 'phone' end as is) kind
    left join lateral (
      select p.name, p.contact_id from public.pets p
       where kind.is = 'pet' and p.organization_id = o.organization_id and p.id::text = substr(o.key, 5)) pet on true
    left join lateral (
      select c.id, c.name from public.contacts c
       where c.organization_id = o.organization_id
         and (c.id in (o.contact_id, pet.contact_id) or (kind.is = 'client' and c.id::text = substr(o.key, 9))
              or (kind.is = 'phone' and o.contact_id is null and public.aurora_proactive_phone_key(c.phone) = o.key))
       order by c.created_at, c.id limit 1) person on true
$$;

comment on function public.aurora_proactive_opt_out_row(public.aurora_proactive_opt_outs, timestamptz) is
  'An opt-out as lists show it: whose it is, how sure, since when, until when, by which rule it was read, and whether '
  'the number is on a block list (as well).';

-- Null arguments do not filter; p_phone is a number as somebody writes it. p_before_at and p_before_id are those of the
-- last row seen.
create or replace function public.aurora_proactive_opt_out_list(
  p_organization uuid, p_level text, p_phone text, p_before_at timestamptz, p_before_id uuid, p_limit integer,
  p_now timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
  with page as materialized (
    select o.*, public.aurora_proactive_opt_out_id(o.organization_id, o.key) as id
      from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization
       and (p_level is null or o.level = p_level)
       and (p_phone is null
            or o.key = public.aurora_proactive_phone_key(p_phone)
            or o.contact_id in (select c.id from public.contacts c
                                 where c.organization_id = p_organization
                                   and public.aurora_proactive_phone_key(c.phone)
                                       = public.aurora_proactive_phone_key(p_phone)))
       and (p_before_at is null
            or (o.since, public.aurora_proactive_opt_out_id(o.organization_id, o.key)) < (p_before_at, p_before_id))
     order by o.since desc, id desc
     limit least(greatest(p_limit, 1), 201)
  )
  select public.aurora_proactive_opt_out_row(o, p_now)
    from page
    join public.aurora_proactive_opt_outs o on o.organization_id = page.organization_id and o.key = page.key
   order by page.since desc, page.id desc
$$;

comment on function public.aurora_proactive_opt_out_list(
  uuid, text, text, timestamptz, uuid, integer, timestamptz
) is 'A page of who receives no campaigns of an organisation, newest first, after the last one seen.';

create or replace function public.aurora_proactive_opt_out_found(p_organization uuid, p_id uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select public.aurora_proactive_opt_out_row(o, p_now) || jsonb_build_object('key', o.key)
    from public.aurora_proactive_opt_outs o
   where o.organization_id = p_organization
     and public.aurora_proactive_opt_out_id(o.organization_id, o.key) = p_id
$$;

comment on function public.aurora_proactive_opt_out_found(uuid, uuid, timestamptz) is
  'One opt-out by its id, with its key, which stays inside; null if there is none.';

create or replace function public.aurora_proactive_opt_out_counts(p_organization uuid, p_now timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(n.level, n.number), '{}')
    from (select o.level, count(*) as number from public.aurora_proactive_opt_outs o
           where o.organization_id = p_organization and (o.until is null or o.until > p_now) group by 1) n
$$;

comment on function public.aurora_proactive_opt_out_counts(uuid, timestamptz) is
  'How many receive no campaigns of an organisation, by level.';

create or replace function public.aurora_proactive_offering_messages(
  p_organization uuid, p_types text[], p_since timestamptz
)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', m.id, 'owner_number_id', m.owner_number_id, 'message_type', m.message_type,
    'key', m.metadata ->> 'occurrence', 'data', coalesce(m.metadata -> 'data', '{}'), 'facts', m.metadata -> 'facts',
    'content', m.content, 'sent_at', m.sent_at at time zone 'utc',
    'taken', (select coalesce(jsonb_agg(c.id), '[]') from public.aurora_proactive_campaigns c
               where c.organization_id = m.organization_id and c.source = m.message_type
                 and c.source_key = m.metadata ->> 'occurrence'))
    from public.aurora_proactive_messages m
   where m.organization_id = p_organization and m.message_type = any (p_types) and m.status = 'sent'
     and m.created_at > p_since at time zone 'utc'
   order by m.sent_at desc, m.id
   limit 100
$$;

comment on function public.aurora_proactive_offering_messages(uuid, text[], timestamptz) is
  'The messages of an organisation that may offer a campaign, newest first, with the campaigns made of each.';
