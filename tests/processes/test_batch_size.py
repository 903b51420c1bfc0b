"""How many jobs a batch takes: what is prepared in a moment, and what the lanes begin soon."""

from __future__ import annotations

import pytest

from proactive.model.task import Done
from proactive.pipeline.batch import Result
from proactive.pipeline.lanes import Lanes
from proactive.processes.batch_size import BatchSize


def test_a_batch_takes_what_was_lately_done_within_the_time_aimed_at() -> None:
    size = BatchSize()
    assert size() in (13, 14)  # 0.7 s at the 50 ms that are assumed at first
    for _ in range(20):
        size.learn(10, 0.1)
    assert size() == 50  # never more


def test_one_slow_batch_makes_the_next_one_small_and_fast_ones_make_it_grow_slowly() -> None:
    size = BatchSize(each=0.01)
    size.learn(1, 3.0)
    assert size() == 1
    grown = []
    for _ in range(6):
        size.learn(1, 0.01)
        grown.append(size())
    assert grown == sorted(grown)
    assert grown[0] == 1
    assert grown[-1] > 5


@pytest.mark.parametrize("jobs", [1, 50])
def test_a_batch_that_took_no_time_at_all_is_no_division_by_nothing(jobs: int) -> None:
    size = BatchSize()
    size.learn(jobs, 0.0)
    assert 1 <= size() <= 50


def lanes_of(each: float, flights: int) -> Lanes:
    """Lanes in which a sending takes so long; nothing is in them."""
    lanes = Lanes(lambda item: Result(item, Done("sent")), flights)
    lanes._each = each
    return lanes


@pytest.mark.parametrize(
    ("each", "flights", "jobs"),
    [(0.8, 32, 32), (0.8, 1, 1), (0.8, 128, 50), (0.08, 1, 9), (0.05, 32, 50), (0.001, 1, 50), (5.0, 8, 8)],
)
def test_empty_lanes_want_what_they_begin_soon_and_never_more_than_is_prepared_in_a_moment(
    each: float, flights: int, jobs: int
) -> None:
    assert BatchSize(0.001).for_lanes(lanes_of(each, flights)) == jobs


def test_where_preparing_is_slow_the_lanes_get_little_at_a_time() -> None:
    assert BatchSize(5.0).for_lanes(lanes_of(0.8, 32)) == 1
