"""How a worker begins anew: never for ever, and not at all where waiting mends nothing."""

from __future__ import annotations

import os
import sys
import time

import pytest
import redis
from redis.exceptions import ConnectionError, NoPermissionError

from proactive.processes.begin_anew import begin_anew, wait_for_redis


class Began(Exception):
    """In place of what execv would begin."""


@pytest.fixture(autouse=True)
def no_real_beginning(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    def began(*_: object) -> None:
        raise Began

    monkeypatch.setattr(os, "execv", began)
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.delenv("AURORA_BEGUN_ANEW", raising=False)
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "worker"])
    return slept


def test_a_worker_that_lost_redis_begins_anew_when_it_is_there(redis_client: redis.Redis) -> None:
    with pytest.raises(Began):
        begin_anew(redis_client, ConnectionError("gone"), 5.0)


def test_a_right_that_is_missing_is_told_and_ends_the_worker(
    redis_client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    begin_anew(redis_client, NoPermissionError("User a has no permissions to run the 'info' command"), 500.0)
    assert "The worker ends: the user of REDIS_URL may not use INFO" in caplog.text


def test_what_nobody_expected_begins_anew_a_few_times_and_then_no_more(
    redis_client: redis.Redis, no_real_beginning: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        with pytest.raises(Began):
            begin_anew(redis_client, None, 1.0)
    begin_anew(redis_client, None, 1.0)
    assert "began anew 5 times in vain" in caplog.text
    assert no_real_beginning == [1.0, 2.0, 4.0, 8.0]


def test_a_redis_that_answers_and_takes_nothing_is_asked_ever_more_rarely(
    redis_client: redis.Redis, no_real_beginning: list[float]
) -> None:
    full = redis.ResponseError("MISCONF Redis is configured to save RDB snapshots")
    for _ in range(9):
        with pytest.raises(Began):
            begin_anew(redis_client, full, 1.0)
    assert no_real_beginning == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_who_lived_for_a_minute_counts_from_the_beginning(redis_client: redis.Redis) -> None:
    os.environ["AURORA_BEGUN_ANEW"] = "5"
    with pytest.raises(Began):
        begin_anew(redis_client, None, 61.0)
    assert os.environ["AURORA_BEGUN_ANEW"] == "1"


def test_waiting_for_redis_ends_with_what_waiting_does_not_mend(stack_url: str) -> None:
    with pytest.raises(redis.AuthenticationError):
        wait_for_redis(redis.Redis.from_url(stack_url.replace("redis://", "redis://nobody:wrong@")).ping)


@pytest.fixture
def stack_url(environment: dict[str, str]) -> str:
    return environment["REDIS_URL"]
