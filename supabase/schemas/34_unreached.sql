-- Who is no reach of a business: who wants no campaigns, or mourns. The owner's messages neither count nor name them. A
-- campaign's audience (77_campaign_audience.sql) judges the same for each of its recipients, with the reason.

create or replace function public.aurora_proactive_unreached(p_organization uuid, p_now timestamptz)
returns setof uuid
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  -- Most businesses have nobody who is out, and keys of phones are dear.
  if not exists (select from public.aurora_proactive_opt_outs o
                  where o.organization_id = p_organization and (o.until is null or o.until > p_now)) then
    return;
  end if;
  return query
  with outs as materialized (
    select o.key, o.contact_id, o.level from public.aurora_proactive_opt_outs o
     where o.organization_id = p_organization and (o.until is null or o.until > p_now)
  ), clients as materialized (
    -- Clients who share a phone are one person.
    select k.id, k.key, coalesce(k.key, k.id::text) as person
      from (select c.id, case when length(public.aurora_proactive_phone_key(c.phone)) >= 10
                           then public.aurora_proactive_phone_key(c.phone) end as key
              from public.contacts c
             where c.organization_id = p_organization) k
  ), mourned as materialized (
    select o.key, o.contact_id from outs o where o.level = 'luto'
  ), bereaved as (
    select c.id, c.person from clients c where c.id in (select m.contact_id from mourned m)
    union
    select c.id, c.person from clients c
     where 'contact:' || c.id in (select m.key from mourned m)
    union
    select c.id, c.person from public.pets p join clients c on c.id = p.contact_id
     where p.organization_id = p_organization and 'pet:' || p.id in (select m.key from mourned m)
  ), mourning as (
    -- Somebody without another pet, or of whom it is not known which one died.
    select b.person from bereaved b
     where 'contact:' || b.id in (select m.key from mourned m)
        or not exists (select from clients c
                         join public.pets p on p.contact_id = c.id and p.organization_id = p_organization
                        where c.person = b.person and p.is_active
                          and 'pet:' || p.id not in (select m.key from mourned m))
  ), left_alone as (
    select o.key, o.contact_id from outs o where o.level in ('sure', 'probable')
  )
  select c.id
    from clients c
   where c.id in (select l.contact_id from left_alone l where l.contact_id is not null)
      or c.key in (select l.key from left_alone l)
      or c.key in (select moved.key from left_alone l join clients moved on moved.id = l.contact_id
                    where moved.key is not null)
      or (c.key in (select o.key from outs o where o.level = 'block_list')
          and not public.aurora_proactive_consented(p_organization, c.key))
      or c.person in (select m.person from mourning m);
end
$$;

comment on function public.aurora_proactive_unreached(uuid, timestamptz) is
  'The clients who are no reach: opted out by phone or by client, on a block list without a consent, or in mourning.';

create or replace function public.aurora_proactive_mourned(p_organization uuid, p_pet uuid, p_now timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from public.aurora_proactive_opt_outs o
                  where o.organization_id = p_organization and o.key = 'pet:' || p_pet
                    and (o.until is null or o.until > p_now))
$$;

comment on function public.aurora_proactive_mourned(uuid, uuid, timestamptz) is
  'Whether a pet is known to have died, as its tutor wrote.';
