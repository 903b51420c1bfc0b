"""How many jobs a batch takes. What a batch does with them is in tests/acceptance/test_batches.py."""

from __future__ import annotations

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.processes.batch_run import BatchSize, is_message


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


def test_only_messages_are_taken_in_batches() -> None:
    assert all(is_message(type_.job) for type_ in MESSAGE_TYPES.values())
    assert not is_message("proactive.jobs.tick.run")
    assert not is_message("")
