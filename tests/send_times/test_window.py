"""Which times can be chosen: every minute of the day, by type, whatever the quiet hours are."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.message_types.base import MessageType
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.quiet_hours import QuietHours
from proactive.send_times.window import CHOOSABLE, TimeWindow, sending_time, window_of

NIGHT = QuietHours(dt.time(21), dt.time(8))
#: The product's table.
WINDOWS = {
    "daily_summary": ("18:00", "20:30"), "birthdays": ("09:00", "11:00"), "inactive_clients": ("10:00", "12:00"),
    "opportunities": ("15:00", "17:00"), "low_occupancy": None,
}  # fmt: skip
USUAL = {
    "daily_summary": "18:00", "birthdays": "09:00", "inactive_clients": "10:00", "opportunities": "15:00",
    "low_occupancy": "17:00",
}  # fmt: skip
EVERY_MINUTE = [dt.time(minute // 60, minute % 60) for minute in range(1440)]


def window(name: str, quiet: QuietHours = NIGHT) -> tuple[str, str] | None:
    found = window_of(MESSAGE_TYPES[name], quiet)
    return None if found is None else (f"{found.first:%H:%M}", f"{found.last:%H:%M}")


def quiet(start: str, end: str) -> QuietHours:
    return QuietHours(dt.time.fromisoformat(start), dt.time.fromisoformat(end))


def test_these_types_can_be_chosen_and_no_other_is_there_to_switch() -> None:
    assert {type_.name: f"{type_.usual_time:%H:%M}" for type_ in CHOOSABLE} == USUAL
    assert [type_.usual_time for type_ in CHOOSABLE] == sorted(dt.time.fromisoformat(each) for each in USUAL.values())


@pytest.mark.parametrize("name", WINDOWS)
def test_a_type_has_the_window_of_the_table(name: str) -> None:
    assert window(name) == WINDOWS[name]


@pytest.mark.parametrize(
    ("name", "start", "end", "found"),
    [
        ("daily_summary", "20:30", "08:00", ("18:00", "20:00")),
        ("daily_summary", "21:00", "21:00", ("18:00", "20:30")),
        ("daily_summary", "20:45", "08:00", ("18:00", "20:15")),
        ("daily_summary", "18:31", "08:00", ("18:00", "18:01")),
        ("daily_summary", "18:30", "08:00", ("18:00", "18:00")),
        ("daily_summary", "18:29", "08:00", None),
        ("daily_summary", "18:00", "08:00", None),
        ("daily_summary", "00:00", "06:00", ("18:00", "20:30")),
        ("opportunities", "15:30", "16:00", ("15:00", "15:00")),
        ("birthdays", "21:00", "09:30", ("09:30", "11:00")),
        ("birthdays", "21:00", "11:30", None),
        ("birthdays", "11:15", "12:00", ("09:00", "10:45")),
        ("inactive_clients", "12:00", "13:00", ("10:00", "11:30")),
        ("low_occupancy", "22:00", "07:00", None),
    ],
)
def test_quiet_hours_end_it_half_an_hour_before_they_begin(
    name: str, start: str, end: str, found: tuple[str, str] | None
) -> None:
    assert window(name, quiet(start, end)) == found


@pytest.mark.parametrize("type_", CHOOSABLE, ids=lambda type_: type_.name)
@pytest.mark.parametrize(
    "hours", ["21:00-08:00", "20:00-08:00", "19:10-07:00", "00:00-00:00", "12:00-13:00", "23:00-10:20"]
)
def test_every_minute_of_the_day_goes_out_at_itself_or_at_the_nearest_that_is_possible(
    type_: MessageType, hours: str
) -> None:
    night, table = quiet(*hours.split("-")), WINDOWS[type_.name]
    usual = dt.time.fromisoformat(USUAL[type_.name])

    def minutes(at: dt.time) -> int:
        return at.hour * 60 + at.minute

    def possible(at: dt.time) -> bool:
        if table is None or not table[0] <= f"{at:%H:%M}" <= table[1]:
            return False
        soon = [dt.time((minutes(at) + ahead) % 1440 // 60, (minutes(at) + ahead) % 60) for ahead in range(30)]
        return not any(night.contains(each) for each in soon)

    can_be = [at for at in EVERY_MINUTE if possible(at)]
    for at in EVERY_MINUTE:
        nearest = min(can_be, key=lambda each: abs(minutes(each) - minutes(at)), default=usual)
        assert sending_time(type_, at, night) == nearest, at
    assert sending_time(type_, None, night) == usual


def test_a_type_that_people_ask_for_has_no_time_at_all() -> None:
    campaign = MESSAGE_TYPES["custom_campaign"]
    assert (window_of(campaign, NIGHT), sending_time(campaign, dt.time(10), NIGHT)) == (None, None)


def test_both_ends_of_a_window_belong_to_it() -> None:
    between = TimeWindow(dt.time(18), dt.time(20, 30))
    assert [at for at in EVERY_MINUTE if between.contains(at)] == EVERY_MINUTE[18 * 60 : 20 * 60 + 31]
    assert between.nearest(dt.time(23)) == dt.time(20, 30)
    assert between.nearest(dt.time(7)) == dt.time(18)
