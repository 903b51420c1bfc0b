"""Local time as instants: the database agrees with zoneinfo on every change of every zone's clocks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

Database = psycopg.Connection[dict[str, Any]]
ZONES = (
    "America/Sao_Paulo", "America/Havana", "Atlantic/Azores", "Australia/Lord_Howe", "America/Noronha",
    "Asia/Kathmandu", "America/Nuuk", "America/Santiago", "America/Asuncion", "Europe/Lisbon", "Asia/Beirut",
    "America/New_York", "Pacific/Chatham", "Pacific/Easter", "Africa/Cairo",
)  # fmt: skip


def instant(database: Database, local: dt.datetime, zone: str) -> dt.datetime:
    row = database.execute("select public.aurora_proactive_instant(%s, %s) as at", (local, zone)).fetchone()
    assert row is not None
    found: dt.datetime = row["at"]
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_of_every_day_around_a_change_is_the_instant_zoneinfo_gives(
    database: Database, zone: str
) -> None:
    place = ZoneInfo(zone)
    locals_ = [day + dt.timedelta(minutes=30 * step) for day in _changing_days(place) for step in range(-4, 52)]
    rows = database.execute(
        "select l, public.aurora_proactive_instant(l, %s) as at from unnest(%s::timestamp[]) l", (zone, locals_)
    ).fetchall()
    wrong = [row["l"] for row in rows if row["at"] != row["l"].replace(tzinfo=place).astimezone(dt.UTC)]
    assert not wrong
    assert len(rows) == len(locals_)


def _changing_days(place: ZoneInfo) -> list[dt.datetime]:
    days = [dt.datetime(2017, 1, 1) + dt.timedelta(n) for n in range(365 * 12)]  # noqa: DTZ001
    return [
        d
        for d in days
        if d.replace(tzinfo=place).utcoffset() != (d + dt.timedelta(1)).replace(tzinfo=place).utcoffset()
    ] or days[:3]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Havana", "2026-11-01", 25),
        ("America/Havana", "2026-03-08", 23),
        ("Atlantic/Azores", "2026-10-25", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Sao_Paulo", "2026-11-22", 24),
    ],
)
def test_a_day_lasts_as_long_as_its_clocks_say(database: Database, zone: str, day: str, hours: float) -> None:
    midnight = dt.datetime.fromisoformat(day)
    lasts = instant(database, midnight + dt.timedelta(1), zone) - instant(database, midnight, zone)
    assert lasts == dt.timedelta(hours=hours)


def test_where_midnight_happens_twice_the_day_begins_at_the_first(database: Database) -> None:
    first = instant(database, dt.datetime(2026, 11, 1), "America/Havana")  # noqa: DTZ001
    assert first == dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("Etc/GMT+3", "Etc/GMT+3"),
        ("UTC", "UTC"),
        ("America/Nowhere", "America/Sao_Paulo"),
        ("BRT", "America/Sao_Paulo"),
        ("foo+3", "America/Sao_Paulo"),
        ("America/Foo+3", "America/Sao_Paulo"),
        ("", "America/Sao_Paulo"),
        (None, "America/Sao_Paulo"),
    ],
)
def test_only_an_iana_name_is_a_time_zone(database: Database, written: str | None, used: str) -> None:
    row = database.execute("select public.aurora_proactive_zone(%s) as zone", (written,)).fetchone()
    assert row == {"zone": used}


def test_every_zone_that_python_knows_by_a_place_is_used_as_it_is(database: Database) -> None:
    rows = database.execute(
        "select name from pg_timezone_names where name ~ '^(Africa|America|Asia|Atlantic|Australia|Europe|Indian|"
        "Pacific|Antarctica|Brazil)/' and public.aurora_proactive_zone(name) <> name"
    ).fetchall()
    assert rows == []
