"""Three businesses with a believable life around today, so that every message has something to say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from proactive.calendar.holiday_list import holiday_list
from proactive.calendar.keeping import made_from, years_from
from sandbox.demo import names
from sandbox.demo.agenda import Agenda, Row, agenda_of, demo_id
from sandbox.demo.business import Business
from sandbox.demo.businesses import BUSINESSES

_OWNER_POSITION = 900
#: A number that is new may write to few clients.
_USED_FOR = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DemoBusiness:
    """A business that was filled in, by its rows' ids and its instance's name at the gateway."""

    key: str
    name: str
    timezone: str
    organization_id: UUID
    owner_number_id: UUID
    instance: str
    owner: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The businesses: São Paulo (each message fires, on any day), Manaus, Fernando de Noronha."""

    businesses: tuple[DemoBusiness, ...]

    @property
    def instances(self) -> tuple[str, ...]:
        """What the gateway has to know, connected."""
        return tuple(business.instance for business in self.businesses)


def fill_demo(dsn: str, now: dt.datetime, zone: str | None = None) -> Demo:
    """Fill in the demo businesses as of `now` (aware), in one transaction; `zone` is where the first one is instead.

    Ids are the same every time. On a day that was filled in already nothing changes; on another day of a
    business its services, clients and bookings are written anew, while the organisation, its owner, its
    instance and the records of what it was sent stay. Each has accepted that it may write to its clients.
    """
    first, *others = BUSINESSES
    businesses = (replace(first, timezone=zone or first.timezone), *others)
    with psycopg.connect(dsn) as connection:
        _write_holidays(connection, now.date())
        return Demo(tuple(_fill(connection, business, business.today(now)) for business in businesses))


def _fill(connection: psycopg.Connection[Any], business: Business, today: dt.date) -> DemoBusiness:
    agenda = agenda_of(business, today)
    demo = DemoBusiness(
        business.key,
        business.name,
        business.timezone,
        demo_id(business, "organization"),
        demo_id(business, "owner"),
        business.instance,
        business.owner,
    )
    if not _filled(connection, agenda):
        _insert(connection, "organizations", [_organization(business, demo)])
        _insert(connection, "owner_numbers", [_owner(business, demo)])
        _insert(connection, "whatsapp_instances", [_instance(business, demo)])
        _insert(connection, "aurora_proactive_campaign_settings", [_accepted(business, demo, today)])
        _replace(connection, demo.organization_id, agenda)
    return demo


def _write_holidays(connection: psycopg.Connection[Any], today: dt.date) -> None:
    """Write the holidays, which a scheduler would do in its second minute: nobody waits for a demo's."""
    if connection.execute("select 1 from aurora_proactive_holiday_years limit 1").fetchone() is None:
        listed = holiday_list(years_from(today))
        days = [each.as_row() for each in listed.holidays]
        connection.execute(
            "select aurora_proactive_write_holidays(%s, %s, %s)", [made_from(), Jsonb(listed.year_rows()), Jsonb(days)]
        )


def _filled(connection: psycopg.Connection[Any], agenda: Agenda) -> bool:
    ids = [booking["id"] for booking in agenda.bookings]
    return connection.execute("select 1 from bookings where id = any(%s) limit 1", [ids]).fetchone() is not None


def _replace(connection: psycopg.Connection[Any], organization: UUID, agenda: Agenda) -> None:
    tables = {
        "services": agenda.services,
        "contacts": agenda.contacts,
        "pets": agenda.pets,
        "bookings": agenda.bookings,
    }
    for table in reversed(tables):
        delete = sql.SQL("delete from {} where organization_id = %s").format(sql.Identifier(table))
        connection.execute(delete, [organization])
    for table, rows in tables.items():
        _insert(connection, table, rows)


def _insert(connection: psycopg.Connection[Any], table: str, rows: list[Row]) -> None:
    insert = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, rows[0])),
        sql.SQL(", ").join(map(sql.Placeholder, rows[0])),
    )
    with connection.cursor() as cursor:
        cursor.executemany(insert, rows)


def _organization(business: Business, demo: DemoBusiness) -> Row:
    hours = None if business.hours is None else Jsonb(business.hours)
    return {
        "id": demo.organization_id,
        "name": business.name,
        "timezone": business.timezone,
        "business_hours": hours,
    }


def _owner(business: Business, demo: DemoBusiness) -> Row:
    return {
        "id": demo.owner_number_id,
        "organization_id": demo.organization_id,
        "name": business.owner,
        "phone": names.mobile(business.area, _OWNER_POSITION),
    }


def _accepted(business: Business, demo: DemoBusiness, today: dt.date) -> Row:
    """What somebody of a real business says once, on /campanhas/ajustes."""
    return {
        "organization_id": demo.organization_id,
        "accepted_by": business.owner,
        "legal_basis": "legitimate_interest",
        "basis_reference": "demonstração: clientes inventados",
        "business_name": business.name,
        "used_since": today - _USED_FOR,
    }


def _instance(business: Business, demo: DemoBusiness) -> Row:
    return {
        "id": demo_id(business, "instance"),
        "organization_id": demo.organization_id,
        "instance_name": business.instance,
        "status": "connected",
    }
