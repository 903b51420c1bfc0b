"""The breaker's rules and the levels, by numbers alone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from proactive.campaigns.number_health import connected, judge, of_day, rested, warmths
from proactive.campaigns.pace import Pace
from proactive.campaigns.pump_view import EventView, HealthView, NumberView, PumpView, SentView
from proactive.campaigns.signs_of_harm import SignsOfHarm

ZONE = ZoneInfo("America/Sao_Paulo")
DEFAULTS = SignsOfHarm()
NOW = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)


def ago(minutes: float) -> dt.datetime:
    return NOW - dt.timedelta(minutes=minutes)


def sent(marks: str, *, each: float = 1.0, since: float = 0.0) -> tuple[SentView, ...]:
    """Messages, newest first: d delivered, a acknowledged, e error, . nothing heard."""
    return tuple(
        SentView(sent_at=ago(since + place * each), error=mark == "e", acknowledged=mark in "da", delivered=mark == "d")
        for place, mark in enumerate(marks)
    )


def cause(view: PumpView, signs: SignsOfHarm = DEFAULTS) -> tuple[str, float] | None:
    trip = judge(view, NOW, ZONE, signs)
    return None if trip is None else (trip.cause, (trip.until - NOW) / dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("messages", "trips"),
    [
        (sent("ddddd"), None),
        (sent("edddd"), None),
        (sent("eeddd"), ("refused", 24)),
        (sent("dddee"), ("refused", 24)),
        (sent("ededd"), None),
        (sent("ededdeddd"), ("refused", 24)),
        (sent("e" + "d" * 9 + "e" + "d" * 9 + "e"), None),  # the third is not of the last 20
        (sent("...", since=2), ("undelivered", 6)),
        (sent("...", since=1.9), None),
        (sent("..d", since=2), None),
        (sent("..", since=2), None),
        (sent("a" * 20, since=30), ("undelivered", 6)),
        (sent("d" * 14 + "a" * 6, since=30), None),
        (sent("d" * 13 + "a" * 7, since=30), ("undelivered", 6)),
        (sent("a" * 19, since=30), None),
        (sent("a" * 20, since=20, each=0.1), None),
        ((), None),
    ],
)
def test_what_was_sent_is_judged(messages: tuple[SentView, ...], trips: tuple[str, float] | None) -> None:
    assert cause(PumpView(instance=None, sent=messages)) == trips


@pytest.mark.parametrize(
    ("signs", "messages", "trips"),
    [
        (SignsOfHarm(refused_in_a_row=3, refused=9), sent("eedeeddd"), None),
        (SignsOfHarm(refused_in_a_row=3, refused=9), sent("deeed"), ("refused", 24)),
        (SignsOfHarm(refused_in_a_row=1), sent("dded"), ("refused", 24)),
        (SignsOfHarm(refused=2, refused_rest=dt.timedelta(hours=48)), sent("eded"), ("refused", 48)),
        (SignsOfHarm(unacknowledged=5), sent("....", since=2), None),
        (SignsOfHarm(unacknowledged=5, silent_rest=dt.timedelta(hours=2)), sent(".....", since=2), ("undelivered", 2)),
        (SignsOfHarm(least_delivered=0.5), sent("d" * 10 + "a" * 10, since=30), None),
        (SignsOfHarm(least_delivered=1.0), sent("d" * 19 + "a", since=30), ("undelivered", 6)),
    ],
)
def test_the_thresholds_are_settings(
    signs: SignsOfHarm, messages: tuple[SentView, ...], trips: tuple[str, float] | None
) -> None:
    assert cause(PumpView(instance=None, sent=messages), signs) == trips


def test_a_second_limit_rests_as_long_as_is_set() -> None:
    signs = SignsOfHarm(throttled_rest=dt.timedelta(hours=4))
    assert cause(PumpView(instance=None, events=limits(1, 11)), signs) == ("throttled", 4)


def test_after_a_trip_the_first_one_alone_says_it_again() -> None:
    health = HealthView(level=1, probing=True)
    assert cause(PumpView(instance=None, health=health, sent=sent("e"))) == ("refused", 24)
    assert cause(PumpView(instance=None, health=health, sent=sent(".", since=2))) == ("undelivered", 6)
    assert cause(PumpView(instance=None, health=health, sent=sent("."))) is None


def limits(*minutes: float, kind: str = "overlimit") -> tuple[EventView, ...]:
    return tuple(EventView(kind=kind, at=ago(each)) for each in minutes)


@pytest.mark.parametrize(
    ("events", "trips"),
    [
        (limits(1), None),
        (limits(1, 11), ("throttled", 1)),
        (limits(1, 11.1), None),
        (limits(1, 60, 120), ("throttled", 12)),  # noon: until midnight
        (limits(1, 60, 60 * 14), None),  # the third was yesterday
        (limits(1, kind="gateway"), ("gateway", 0.5)),
        (limits(1, kind="trip:refused"), None),
    ],
)
def test_what_the_gateway_said_is_judged(events: tuple[EventView, ...], trips: tuple[str, float] | None) -> None:
    assert cause(PumpView(instance=None, events=events)) == trips


def test_what_was_judged_is_not_judged_again() -> None:
    health = HealthView(level=1, judged_from=ago(0.5))
    assert cause(PumpView(instance=None, health=health, events=limits(1, 2, kind="overlimit"))) is None
    assert cause(PumpView(instance=None, health=health, events=limits(1, kind="gateway"))) is None


@pytest.mark.parametrize(
    ("sent_before", "trouble", "level"), [(48, False, 4), (47, False, 3), (60, True, 1), (0, False, 3), (60, False, 4)]
)
def test_a_good_day_raises_the_level_and_trouble_lowers_it(sent_before: int, trouble: bool, level: int) -> None:
    health = HealthView(level=3, day=NOW.date(), sent=sent_before, trouble=trouble, in_a_row=9)
    day = of_day(health, NOW.date() + dt.timedelta(days=1), 60, NOW, NOW)
    assert (day.level, day.sent, day.trouble, day.in_a_row) == (level, 0, False, 0)
    assert of_day(health, NOW.date(), 60, NOW, NOW) == health


@pytest.mark.parametrize(("days", "level"), [(0, 1), (14.9, 1), (15, 3), (900, 3)])
def test_a_new_number_begins_at_the_bottom(days: float, level: int) -> None:
    assert of_day(None, NOW.date(), 20, NOW - dt.timedelta(days=days), NOW).level == level


@pytest.mark.parametrize(
    ("today", "cool", "cold", "who"),
    [(0, 0, 0, ["warm", "cool", "cold"]), (59, 29, 10, ["warm", "cool"]), (59, 30, 0, ["warm"]), (60, 0, 0, [])],
)
def test_the_cap_holds_and_half_of_it_for_the_cool(today: int, cool: int, cold: int, who: list[str]) -> None:
    health = HealthView(level=3, sent=today, sent_cool=cool)
    assert warmths(health, Pace(), (), cold) == who
    assert warmths(health, Pace(), (5, 5, 5), cold) == ([] if today >= 5 else who)


def test_a_number_is_back_after_half_an_hour() -> None:
    number = NumberView(status="connected", told="open", since=ago(29))
    assert connected(number) and not rested(number, ago(300), NOW)
    assert rested(number.model_copy(update={"since": ago(30)}), ago(300), NOW)
    assert not connected(number.model_copy(update={"told": "close"}))
    assert not connected(None)
