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
