-- The tables that Aurora reads (docs/your-schema.md), as views over another product (tables.sql beside this file).
-- Copy it, put your tables into it, and apply it before Aurora's migration. Applying it again changes nothing.

-- A bigint id as a UUID (version 8 of RFC 9562), and back. `p_kind` numbers your tables, so that no two rows share an
-- id. lojas 42 is 00000000-0001-8000-8000-00000000002a: you can read it.
create or replace function public.aurora_id(p_kind integer, p_id bigint)
returns uuid
language sql
immutable
parallel safe
return (
  left(lpad(to_hex(p_id), 16, '0'), 8) || '-' || lpad(to_hex(p_kind), 4, '0') || '-8000-8000-0000'
  || right(lpad(to_hex(p_id), 16, '0'), 8)
)::uuid;

create or replace function public.aurora_id_of(p_uuid uuid)
returns bigint
language sql
immutable
parallel safe
return ('x' || left(p_uuid::text, 8) || right(p_uuid::text, 8))::bit(64)::bigint;

-- 1. organizations: the tenants. Opening hours come from rows of another table; none at all is null ("not said").
create or replace view public.organizations with (security_invoker = true) as
select public.aurora_id(1, l.id) as id,
       l.nome_fantasia::text as name,
       l.situacao = 'A' as is_active,
       coalesce(l.fuso, 'America/Sao_Paulo')::text as timezone,
       (select jsonb_object_agg(d.day, d.intervals)
          from (select (array['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'])[h.dia_semana + 1] as day,
                       jsonb_agg(jsonb_build_array(left(h.abre::text, 5), left(h.fecha::text, 5)) order by h.abre)
                         as intervals
                  from public.horarios h where h.loja_id = l.id group by 1) d) as business_hours,
       l.criada_em at time zone 'UTC' as created_at
  from public.lojas l;

-- 2. owner_numbers: who receives the messages. Whoever wants none stays here, with aurora_enabled false: a row that
-- disappears is taken for a deletion, and what was written to it is erased.
create or replace view public.owner_numbers with (security_invoker = true) as
select public.aurora_id(2, u.id) as id,
       public.aurora_id(1, u.loja_id) as organization_id,
       nullif(concat_ws(' ', u.nome, u.sobrenome), '') as name,
       ('(' || u.ddd || ') ' || u.celular)::text as phone,
       u.avisos as aurora_enabled,
       u.criado_em at time zone 'UTC' as created_at
  from public.usuarios u
 where u.papel = 'dono';

-- 3. whatsapp_instances: their states in Aurora's words. What you do not know is 'disconnected'.
create or replace view public.whatsapp_instances with (security_invoker = true) as
select public.aurora_id(3, a.id) as id,
       public.aurora_id(1, a.loja_id) as organization_id,
       a.sessao::text as instance_name,
       a.numero::text as phone_number,
       case a.estado when 1 then 'qr_pending' when 2 then 'connecting' when 3 then 'connected'
                     when 5 then 'logged_out' else 'disconnected' end as status,
       a.criado_em at time zone 'UTC' as created_at
  from public.aparelhos a;

-- 4. services: cents become reais, an interval becomes minutes.
create or replace view public.services with (security_invoker = true) as
select public.aurora_id(4, c.id) as id,
       public.aurora_id(1, c.loja_id) as organization_id,
       c.titulo::text as name,
       (c.preco_centavos / 100.0)::numeric(14, 2) as price,
       (extract(epoch from c.duracao) / 60)::integer as duration_minutes
  from public.catalogo c;

-- 5. contacts: the clients. The last contact is the newest row of another table.
create or replace view public.contacts with (security_invoker = true) as
select public.aurora_id(5, t.id) as id,
       public.aurora_id(1, t.loja_id) as organization_id,
       nullif(concat_ws(' ', t.nome, t.sobrenome), '') as name,
       ('(' || t.ddd || ') ' || t.telefone)::text as phone,
       case when t.bloqueado then 'blocked' else 'active' end as status,
       (select max(c.em) from public.conversas c where c.tutor_id = t.id) at time zone 'UTC' as last_contact_at,
       t.cadastrado_em at time zone 'UTC' as created_at
  from public.tutores t;

-- 6. pets: the organisation is the client's.
create or replace view public.pets with (security_invoker = true) as
select public.aurora_id(6, a.id) as id,
       public.aurora_id(1, t.loja_id) as organization_id,
       public.aurora_id(5, a.tutor_id) as contact_id,
       a.apelido::text as name,
       a.nascimento as birthday,
       a.falecido_em is null as is_active
  from public.animais a
  join public.tutores t on t.id = a.tutor_id;

-- 7. bookings: local times become instants in the shop's zone, an enum becomes text in Aurora's words.
create or replace view public.bookings with (security_invoker = true) as
select public.aurora_id(7, g.id) as id,
       public.aurora_id(1, g.loja_id) as organization_id,
       public.aurora_id(5, g.tutor_id) as contact_id,
       public.aurora_id(6, g.animal_id) as pet_id,
       public.aurora_id(4, g.servico_id) as service_id,
       g.inicio at time zone coalesce(l.fuso, 'America/Sao_Paulo') as start_time,
       (g.inicio + make_interval(mins => g.minutos)) at time zone coalesce(l.fuso, 'America/Sao_Paulo') as end_time,
       case g.situacao when 'MARCADO' then 'pending' when 'OK_CLIENTE' then 'confirmed'
                       when 'ATENDENDO' then 'in_progress' when 'FINALIZADO' then 'completed'
                       when 'DESMARCADO' then 'cancelled' when 'FALTOU' then 'no_show' end as status,
       (g.valor_centavos / 100.0)::numeric(14, 2) as price,
       g.criada_em at time zone 'UTC' as created_at
  from public.agenda g
  join public.lojas l on l.id = g.loja_id;

-- 8. Nobody reads them but the worker. Supabase grants everything in public to everybody by default, and the tables
-- beneath may have no row level security of their own.
revoke all on public.organizations, public.owner_numbers, public.whatsapp_instances, public.services, public.contacts,
  public.pets, public.bookings from anon, authenticated;
grant select on public.organizations, public.owner_numbers, public.whatsapp_instances, public.services, public.contacts,
  public.pets, public.bookings to service_role;
-- security_invoker: the worker's role reads your tables through them, so it needs this right as well.
grant select on public.lojas, public.horarios, public.usuarios, public.aparelhos, public.catalogo, public.tutores,
  public.conversas, public.animais, public.agenda to service_role;

-- 9. Aurora asks for one organisation at a time, by its UUID: these indexes find its rows.
create index if not exists lojas_aurora on public.lojas (public.aurora_id(1, id));
create index if not exists usuarios_aurora on public.usuarios (public.aurora_id(1, loja_id));
create index if not exists aparelhos_aurora on public.aparelhos (public.aurora_id(1, loja_id));
create index if not exists catalogo_aurora on public.catalogo (public.aurora_id(1, loja_id));
create index if not exists tutores_aurora on public.tutores (public.aurora_id(1, loja_id));
create index if not exists tutores_aurora_id on public.tutores (public.aurora_id(5, id));
create index if not exists conversas_aurora on public.conversas (tutor_id, em desc);
create index if not exists animais_aurora on public.animais (public.aurora_id(5, tutor_id));
create index if not exists agenda_aurora on public.agenda (public.aurora_id(1, loja_id), inicio);
create index if not exists agenda_aurora_tutor on public.agenda (public.aurora_id(5, tutor_id), inicio);
