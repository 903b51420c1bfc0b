"""The demo's people, by name: the inbox shows them, and one writes as them."""

from __future__ import annotations

import psycopg
from psycopg.rows import dict_row

from proactive.gateways.phones import parse_phone
from sandbox.demo.fill import Demo, DemoBusiness
from sandbox.gateway.client import Sandbox
from sandbox.gateway.people import Person

_OWNERS = "select name, phone from owner_numbers where organization_id = %s"
_CLIENTS = """
  select coalesce(c.name, 'Cliente sem nome') as name, c.phone,
         coalesce(string_agg(p.name, ' e ' order by p.name), '') as pets
    from contacts c left join pets p on p.contact_id = c.id
   where c.organization_id = %s and c.phone is not null
   group by c.id order by c.name
"""


def introduce(dsn: str, sandbox: Sandbox, demo: Demo) -> None:
    """Tell the sandbox who the owners and the clients of the demo's businesses are."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        for business in demo.businesses:
            owners = connection.execute(_OWNERS, [business.organization_id]).fetchall()
            clients = connection.execute(_CLIENTS, [business.organization_id]).fetchall()
            people = [_person(business, row["name"], row["phone"], "owner", business.name) for row in owners]
            people += [_person(business, row["name"], row["phone"], "client", row["pets"]) for row in clients]
            sandbox.name(*people)


def _person(business: DemoBusiness, name: str, phone: str, role: str, about: str) -> Person:
    return Person.model_validate(
        {"instance": business.instance, "number": parse_phone(phone).digits, "name": name, "role": role, "about": about}
    )
