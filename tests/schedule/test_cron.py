"""Once a local day, in every zone of the world, whatever the clocks do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.schedule.cron import last_run_today, next_run, runs_until

CRONS = sorted({kind.cron for kind in MESSAGE_TYPES.values() if kind.cron})
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
#: The days of the week of a cron field, in Python's count.
WEEKDAYS = {"*": set(range(7)), "1": {0}, "2,4": {1, 3}}


def runs_of(cron: str, zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
    return list(runs_until(cron, zone, next_run(cron, zone, start), end))


def noon(zone: ZoneInfo, year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=zone)


def local(runs: list[dt.datetime], zone: ZoneInfo) -> list[str]:
    return [f"{run.astimezone(zone):%Y-%m-%d %H:%M %z}" for run in runs]


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(CRONS), st.sampled_from(ZONES), st.integers(2009, 2036))
@example("0 9 * * *", "Pacific/Apia", 2011)
@example("0 18 * * *", "Antarctica/Troll", 2026)
def test_every_local_day_that_the_cron_names_has_exactly_one_run_at_its_time(cron: str, name: str, year: int) -> None:
    zone = ZoneInfo(name)
    start = dt.datetime(year - 1, 12, 31, 12, tzinfo=dt.UTC)
    runs = runs_of(cron, zone, start, start + dt.timedelta(days=368))
    _, hour, _, _, weekdays = cron.split()
    # by instants, not by the calendar: a zone may have left a day out
    moments = ((start + dt.timedelta(hours=step)).astimezone(zone) for step in range(0, 368 * 24, 12))
    days = dict.fromkeys(moment.date() for moment in moments)
    wanted = [day for day in days if day.year == year and day.weekday() in WEEKDAYS[weekdays]]
    due = [run.astimezone(zone) for run in runs if run.astimezone(zone).year == year]
    assert [moment.date() for moment in due] == wanted
    assert {moment.time() for moment in due} == {dt.time(int(hour))}


@settings(deadline=None)
@given(st.sampled_from(CRONS), st.sampled_from(ZONES), st.integers(0, 20 * 365 * 86400))
def test_the_next_run_is_the_first_whatever_moment_it_is_asked_at(cron: str, name: str, seconds: int) -> None:
    zone = ZoneInfo(name)
    now = dt.datetime(2010, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    due = next_run(cron, zone, now)
    assert due > now
    assert due.tzinfo is dt.UTC
    assert next_run(cron, zone, due - dt.timedelta(seconds=1)) == due
    assert next_run(cron, zone, now + (due - now) / 2) == due


def test_a_midnight_that_the_clocks_skip_is_due_when_they_have_jumped_over_it() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    runs = runs_of("0 0 * * *", zone, noon(zone, 2018, 11, 3), noon(zone, 2018, 11, 5))
    assert local(runs, zone) == ["2018-11-04 01:00 -0200", "2018-11-05 00:00 -0200"]


def test_a_midnight_that_the_clocks_show_twice_is_due_the_first_time_only() -> None:
    zone = ZoneInfo("America/Havana")
    runs = runs_of("30 0 * * *", zone, noon(zone, 2026, 10, 31), noon(zone, 2026, 11, 2))
    assert local(runs, zone) == ["2026-11-01 00:30 -0400", "2026-11-02 00:30 -0500"]


def test_between_the_two_showings_of_an_hour_the_next_run_is_tomorrows() -> None:
    zone = ZoneInfo("America/Havana")
    between = dt.datetime(2026, 11, 1, 0, 15, tzinfo=zone, fold=1)
    assert local([next_run("30 0 * * *", zone, between)], zone) == ["2026-11-02 00:30 -0500"]


def test_a_jump_of_half_an_hour_skips_and_doubles_nothing() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    spring = runs_of("15 2 * * *", zone, noon(zone, 2026, 10, 3), noon(zone, 2026, 10, 5))
    assert local(spring, zone) == ["2026-10-04 02:45 +1100", "2026-10-05 02:15 +1100"]
    autumn = runs_of("45 1 * * *", zone, noon(zone, 2026, 4, 4), noon(zone, 2026, 4, 6))
    assert local(autumn, zone) == ["2026-04-05 01:45 +1100", "2026-04-06 01:45 +1030"]


def test_noronha_is_an_hour_ahead_of_sao_paulo_and_its_evening_is_another_utc_day() -> None:
    noronha = ZoneInfo("America/Noronha")
    evening = next_run("0 22 * * *", noronha, dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    assert evening == dt.datetime(2026, 11, 24, 0, 0, tzinfo=dt.UTC)
    summary = next_run("0 18 * * *", noronha, dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    assert summary == dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)


def test_weekdays_are_the_zones_own() -> None:
    kiritimati = ZoneInfo("Pacific/Kiritimati")
    monday = next_run("0 10 * * 1", kiritimati, dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    assert monday == dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC)


def test_the_process_own_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    zone = ZoneInfo("America/Manaus")
    before = next_run("0 18 * * *", zone, now)
    assert next_run("0 18 * * *", zone, now.astimezone(ZoneInfo("Asia/Tokyo"))) == before


def test_the_missed_runs_of_days_are_each_named_and_both_ends_count() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    first = dt.datetime(2026, 11, 20, 21, tzinfo=dt.UTC)
    assert [run.day for run in runs_until("0 18 * * *", zone, first, first + dt.timedelta(days=3))] == [20, 21, 22, 23]
    assert list(runs_until("0 18 * * *", zone, first, first - dt.timedelta(seconds=1))) == []


def test_the_last_run_of_today_is_found_until_midnight_and_not_before_its_time() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    six = dt.datetime(2026, 11, 23, 18, tzinfo=zone)
    assert last_run_today("0 18 * * *", zone, six - dt.timedelta(seconds=1)) is None
    assert last_run_today("0 18 * * *", zone, six) == six
    assert last_run_today("0 18 * * *", zone, six + dt.timedelta(hours=5, minutes=59)) == six
    assert last_run_today("0 18 * * *", zone, six + dt.timedelta(hours=6)) is None
