"""The hours of one day: in order, merged, and refused with what to do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.calendar.day_hours import MOST_OPENINGS, checked_hours
from proactive.calendar.unusable import UnusableDay


@pytest.mark.parametrize(
    ("hours", "kept"),
    [
        ([["09:00", "13:00"]], (("09:00", "13:00"),)),
        ([["14:00", "18:00"], ["08:00", "12:00"]], (("08:00", "12:00"), ("14:00", "18:00"))),
        ([["08:00", "12:00"], ["12:00", "18:00"], ["10:00", "14:00"]], (("08:00", "18:00"),)),
        ([["08:00", "18:00"], ["10:00", "11:00"]], (("08:00", "18:00"),)),
        ([["00:00", "24:00"]], (("00:00", "24:00"),)),
        ([["22:00", "24:00"], ["23:00", "23:30"]], (("22:00", "24:00"),)),
    ],
)
def test_openings_stand_in_order_and_those_that_overlap_or_touch_are_one(
    hours: list[list[str]], kept: tuple[tuple[str, str], ...]
) -> None:
    assert checked_hours(hours) == kept


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ([], "hours"),
        ([["18:00", "09:00"]], "hours.0"),
        ([["09:00", "09:00"]], "hours.0"),
        ([["09:00", "12:00"], ["24:00", "24:00"]], "hours.1"),
        ([["24:00", "12:00"]], "hours.0"),
        ([["9:00", "12:00"]], "hours.0"),
        ([["09:00", "24:01"]], "hours.0"),
        ([["09:00", "25:00"]], "hours.0"),
        ([["09:60", "12:00"]], "hours.0"),
        ([["09:00:00", "12:00:00"]], "hours.0"),
        ([["09:00"]], "hours.0"),
        ([["09:00", "10:00", "11:00"]], "hours.0"),
        ([["٠٩:٠٠", "12:00"]], "hours.0"),
        ([["", ""]], "hours.0"),
        ([["09:00\n", "12:00"]], "hours.0"),
        ([["09:00", "10:00"]] * (MOST_OPENINGS + 1), "hours"),
    ],
)
def test_what_is_no_opening_is_refused_where_it_stands_with_what_to_do(hours: list[list[str]], field: str) -> None:
    with pytest.raises(UnusableDay) as refused:
        checked_hours(hours)
    assert refused.value.field == field
    assert refused.value.detail.endswith(".") and refused.value.words.endswith(".")
    # what was sent is not repeated
    assert not any(time and time in refused.value.detail for time in ("25:00", "09:60", "24:01"))


_minutes = st.integers(0, 24 * 60 - 1)


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@given(st.lists(st.tuples(_minutes, st.integers(1, 600)), min_size=1, max_size=MOST_OPENINGS))
def test_merging_changes_no_minute(given_: list[tuple[int, int]]) -> None:
    pairs = [(begins, min(begins + lasts, 24 * 60)) for begins, lasts in given_]
    kept = checked_hours([[_text(begins), _text(ends)] for begins, ends in pairs])
    covered = {minute for begins, ends in pairs for minute in range(begins, ends)}
    times = [[int(text[:2]) * 60 + int(text[3:]) for text in pair] for pair in kept]
    assert {minute for begins, ends in times for minute in range(begins, ends)} == covered
    assert all(before[1] < after[0] for before, after in pairwise(times))
