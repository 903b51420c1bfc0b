"""The data: businesses with half a year of agenda each, one owner and one connected instance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

_FILLED = ("organizations", "owner_numbers", "whatsapp_instances", "services", "contacts", "pets", "bookings")
_TAKE_PART = """
update organizations o set is_active = chosen.place <= %s
  from (select id, row_number() over (order by id) as place from organizations) chosen
 where chosen.id = o.id and o.is_active <> (chosen.place <= %s)
"""


@dataclass(frozen=True)
class Size:
    """How many businesses, and how many bookings each has (0: no agenda at all)."""

    businesses: int
    bookings: int = 600
    seed: int = 1


def fill(superuser_dsn: str, size: Size) -> None:
    """Put the data of that size in, instead of what was there: the same rows on the same day (in São Paulo)."""
    day = dt.datetime.now(ZoneInfo("America/Sao_Paulo")).date().isoformat()
    settings = {"businesses": size.businesses, "bookings": size.bookings, "seed": size.seed, "day": day}
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        connection.execute(f"truncate {', '.join(_FILLED)} cascade".encode())
        # the data is right by construction: no trigger has to look whether what it refers to is there
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        for name, value in settings.items():
            connection.execute("select set_config(%s, %s, false)", [f"race.{name}", str(value)])
        with _indexes_away(connection):
            for statement in Path(__file__).with_name("data.sql").read_text().split(";\n"):
                if statement.strip():
                    connection.execute(statement.encode())
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def take_part(dsn: str, owners: int) -> None:
    """Let the first `owners` businesses be active, and no others.

    Raises:
        ValueError: there are fewer.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(_TAKE_PART, [owners, owners])
        active = _one(connection, "select count(*) from organizations where is_active")
        if active != owners:
            raise ValueError(f"There are {active} businesses, not {owners}.")
        connection.execute("vacuum analyze organizations")


@contextmanager
def _indexes_away(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Make the tables' indexes (but for the primary keys') anew after the filling: that is faster."""
    rows = connection.execute(
        "select i.indexname, i.indexdef from pg_indexes i left join pg_constraint c on c.conname = i.indexname"
        " where i.schemaname = 'public' and i.tablename = any (%s) and c.oid is null",
        [list(_FILLED)],
    ).fetchall()
    for name, _ in rows:
        connection.execute(f'drop index public."{name}"'.encode())
    yield
    for _, definition in rows:
        connection.execute(definition.encode())


def _one(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    assert row
    return row[0]
