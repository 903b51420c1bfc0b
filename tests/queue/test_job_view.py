"""A job as people see it: its state, its times, how it ended, and for whom its reason is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from rq.job import JobStatus
from rq.results import Result

from proactive.queue.enqueue import enqueue
from proactive.queue.job_view import STATES, JobView
from proactive.queue.rq_classes import JsonJob, JsonQueue
from tests.queue.conftest import MakeTask

NAIVE = dt.datetime(2026, 11, 23, 12)  # noqa: DTZ001  as RQ may have it


@pytest.mark.parametrize("status", list(JobStatus))
def test_every_state_of_rq_is_one_of_ours(queue: JsonQueue, status: JobStatus) -> None:
    job = queue.create_job("os.getcwd", status=status)
    assert JobView.of(job).state in STATES


def test_a_state_that_is_known_from_a_list_is_believed(queue: JsonQueue) -> None:
    job = queue.create_job("os.getcwd", status=JobStatus.STARTED)
    assert (JobView.of(job).state, JobView.of(job, "waiting").state) == ("active", "waiting")


def test_a_messages_job_is_seen_with_its_task_and_times_in_utc(queue: JsonQueue, make_task: MakeTask) -> None:
    task = make_task()
    job = enqueue(queue, task)
    job.enqueued_at = job.started_at = job.ended_at = NAIVE
    view = JobView.of(job)
    assert view.task == task
    assert {view.enqueued_at, view.started_at, view.ended_at} == {NAIVE.replace(tzinfo=dt.UTC)}
    assert JobView.of(queue.enqueue("os.getcwd")).task is None


def test_a_completed_job_says_its_result_and_a_failed_one_its_last_line(queue: JsonQueue) -> None:
    completed = queue.create_job("os.getcwd", status=JobStatus.FINISHED)
    completed.save()
    Result.create(completed, Result.Type.SUCCESSFUL, ttl=60, return_value="sent")
    failed = queue.create_job("os.getcwd", status=JobStatus.FAILED)
    failed.save()
    Result.create_failure(failed, ttl=60, exc_string="Traceback\n  line\nValueError: a value\n")
    views = [JobView.of(JsonJob.fetch(job.id, connection=queue.connection)) for job in (completed, failed)]
    assert [(view.result, view.reason) for view in views] == [("sent", None), (None, "ValueError: a value")]


@pytest.mark.parametrize(
    ("line", "public"),
    [
        (None, None),
        ("proactive.errors.SupabaseError: it was refused: code 42", "it was refused: code 42"),
        ("pydantic_core.ValidationError: input_value='11987654321'", "ValidationError"),
        ("KeyError: '11987654321'", "KeyError"),
        ("x" * 300, "x" * 80),
    ],
)
def test_only_reasons_of_our_own_are_for_everybody(queue: JsonQueue, line: str | None, public: str | None) -> None:
    view = replace(JobView.of(queue.create_job("os.getcwd")), reason=line)
    assert view.public_reason == public
