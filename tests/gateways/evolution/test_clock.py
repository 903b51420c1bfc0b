"""The gateway's clock: own times of events, whatever zone the gateway believes in."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.gateways.evolution.clock import GatewayClock

NOW = dt.datetime(2026, 11, 25, 19, 30, tzinfo=dt.UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "evolution"


def written(moment: dt.datetime, behind: dt.timedelta = dt.timedelta()) -> str:
    """A moment as Evolution writes it where its zone is so far behind UTC."""
    return (moment - behind).strftime("%Y-%m-%dT%H:%M:%S.") + "556Z"


@pytest.mark.parametrize("ago", [dt.timedelta(seconds=2), dt.timedelta(minutes=20), dt.timedelta(days=2)])
def test_an_event_that_comes_late_keeps_its_own_time(ago: dt.timedelta) -> None:
    assert GatewayClock().own_time((NOW - ago).isoformat(), NOW) == NOW - ago


@pytest.mark.parametrize(
    "date_time",
    [None, "", "yesterday", 7, 1e400, [], {}, True, "2026-11-25T19:29:00", "2026-11-25", "2026-11-25T19:30:01Z",
     "2026-10-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-11-25T25:00:00Z"],
)  # fmt: skip
def test_a_time_that_cannot_be_is_taken_for_arrival(date_time: Any) -> None:
    assert GatewayClock().own_time(date_time, NOW) == NOW


@pytest.mark.parametrize("hours", [3, 5, -1, 5.5, -5.75])
def test_a_clock_of_another_zone_is_known_by_the_messages_own_time(hours: float) -> None:
    clock, behind, sent = GatewayClock(), dt.timedelta(hours=hours), NOW - dt.timedelta(minutes=12)
    clock.learn(written(sent, behind), int(sent.timestamp()))
    late = NOW - dt.timedelta(minutes=9)
    assert abs(clock.own_time(written(late, behind), NOW) - late) < dt.timedelta(seconds=1)


@pytest.mark.parametrize("timestamp", [None, "x", 10**30, {"low": 1}, 0, 1795198011 - 200, [], float("nan")])
def test_what_says_nothing_of_the_clock_teaches_nothing(timestamp: Any) -> None:
    clock = GatewayClock()
    clock.learn(written(NOW - dt.timedelta(minutes=20)), timestamp)
    clock.learn("nothing", int(NOW.timestamp()))
    assert clock.own_time((NOW - dt.timedelta(hours=2)).isoformat(), NOW) == NOW - dt.timedelta(hours=2)


def test_the_captured_session_is_of_a_clock_that_is_right() -> None:
    clock = GatewayClock()
    for path in sorted(FIXTURES.glob("webhook-*.json")):
        body = json.loads(path.read_text("utf-8"))
        if isinstance(body["data"].get("messageTimestamp"), int):
            clock.learn(body["date_time"], body["data"]["messageTimestamp"])
    assert clock.own_time("2026-11-25T19:08:51.501Z", NOW).isoformat() == "2026-11-25T19:08:51.501000+00:00"


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.datetimes().map(dt.datetime.isoformat)),
       st.one_of(st.none(), st.integers(), st.floats(), st.text()))  # fmt: skip
def test_nothing_makes_it_fail_or_leave_the_possible(date_time: Any, timestamp: Any) -> None:
    clock = GatewayClock()
    clock.learn(date_time, timestamp)
    assert NOW - dt.timedelta(days=30) < clock.own_time(date_time, NOW) <= NOW
