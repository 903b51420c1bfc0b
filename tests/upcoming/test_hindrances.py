"""Why a planned message does not go out: as sending would judge it at its moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.model.context import ActiveBreaker, ActivePause, Instance, Owner
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.upcoming.hindrances import verdict
from proactive.upcoming.standing import CalendarDay, OrganizationStanding
from tests.upcoming.test_planned import NOON, ORGANIZATION, OWNER, QUIET, owner, standing

DAY = dt.date(2026, 11, 26)
NOT_CONNECTED = Instance(name="loja", status="disconnected")


def task(type_: str = "daily_summary", hour: int = 21) -> Task:
    return Task(
        type=type_, organization_id=ORGANIZATION, recipient=Recipient.owner(OWNER), key=str(DAY),
        scheduled_for=dt.datetime(2026, 11, 26, hour, tzinfo=dt.UTC), timezone="America/Sao_Paulo",
    )  # fmt: skip


def judged(
    type_: str = "daily_summary", record: str | None = None, quiet: QuietHours = QUIET,
    of: OrganizationStanding | None = None, **changes: Any,
) -> tuple[str, str | None]:  # fmt: skip
    asked = task(type_)
    stands = of or standing()
    found = verdict(stands, owner().model_copy(update=changes), asked, asked.occurrence.id, record, quiet)
    return found.status, found.why.code if found.why else None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("planned", None)),
        ({"is_active": False}, ("off", "organization_inactive")),
        ({"owner": Owner(id=OWNER, name=None, phone="", aurora_enabled=True)}, ("off", "owner_phone_unusable")),
        ({"pauses": (ActivePause(type="daily_summary", reason="x"),)}, ("held", "paused")),
        ({"instance": None}, ("held", "no_instance")),
        ({"instance": NOT_CONNECTED}, ("held", "instance_disconnected")),
        ({"instance": Instance(name="loja", status="connecting")}, ("held", "instance_connecting")),
    ],
)
def test_what_keeps_sending_from_it_now(changes: dict[str, Any], expected: tuple[str, str | None]) -> None:
    assert judged(**changes) == expected


def test_an_instance_that_may_send_again_by_then_keeps_nothing() -> None:
    def stopped(until: dt.datetime) -> ActiveBreaker:
        return ActiveBreaker(cause="refused", known=True, until=until, stops=True)

    assert judged(breaker=stopped(NOON + dt.timedelta(hours=1))) == ("planned", None)
    assert judged(breaker=stopped(NOON + dt.timedelta(days=1))) == ("held", "instance_stopped")


def test_a_time_in_quiet_hours_is_too_late_for_good() -> None:
    assert judged(quiet=QuietHours(dt.time(17), dt.time(8))) == ("off", "too_late_quiet_hours")


@pytest.mark.parametrize(
    ("record", "expected"), [("sent", "sent"), ("failed", "failed"), ("pending", "under_way"), (None, "planned")]
)
def test_what_has_a_record_says_how_it_stands(record: str | None, expected: str) -> None:
    assert judged(record=record) == (expected, None)
    if record == "pending":
        assert judged(record=record, instance=NOT_CONNECTED)[0] == "held"


def days(*states: str, first: int = 0) -> tuple[CalendarDay, ...]:
    found = [
        {"day": DAY + dt.timedelta(days=first + place), "state": state, "reason": None if state == "open" else "Natal"}
        for place, state in enumerate(states)
    ]
    return tuple(map(CalendarDay.model_validate, found))


@pytest.mark.parametrize(
    ("type_", "known", "expected"),
    [
        ("daily_summary", days("closed"), ("planned", None)),
        ("low_occupancy", days("closed", "open"), ("planned", None)),
        ("low_occupancy", days("open", "closed"), ("off", "closed_tomorrow")),
        ("low_occupancy", days("open", "doubtful"), ("off", "doubtful_day")),
        ("opportunities", days("open", "closed", "closed", "closed"), ("off", "closed_days")),
        ("opportunities", days("open", "closed", "closed", "doubtful"), ("planned", None)),
        ("birthdays", days("closed", "closed"), ("planned", None)),
    ],
)
def test_closed_days(type_: str, known: tuple[CalendarDay, ...], expected: tuple[str, str | None]) -> None:
    assert judged(type_, of=standing(days=known)) == expected


def test_a_summary_rests_on_closed_days_where_that_was_chosen_and_says_why() -> None:
    rests = standing(days=days("closed"), summary_on_closed_days=False)
    assert judged(of=rests) == ("off", "closed_day")
    asked = task()
    found = verdict(rests, owner(), asked, asked.occurrence.id, None, QUIET)
    assert found.why is not None
    assert "Natal" in found.why.label
    assert judged(of=standing(days=days("doubtful"), summary_on_closed_days=False)) == ("planned", None)
    # who is switched off anyway is told that
    assert judged(of=rests, is_active=False) == ("off", "organization_inactive")
