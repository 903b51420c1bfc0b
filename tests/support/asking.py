"""Asking the database for one reading, as the service role's request does, but without the way there."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.businesses import Case, insert
from tests.support.oracle import Business, Row, Rows

Database = psycopg.Connection[dict[str, Any]]


def ask(database: Database, type_: str, case: Case, owner: UUID | None = None) -> Row:
    """The reading of a type as the database gives it."""
    statement = sql.SQL("select public.{}(%s, %s, gen_random_uuid(), %s, %s) as reading").format(
        sql.Identifier(f"aurora_proactive_{type_}")
    )
    arguments = (case.organization, owner or case.owner, case.now, Jsonb(case.options))
    row = database.execute(statement, arguments).fetchone()
    assert row is not None
    reading: Row = row["reading"]
    return reading


class Shop:
    """A business written down row by row; ids count up, so that ties are in the order of writing."""

    def __init__(self, now: dt.datetime, zone: str = "America/Sao_Paulo", **organization: Any) -> None:
        self.rows = Rows()
        self.now = now
        self.organization = self._id()
        self.owner = self._id()
        row = {"id": self.organization, "name": "Amigo Fiel", "timezone": zone, "business_hours": None}
        self.rows.organizations.append(row | organization)
        self.rows.owner_numbers.append(
            {"id": self.owner, "organization_id": self.organization, "name": "Dona", "phone": "11999998888"}
        )

    def client(self, **columns: Any) -> UUID:
        defaults = {
            "name": "Maria Silva",
            "phone": "11999998888",
            "status": "active",
            "last_contact_at": None,
            "created_at": self.now - dt.timedelta(days=400),
        }
        return self._add("contacts", defaults | columns)

    def pet(self, contact: UUID, name: str, **columns: Any) -> UUID:
        defaults = {"contact_id": contact, "name": name, "birthday": None, "is_active": True}
        return self._add("pets", defaults | columns)

    def service(self, name: str, price: str | None = None, minutes: int = 60) -> UUID:
        return self._add("services", {"name": name, "price": price, "duration_minutes": minutes})

    def booking(self, start: dt.datetime, **columns: Any) -> UUID:
        defaults = {
            "contact_id": None,
            "pet_id": None,
            "service_id": None,
            "start_time": start,
            "end_time": None,
            "status": "confirmed",
            "price": None,
            "created_at": start - dt.timedelta(days=3),
        }
        return self._add("bookings", defaults | columns)

    def facts(self, database: Database, type_: str, **options: Any) -> Row:
        """The facts of a type, from a database that holds this shop only while it answers."""
        campaign = {"campaign_type": "promocional", "target_audience": "all"}
        case = Case(self.rows, self.organization, self.owner, self.now, campaign | options)
        with database.transaction(force_rollback=True):
            insert(database, self.rows)
            facts: Row = ask(database, type_, case)["facts"]
        return facts

    def business(self, **options: Any) -> Business:
        """The same for the oracle."""
        return Business(self.rows, self.organization, self.now, options)

    def _add(self, table: str, columns: Row) -> UUID:
        id_ = self._id()
        rows: list[Row] = getattr(self.rows, table)
        rows.append({"id": id_, "organization_id": self.organization} | columns)
        return id_

    def _id(self) -> UUID:
        self._count = getattr(self, "_count", uuid4().int >> 32 << 32) + 1
        return UUID(int=self._count)
