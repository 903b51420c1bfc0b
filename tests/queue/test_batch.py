"""JobBatches leave in Redis what RQ leaves, and no job is ever in two hands or in none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import redis
from rq import Callback
from rq.job import JobStatus
from rq.results import Result
from rq.suspension import resume, suspend
from rq.utils import as_text
from rq.worker import SimpleWorker

from proactive.queue.batch import JobBatches
from proactive.queue.enqueue import enqueue
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import JsonJob, JsonQueue
from tests.queue.conftest import MakeTask


@pytest.fixture
def worker(queue: JsonQueue) -> SimpleWorker:
    worker = SimpleWorker([queue], connection=queue.connection, queue_class=JsonQueue, job_class=JsonJob)
    worker.register_birth()
    return worker


@pytest.fixture
def batches(queue: JsonQueue, worker: SimpleWorker) -> JobBatches:
    return JobBatches(queue, worker, 15)


def first(queue: JsonQueue) -> str:
    """Take the first job as RQ's worker does."""
    taken = queue.connection.lmove(queue.key, queue.intermediate_queue_key, "LEFT", "RIGHT")
    assert taken is not None
    return as_text(taken)


def result_fields(client: redis.Redis, job_id: str) -> set[str]:
    """The fields of a job's first result."""
    (_, fields), *_ = client.xrange(Result.get_key(job_id)) or []
    return {as_text(name) for name in fields or {}}


def keys(client: redis.Redis) -> set[str]:
    return {as_text(key) for key in client.keys("rq:*")}


