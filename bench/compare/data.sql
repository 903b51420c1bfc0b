-- Businesses with half a year of agenda, the same for the same race.businesses, race.bookings, race.seed and race.day.
-- Every statement ends with a semicolon at the end of its line, and is run by itself.

-- a number from 0 to n - 1, drawn for the k-th thing of a kind
create function pg_temp.pick(k bigint, kind integer, n bigint) returns bigint language sql stable as
$$ select (hashint8extended(k, kind * 7919 + current_setting('race.seed')::bigint) & 9223372036854775807) % n $$;
create function pg_temp.id(kind text, k bigint) returns uuid language sql stable as
$$ select md5(kind || current_setting('race.seed') || ':' || k)::uuid $$;

create temporary table asked as
select current_setting('race.businesses')::integer as businesses, current_setting('race.bookings')::integer as bookings,
       current_setting('race.day')::date as day;

insert into organizations (id, name, timezone, business_hours, created_at)
select pg_temp.id('organization', o), 'Pet shop ' || o,
       case when pg_temp.pick(o, 1, 100) < 85 then 'America/Sao_Paulo'
            else (array['America/Manaus', 'America/Rio_Branco', 'America/Noronha'])[1 + pg_temp.pick(o, 2, 3)] end,
       case when pg_temp.pick(o, 3, 2) = 0 then null
            else '{"mon": [["08:00", "12:00"], ["13:00", "18:00"]], "tue": [["08:00", "18:00"]],
                   "wed": [["08:00", "18:00"]], "thu": [["08:00", "18:00"]], "fri": [["08:00", "18:00"]],
                   "sat": [["08:00", "13:00"]]}'::jsonb end,
       day - 400
  from asked, generate_series(1, businesses) o;

insert into owner_numbers (id, organization_id, name, phone)
select pg_temp.id('owner', o), pg_temp.id('organization', o),
       (array['Maria Silva', 'João Santos', 'Ana Costa', 'Carlos Souza', 'Paula Lima'])[1 + pg_temp.pick(o, 4, 5)],
       (array['119', '(11) 9', '55119'])[1 + pg_temp.pick(o, 5, 3)] || lpad((60000000 + o)::text, 8, '0')
  from asked, generate_series(1, businesses) o;

insert into whatsapp_instances (id, organization_id, instance_name, status)
select pg_temp.id('instance', o), pg_temp.id('organization', o), 'org-' || o, 'connected'
  from asked, generate_series(1, businesses) o;

insert into services (id, organization_id, name, price, duration_minutes)
select pg_temp.id('service', o * 8 + s), pg_temp.id('organization', o),
       (array['Banho', 'Banho e tosa', 'Consulta', 'Adestramento', 'Tosa', 'Vacinação', 'Hidratação', 'Creche'])[s + 1],
       40 + pg_temp.pick(o * 8 + s, 6, 50) * 2.5, (array[60, 90, 30, 60, 45, 30, 60, 480])[s + 1]
  from asked, generate_series(1, businesses) o, generate_series(0, 7) s where bookings > 0;

insert into contacts (id, organization_id, name, phone, status, last_contact_at, created_at)
select pg_temp.id('contact', k), pg_temp.id('organization', o),
       (array['Maria', 'João', 'Ana', 'José', 'Paula', 'Pedro', 'Júlia', 'Lucas'])[1 + pg_temp.pick(k, 7, 8)] || ' ' ||
       (array['Silva', 'Santos', 'Costa', 'Souza', 'Lima', 'Rocha', 'Alves'])[1 + pg_temp.pick(k, 8, 7)],
       '119' || lpad((70000000 + k % 10000000)::text, 8, '0'),
       (array['active', 'active', 'active', 'active', 'inactive', 'new', 'blocked'])[1 + pg_temp.pick(k, 9, 7)],
       case when pg_temp.pick(k, 10, 20) > 0 then day - make_interval(hours => pg_temp.pick(k, 11, 60 * 24)::integer) end,
       case when c < pg_temp.pick(o, 12, 4) then day + make_interval(hours => 12)
            else day - make_interval(hours => 30 + pg_temp.pick(k, 13, 700 * 24)::integer) end
  from asked, generate_series(1, businesses) o, generate_series(0, 59) c, lateral (select o::bigint * 60 + c as k)
 where bookings > 0;

insert into pets (id, organization_id, contact_id, name, species, birthday)
select pg_temp.id('pet', o::bigint * 70 + p), pg_temp.id('organization', o),
       pg_temp.id('contact', o::bigint * 60 + p % 60),
       (array['Rex', 'Luna', 'Max', 'Mel', 'Thor', 'Nina', 'Bob', 'Lola'])[1 + pg_temp.pick(o * 70 + p, 14, 8)],
       (array['dog', 'dog', 'cat'])[1 + pg_temp.pick(o * 70 + p, 15, 3)],
       case when p < pg_temp.pick(o, 16, 4) then day - make_interval(years => 3)
            else day - make_interval(days => 30 + pg_temp.pick(o * 70 + p, 17, 4300)::integer) end
  from asked, generate_series(1, businesses) o, generate_series(0, 69) p where bookings > 0;

-- 10 to 14 bookings today, a tenth of all in the fourteen days to come, the others in the half year behind
insert into bookings (id, organization_id, contact_id, pet_id, service_id, start_time, end_time, status, price, created_at)
select pg_temp.id('booking', k), pg_temp.id('organization', o), pg_temp.id('contact', o::bigint * 60 + pet % 60),
       pg_temp.id('pet', o::bigint * 70 + pet), pg_temp.id('service', o * 8 + pg_temp.pick(k, 18, 8)),
       at, case when pg_temp.pick(k, 19, 5) > 0 then at + interval '1 hour' end,
       case when away < 0 then (array['completed', 'completed', 'completed', 'completed', 'cancelled', 'no_show'])
                               [1 + pg_temp.pick(k, 20, 6)]
            when away > 0 then (array['confirmed', 'confirmed', 'pending', 'cancelled'])[1 + pg_temp.pick(k, 20, 4)]
            else (array['completed', 'completed', 'completed', 'confirmed', 'pending', 'in_progress', 'cancelled'])
                 [1 + pg_temp.pick(k, 20, 7)] end,
       case when pg_temp.pick(k, 21, 3) > 0 then 50 + pg_temp.pick(k, 22, 60) * 2.5 end, at - interval '3 days'
  from asked, generate_series(1, businesses) o join lateral
       (select timezone from organizations where id = pg_temp.id('organization', o)) on true,
       generate_series(0, bookings - 1) b,
       lateral (select o::bigint * bookings + b as k),
       lateral (select pg_temp.pick(k, 23, 70) as pet,
                       case when b < 10 + pg_temp.pick(o, 24, 5) then 0
                            when pg_temp.pick(k, 25, 10) = 0 then 1 + pg_temp.pick(k, 26, 14)
                            else -1 - pg_temp.pick(k, 26, 180) end::integer as away),
       lateral (select (day + away + make_interval(mins => (8 * 60 + pg_temp.pick(k, 27, 20) * 30)::integer))
                       at time zone timezone as at);
