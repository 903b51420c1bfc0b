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
