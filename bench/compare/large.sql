-- What one business has more than the others: %(clients)s clients, %(bookings)s bookings in the last five years.
with made as (
  insert into contacts (organization_id, name, phone, last_contact_at, created_at)
  select %(organization)s, 'Cliente ' || c, '119' || lpad((80000000 + c)::text, 8, '0'),
         now() - make_interval(hours => mod(c * 37, 24 * 400)), now() - make_interval(hours => 24 * 400 + mod(c, 30000))
    from generate_series(1, %(clients)s) c
  returning id
), owned as (
  insert into pets (organization_id, contact_id, name, birthday)
  select %(organization)s, id, 'Rex', current_date - mod(hashtext(id::text) & 65535, 4000) from made
  returning id, contact_id
), numbered as (
  select id, contact_id, row_number() over () - 1 as number from owned
), offered as (
  select array_agg(id) as services from services where organization_id = %(organization)s
)
insert into bookings (organization_id, contact_id, pet_id, service_id, start_time, end_time, status, price, created_at)
select %(organization)s, o.contact_id, o.id, f.services[1 + mod(b, 8)], at, at + interval '1 hour',
       (array['completed', 'completed', 'completed', 'completed', 'cancelled', 'no_show'])[1 + mod(b, 6)],
       case when mod(b, 3) > 0 then 50 + mod(b, 60) end, at - interval '3 days'
  from generate_series(0, %(bookings)s - 1) b
  join numbered o on o.number = mod(b * 7919::bigint, %(clients)s)
  cross join offered f
  cross join lateral (select date_trunc('hour', now()) - make_interval(days => 1 + mod(b * 31, 1826)) as at)