def test_a_batch_is_what_waits_in_its_order_and_all_of_it_has_begun(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    jobs = [enqueue(queue, make_task()) for _ in range(4)]
    taken = batches.take(first(queue), 3)
    assert [each.id for each in taken] == [job.id for job in jobs[:3]]
    assert queue.job_ids == [jobs[3].id]
    assert queue.intermediate_queue.get_job_ids() == []
    assert set(queue.started_job_registry.get_job_ids()) == {job.id for job in jobs[:3]}
    assert all(job.get_status(refresh=True) is JobStatus.STARTED for job in jobs[:3])


def test_a_worker_takes_its_share_and_leaves_the_others_theirs(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    for name in ("second", "third"):
        SimpleWorker([queue], name=name, connection=queue.connection).register_birth()
    for _ in range(30):
        enqueue(queue, make_task())
    assert len(batches.take(first(queue), 50)) == 10


def test_what_a_job_says_is_what_was_enqueued(queue: JsonQueue, batches: JobBatches, make_task: MakeTask) -> None:
    task = make_task()
    job = enqueue(queue, task)
    (taken,) = batches.take(first(queue), 9)
    assert taken.call == (job.func_name, job.kwargs)
    assert taken.retries_left == 2
    assert taken.job.kwargs == job.kwargs
    assert taken.execution.composite_key == f"{job.id}:{taken.execution_id}"


def test_a_job_with_more_than_a_batch_can_do_is_not_one_of_ours(queue: JsonQueue, batches: JobBatches) -> None:
    queue.enqueue(os.getcwd, on_success=Callback(print))
    queue.enqueue(os.listdir, "an argument")
    assert [taken.call for taken in batches.take(first(queue), 9)] == [("", {}), ("", {})]


def test_a_job_whose_data_are_gone_is_passed_over(queue: JsonQueue, batches: JobBatches, make_task: MakeTask) -> None:
    gone, there = enqueue(queue, make_task()), enqueue(queue, make_task())
    queue.connection.delete(gone.key)
    assert [taken.id for taken in batches.take(first(queue), 9)] == [there.id]
    assert queue.intermediate_queue.get_job_ids() == []


def test_a_finished_batch_leaves_what_rq_leaves(
    queue: JsonQueue, batches: JobBatches, worker: SimpleWorker, redis_client: redis.Redis
) -> None:
    mine, theirs = (queue.enqueue(os.getcwd, job_id=name, result_ttl=99) for name in ("mine", "theirs"))
    taken, other = batches.take(first(queue), 9)
    batches.give_back([other])
    batches.finish([(taken, str(Path.cwd()))], 0.5)
    SimpleWorker([queue], connection=redis_client, queue_class=JsonQueue, job_class=JsonJob).work(burst=True)
    assert {key.replace("mine", "theirs") for key in keys(redis_client) if "mine" in key} == {
        key for key in keys(redis_client) if "theirs" in key
    }
    left, right = (redis_client.hgetall(job.key) for job in (mine, theirs))
    assert set(left) == set(right)
    assert left[b"status"] == right[b"status"] == b"finished"
    results = [result_fields(redis_client, name) for name in ("mine", "theirs")]
    assert results[0] == results[1]
    assert mine.return_value() == theirs.return_value() == str(Path.cwd())
    assert set(queue.finished_job_registry.get_job_ids()) == {"mine", "theirs"}
    assert queue.started_job_registry.count == 0
    assert redis_client.hget(worker.key, "successful_job_count") == b"1"


def test_what_is_given_back_waits_again_in_its_order_before_all_others(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    jobs = [enqueue(queue, make_task()) for _ in range(4)]
    taken = batches.take(first(queue), 3)
    batches.give_back(taken[1:])
    assert queue.job_ids == [jobs[1].id, jobs[2].id, jobs[3].id]
    assert queue.started_job_registry.get_job_ids() == [jobs[0].id]
    assert jobs[1].get_status(refresh=True) is JobStatus.QUEUED
    again = batches.take(first(queue), 9)
    assert [each.id for each in again] == [job.id for job in jobs[1:]]


def test_a_job_that_another_worker_has_meanwhile_is_neither_finished_nor_given_back(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    job = enqueue(queue, make_task())
    (old,) = batches.take(first(queue), 9)
    queue.connection.zrem(queue.started_job_registry.key, old.execution.composite_key)  # it was taken for dead
    queue.connection.lpush(queue.key, job.id)
    (new,) = batches.take(first(queue), 9)
    batches.finish([(old, "sent")], 0.5)
    batches.give_back([old])
    assert job.get_status(refresh=True) is JobStatus.STARTED
    assert queue.job_ids == []
    batches.finish([(new, "sent")], 0.5)
    assert job.get_status(refresh=True) is JobStatus.FINISHED


def test_a_beat_says_so_of_all_that_has_not_ended_and_revives_nothing(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask, redis_client: redis.Redis
) -> None:
    for _ in range(2):
        enqueue(queue, make_task())
    alive, ended = batches.take(first(queue), 9)
    batches.finish([(ended, "sent")], 0.1)
    redis_client.zadd(queue.started_job_registry.key, {alive.execution.composite_key: 1.0})
    before = keys(redis_client)
    batches.beat([alive, ended])
    beat = redis_client.zscore(queue.started_job_registry.key, alive.execution.composite_key)
    assert beat is not None
    assert beat > 1e9
    assert keys(redis_client) == before


def test_a_batch_of_a_dead_worker_goes_back_to_the_queue(
    queue: JsonQueue,
    batches: JobBatches,
    upkeep: QueueMaintenance,
    make_task: MakeTask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = {enqueue(queue, make_task()).id for _ in range(5)}
    batches.take(first(queue), 9)
    monkeypatch.setattr("proactive.queue.maintenance.WORKER_SILENT", 0)
    upkeep.recover()
    upkeep.recover()
    assert set(queue.job_ids) == jobs
    assert queue.started_job_registry.count == 0


def test_a_worker_takes_what_waits_without_a_first_one(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    assert batches.take(None, 5) == []
    jobs = [enqueue(queue, make_task()) for _ in range(3)]
    assert [each.id for each in batches.take(None, 2)] == [job.id for job in jobs[:2]]
    assert [each.id for each in batches.take(None, 2)] == [jobs[2].id]


@pytest.mark.parametrize("begun", [True, False], ids=["with one just taken", "with none taken"])
def test_nothing_is_taken_while_the_workers_are_suspended_and_what_was_just_taken_goes_back(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask, begun: bool
) -> None:
    jobs = [enqueue(queue, make_task()) for _ in range(3)]
    taken = first(queue) if begun else None
    suspend(queue.connection)
    assert batches.take(taken, 5) == []
    assert queue.job_ids == [job.id for job in jobs]
    assert queue.intermediate_queue.get_job_ids() == []
    assert jobs[0].get_status(refresh=True) is JobStatus.QUEUED
    resume(queue.connection)
    assert len(batches.take(None, 5)) == 3


def test_what_is_set_aside_comes_back_in_its_order_when_its_time_has_come(
    queue: JsonQueue, batches: JobBatches, upkeep: QueueMaintenance, make_task: MakeTask, redis_client: redis.Redis
) -> None:
    jobs = [enqueue(queue, make_task()) for _ in range(14)]
    taken = batches.take(first(queue), 14)
    batches.set_aside([*((each, -2.0) for each in taken[:13]), (taken[13], 30.0)])
    assert queue.started_job_registry.count == 0
    assert {key for key in keys(redis_client) if "execution" in key} == set()
    assert jobs[0].get_status(refresh=True) is JobStatus.SCHEDULED
    assert upkeep.move_due() == 13
    assert queue.job_ids == [job.id for job in jobs[:13]]
    assert queue.scheduled_job_registry.get_job_ids(cleanup=False) == [jobs[13].id]
    assert upkeep.lost([job.id for job in jobs]) == set()


def test_what_another_worker_has_meanwhile_is_not_set_aside(
    queue: JsonQueue, batches: JobBatches, make_task: MakeTask
) -> None:
    job = enqueue(queue, make_task())
    (old,) = batches.take(first(queue), 9)
    queue.connection.zrem(queue.started_job_registry.key, old.execution.composite_key)  # it was taken for dead
    queue.connection.lpush(queue.key, job.id)
    batches.take(first(queue), 9)
    batches.set_aside([(old, 1.0)])
    assert queue.scheduled_job_registry.count == 0
    assert job.get_status(refresh=True) is JobStatus.STARTED
