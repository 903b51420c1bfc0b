"""What Redis keeps of the alerts: each change once, and its notices in order for every channel."""

from __future__ import annotations

import pytest
import redis

from proactive.monitoring.alert_state import AlertState
from proactive.storage.redis import ALERTS_TURN


@pytest.fixture
def state(redis_client: redis.Redis) -> AlertState:
    return AlertState(redis_client, ["log", "webhook"])


def test_only_a_change_is_news(state: AlertState) -> None:
    assert [state.change("clear", "silence", "0"), state.change("raise", "silence", "1")] == [False, True]
    assert [state.change("raise", "silence", "2"), state.change("clear", "silence", "3")] == [False, True]
    assert state.raised() == set()


def test_every_channel_has_the_notices_of_changes_in_their_order(state: AlertState) -> None:
    state.change("raise", "silence", "1")
    state.change("raise", "pending_jobs", "2")
    assert (state.next_notice("log"), state.next_notice("webhook"), state.next_notice("other")) == ("1", "1", None)
    state.mark_notified("log", "1")
    assert (state.next_notice("log"), state.next_notice("webhook")) == ("2", "1")


def test_a_channel_that_never_recovers_keeps_only_the_last_hundred_notices(state: AlertState) -> None:
    for number in range(60):
        state.change("raise", "silence", f"raised {number}")
        state.change("clear", "silence", f"cleared {number}")
    assert state.next_notice("webhook") == "raised 10"


def test_a_turn_is_taken_once_until_it_is_over(state: AlertState, redis_client: redis.Redis) -> None:
    assert [state.take_turn(55.0), state.take_turn(55.0)] == [True, False]
    assert 54_000 < int(redis_client.pttl(ALERTS_TURN)) <= 55_000
    redis_client.delete(ALERTS_TURN)  # as it is when it has expired
    assert state.take_turn(55.0)
