"""A request that fails is logged by class and place, and never by what was sent."""

from __future__ import annotations

import logging

import pytest
import redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.web.failures import RequestFailure, log_failure

SECRET = "11999998888"


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "part"),
    [(redis.ConnectionError(SECRET), "Redis"), (redis.TimeoutError(SECRET), "Redis"),
     (SupabaseError(SECRET), "Supabase"), (RecordRefused(SECRET), "Supabase")],
)  # fmt: skip
def test_a_part_that_is_away_is_named_and_answered_with_503(
    error: Exception, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure = log_failure(raised(error), "page")
    assert (failure, failure.status) == (RequestFailure(part), 503)
    (record,) = caplog.records
    assert (record.levelno, record.__dict__["action"]) == (logging.WARNING, "page_unavailable")
    assert record.getMessage() == f"{part} is away: {type(error).__name__}"


def test_a_mistake_of_ours_is_answered_with_500_and_its_place_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    failure = log_failure(raised(KeyError(SECRET)), "api")
    assert (failure, failure.status) == (RequestFailure(None), 500)
    (record,) = caplog.records
    assert (record.levelno, record.__dict__["action"]) == (logging.ERROR, "api_failed")
    assert "KeyError at test_failures.py:" in record.getMessage()
    assert SECRET not in caplog.text
