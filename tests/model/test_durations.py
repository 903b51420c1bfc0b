"""Durations that rely on each other: changing one of them alone breaks one of these."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model import durations
from proactive.settings import Settings


def longest(setting: str) -> float:
    """The greatest value in seconds that a setting may have."""
    (bound,) = [each.le for each in Settings.model_fields[setting].metadata if hasattr(each, "le")]
    return float(bound)


def test_a_worker_may_miss_three_beats_before_it_counts_as_dead() -> None:
    assert 3 * durations.WORKER_BEAT < durations.WORKER_SILENT
    assert durations.OBSERVATION_GAP < durations.WORKER_SILENT


def test_the_scheduler_may_miss_many_beats_before_it_counts_as_away() -> None:
    assert 5 * durations.SCHEDULER_BEAT < durations.SCHEDULER_SILENT


def test_a_batch_is_read_run_and_given_back_within_a_second() -> None:
    assert durations.BATCH_READ < durations.BATCH_TARGET < durations.BATCH_LIMIT
    assert durations.BATCH_LIMIT + durations.BATCH_CHECK <= 1.0


def test_a_job_may_take_longer_than_everything_that_it_waits_for() -> None:
    waits = longest("aurora_service_timeout") + longest("gateway_timeout")
    assert waits <= durations.JOB_TIMEOUT
    assert durations.LEASE_FRESH < durations.LEASE_MARGIN


def test_redis_remembers_an_outcome_for_longer_than_any_message_may_be_sent() -> None:
    lives = [type_.lifetime or dt.timedelta(days=1) for type_ in MESSAGE_TYPES.values()]
    assert max(lives) + dt.timedelta(days=1) < dt.timedelta(seconds=durations.REMEMBERED)


def test_a_record_without_a_job_is_not_taken_for_one_whose_job_comes_back_soon() -> None:
    assert max(durations.PAUSED_WAIT, durations.REDIS_AWAY_WAIT, *durations.RETRY_WAITS) < durations.UNSETTLED_AFTER
