"""Attempts as RQ sees them: which one it is, and what RQ is told of how it ended."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import redis
from pydantic import ValidationError
from rq import Retry

from proactive.errors import ProactiveError, RateLimiterUnavailable, SupabaseError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.jobs.attempt import rq_result, work_item
from proactive.model.durations import REDIS_AWAY_WAIT, SUPABASE_AWAY_WAIT
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Done, Later, Outcome
from proactive.pipeline.batch import WorkItem

PAYLOAD = {
    "organization_id": "00000000-0000-0000-0000-000000000001",
    "owner_number_id": "00000000-0000-0000-0000-000000000002",
    "key": "2026-11-23",
    "scheduled_for": "2026-11-23T21:00:00Z",
    "timezone": "America/Sao_Paulo",
}
UNREACHABLE = GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_UNREACHABLE)


def item(retries_left: int = 2) -> WorkItem:
    return work_item("daily_summary", PAYLOAD, "job-1", retries_left)


@pytest.mark.parametrize(
    ("retries_left", "number", "last"), [(2, 1, False), (1, 2, False), (0, 3, True), (9, 1, False)]
)
def test_the_attempt_is_counted_from_the_retries_that_are_left(retries_left: int, number: int, last: bool) -> None:
    attempt = item(retries_left).attempt
    assert (attempt.name, attempt.number, attempt.last) == ("job-1", number, last)


def test_without_a_job_there_is_one_attempt_only() -> None:
    direct = work_item("daily_summary", PAYLOAD, None, 0)
    assert direct.attempt.last
    assert direct.attempt.name == f"direct-{direct.task.occurrence.id}"


def test_a_payload_that_is_no_task_is_refused() -> None:
    with pytest.raises(ValidationError):
        work_item("daily_summary", {**PAYLOAD, "timezone": None}, "job-1", 2)


@pytest.mark.parametrize("action", ["sent", "failed", "skipped", "nothing_to_say", "already_sent", "already_failed"])
def test_what_is_done_is_the_jobs_result(action: Any) -> None:
    assert rq_result(item(), Done(action)) == action


@pytest.mark.parametrize(("seconds", "interval"), [(0.0, 1), (0.2, 1), (7.1, 8)])
def test_what_has_to_wait_comes_back_after_whole_seconds(seconds: float, interval: int) -> None:
    told = rq_result(item(), Later(seconds, "not now"))
    assert isinstance(told, Retry)
    assert told.intervals == [interval]


@pytest.mark.parametrize("error", [redis.ConnectionError(), RateLimiterUnavailable("away")])
def test_redis_being_away_uses_no_attempt(error: ProactiveError | redis.RedisError) -> None:
    told = rq_result(item(0), error)
    assert isinstance(told, Retry)
    assert told.intervals == [REDIS_AWAY_WAIT]


def test_an_error_is_an_attempt_and_an_unreadable_supabase_never_the_last_one() -> None:
    away = SupabaseError("away")
    assert rq_result(item(1), away) is away
    assert rq_result(item(0), UNREACHABLE) is UNREACHABLE
    parked = rq_result(item(0), away)
    assert isinstance(parked, Retry)
    assert parked.intervals == [SUPABASE_AWAY_WAIT]


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Done("failed", Failure(FailureReason.NOT_ON_WHATSAPP)), "not_on_whatsapp"),
        (Done("skipped", Failure(FailureReason.OWNER_MISSING)), "owner_missing"),
        (UNREACHABLE, "gateway_unreachable"),
    ],
)
def test_the_log_has_the_code_of_a_failure(
    outcome: Outcome | ProactiveError, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "proactive.jobs.attempt"):
        rq_result(item(), outcome)
    (line,) = caplog.records
    assert line.__dict__["reasonCode"] == code
    assert line.__dict__["reason"]
