"""Whether a message may go out at all, in the order in which that is decided."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from proactive.model.context import (
    ActiveBreaker,
    ActivePause,
    Draft,
    Instance,
    MessageContext,
    Owner,
    Record,
    SendChoice,
)
from proactive.model.facts import Facts
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Done, Later
from proactive.pipeline.eligibility import Eligible, eligibility, kept_draft

OWNER = Owner(id=UUID(int=1), name="Ana", phone="11999998888", aurora_enabled=True)
INSTANCE = Instance(name="shop", status="connected")
FIRES = Facts(date=dt.date(2026, 11, 23), fires=True)
TOO_LATE = Failure(FailureReason.TOO_LATE_QUIET_HOURS, {"start": "21:00", "end": "08:00"})
PENDING = Record(status="pending", content=None, metadata={})


def context(**changes: Any) -> MessageContext:
    """A message that may go out, but for the changes."""
    usual: dict[str, Any] = {
        "organization": "Pet shop", "is_active": True, "timezone": "America/Sao_Paulo", "owner": OWNER,
        "instance": INSTANCE, "record": None, "facts": FIRES,
    }  # fmt: skip
    return MessageContext(**usual | changes)


def verdict(found: MessageContext, too_late: Failure | None = None) -> object:
    return eligibility("birthdays", found, too_late)


def reason(found: object) -> FailureReason | None:
    return found.reason if isinstance(found, Failure) else None


def test_it_may_go_out_where_nothing_stands_against_it() -> None:
    found = verdict(context())
    assert isinstance(found, Eligible)
    assert (found.instance, found.phone.digits) == (INSTANCE, "5511999998888")


@pytest.mark.parametrize(("status", "action"), [("sent", "already_sent"), ("failed", "already_failed")])
def test_what_was_settled_stays_settled_whatever_else_is_so(status: Any, action: str) -> None:
    settled = Record(status=status, content="x", metadata={})
    assert verdict(context(record=settled, owner=None, is_active=False), TOO_LATE) == Done(action)  # type: ignore[arg-type]  # one of the literals


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organization": None}, FailureReason.ORGANIZATION_INACTIVE),
        ({"is_active": False}, FailureReason.ORGANIZATION_INACTIVE),
        ({"owner": None}, FailureReason.OWNER_MISSING),
        ({"owner": OWNER.model_copy(update={"aurora_enabled": False})}, FailureReason.AURORA_SWITCHED_OFF),
        ({"choices": (SendChoice(type="birthdays", is_on=False),)}, FailureReason.TYPE_SWITCHED_OFF),
        ({"owner": OWNER.model_copy(update={"phone": "08001234567"})}, FailureReason.OWNER_PHONE_UNUSABLE),
        ({"owner": OWNER.model_copy(update={"phone": None})}, FailureReason.OWNER_PHONE_UNUSABLE),
    ],
)
def test_nobody_to_write_to_is_skipped_and_only_an_existing_record_says_so(
    changes: dict[str, Any], code: FailureReason
) -> None:
    skipped = verdict(context(**changes))
    assert isinstance(skipped, Done)
    assert (skipped.action, reason(skipped.failure)) == ("skipped", code)
    assert reason(verdict(context(record=PENDING, **changes))) is code


def test_what_was_chosen_for_another_type_says_nothing_about_this_one() -> None:
    others = (SendChoice(type="low_occupancy", is_on=False), SendChoice(type="birthdays", send_time=dt.time(10)))
    assert isinstance(verdict(context(choices=others)), Eligible)


def test_nothing_to_say_is_not_said_unless_it_was_begun() -> None:
    silent = FIRES.model_copy(update={"fires": False})
    assert verdict(context(facts=silent), TOO_LATE) == Done("nothing_to_say")
    assert isinstance(verdict(context(facts=silent, record=PENDING)), Eligible)


@pytest.mark.parametrize(
    ("instance", "waits"),
    [
        ({"status": "connecting"}, True),
        ({"status": "connecting", "told": "close", "told_seconds": 3600.0}, True),
        ({"status": "disconnected", "told": "connecting", "told_seconds": 3600.0}, True),
        ({"status": "disconnected", "told": "close", "told_seconds": 59.0}, True),
        ({"status": "disconnected", "told": "close", "told_seconds": 60.0}, False),
        ({"status": "disconnected", "told": "open", "told_seconds": 1.0}, False),
        ({"status": "disconnected"}, False),
        ({"status": "qr_pending", "told": "connecting", "told_seconds": 1.0}, False),
        ({"status": "logged_out", "told": "close", "told_seconds": 1.0}, False),
        ({"status": "error"}, False),
    ],
)
def test_an_instance_that_may_be_back_in_a_moment_is_waited_for(instance: dict[str, Any], waits: bool) -> None:
    found = verdict(context(instance=Instance(name="shop", **instance)))
    assert isinstance(found, Later) == waits
    assert waits or reason(found) is FailureReason.INSTANCE_DISCONNECTED


def test_an_instance_that_is_connected_is_sent_from_whatever_was_told() -> None:
    told = Instance(name="shop", status="connected", told="close", told_seconds=1.0)
    assert isinstance(verdict(context(instance=told)), Eligible)


def test_what_is_too_late_fails_even_where_it_is_paused() -> None:
    paused = (ActivePause(type=None, reason="incident"),)
    assert verdict(context(pauses=paused), TOO_LATE) == TOO_LATE


@pytest.mark.parametrize(("type_", "waits"), [(None, True), ("birthdays", True), ("daily_summary", False)])
def test_a_pause_of_its_type_or_of_all_makes_it_wait(type_: str | None, waits: bool) -> None:
    found = verdict(context(pauses=(ActivePause(type=type_, reason="incident"),), instance=None))
    assert isinstance(found, Later) == waits


def test_without_a_connected_instance_it_fails_with_the_state() -> None:
    assert reason(verdict(context(instance=None))) is FailureReason.NO_INSTANCE
    down = verdict(context(instance=Instance(name="shop", status="qr_pending")))
    assert down == Failure(FailureReason.INSTANCE_DISCONNECTED, {"state": "qr_pending"})


def test_a_text_that_was_written_before_is_used_again() -> None:
    assert kept_draft(context()) is None
    assert kept_draft(context(record=PENDING)) is None
    metadata = {"facts": {"date": "2026-11-23"}, "composer": "ai", "fallback": None}
    kept = Record(status="pending", content="Oi", metadata=metadata)
    assert kept_draft(context(record=kept)) == Draft("Oi", {"date": "2026-11-23"}, "ai", None)


@pytest.mark.parametrize("stops", [True, False])
def test_a_message_of_an_instance_that_is_stopped_waits_and_no_attempt_is_counted(stops: bool) -> None:
    until = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    breaker = ActiveBreaker(cause="refused", known=not stops, until=until, stops=stops)
    found = verdict(context(breaker=breaker))
    if stops:
        assert found == Later(60.0, "the instance is stopped until 2026-11-23 16:00 UTC: refused")
        assert verdict(context(breaker=breaker), TOO_LATE) == TOO_LATE
    else:
        assert isinstance(found, Eligible)
