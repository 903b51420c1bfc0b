"""Whether a message is still worth sending: its day, quiet hours, and who asked for it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.failure import Failure
from proactive.model.quiet_hours import QuietHours
from proactive.model.recipient import Recipient
from proactive.model.task import Later, Task
from proactive.pipeline.send_window import BY_HAND_GRACE, send_window

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
CAMPAIGN_LIFE = MESSAGE_TYPES["custom_campaign"].lifetime or dt.timedelta.min
QUIET = QuietHours(dt.time(21), dt.time(8))
ID = UUID(int=1)


def text(verdict: Failure | Later | None) -> str:
    """The words of a failure; fails for anything else."""
    assert isinstance(verdict, Failure)
    return verdict.text


def at(clock: str, day: str = "2026-11-23", zone: ZoneInfo = SAO_PAULO, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)


def summary(due: dt.datetime, zone: ZoneInfo = SAO_PAULO, *, by_hand: bool = False) -> Task:
    day = due.astimezone(zone).date().isoformat()
    return Task(
        type="daily_summary", organization_id=ID, recipient=Recipient.owner(ID), key=day, scheduled_for=due,
        timezone=zone.key, by_hand=by_hand,
    )  # fmt: skip


def campaign(due: dt.datetime, *, by_hand: bool = True) -> Task:
    return summary(due, by_hand=by_hand).model_copy(
        update={"type": "custom_campaign", "key": "5f0f6d3e-3f57-4ac8-9f11-111111111111"}
    )


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("07:59:59", True), ("08:00", False), ("12:00", False), ("20:59:59", False), ("21:00", True), ("00:00", True)],
)
def test_quiet_hours_over_midnight_include_their_start_and_not_their_end(clock: str, quiet: bool) -> None:
    assert QUIET.contains(dt.time.fromisoformat(clock)) is quiet


def test_quiet_hours_within_one_day_are_just_those() -> None:
    siesta = QuietHours(dt.time(13), dt.time(15))
    assert [siesta.contains(dt.time(hour)) for hour in (12, 13, 14, 15, 0)] == [False, True, True, False, False]


@given(st.times())
def test_equal_bounds_mean_no_quiet_hours(moment: dt.time) -> None:
    assert not QuietHours(dt.time(9), dt.time(9)).contains(moment)


def test_quiet_hours_are_over_at_their_next_local_end() -> None:
    assert QUIET.over_at(at("23:00"), SAO_PAULO) == at("08:00", "2026-11-24")
    assert QUIET.over_at(at("03:00"), SAO_PAULO) == at("08:00")
    assert QUIET.over_at(at("08:00"), SAO_PAULO) == at("08:00", "2026-11-24")


def test_quiet_hours_end_by_the_clock_on_a_day_that_changes_it() -> None:
    new_york = ZoneInfo("America/New_York")
    night = at("21:30", "2026-03-07", new_york)
    assert QUIET.over_at(night, new_york) == at("08:00", "2026-03-08", new_york)
    assert (QUIET.over_at(night, new_york) - night) == dt.timedelta(hours=9, minutes=30)
    autumn = at("21:30", "2026-10-31", new_york)
    assert (QUIET.over_at(autumn, new_york) - autumn) == dt.timedelta(hours=11, minutes=30)


@given(st.integers(0, 20 * 366 * 86_400), st.times(), st.times())
def test_when_quiet_hours_are_over_they_are_over(seconds: int, start: dt.time, end: dt.time) -> None:
    zone, now = ZoneInfo("America/Havana"), dt.datetime(2015, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    over = QuietHours(start, end).over_at(now, zone)
    assert now < over <= now + dt.timedelta(hours=26)
    # on the day the clocks jump, an end that they skip is shown an hour later
    assert over.astimezone(zone).time() in (end, (dt.datetime.combine(dt.date.min, end) + dt.timedelta(hours=1)).time())


def test_a_scheduled_message_may_go_until_quiet_hours_begin() -> None:
    task = summary(at("18:00"))
    assert send_window(task, at("18:00"), QUIET) is None
    assert send_window(task, at("20:59:59"), QUIET) is None
    assert text(send_window(task, at("21:00"), QUIET)) == "too late: quiet hours (21:00-08:00) had begun"


def test_a_scheduled_message_is_over_with_its_day_even_by_day() -> None:
    task = summary(at("18:00"))
    verdict = send_window(task, at("09:00", "2026-11-24"), QUIET)
    assert text(verdict) == "too late: it was about 2026-11-23, and there it is 2026-11-24 now"


def test_its_day_is_the_organisations_and_not_the_machines() -> None:
    noronha = ZoneInfo("America/Noronha")
    task = summary(at("23:30", zone=noronha), noronha)
    never = QuietHours(dt.time(0), dt.time(0))
    assert task.key == "2026-11-23"
    assert at("23:30", zone=noronha).date() == dt.date(2026, 11, 24)
    assert send_window(task, at("23:59", zone=noronha), never) is None
    assert send_window(task, at("00:00", "2026-11-24", noronha), never) is not None


def test_a_day_of_25_hours_lasts_25_hours() -> None:
    havana = ZoneInfo("America/Havana")
    midnight = dt.datetime(2026, 11, 1, tzinfo=havana).astimezone(dt.UTC)
    task = summary(midnight, havana)
    never = QuietHours(dt.time(0), dt.time(0))
    assert send_window(task, midnight + dt.timedelta(hours=24, minutes=59), never) is None
    assert send_window(task, midnight + dt.timedelta(hours=25), never) is not None


def test_what_a_person_asks_for_at_night_goes_out_at_once() -> None:
    task = summary(at("22:30"), by_hand=True)
    assert send_window(task, at("22:30"), QUIET) is None
    assert send_window(task, at("22:30") + BY_HAND_GRACE, QUIET) is None


def test_what_a_person_asked_for_and_had_to_wait_falls_under_quiet_hours() -> None:
    task = summary(at("22:30"), by_hand=True)
    late = at("22:30") + BY_HAND_GRACE + dt.timedelta(seconds=1)
    assert text(send_window(task, late, QUIET)) == "too late: quiet hours (21:00-08:00) had begun"


def test_even_by_hand_no_message_goes_out_about_a_day_that_is_over() -> None:
    assert send_window(summary(at("23:55"), by_hand=True), at("00:01", "2026-11-24"), QUIET) is not None


def test_a_campaign_that_meets_quiet_hours_waits_for_the_morning() -> None:
    task = campaign(at("20:30"))
    assert send_window(task, at("21:30"), QUIET) == Later(10.5 * 3600, "quiet hours")
    assert send_window(task, at("08:00", "2026-11-24"), QUIET) is None


def test_a_campaign_lives_for_24_hours() -> None:
    task = campaign(at("15:00"))
    assert send_window(task, at("15:00") + CAMPAIGN_LIFE, QUIET) is None
    late = send_window(task, at("15:00") + CAMPAIGN_LIFE + dt.timedelta(seconds=1), QUIET)
    assert text(late) == "too late: it could not be sent within 24 hours"


@pytest.mark.parametrize(("type_", "waits"), [("campaign_answer", False), ("campaign_report", True)])
def test_an_answer_minds_no_hour_and_a_report_waits_for_the_morning(type_: str, waits: bool) -> None:
    told = campaign(at("22:30"), by_hand=False).model_copy(update={"type": type_})
    verdict = send_window(told, at("22:30"), QUIET)
    assert verdict == (Later(9.5 * 3600, "quiet hours") if waits else None)


def test_an_answer_of_more_than_an_hour_ago_answers_nothing_any_more() -> None:
    told = campaign(at("10:00"), by_hand=False).model_copy(update={"type": "campaign_answer"})
    assert send_window(told, at("11:00"), QUIET) is None
    assert "1 h" in text(send_window(told, at("11:00:01"), QUIET))
