-- The product's tables, as its Supabase project has them. They are the product's: this worker reads them
-- and alters nothing. Run as the role postgres, at every start; applying it again changes nothing.

-- A tenant. `timezone` is an IANA name; `business_hours` maps mon..sun to lists of ["HH:MM", "HH:MM"]
-- (a day that is missing is closed; null as a whole: Monday to Saturday 08:00-18:00).
create table if not exists organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  is_active boolean not null default true,
  timezone text not null default 'America/Sao_Paulo',
  business_hours jsonb,
  created_at timestamptz not null default now()
);

-- Who receives the messages; `phone` as somebody typed it.
create table if not exists owner_numbers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  name text,
  phone text,
  aurora_enabled boolean not null default true,
  created_at timestamptz not null default now()
);

-- The WhatsApp numbers that an organisation sends from, by the gateway's name for them.
create table if not exists whatsapp_instances (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  instance_name text not null,
  phone_number text,
  status text not null default 'disconnected'
    check (status in ('connected', 'connecting', 'disconnected', 'qr_pending', 'logged_out', 'error')),
  created_at timestamptz not null default now(),
  unique (organization_id, instance_name)
);

create table if not exists services (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null,
  price numeric(10, 2),
  duration_minutes integer not null default 60,
  is_active boolean not null default true
);

-- An organisation's clients; `last_contact_at` is null until somebody talks to them.
create table if not exists contacts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  name text,
  phone text,
  status text not null default 'active' check (status in ('new', 'active', 'inactive', 'blocked')),
  last_contact_at timestamptz,
  created_at timestamptz not null default now()
);

create table if not exists pets (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  contact_id uuid not null references contacts (id) on delete cascade,
  name text not null,
  species text,
  birthday date,
  is_active boolean not null default true
);

-- `end_time` null: as long as the service lasts; `price` null: what the service costs.
create table if not exists bookings (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations (id) on delete cascade,
  contact_id uuid references contacts (id) on delete set null,
  pet_id uuid references pets (id) on delete set null,
  service_id uuid references services (id) on delete set null,
  start_time timestamptz not null,
  end_time timestamptz,
  status text not null default 'pending'
    check (status in ('pending', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show')),
  price numeric(10, 2),
  created_at timestamptz not null default now()
);

-- named as PostgreSQL names them when nobody does
create index if not exists owner_numbers_organization_id_idx on owner_numbers (organization_id);
create index if not exists whatsapp_instances_organization_id_status_idx on whatsapp_instances (organization_id, status);
create index if not exists contacts_organization_id_last_contact_at_idx on contacts (organization_id, last_contact_at);
create index if not exists contacts_organization_id_created_at_idx on contacts (organization_id, created_at);
create index if not exists pets_organization_id_birthday_idx on pets (organization_id, birthday);
create index if not exists bookings_organization_id_start_time_idx on bookings (organization_id, start_time);
create index if not exists bookings_contact_id_start_time_idx on bookings (contact_id, start_time);
