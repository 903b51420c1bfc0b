"""Local time as instants: the database agrees with zoneinfo on every change of every zone's clocks."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from proactive.model.zones import zone_info

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
        ("America/Sao_paulo", "America/Sao_Paulo"),
        ("america/manaus", "America/Manaus"),
        ("AMERICA/NORONHA", "America/Noronha"),
        ("Singapore", "Singapore"),
        ("portugal", "Portugal"),
        ("gb-eire", "GB-Eire"),
        ("W-SU", "W-SU"),
        ("nz", "NZ"),
        ("utc", "UTC"),
        ("zulu", "Zulu"),
        ("etc/gmt-14", "Etc/GMT-14"),
        ("GMT0", "GMT0"),
        ("GMT+0", "GMT+0"),
        ("Brazil/East", "Brazil/East"),
        ("EST5EDT", "EST5EDT"),
        ("EST", "America/Panama"),
        ("cet", "Europe/Brussels"),
        ("posix/America/Manaus", "America/Manaus"),
        ("right/America/Manaus", "America/Manaus"),
        ("posix/posix/UTC", "America/Sao_Paulo"),
        ("America/Nowhere", "America/Sao_Paulo"),
        ("America", "America/Sao_Paulo"),
        ("America/Sao Paulo", "America/Sao_Paulo"),
        (" America/Manaus", "America/Sao_Paulo"),
        ("America/Manaus\n", "America/Sao_Paulo"),
        ("BRST", "America/Sao_Paulo"),
        ("PST", "America/Sao_Paulo"),
        ("UTC+3", "America/Sao_Paulo"),
        ("GMT-3", "America/Sao_Paulo"),
        ("-03:00", "America/Sao_Paulo"),
        ("-3", "America/Sao_Paulo"),
        ("<-03>3", "America/Sao_Paulo"),
        ("EST5EDT,M3.2.0,M11.1.0", "America/Sao_Paulo"),
        ("localtime", "America/Sao_Paulo"),
        ("posixrules", "America/Sao_Paulo"),
        ("default", "America/Sao_Paulo"),
        ("São Paulo", "America/Sao_Paulo"),
        ("İstanbul", "America/Sao_Paulo"),
        ("'; select 1; --", "America/Sao_Paulo"),
        ("z" * 100_000, "America/Sao_Paulo"),
        ("BRT", "America/Sao_Paulo"),
        ("foo+3", "America/Sao_Paulo"),
        ("America/Foo+3", "America/Sao_Paulo"),
        ("", "America/Sao_Paulo"),
        (None, "America/Sao_Paulo"),
    ],
)
def test_only_an_iana_name_is_a_time_zone_in_any_letter_case(
    database: Database, written: str | None, used: str
) -> None:
    row = database.execute("select public.aurora_proactive_zone(%s) as zone", (written,)).fetchone()
    assert row == {"zone": used}


def test_the_database_knows_the_names_that_python_knows(database: Database) -> None:
    """The list in supabase/schemas/18_zones.sql is that of the tzdata package: what is new there goes here as well."""
    row = database.execute("select array_agg(value) as names from jsonb_each_text(aurora_proactive_zone_names())")
    names = (row.fetchone() or {})["names"]
    assert sorted(names) == sorted(files("tzdata").joinpath("zones").read_text().split())


def test_every_name_that_postgresql_lists_is_a_zone(database: Database) -> None:
    rows = database.execute(
        "select name from pg_timezone_names where aurora_proactive_known_zone(upper(name)) is null"
        " and name not in ('localtime', 'posixrules')"
    ).fetchall()
    assert rows == []


def test_database_and_python_read_every_zone_alike(database: Database) -> None:
    moments = [dt.datetime(year, month, 15, 12, tzinfo=dt.UTC) for year in (2018, 2026) for month in (1, 4, 7, 10)]
    rows = database.execute(
        "select zone, at, at at time zone zone as local from (select distinct aurora_proactive_zone(value) as zone"
        " from jsonb_each_text(aurora_proactive_zone_names())) z cross join unnest(%s::timestamptz[]) at",
        (moments,),
    ).fetchall()
    assert len(rows) > 4000
    wrong = {
        row["zone"] for row in rows if row["local"] != row["at"].astimezone(zone_info(row["zone"])).replace(tzinfo=None)
    }
    assert wrong == set()
    assert [row["zone"] for row in rows if zone_info(row["zone"]).key != row["zone"]] == []
