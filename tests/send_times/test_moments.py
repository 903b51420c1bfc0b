"""The moment of a message whose time was chosen: the cron's run and so many minutes, on every kind of day."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import MessageContext, Record, SendChoice
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Later, Task
from proactive.model.wait_reasons import WaitReason
from proactive.schedule.cron import next_run
from proactive.send_times.moments import at_chosen_time, moment_of, moved
from proactive.send_times.window import CHOOSABLE, window_of

NIGHT = QuietHours(dt.time(21), dt.time(8))
SUMMARY = MESSAGE_TYPES["daily_summary"]
DAY = dt.date(2026, 6, 4)
ZONE = "America/Sao_Paulo"
SIX = dt.datetime(2026, 6, 4, 21, tzinfo=dt.UTC)
EIGHT = SIX + dt.timedelta(hours=2)


def task(**changes: Any) -> Task:
    usual: dict[str, Any] = {
        "type": "daily_summary", "organization_id": UUID(int=1), "recipient": Recipient.owner(UUID(int=2)),
        "key": DAY.isoformat(), "scheduled_for": SIX, "timezone": ZONE,
    }  # fmt: skip
    return Task(**usual | changes)


def chosen(at: str | None, type_: str = "daily_summary") -> SendChoice:
    return SendChoice(type=type_, send_time=dt.time.fromisoformat(at) if at else None)


def context(at: str | None, record: Record | None = None) -> MessageContext:
    return MessageContext(
        organization="Loja", is_active=True, timezone=ZONE, owner=None, instance=None, record=record,
        choices=(chosen(at),), facts=None,
    )  # fmt: skip


#: Days on which clocks change, and days around them; one zone changes by half an hour.
DAYS = [
    ("America/New_York", dt.date(2026, 3, 8)), ("America/New_York", dt.date(2026, 11, 1)),
    ("Europe/Lisbon", dt.date(2026, 3, 29)), ("Europe/Lisbon", dt.date(2026, 10, 25)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)), ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
    ("America/Santiago", dt.date(2026, 9, 6)), ("America/Sao_Paulo", dt.date(2018, 11, 4)),
    ("Pacific/Kiritimati", DAY), (ZONE, DAY),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "day"), DAYS, ids=str)
@pytest.mark.parametrize("type_", CHOOSABLE, ids=lambda type_: type_.name)
def test_the_clocks_on_the_wall_show_what_was_chosen_for_every_minute_of_the_window(
    type_: Any, zone: str, day: dt.date
) -> None:
    window = window_of(type_, NIGHT)
    minutes = range(0 if window is None else (window.last.hour - window.first.hour) * 60 + window.last.minute + 1)
    for ahead in minutes:
        at = (dt.datetime.combine(day, type_.usual_time) + dt.timedelta(minutes=ahead)).time()
        moment = moment_of(type_, day, zone, at, NIGHT)
        assert moment is not None
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == dt.datetime.combine(day, at)
    # and without a choice it is the cron's own run
    begins = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC) - dt.timedelta(seconds=1)
    daily = " ".join([*type_.cron.split()[:2], "* * *"])
    assert moment_of(type_, day, zone, None, NIGHT) == next_run(daily, ZoneInfo(zone), begins)


def test_it_is_never_another_local_day_even_where_the_clocks_jump_over_midnight() -> None:
    late = SUMMARY.__class__(
        **{name: getattr(SUMMARY, name) for name in SUMMARY.__dataclass_fields__}
        | {"cron": "0 22 * * *", "latest": dt.time(23, 45)}
    )
    never = QuietHours(dt.time(0), dt.time(0))
    # on this day 23:00 is not shown in Nuuk: clocks go from 23:00 to midnight
    day = dt.date(2024, 3, 30)
    for minute in range(106):
        at = (dt.datetime.combine(day, dt.time(22)) + dt.timedelta(minutes=minute)).time()
        moment = moment_of(late, day, "America/Nuuk", at, never)
        assert moment is not None
        assert moment.astimezone(ZoneInfo("America/Nuuk")).date() == day


def test_the_schedules_task_moves_to_the_chosen_time_and_stays_the_same_occurrence() -> None:
    later = moved(task(), chosen("20:00"), NIGHT)
    assert later.scheduled_for == EIGHT
    assert later.occurrence == task().occurrence
    assert later.model_copy(update={"scheduled_for": SIX}) == task()


@pytest.mark.parametrize("at", [None, "18:00", "07:00"])
def test_where_nothing_later_was_chosen_the_task_is_the_very_same(at: str | None) -> None:
    assert moved(task(), chosen(at), NIGHT) == task()


def test_what_a_person_asked_for_goes_when_it_was_asked_for() -> None:
    assert moved(task(by_hand=True), chosen("20:00"), NIGHT) == task(by_hand=True)


def test_a_message_that_was_made_before_a_later_time_was_chosen_waits_for_it_when_it_is_about_to_go() -> None:
    waits = at_chosen_time(task(), context("20:00"), SIX, NIGHT)
    assert isinstance(waits, Later)
    assert waits.seconds == 7200
    assert waits.note is not None
    assert (waits.note.why, waits.note.until) == (WaitReason.CHOSEN_TIME, EIGHT)
    goes = at_chosen_time(task(), context("20:00"), EIGHT, NIGHT)
    assert goes == task(scheduled_for=EIGHT)


def test_one_that_waited_for_its_time_goes_then_by_whatever_clock_its_worker_has() -> None:
    due = task(scheduled_for=EIGHT)
    assert at_chosen_time(due, context("20:00"), EIGHT - dt.timedelta(minutes=2), NIGHT) == due


def test_a_time_that_was_chosen_earlier_again_keeps_nothing_back() -> None:
    due = task(scheduled_for=EIGHT)
    assert at_chosen_time(due, context("19:00"), EIGHT, NIGHT) == due
    assert at_chosen_time(due, context(None), EIGHT, NIGHT) == due


def test_what_has_a_record_was_begun_and_goes_on() -> None:
    pending = Record(status="pending", content="Olá", metadata={})
    assert at_chosen_time(task(), context("20:00", pending), SIX, NIGHT) == task()
