"""A figure is how many of how many; where nothing can be said, it says why."""

from __future__ import annotations

from typing import Any

import pytest

from proactive.records.engagement import EngagementCounts
from proactive.records.engagement_figures import AnswerTime, answer_time, figures_of

_NAMES = [name for name in EngagementCounts.model_fields if name not in ("type", "median", "quarter")]


def counts(**given: Any) -> EngagementCounts:
    return EngagementCounts.model_validate(
        dict.fromkeys(_NAMES, 0) | {"type": None, "median": None, "quarter": None, "sent": 9} | given
    )


def test_a_figure_has_its_size_and_its_share() -> None:
    found = figures_of(counts(delivery_n=8, delivered=6, refused=2, answer_n=5, answered=4, unread=1, yes=3, no=0))
    assert [(found[name].count, found[name].n) for name in ("delivered", "refused", "answered", "yes", "no")] == [
        (6, 8), (2, 8), (4, 5), (3, 3), (0, 3)
    ]  # fmt: skip
    assert (found["yes"].share, found["no"].share, found["yes"].why) == (1, 0, None)


@pytest.mark.parametrize(
    ("given", "name", "why"),
    [
        ({"sent": 0}, "delivered", "nothing_sent"), ({}, "delivered", "window_open"),
        ({"untold": 4}, "refused", "no_receipts"), ({"untold": 4}, "read", "no_receipts"),
        ({"delivery_n": 4}, "read", "no_visible_readers"), ({}, "answered", "window_open"),
        ({"answer_n": 4}, "yes", "nobody_answered"), ({"answer_n": 4, "answered": 2, "unread": 2}, "yes", "not_read"),
        ({}, "stop", "window_open"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_says_why(given: dict[str, int], name: str, why: str) -> None:
    figure = figures_of(counts(**given))[name]
    assert (figure.count, figure.share, figure.why) == (None, None, why)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"answer_n": 4, "median": 60.0, "quarter": 5.0}, AnswerTime(4, 60.0, "half")),
        ({"answer_n": 4, "quarter": 5.0}, AnswerTime(4, 5.0, "quarter")),
        ({"answer_n": 4}, AnswerTime(4, None, None, "too_few_answered")),
        ({}, AnswerTime(0, None, None, "window_open")), ({"sent": 0}, AnswerTime(0, None, None, "nothing_sent")),
    ],
)  # fmt: skip
def test_the_time_to_an_answer_is_the_half_the_quarter_or_neither(given: dict[str, Any], expected: AnswerTime) -> None:
    assert answer_time(counts(**given)) == expected
