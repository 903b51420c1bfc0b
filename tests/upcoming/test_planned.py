"""What goes out in the next seven days: every run of the schedule by the clocks of its zone, once, with why not."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from proactive.model.context import ActivePause, Instance, MessageContext, Owner, SendChoice
from proactive.model.occurrence import Occurrence
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.scheduled_messages import ScheduledMessage
from proactive.upcoming.planned import UpcomingMessage, once_a_day_ids, upcoming_of
from proactive.upcoming.standing import CalendarDay, OrganizationStanding, SkipView

QUIET = QuietHours(dt.time(21), dt.time(8))
ORGANIZATION, OWNER = UUID(int=1), UUID(int=2)
#: A Thursday, noon in São Paulo.
NOON = dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC)


def owner(id_: UUID = OWNER, *, zone: str = "America/Sao_Paulo", enabled: bool = True, **more: Any) -> MessageContext:
    return MessageContext(
        organization="Loja", is_active=True, timezone=zone,
        owner=Owner(id=id_, name="Ana", phone="11999998888", aurora_enabled=enabled),
        instance=Instance(name="loja", status="connected"), record=None, facts=None, **more,
    )  # fmt: skip


def standing(*owners: MessageContext, zone: str = "America/Sao_Paulo", **more: Any) -> OrganizationStanding:
    common: dict[str, Any] = {"days": (), "summary_on_closed_days": True, "skips": (), "records": {}}
    return OrganizationStanding(
        id=ORGANIZATION, name="Loja", timezone=zone, owners=owners or (owner(zone=zone),), **common | more
    )  # fmt: skip


def seen(found: list[UpcomingMessage], zone: str = "America/Sao_Paulo", type_: str | None = None) -> list[str]:
    kept = [each for each in found if type_ in (None, each.task.type)]
    return [f"{each.at.astimezone(ZoneInfo(zone)):%a %d %H:%M} {each.task.type}" for each in kept]


def test_a_week_has_every_run_of_the_schedule_once_soonest_first() -> None:
    found = upcoming_of(standing(), [], NOON, QUIET)
    assert seen(found)[:5] == [
        "Thu 26 15:00 opportunities", "Thu 26 17:00 low_occupancy", "Thu 26 18:00 daily_summary",
        "Fri 27 09:00 birthdays", "Fri 27 17:00 low_occupancy",
    ]  # fmt: skip
    assert seen(found, type_="inactive_clients") == ["Mon 30 10:00 inactive_clients"]
    assert seen(found, type_="opportunities") == ["Thu 26 15:00 opportunities", "Tue 01 15:00 opportunities"]
    assert [len(seen(found, type_=each)) for each in ("daily_summary", "birthdays", "low_occupancy")] == [7, 7, 7]
    assert {each.status for each in found} == {"planned"}
    assert len({each.id for each in found}) == len(found)
    ids = [Occurrence(ORGANIZATION, Recipient.owner(OWNER), each.task.type, each.task.key).id for each in found]
    assert [each.id for each in found] == ids


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # the clocks go back at 2:00 on Sunday 1 November: a day of 25 hours
        ("America/New_York", "2026-10-31T12:00Z", ["22:00", "23:00", "23:00", "23:00", "23:00", "23:00", "23:00"]),
        # and forward on 29 March: a day of 23 hours
        ("Europe/Lisbon", "2027-03-27T12:00Z", ["18:00", "17:00", "17:00", "17:00", "17:00", "17:00", "17:00"]),
        ("Asia/Kathmandu", "2026-11-26T00:00Z", ["12:15"] * 7),
        ("Pacific/Kiritimati", "2026-11-26T00:00Z", ["04:00"] * 7),
    ],
)
def test_a_zones_clocks_decide_also_where_they_change(zone: str, now: str, expected: list[str]) -> None:
    found = upcoming_of(standing(zone=zone), [], dt.datetime.fromisoformat(now), QUIET)
    summaries = [each for each in found if each.task.type == "daily_summary"]
    assert [f"{each.at:%H:%M}" for each in summaries] == expected
    assert [each.task.key for each in summaries] == [str(each.day) for each in summaries]


def test_chosen_times_move_and_switched_off_types_do_not_go_out() -> None:
    choices = (SendChoice(type="daily_summary", send_time=dt.time(20)), SendChoice(type="birthdays", is_on=False))
    found = upcoming_of(standing(owner(choices=choices)), [], NOON, QUIET)
    assert seen(found, type_="daily_summary")[0] == "Thu 26 20:00 daily_summary"
    off = [each for each in found if each.task.type == "birthdays"]
    assert {(each.status, each.why.code if each.why else "") for each in off} == {("off", "type_switched_off")}


def test_after_its_cron_one_of_a_later_time_is_still_to_come_and_others_are_not() -> None:
    late = dt.datetime(2026, 11, 26, 22, tzinfo=dt.UTC)  # 19:00
    moved = standing(owner(choices=(SendChoice(type="daily_summary", send_time=dt.time(20)),)))
    assert seen(upcoming_of(moved, [], late, QUIET))[0] == "Thu 26 20:00 daily_summary"
    assert seen(upcoming_of(standing(), [], late, QUIET))[0] == "Fri 27 09:00 birthdays"


def test_several_owners_each_have_their_own() -> None:
    other = UUID(int=3)
    found = upcoming_of(standing(owner(), owner(other, enabled=False)), [], NOON, QUIET)
    assert len(found) == 2 * len(upcoming_of(standing(), [], NOON, QUIET))
    assert {(each.task.recipient.id, each.status) for each in found} == {(OWNER, "planned"), (other, "off")}


def test_what_somebody_asked_for_is_the_same_message_at_the_earlier_time() -> None:
    def job(clock: int, **changes: Any) -> ScheduledMessage:
        due = dt.datetime(2026, 11, 26, clock + 3, tzinfo=dt.UTC)
        task = Task(
            type="daily_summary", organization_id=ORGANIZATION, recipient=Recipient.owner(OWNER), key="2026-11-26",
            scheduled_for=due, timezone="America/Sao_Paulo", by_hand=True,
        ).model_copy(update=changes)  # fmt: skip
        return ScheduledMessage(f"job-{clock}", task, due)

    def summary(found: list[UpcomingMessage]) -> tuple[int, str | None]:
        return next((each.at.hour, each.job_id) for each in found if each.task.type == "daily_summary")

    earlier, later = (upcoming_of(standing(), [job(clock)], NOON, QUIET) for clock in (14, 19))
    assert (summary(earlier), summary(later)) == ((17, "job-14"), (21, None))
    assert len(earlier) == len(later) == len(upcoming_of(standing(), [], NOON, QUIET))
    campaign = job(16, type="custom_campaign", key="natal")
    added = [each for each in upcoming_of(standing(), [campaign], NOON, QUIET) if each.task.key == "natal"]
    assert [(each.job_id, each.status) for each in added] == [("job-16", "planned")]
    gone = job(16, recipient=Recipient.owner(uuid4()))  # of an owner who is not there any more
    assert len(upcoming_of(standing(), [gone], NOON, QUIET)) == len(later)


def test_a_skip_is_seen_for_the_rest_of_the_day_with_who_did_it() -> None:
    id_ = Occurrence(ORGANIZATION, Recipient.owner(OWNER), "daily_summary", "2026-11-26").id
    skip = SkipView(
        id=id_, type="daily_summary", owner=OWNER, occurrence="2026-11-26", scheduled_for=NOON + dt.timedelta(hours=6),
        job_id=None, by="user:1", at=NOON,
    )  # fmt: skip
    for hours in (0, 8):
        found = upcoming_of(standing(skips=(skip,)), [], NOON + dt.timedelta(hours=hours), QUIET)
        (message,) = (each for each in found if each.id == id_)
        assert (message.status, message.skip) == ("skipped", skip)
    campaign = skip.model_copy(update={"id": uuid4(), "type": "custom_campaign", "occurrence": "x", "job_id": "job"})
    found = upcoming_of(standing(skips=(campaign,)), [], NOON, QUIET)
    # its job is gone: what is left of it says so
    assert [each.job_id for each in found if each.skip is not None] in (["job"], [])


@pytest.mark.parametrize(
    ("more", "type_", "code", "status"),
    [
        ({"pauses": (ActivePause(type=None, reason="férias"),)}, "daily_summary", "paused", "held"),
        ({"pauses": (ActivePause(type="birthdays", reason="x"),)}, "daily_summary", None, "planned"),
        ({"enabled": False}, "daily_summary", "aurora_switched_off", "off"),
    ],
)
def test_why_not_is_said(more: dict[str, Any], type_: str, code: str | None, status: str) -> None:
    found = upcoming_of(standing(owner(**more)), [], NOON, QUIET)
    message = next(each for each in found if each.task.type == type_)
    assert (message.status, message.why and message.why.code) == (status, code)


def test_every_message_that_could_be_asked_for_has_its_id_known() -> None:
    ids = set(once_a_day_ids(standing(), NOON))
    assert {each.id for each in upcoming_of(standing(), [], NOON, QUIET)} <= ids
    assert len(ids) == 5 * 8
    assert standing().day(dt.date(2040, 1, 1)) == CalendarDay(day=dt.date(2040, 1, 1), state="open", reason=None)
