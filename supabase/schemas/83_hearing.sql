-- What people wrote to instances, and what our side wrote to them: kept before the webhook is answered, many in one
-- call. The same again changes nothing.

create or replace function public.aurora_proactive_received(p_messages jsonb)
returns table (n bigint, instance text, id text, key text, lid text, quoted text, kind text, text text,
               at timestamptz, timed boolean, concerns boolean, original text, organization_id uuid,
               owner_number_id uuid, enabled boolean)
language sql
stable
set search_path = ''
as $$
  with told as materialized (
    select e.n, e.r ->> 'instance' as instance, e.r ->> 'id' as id, e.r ->> 'sender' as sender, e.r ->> 'lid' as lid,
           e.r ->> 'quoted' as quoted, coalesce(e.r ->> 'kind', 'text') as kind, coalesce(e.r ->> 'text', '') as text,
           (e.r ->> 'at')::timestamptz as at, coalesce((e.r ->> 'timed')::boolean, true) as timed,
           coalesce((e.r ->> 'concerns')::boolean, false) as concerns, e.r ->> 'original' as original,
           array(select public.aurora_proactive_instance_organizations(e.r ->> 'instance')) as organizations
      from jsonb_array_elements(p_messages) with ordinality e (r, n)
  ), known as materialized (
    select t.*, o.owner as original_owner, coalesce(b.quoted, o.quoted) as original_quoted,
           coalesce(
             t.sender,
             b.sender,
             case when t.original is not null then o.key end,
             -- A hidden sender is who the quoted message went to, else who it was known as before.
             case when t.lid is not null and t.quoted is not null then
               (select public.aurora_proactive_phone_key(w.phone) from public.aurora_proactive_messages m
                  join public.owner_numbers w on w.id = m.owner_number_id
                 where m.metadata ->> 'gateway_message_id' = t.quoted and m.organization_id = any (t.organizations)
                 limit 1) end,
             case when t.lid is not null and t.quoted is not null then
               (select c.phone_key from public.aurora_proactive_campaign_recipients c
                 where c.metadata ->> 'gateway_message_id' = t.quoted and c.organization_id = any (t.organizations)
                 limit 1) end,
             case when t.lid is not null then
               (select i.phone_key from public.aurora_proactive_identities i
                 where i.instance_name = t.instance and i.lid = t.lid) end) as key
      from told t
      left join lateral (
        select p.owner_number_id as owner, p.reading ->> 'quoted' as quoted,
               (select public.aurora_proactive_phone_key(w.phone) from public.owner_numbers w
                 where w.id = p.owner_number_id) as key
          from public.aurora_proactive_replies p
         where t.original is not null and p.instance_name = t.instance and p.gateway_message_id = t.original
           and p.organization_id = any (t.organizations)
         order by p.owner_number_id is null limit 1) o on true
      left join lateral (
        select i.sender, i.quoted from public.aurora_proactive_inbox i
         where t.original is not null and i.instance_name = t.instance and i.id = t.original) b on true
     where t.organizations <> '{}')
  select k.n, k.instance, k.id, k.key, k.lid,
         case when k.original is null then k.quoted else k.original_quoted end, k.kind, k.text, k.at, k.timed,
         k.concerns, k.original, g.id, w.id, coalesce(w.enabled, false)
    from known k
   cross join lateral unnest(k.organizations) g (id)
    left join lateral (
      select w.id, w.aurora_enabled and o.is_active as enabled
        from public.owner_numbers w join public.organizations o on o.id = w.organization_id
       where w.organization_id = g.id and public.aurora_proactive_phone_key(w.phone) = k.key
       order by w.aurora_enabled desc, w.id limit 1) w on true
$$;
comment on function public.aurora_proactive_received(jsonb) is
  'Messages as aurora_proactive_keep_replies takes them, one row an organisation of the instance, with their senders.';

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

comment on function public.aurora_proactive_keep_replies(jsonb) is
  'Keeps that somebody wrote to an instance, and the words of those who may mean us. A reply answers the message that '
  'it quotes; an owner''s that quotes none answers what this owner was sent last, within the 48 hours before.';

