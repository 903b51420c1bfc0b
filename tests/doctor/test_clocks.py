"""Clocks against this machine's: what an answer takes is no difference."""

from __future__ import annotations

import pytest

from proactive.doctor.clocks import clock_finding, clock_of_answer


@pytest.mark.parametrize(
    ("theirs", "code", "seconds"),
    [(100.0, "ok", "-1"), (104.0, "ok", "+3"), (106.9, "ok", "+6"), (108.0, "off", "+7"), (92.0, "off", "-9"),
     (-3500.0, "off", "-3601")],
)  # fmt: skip
def test_a_clock_that_is_more_than_five_seconds_off_is_told(theirs: float, code: str, seconds: str) -> None:
    found = clock_finding("redis_clock", theirs, asked=100.0, answered=102.0)
    assert found.code == f"redis_clock.{code}"
    assert f"{seconds} s" in found.sentence and f"{seconds} s" in found.label


def test_an_answer_tells_whole_seconds_or_nothing() -> None:
    date = "Thu, 26 Nov 2026 12:00:00 GMT"
    noon = 1795694400.0
    assert [each.code for each in clock_of_answer("supabase_clock", date, noon + 0.9, noon + 1.0)] == [
        "supabase_clock.ok"
    ]
    assert [each.code for each in clock_of_answer("gateway_clock", date, noon + 60, noon + 61)] == ["gateway_clock.off"]
    for nothing in (None, "", "yesterday"):
        assert clock_of_answer("gateway_clock", nothing, noon, noon) == []
