-- A believable past for the panel's measurement: organisations with an owner and an instance each, and messages
-- spread over 180 days, a few failed, a third answered. Parameters: organisations, messages.
insert into organizations (name, timezone)
select 'Pet shop ' || i, (array['America/Sao_Paulo', 'America/Manaus', 'America/Noronha'])[1 + mod(i, 3)]
  from generate_series(1, %(organizations)s) i;
insert into owner_numbers (organization_id, name, phone) select id, 'Ana', '11987650000' from organizations;
insert into whatsapp_instances (organization_id, instance_name, status)
select id, 'bench-' || id, 'connected' from organizations;
with owners as (select id, organization_id, row_number() over (order by id) as number from owner_numbers),
drawn as (
  select i, random() as luck, 1 + mod(i, %(organizations)s) as owner,
         date_trunc('day', now() at time zone 'UTC') - make_interval(days => (random() * 179)::integer)
           + make_interval(hours => (array[12, 12, 13, 18, 20, 21, 21])[1 + mod(i, 7)], secs => random() * 400) as due
    from generate_series(1, %(messages)s) i)
insert into aurora_proactive_messages
  (organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at, error_message, metadata,
   created_at)
select o.organization_id, o.id,
       (array['daily_summary', 'daily_summary', 'birthdays', 'opportunities', 'low_occupancy', 'inactive_clients'])[1 + mod(i, 6)],
       repeat('texto da mensagem ', 10), due, case when luck < 0.965 then 'sent' else 'failed' end,
       case when luck < 0.965 then due + make_interval(secs => 0.5 + exp(random() * 4)) end,
       case when luck >= 0.965 then 'the instance is not connected' end,
       jsonb_build_object('attempts', 1, 'composer', 'layout', 'facts', jsonb_build_object('bookings', 3)),
       due + interval '0.4 s'
  from drawn d join owners o on o.number = d.owner;
insert into aurora_proactive_replies
  (instance_name, gateway_message_id, organization_id, owner_number_id, received_at, answers)
select 'bench', id::text, organization_id, owner_number_id, sent_at at time zone 'UTC' + interval '10 min', id
  from aurora_proactive_messages where status = 'sent' and random() < 0.3;
