"""Whose turn the maintenance is: one process has it, schedulers come first, and a silent one loses it."""

from __future__ import annotations

import pytest
import redis

from proactive.model.durations import MAINTENANCE_KEEP, MAINTENANCE_TURN_KEPT
from proactive.queue.turn import MaintenanceTurn
from proactive.storage.redis import MAINTENANCE_TURN


class Clock:
    """Stands in for a process' monotonic clock."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_one_of_several_workers_has_the_turn_and_keeps_it(redis_client: redis.Redis, clock: Clock) -> None:
    first, second = MaintenanceTurn(redis_client, "worker", clock), MaintenanceTurn(redis_client, "worker", clock)
    assert (first.take(), second.take(), first.take(), second.take()) == (True, False, True, False)
    clock.seconds += MAINTENANCE_KEEP
    redis_client.pexpire(MAINTENANCE_TURN, 10)
    assert first.take()
    assert 6000 < redis_client.pttl(MAINTENANCE_TURN) <= MAINTENANCE_TURN_KEPT * 1000


def test_a_scheduler_takes_it_from_a_worker_which_gives_way_and_not_from_a_scheduler(
    redis_client: redis.Redis, clock: Clock
) -> None:
    worker = MaintenanceTurn(redis_client, "worker", clock)
    scheduler, other = (MaintenanceTurn(redis_client, "scheduler", clock) for _ in range(2))
    assert worker.take()
    assert scheduler.take()
    assert not other.take()
    assert worker.look() == (False, [])
    assert not worker.mine


def test_a_silent_one_loses_it_and_knows(redis_client: redis.Redis, clock: Clock) -> None:
    silent, next_one = (MaintenanceTurn(redis_client, "scheduler", clock) for _ in range(2))
    assert silent.take()
    redis_client.delete(MAINTENANCE_TURN)  # it has expired
    assert next_one.take()
    clock.seconds += MAINTENANCE_TURN_KEPT
    assert not silent.mine
    assert not silent.take()


def test_who_gives_it_up_leaves_it_to_the_next_at_once(redis_client: redis.Redis, clock: Clock) -> None:
    first, second = (MaintenanceTurn(redis_client, "worker", clock) for _ in range(2))
    assert first.take()
    second.give_up()  # not its own to give
    assert not second.take()
    first.give_up()
    assert second.take()


def test_keeping_it_costs_no_command_most_of_the_time(redis_client: redis.Redis, clock: Clock) -> None:
    turn = MaintenanceTurn(redis_client, "scheduler", clock)
    assert turn.take()
    before = redis_client.info("stats")["total_commands_processed"]
    for _ in range(20):
        assert turn.take()
    assert redis_client.info("stats")["total_commands_processed"] - before == 1  # this question itself


def test_looking_says_which_keys_are_there(redis_client: redis.Redis, clock: Clock) -> None:
    redis_client.set("here", 1)
    assert MaintenanceTurn(redis_client, "worker", clock).look("here", "gone") == (True, [True, False])
