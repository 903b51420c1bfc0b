"""Zones: whose name counts, and what a file's own says of each moment."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from proactive.feeds.faults import SeriesRefused, Unreadable
from proactive.feeds.reading.content import RawComponent, components
from proactive.feeds.reading.zones import Zones

LAST = dt.datetime(2030, 1, 1)  # noqa: DTZ001  a wall clock's
LOCAL = ZoneInfo("America/Sao_Paulo")
BERLIN = (
    ("STANDARD", "19701025T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
    ("DAYLIGHT", "19810329T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
)


def zone(name: str, *parts: tuple[str, ...]) -> RawComponent:
    lines = [f"TZID:{name}"]
    for kind, start, before, after, *more in parts:
        lines += [f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", *more]
        lines += [f"END:{kind}"]
    body = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", "END:VCALENDAR"])
    (raw,) = components(body.encode(), dt.datetime(2026, 6, 1, tzinfo=dt.UTC))
    return raw


def learnt(*parts: tuple[str, ...], name: str = "Minha") -> dt.tzinfo:
    zones = Zones(LOCAL, LAST)
    zones.learn(zone(name, *parts))
    found = zones.of(name)
    assert found is not LOCAL
    return found


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"), ("europe/LISBON", "Europe/Lisbon"), ("/Europe/Lisbon", "Europe/Lisbon"),
        ('"Europe/Lisbon"', "Europe/Lisbon"), ("E. South America Standard Time", "America/Sao_Paulo"),
        ("w. europe standard time", "Europe/Berlin"), ("UTC", "UTC"), ("Etc/GMT+3", "Etc/GMT+3"),
        ("/mozilla.org/20050126_1/America/Manaus", "America/Manaus"), ("America/Buenos_Aires", "America/Buenos_Aires"),
    ],
)  # fmt: skip
def test_a_name_that_is_known_is_that_zone(name: str, known: str) -> None:
    assert Zones(LOCAL, LAST).of(name) == ZoneInfo(known)


@pytest.mark.parametrize(
    "name", [None, "", "Inventado", "localtime", "../../etc/passwd", "/etc/localtime", "posixrules"]
)
def test_a_name_that_nobody_knows_is_the_organisations_zone(name: str | None) -> None:
    assert Zones(LOCAL, LAST).of(name) is LOCAL


def test_a_zone_of_the_file_is_as_ianas_hour_by_hour() -> None:
    mine, theirs = learnt(*BERLIN), ZoneInfo("Europe/Berlin")
    for days in range(4 * 366):
        instant = dt.datetime(2026, 1, 1, days % 24, tzinfo=dt.UTC) + dt.timedelta(days=days)
        wall = instant.astimezone(theirs).replace(tzinfo=None)
        assert instant.astimezone(mine).replace(tzinfo=None) == wall
        assert wall.replace(tzinfo=mine).astimezone(dt.UTC) == wall.replace(tzinfo=theirs).astimezone(dt.UTC)


def test_a_time_that_comes_twice_is_the_first_of_them() -> None:
    wall = dt.datetime(2026, 10, 25, 2, 30, tzinfo=learnt(*BERLIN))
    assert wall.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_rules_that_ended_and_single_days_count_up_to_their_end() -> None:
    ended = (
        "DAYLIGHT",
        "20001008T000000",
        "-0300",
        "-0200",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=2SU;UNTIL=20181014T030000Z",
    )
    back = ("STANDARD", "20010218T000000", "-0200", "-0300", "RDATE:20190217T000000,20180218T000000")
    mine = learnt(ended, back)
    for year, month, hours in ((2018, 12, -2), (2026, 6, -3), (2026, 12, -3), (1990, 1, -3)):
        assert dt.datetime(year, month, 1, tzinfo=mine).utcoffset() == dt.timedelta(hours=hours)
        assert mine.utcoffset(None) == dt.timedelta(hours=-3)
    assert (mine.tzname(None), mine.dst(None)) == ("Minha", dt.timedelta())


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=YEARLY;INTERVAL=0", "FREQ=DAILY"])
def test_a_zone_with_a_refused_rule_stays_unknown(rule: str) -> None:
    zones = Zones(LOCAL, LAST)
    with pytest.raises(SeriesRefused):
        zones.learn(zone("Minha", ("STANDARD", "16010101T000000", "+0100", "+0100", f"RRULE:{rule}")))
    assert zones.of("Minha") is LOCAL


@pytest.mark.parametrize(
    "parts",
    [
        (), (("STANDARD", "x", "+0100", "+0100"),), (("STANDARD", "20200101T000000", "+0100", "+9900"),),
        (("STANDARD", "20200101T000000", "+0100", ""),), (("OTHER", "20200101T000000", "+0100", "+0100"),),
        (("STANDARD", "20200101T000000", "+0100", "+0100", "RRULE:FREQ=YEARLY;BYDAY=99XX"),),
    ],
)  # fmt: skip
def test_a_zone_that_is_none_is_unreadable(parts: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises((Unreadable, ValueError)):
        Zones(LOCAL, LAST).learn(zone("Minha", *parts))