-- p_pairs: [{"instance", "lid", "key"}].
create or replace function public.aurora_proactive_learn_identities(p_pairs jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_pair record;
begin
  if p_pairs is null then
    return;
  end if;
  for v_pair in
    select p ->> 'instance' as instance, p ->> 'lid' as lid, min(p ->> 'key') as key
      from jsonb_array_elements(p_pairs) p group by 1, 2 order by 1, 2
  loop
    insert into public.aurora_proactive_identities as i (instance_name, lid, phone_key)
    values (v_pair.instance, v_pair.lid, v_pair.key)
    on conflict (instance_name, lid) do update set phone_key = excluded.phone_key, learnt_at = now()
      where i.phone_key <> excluded.phone_key;
    if not found then
      continue;
    end if;
    -- Who asked to be left alone while nobody knew who it was, is left alone now.
    with known as (
      delete from public.aurora_proactive_opt_outs o
       where o.key = 'lid:' || v_pair.lid
         and o.organization_id in (select public.aurora_proactive_instance_organizations(v_pair.instance))
      returning o.*)
    select count(public.aurora_proactive_opt_out(to_jsonb(known) || jsonb_build_object(
             'key', v_pair.key, 'evidence', known.evidence || jsonb_build_object('lid', v_pair.lid))))
      into v_pair.key from known;
  end loop;
end
$$;

comment on function public.aurora_proactive_learn_identities(jsonb) is
  'Keeps which numbers hidden senders are, and gives the opt-outs of such a sender to the number.';

-- p_answers: [{"organization_id", "key", "at"}].
create or replace function public.aurora_proactive_answered(p_answers jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  with first as (
    select c.id, min(a.at) as at
      from jsonb_to_recordset(coalesce(p_answers, '[]')) as a (organization_id uuid, key text, at timestamptz)
      join public.aurora_proactive_campaign_recipients c
        on c.organization_id = a.organization_id and c.phone_key = a.key and c.status = 'sent'
       and c.sent_at <= a.at + interval '1 minute' and c.sent_at > a.at - interval '72 hours'
     group by 1),
  locked as (
    select c.id from public.aurora_proactive_campaign_recipients c
     where c.id in (select id from first) order by c.id for no key update)
  update public.aurora_proactive_campaign_recipients c
     set answered_at = f.at
    from first f join locked l on l.id = f.id
   where c.id = f.id and (c.answered_at is null or c.answered_at > f.at);
  get diagnostics v_changed = row_count;
  return v_changed;
end
$$;

comment on function public.aurora_proactive_answered(jsonb) is
  'Keeps the first message of a campaign''s recipient within 72 hours after it; opt-outs are not among these.';

-- p_written: [{"instance", "id", "receiver" (its phone key, null: hidden), "lid", "words" (md5 of the text), "offers",
-- "at"}].
create or replace function public.aurora_proactive_keep_written(p_written jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_changed integer;
begin
  with told as materialized (
    select w ->> 'instance' as instance, w ->> 'id' as id, w ->> 'words' as words, (w ->> 'offers')::boolean as offers,
           (w ->> 'at')::timestamptz as at,
           coalesce(w ->> 'receiver', (select i.phone_key from public.aurora_proactive_identities i
                                        where i.instance_name = w ->> 'instance' and i.lid = w ->> 'lid')) as key,
           array(select public.aurora_proactive_instance_organizations(w ->> 'instance')) as organizations
      from jsonb_array_elements(p_written) w),
  -- Ours is what has an id of ours; or, while the gateway still holds its answer back, our words to that number.
  others as (
    select t.* from told t
     where t.key is not null and t.organizations <> '{}'
       and not exists (select from public.aurora_proactive_messages m
                        where m.metadata ->> 'gateway_message_id' = t.id)
       and not exists (select from public.aurora_proactive_campaign_recipients c
                        where c.metadata ->> 'gateway_message_id' = t.id)
       and not exists (select from public.aurora_proactive_client_answers c
                        where c.organization_id = any (t.organizations) and c.phone_key = t.key
                          and (c.metadata ->> 'gateway_message_id' = t.id
                               or md5(btrim(c.content, E' \n\r\t')) = t.words))
       and not exists (
         select from public.owner_numbers w join public.aurora_proactive_messages m on m.owner_number_id = w.id
          where w.organization_id = any (t.organizations) and public.aurora_proactive_phone_key(w.phone) = t.key
            and m.created_at > (now() at time zone 'utc') - interval '2 days' and m.status <> 'failed'
            and (m.metadata #>> '{claim,message_id}' = t.id or m.metadata -> 'message_ids' ? t.id
                 or md5(btrim(m.content, E' \n\r\t')) = t.words))
       and not exists (
         select from public.aurora_proactive_campaign_recipients c
          where c.organization_id = any (t.organizations) and c.phone_key = t.key
            and (c.metadata #>> '{claim,message_id}' = t.id or c.metadata -> 'message_ids' ? t.id
                 or (md5(btrim(c.content, E' \n\r\t')) = t.words
                     and (c.metadata ? 'claim' or c.sent_at > t.at - interval '10 minutes')))))
  insert into public.aurora_proactive_heard as h (instance_name, phone_key, others_wrote_at, others_offered_words)
  select distinct on (o.instance, o.key) o.instance, o.key, o.at, o.offers
    from others o
   order by o.instance, o.key, o.at desc, o.offers desc
  on conflict (instance_name, phone_key) do update
    set others_wrote_at = excluded.others_wrote_at, others_offered_words = excluded.others_offered_words
    where h.others_wrote_at is null or h.others_wrote_at < excluded.others_wrote_at;
  get diagnostics v_changed = row_count;
  return jsonb_build_object('changed', v_changed);
end
$$;

comment on function public.aurora_proactive_keep_written(jsonb) is
  'Keeps when somebody else of our side last wrote to a number, and whether that offered SAIR or VOLTAR. No words.';

-- p_changes: [{"organization_id", "key", "contact_id", "level" (return: it ends), "source", "evidence", "until",
-- "recipient_id" (the campaign's recipient who says so), "answer": {"id", "instance", "phone", "kind", "text"}}].
-- Answers [{"new", "answer" (the id of the answer that was written, null: none)}], in the same order.
create or replace function public.aurora_proactive_hear_opt_outs(p_changes jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_change jsonb;
  v_new boolean;
  v_answer uuid;
  v_answers jsonb := '[]';
begin
  perform pg_advisory_xact_lock(311, l.number)
     from (select distinct hashtext((c ->> 'organization_id') || (c ->> 'key')) as number
             from jsonb_array_elements(p_changes) c order by 1) l;
  for v_change in select value from jsonb_array_elements(p_changes)
  loop
    if v_change ->> 'level' = 'return' then
      v_new := public.aurora_proactive_opt_in(
        (v_change ->> 'organization_id')::uuid, v_change ->> 'key', v_change ->> 'source', v_change -> 'evidence',
        null);
    else
      v_new := public.aurora_proactive_opt_out(v_change - array['answer', 'recipient_id']);
      update public.aurora_proactive_campaign_recipients r
         set opted_out_at = now()
       where r.id = (v_change ->> 'recipient_id')::uuid and r.opted_out_at is null and r.status = 'sent'
         and v_change ->> 'level' in ('sure', 'probable');
    end if;
    v_answer := null;
    if v_new and jsonb_typeof(v_change -> 'answer') = 'object' then
      insert into public.aurora_proactive_client_answers
        (id, organization_id, instance_name, phone_key, phone, kind, content)
      values ((v_change #>> '{answer,id}')::uuid, (v_change ->> 'organization_id')::uuid,
              v_change #>> '{answer,instance}', v_change ->> 'key', v_change #>> '{answer,phone}',
              v_change #>> '{answer,kind}', v_change #>> '{answer,text}')
      on conflict (id) do nothing
      returning id into v_answer;
    end if;
    v_answers := v_answers || jsonb_build_array(jsonb_build_object('new', v_new, 'answer', v_answer));
  end loop;
  return v_answers;
end
$$;

comment on function public.aurora_proactive_hear_opt_outs(jsonb) is
  'Keeps what clients said about receiving campaigns, and the answers to them: once, whatever is told again.';

create or replace function public.aurora_proactive_earlier(
  p_instance text, p_id text, p_kind text, p_quoted text, p_original text, p_sender text, p_at timestamptz
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when p_original is not null then
      jsonb_build_array(p_original) || coalesce(
        (select jsonb_agg(p.reading -> 'as') from public.aurora_proactive_replies p
          where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
            and p.instance_name = p_instance and p.gateway_message_id = p_original and p.reading ? 'as'), '[]')
    when p_kind = 'reaction' then coalesce(
      (select jsonb_agg(p.gateway_message_id) from public.aurora_proactive_replies p
         join public.owner_numbers w on w.id = p.owner_number_id
        where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
          and p.instance_name = p_instance and p.gateway_message_id <> p_id
          and public.aurora_proactive_phone_key(w.phone) = p_sender and p.received_at <= p_at
          and p.received_at > p_at - interval '7 days'
          and p.reading ->> 'by' = 'reaction' and p.reading ->> 'quoted' = p_quoted), '[]')
    else '[]' end
$$;
comment on function public.aurora_proactive_earlier(text, text, text, text, text, text, timestamptz) is
  'The messages that one changes: the original of an edit or a deletion, and as what it was read; a sender''s earlier '
  'reactions to the same message.';

create or replace function public.aurora_proactive_inbox_of(p_instance text, p_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with organizations as (
    select o as id from public.aurora_proactive_instance_organizations(p_instance) o
  ), meant as (
    select m.id, m.sender, m.lid from public.aurora_proactive_inbox m
     where m.instance_name = p_instance and m.id = p_id
  ), messages as (
    select i.* from public.aurora_proactive_inbox i join meant m
        on i.id = m.id or i.sender = m.sender or (m.sender is null and i.sender is null and i.lid = m.lid)
     where i.instance_name = p_instance
  ), owners as (
    select w.id from public.owner_numbers w
     where w.organization_id in (select id from organizations)
       and public.aurora_proactive_phone_key(w.phone) = (select m.sender from meant m)
  )
  select jsonb_build_object(
    'messages', coalesce((select jsonb_agg(to_jsonb(i) || jsonb_build_object(
        'earlier', public.aurora_proactive_earlier(p_instance, i.id, i.kind, i.quoted, i.original, i.sender, i.at))
      order by i.at, i.received_at, i.id) from messages i), '[]'),
    'stops', coalesce((select jsonb_agg(jsonb_build_object('at', p.received_at, 'quoted', p.reading ->> 'quoted'))
                         from public.aurora_proactive_replies p
                        where p.organization_id in (select id from organizations) and p.instance_name = p_instance
                          and p.owner_number_id in (select id from owners) and (p.reading ->> 'stops')::boolean
                          and p.received_at > now() - interval '7 days'), '[]'))
$$;
comment on function public.aurora_proactive_inbox_of(text, text) is
  'Everything that the sender of a message has written to the instance and nobody has acted upon, oldest first, with '
  'the earlier messages that each changes; and the stops of this owner, which make void what is older.';

-- p_messages: [{"id", "reading", "heard", "handled", "outcome"}].
create or replace function public.aurora_proactive_settle_inbox(p_instance text, p_messages jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_settled integer;
begin
  update public.aurora_proactive_replies p
     set reading = m.reading, heard = m.heard, handled = m.handled, outcome = m.outcome
    from jsonb_to_recordset(p_messages) as m (id text, reading jsonb, heard text, handled boolean, outcome text)
   where p.organization_id in (select public.aurora_proactive_instance_organizations(p_instance))
     and p.instance_name = p_instance and p.gateway_message_id = m.id;
  delete from public.aurora_proactive_inbox i
   where i.instance_name = p_instance and i.id in (select m ->> 'id' from jsonb_array_elements(p_messages) m);
  get diagnostics v_settled = row_count;
  return v_settled;
end
$$;
comment on function public.aurora_proactive_settle_inbox(text, jsonb) is
  'Writes what came of messages, and forgets their words; answers how many waited.';

create or replace function public.aurora_proactive_unheard(p_seconds double precision, p_limit integer)
returns table (instance_name text, id text)
language sql
stable
set search_path = ''
as $$
  select i.instance_name, i.id from public.aurora_proactive_inbox i
   where i.received_at < now() - make_interval(secs => p_seconds)
   order by i.received_at limit p_limit
$$;
comment on function public.aurora_proactive_unheard(double precision, integer) is
  'Messages that have waited for so long that their job may be lost, oldest first.';

create or replace function public.aurora_proactive_forget_heard(p_days integer, p_now timestamptz)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_forgotten integer;
  v_more integer;
begin
  delete from public.aurora_proactive_inbox i where i.received_at < p_now - interval '3 days';
  get diagnostics v_forgotten = row_count;
  update public.aurora_proactive_replies p set heard = null
   where p.heard is not null and p.received_at < p_now - interval '90 days';
  get diagnostics v_more = row_count;
  v_forgotten := v_forgotten + v_more;
  update public.aurora_proactive_client_answers a
     set phone_key = 'erased:' || a.id, phone = null, content = null, metadata = a.metadata - 'remote_jid'
   where p_days > 0 and a.created_at < p_now - make_interval(days => p_days) and a.phone is not null
     and a.status <> 'pending';
  get diagnostics v_more = row_count;
  return v_forgotten + v_more;
end
$$;
comment on function public.aurora_proactive_forget_heard(integer, timestamptz) is
  'Forgets messages that nobody acted upon for three days, owners'' words after 90, and who was answered about an '
  'opt-out after p_days; answers how many.';

create or replace function public.aurora_proactive_client_answers_due(
  p_instance text, p_key text, p_seconds double precision
)
returns table (id uuid, organization_id uuid, kind text, timezone text, created_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select a.id, a.organization_id, a.kind, public.aurora_proactive_zone(o.timezone), a.created_at
    from public.aurora_proactive_client_answers a
    join public.organizations o on o.id = a.organization_id
   where a.status = 'pending' and (p_instance is null or (a.instance_name = p_instance and a.phone_key = p_key))
     and greatest(extract(epoch from a.created_at), coalesce((a.metadata ->> 'touched')::double precision, 0))
           <= extract(epoch from now()) - p_seconds
   order by a.created_at limit 500
$$;
comment on function public.aurora_proactive_client_answers_due(text, text, double precision) is
  'Answers to clients that have not gone out: to a number, or (null) all that nobody has touched for so many seconds.';
