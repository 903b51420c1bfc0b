"""Businesses with a calendar: holidays of the coming days, wherever "today" is."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Jsonb

ZONE = ZoneInfo("America/Sao_Paulo")
#: Open on every day of the week, so that only what is said of a day closes it.
EVERY_DAY = {name: [["08:00", "18:00"]] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@cache
def _today() -> dt.date:
    """The same for the whole run: a midnight within it moves no day that tests speak of."""
    return dt.datetime.now(ZONE).date()


def ahead(days: int) -> dt.date:
    """The local day of São Paulo so many days from the day on which the tests began; tests take two or more, or less
    than minus one, so that midnight makes no difference."""
    return _today() + dt.timedelta(days=days)


def open_every_day(connection: psycopg.Connection[Any], organization: UUID, **weekdays: Any) -> None:
    """Give a business hours on every weekday; `weekdays` (`mon` to `sun`) have others."""
    hours = Jsonb(EVERY_DAY | weekdays)
    connection.execute("update organizations set business_hours = %s where id = %s", [hours, organization])


def add_holiday(
    connection: psycopg.Connection[Any], day: dt.date, slug: str, name: str, *, scope: str = "national",
    kind: str = "holiday",
) -> None:  # fmt: skip
    """Write a holiday, as the yearly job does."""
    connection.execute(
        "insert into aurora_proactive_holidays (day, scope, slug, name, kind, law, source)"
        " values (%s, %s, %s, %s, %s, 'Lei 1', 'test') on conflict do nothing",
        [day, scope, slug, name, kind],
    )
    connection.execute(
        "insert into aurora_proactive_holiday_years (scope, year, days, made_from) values (%s, %s, 1, 'test')"
        " on conflict do nothing",
        [scope, day.year],
    )


def said_of(connection: psycopg.Connection[Any], organization: UUID) -> list[tuple[Any, ...]]:
    """What a business said of its days: first and last day, what, hours; in the order of the days."""
    query = (
        "select first_day, last_day, says, hours from aurora_proactive_exceptions where organization_id = %s"
        " order by first_day"
    )
    return [tuple(row.values()) if isinstance(row, dict) else row for row in connection.execute(query, [organization])]


def changes_of(connection: psycopg.Connection[Any], organization: UUID) -> list[tuple[Any, ...]]:
    """The log of a business's changes, oldest first: who, by which way, what, of what."""
    query = "select by, via, action, subject from aurora_proactive_changes where organization_id = %s order by at, id"
    return [tuple(row.values()) if isinstance(row, dict) else row for row in connection.execute(query, [organization])]
