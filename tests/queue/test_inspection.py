"""What can be seen of the queue: the product's getJobs, getCompleted and getFailed."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import redis
from rq.job import JobStatus
from rq.results import Result
from rq.timeouts import TimerDeathPenalty
from rq.worker import SimpleWorker

from proactive.errors import InvalidInput
from proactive.queue.enqueue import enqueue
from proactive.queue.inspection import QueueInspection
from proactive.queue.job_view import STATES
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.stack import LocalStack
from tests.queue.conftest import MakeTask

FUTURE = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)


class InThread(SimpleWorker):
    death_penalty_class = TimerDeathPenalty


@pytest.fixture
def busy(stack: LocalStack, queue: JsonQueue, make_task: MakeTask) -> dict[str, str]:
    """A queue with one job in each state; its id by state."""
    ids = {}
    ids["completed"] = queue.enqueue("os.getcwd").id
    ids["failed"] = queue.enqueue("os.listdir", "/nowhere at all").id
    InThread([queue], connection=queue.connection, serializer="json").work(burst=True, logging_level="CRITICAL")
    ids["active"] = queue.enqueue("os.getcwd").id
    active = JsonJob.fetch(ids["active"], connection=queue.connection)
    queue.connection.lrem(queue.key, 1, active.id)
    active.set_status(JobStatus.STARTED)
    queue.connection.zadd(queue.started_job_registry.key, {f"{active.id}:x": FUTURE.timestamp()})
    ids["waiting"] = enqueue(queue, make_task()).id
    ids["scheduled"] = enqueue(queue, make_task(), FUTURE).id
    return ids


def test_looking_changes_nothing_even_of_a_job_whose_worker_is_silent(
    view: QueueInspection, queue: JsonQueue, redis_client: redis.Redis, busy: dict[str, str]
) -> None:
    redis_client.zadd(queue.started_job_registry.key, {f"{busy['active']}:x": 1.0})
    redis_client.zadd(queue.finished_job_registry.key, {busy["completed"]: 1.0})
    before = everything(redis_client)
    assert view.counts() == dict.fromkeys(STATES, 1)
    assert [job.id for job in view.jobs("active")] == [busy["active"]]
    assert [job.id for job in view.jobs("completed")] == [busy["completed"]]
    assert view.failed_ids() == [busy["failed"]]
    assert everything(redis_client) == before


def everything(client: redis.Redis) -> dict[bytes, bytes | None]:
    return {key: client.dump(key) for key in client.scan_iter()}


def test_pages_of_visible_jobs_hold_every_one_of_them_once(
    view: QueueInspection, queue: JsonQueue, make_task: MakeTask
) -> None:
    seen = make_task()
    ids = [enqueue(queue, seen if place % 3 else make_task(), name=f"job-{place}").id for place in range(450)]
    mine = [job_id for place, job_id in enumerate(ids) if place % 3]
    position: int | None = 0
    found: list[str] = []
    while position is not None:
        page, position = view.page("waiting", position, 70, lambda task: task == seen)
        assert len(page) <= 70
        found += [job.id for job in page]
    assert found == mine


def test_a_page_ends_before_the_whole_queue_was_read_for_nothing(
    view: QueueInspection, queue: JsonQueue, redis_client: redis.Redis
) -> None:
    redis_client.rpush(queue.key, *(f"gone-{place}" for place in range(2100)))
    assert view.page("waiting", 0, 5) == ([], 2000)
    assert view.page("waiting", 2000, 5) == ([], None)
    assert view.jobs("waiting", 5) == []


def test_an_empty_queue_is_seen_to_be_empty(view: QueueInspection) -> None:
    assert view.counts() == dict.fromkeys(STATES, 0)
    assert [view.jobs(state) for state in STATES] == [[]] * 5
    assert view.failed_ids() == []


def test_every_job_is_seen_in_its_state_and_in_no_other(view: QueueInspection, busy: dict[str, str]) -> None:
    assert view.counts() == dict.fromkeys(STATES, 1)
    assert {state: [job.id for job in view.jobs(state)] for state in STATES} == {s: [i] for s, i in busy.items()}
    assert {job.state for state in STATES for job in view.jobs(state)} == set(STATES)


def test_a_view_says_what_times_and_why(view: QueueInspection, busy: dict[str, str]) -> None:
    (failed,) = view.jobs("failed")
    assert failed.reason is not None
    assert failed.reason.startswith("FileNotFoundError")
    assert "\n" not in failed.reason
    assert failed.ended_at is not None and failed.ended_at.utcoffset() == dt.timedelta(0)
    (waiting,) = view.jobs("waiting")
    assert (waiting.function, waiting.attempts_left, waiting.reason) == ("proactive.jobs.daily_summary.run", 2, None)
    assert waiting.description.startswith("proactive.jobs.daily_summary.run 2026-11-23 for owner ")


def test_a_view_is_ready_for_json_with_iso_times(view: QueueInspection, busy: dict[str, str]) -> None:
    for state in STATES:
        (job,) = view.jobs(state)
        shown = json.loads(json.dumps(job.as_json()))
        assert set(shown) == {
            "id", "state", "function", "description", "enqueued_at", "ended_at", "attempts_left", "reason",
            *({"due", "waits"} if state == "scheduled" else ()),
        }  # fmt: skip
        for name in ("enqueued_at", "ended_at"):
            assert shown[name] is None or dt.datetime.fromisoformat(shown[name]).tzinfo


def test_no_more_than_the_limit_is_shown_and_of_completed_ones_the_newest(
    view: QueueInspection, queue: JsonQueue, redis_client: redis.Redis, make_task: MakeTask
) -> None:
    waiting = [enqueue(queue, make_task()).id for _ in range(4)]
    for place in range(4):
        job = queue.create_job("os.getcwd", job_id=f"done-{place}", status=JobStatus.FINISHED)
        job.save()
        redis_client.zadd(queue.finished_job_registry.key, {job.id: FUTURE.timestamp() + place})
    assert [job.id for job in view.jobs("waiting", 2)] == waiting[:2]
    assert [job.id for job in view.jobs("completed", 2)] == ["done-3", "done-2"]
    assert view.counts()["waiting"] == 4


def test_a_job_whose_data_are_gone_is_left_out(view: QueueInspection, queue: JsonQueue, make_task: MakeTask) -> None:
    gone, here = enqueue(queue, make_task()), enqueue(queue, make_task())
    queue.connection.delete(gone.key)
    assert [job.id for job in view.jobs("waiting")] == [here.id]


def test_a_job_is_fetched_by_its_id_and_an_unknown_one_is_refused(view: QueueInspection, busy: dict[str, str]) -> None:
    result = view.fetch(busy["failed"]).latest_result()
    assert result is not None
    assert result.type is Result.Type.FAILED
    with pytest.raises(InvalidInput, match="there is no job nothing: list them"):
        view.fetch("nothing")
