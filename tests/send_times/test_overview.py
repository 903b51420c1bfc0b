"""What an owner gets and when: the own choice before the default, the default before the cron."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from proactive.model.quiet_hours import QuietHours
from proactive.send_times.overview import TypeTime, times_of
from proactive.send_times.store import ChosenTime

NIGHT = QuietHours(dt.time(21), dt.time(8))
ANA, BIA = UUID(int=1), UUID(int=2)
NOON = dt.datetime(2026, 6, 4, 15, tzinfo=dt.UTC)


def choice(owner: UUID | None, at: str | None = None, *, on: bool = True, **changes: Any) -> ChosenTime:
    usual: dict[str, Any] = {
        "owner": owner, "type": "daily_summary", "is_on": on, "send_time": at, "origin": "chosen", "via": "page",
        "since": NOON,
    }  # fmt: skip
    return ChosenTime.model_validate(usual | changes)


def summary(owner: UUID | None, *chosen: ChosenTime, quiet: QuietHours = NIGHT) -> TypeTime:
    return next(each for each in times_of(owner, chosen, quiet) if each.type.name == "daily_summary")


def test_without_a_choice_everything_is_on_at_the_crons_time() -> None:
    found = times_of(ANA, (), NIGHT)
    assert [(each.type.name, f"{each.at:%H:%M}", each.is_on, each.origin, each.own) for each in found] == [
        ("birthdays", "09:00", True, "cron", False), ("inactive_clients", "10:00", True, "cron", False),
        ("opportunities", "15:00", True, "cron", False), ("low_occupancy", "17:00", True, "cron", False),
        ("daily_summary", "18:00", True, "cron", False),
    ]  # fmt: skip


def test_the_default_holds_for_whoever_chose_nothing() -> None:
    found = summary(ANA, choice(None, "19:00", on=False))
    assert (found.at, found.is_on, found.origin, found.own) == (dt.time(19), False, "default", False)
    assert summary(None, choice(None, "19:00")).own


def test_an_owners_choice_goes_before_the_default_and_another_owners_is_nobody_elses() -> None:
    chosen = (choice(None, "19:00", on=False), choice(BIA, "20:15"))
    found = summary(BIA, *chosen)
    assert (found.at, found.is_on, found.origin, found.own) == (dt.time(20, 15), True, "chosen", True)
    assert found.usual_at == dt.time(19)
    assert summary(ANA, *chosen).at == dt.time(19)


def test_who_switched_on_or_off_and_chose_no_time_has_the_defaults() -> None:
    found = summary(ANA, choice(None, "19:00", on=False), choice(ANA, None))
    assert (found.at, found.is_on, found.origin) == (dt.time(19), True, "chosen")


def test_a_time_that_quiet_hours_exclude_is_the_nearest_and_what_was_wanted_is_known() -> None:
    early = QuietHours(dt.time(20), dt.time(8))
    found = summary(ANA, choice(ANA, "20:15"), quiet=early)
    assert (found.at, found.wanted) == (dt.time(19, 30), dt.time(20, 15))
    assert summary(ANA, choice(ANA, "20:15")).wanted is None


def test_a_learned_time_says_that_it_is_one() -> None:
    assert summary(ANA, choice(ANA, "19:30", origin="learned")).origin == "learned"
