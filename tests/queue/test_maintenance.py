"""What keeps the queue moving: due jobs, jobs of the dead, and what is kept of finished ones."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import redis
from rq.job import Job, JobStatus
from rq.registry import BaseRegistry, ScheduledJobRegistry
from rq.utils import as_text

from proactive.queue.enqueue import enqueue, job_id
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.schedule.scheduler import CronSchedule
from sandbox.stack import LocalStack
from tests.queue.conftest import MakeTask

PAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FUTURE = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)


class Clock:
    """Stands in for the process' monotonic clock."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr("proactive.queue.maintenance.time", SimpleNamespace(monotonic=clock))
    yield clock


def start(queue: JsonQueue, job: Job, *, beat_until: float = 1.0) -> None:
    """Leave a job as a worker does that died in the middle: started, its last beat over at `beat_until`."""
    queue.connection.lrem(queue.key, 1, job.id)
    job.set_status(JobStatus.STARTED)
    queue.connection.zadd(queue.started_job_registry.key, {f"{job.id}:an-execution": beat_until})


def take(queue: JsonQueue) -> str:
    """Leave a job as a worker does that died between taking and starting it."""
    taken = queue.connection.lmove(queue.key, queue.intermediate_queue_key, "LEFT", "RIGHT")
    assert taken is not None
    return as_text(taken)


def waits_silently(upkeep: QueueMaintenance, clock: Clock) -> None:
    """Look on until what does not move is taken for dead."""
    for _ in range(5):
        upkeep.recover()
        clock.seconds += 4
    upkeep.recover()


def status(job: Job) -> JobStatus | None:
    return job.get_status(refresh=True)


def together(stack: LocalStack, count: int, act: str) -> None:
    """Let several processes' worth of upkeep do the same at the same time."""
    barrier = threading.Barrier(count)

    def one() -> None:
        upkeep = QueueMaintenance(JsonQueue(connection=redis.Redis.from_url(stack.redis_url)))
        barrier.wait()
        getattr(upkeep, act)()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_due_jobs_go_on_the_queue_in_their_order_and_the_rest_stays(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask
) -> None:
    late, early, not_yet = make_task(), make_task(), make_task()
    enqueue(queue, late, PAST + dt.timedelta(hours=1))
    enqueue(queue, early, PAST)
    enqueue(queue, not_yet, FUTURE)
    assert upkeep.move_due() == 2
    assert queue.get_job_ids() == [job_id(early), job_id(late)]
    assert ScheduledJobRegistry(queue=queue).get_job_ids() == [job_id(not_yet)]
    moved = JsonJob.fetch(job_id(early), connection=queue.connection)
    assert moved.get_status() is JobStatus.QUEUED
    assert moved.enqueued_at is not None and moved.enqueued_at.tzinfo is not None
    assert upkeep.move_due() == 0


def test_the_queue_is_known_to_rq_even_if_it_only_ever_held_late_jobs(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask
) -> None:
    enqueue(queue, make_task(), PAST)
    queue.connection.delete("rq:queues")
    upkeep.move_due()
    assert queue.connection.smembers("rq:queues") == {queue.key.encode()}


def test_a_due_job_whose_data_are_gone_is_dropped(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask
) -> None:
    job = enqueue(queue, make_task(), PAST)
    queue.connection.delete(job.key)
    upkeep.move_due()
    assert queue.get_job_ids() == ScheduledJobRegistry(queue=queue).get_job_ids() == []
    assert not queue.connection.exists(job.key)


def test_several_movers_at_once_move_each_of_many_jobs_exactly_once(
    stack: LocalStack, queue: JsonQueue, make_task: MakeTask
) -> None:
    with queue.connection.pipeline() as pipe:
        for place in range(1200):
            job = queue.create_job("os.getcwd", job_id=f"due-{place:04}")
            queue.schedule_job(job, PAST + dt.timedelta(seconds=place), pipeline=pipe)
        pipe.execute()
    together(stack, 4, "move_due")
    assert sorted(queue.get_job_ids()) == [f"due-{place:04}" for place in range(1200)]
    assert ScheduledJobRegistry(queue=queue).count == 0


def test_the_job_of_a_dead_worker_is_given_to_another_and_has_used_no_attempt(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    job = enqueue(queue, make_task())
    start(queue, job)
    waits_silently(upkeep, clock)
    assert queue.started_job_registry.get_job_ids(cleanup=False) == []
    assert queue.get_job_ids() == [job.id]
    job.refresh()
    assert job.retries_left == 2
    assert status(job) == JobStatus.QUEUED


def test_the_job_of_a_worker_that_beats_is_left_alone_whatever_its_clock_says(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    job = enqueue(queue, make_task())
    for beat in range(8):
        start(queue, job, beat_until=1.0 + beat)
        upkeep.recover()
        clock.seconds += 4
    assert status(job) == JobStatus.STARTED
    assert queue.started_job_registry.get_job_ids(cleanup=False) == [job.id]


def test_a_job_that_nobody_could_watch_is_not_taken_for_dead(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    job = enqueue(queue, make_task())
    start(queue, job)
    upkeep.recover()
    clock.seconds += 60  # Redis was away, or this process stood still
    upkeep.recover()
    assert status(job) == JobStatus.STARTED


def test_a_job_whose_worker_died_at_its_last_attempt_or_while_it_was_rescheduled_is_not_lost(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    last, rescheduled = enqueue(queue, make_task()), enqueue(queue, make_task())
    last.retries_left = 0
    last.save()
    for job in (last, rescheduled):
        start(queue, job)
    rescheduled.set_status(JobStatus.SCHEDULED)  # RQ writes this first, and the registry later
    waits_silently(upkeep, clock)
    assert sorted(queue.get_job_ids()) == sorted([last.id, rescheduled.id])


def test_a_job_that_kills_worker_after_worker_has_to_wait(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    job = enqueue(queue, make_task())
    for _ in range(6):
        start(queue, job)
        waits_silently(upkeep, clock)
    assert queue.get_job_ids() == []
    assert ScheduledJobRegistry(queue=queue).get_job_ids() == [job.id]


def test_several_that_look_for_the_dead_at_once_give_a_job_back_once(
    stack: LocalStack, queue: JsonQueue, make_task: MakeTask, clock: Clock
) -> None:
    jobs = [enqueue(queue, make_task()) for _ in range(20)]
    for job in jobs:
        start(queue, job)
    keepers = [QueueMaintenance(JsonQueue(connection=redis.Redis.from_url(stack.redis_url))) for _ in range(4)]
    for _ in range(5):
        clock.seconds += 4
        for keeper in keepers:
            keeper.recover()
    assert sorted(queue.get_job_ids()) == sorted(job.id for job in jobs)


def test_jobs_that_are_nowhere_are_told_from_jobs_that_wait_or_run(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask
) -> None:
    running, late, waiting, gone = (make_task() for _ in range(4))
    start(queue, enqueue(queue, running))
    enqueue(queue, late, FUTURE)
    enqueue(queue, waiting)
    queue.connection.lrem(queue.key, 1, enqueue(queue, gone).id)  # its status still says queued
    assert upkeep.lost([job_id(task) for task in (running, late, waiting, gone)]) == {job_id(gone)}


def test_a_job_taken_by_a_worker_that_died_is_back_on_the_queue_after_15_seconds(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    enqueue(queue, make_task())
    taken = take(queue)
    for _ in range(4):
        upkeep.recover()
        assert queue.get_job_ids() == []
        clock.seconds += 4
    upkeep.recover()
    assert queue.get_job_ids() == [taken]
    assert queue.intermediate_queue.get_job_ids() == []


def test_a_job_that_only_passes_by_is_not_duplicated(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    job = enqueue(queue, make_task())
    for _ in range(5):  # each of its attempts is seen in passing
        take(queue)
        upkeep.recover()
        queue.intermediate_queue.remove(job.id)
        clock.seconds += 60
        upkeep.recover()
        queue.connection.rpush(queue.key, job.id)
    assert queue.get_job_ids() == [job.id]


def test_a_job_that_was_just_starting_when_its_worker_died_is_queued_once(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask, clock: Clock
) -> None:
    enqueue(queue, make_task())
    job = JsonJob.fetch(take(queue), connection=queue.connection)
    start(queue, job)
    waits_silently(upkeep, clock)
    assert queue.get_job_ids() == [job.id]
    assert queue.intermediate_queue.get_job_ids() == []


def test_several_that_find_the_same_taken_job_put_it_back_once(
    stack: LocalStack, queue: JsonQueue, make_task: MakeTask, clock: Clock
) -> None:
    enqueue(queue, make_task())
    taken = take(queue)
    keepers = [QueueMaintenance(JsonQueue(connection=redis.Redis.from_url(stack.redis_url))) for _ in range(3)]
    for _ in range(5):
        for keeper in keepers:
            keeper.recover()
        clock.seconds += 4
    assert queue.get_job_ids() == [taken]


def ended(queue: JsonQueue, registry: BaseRegistry, status: JobStatus, count: int) -> list[str]:
    """Jobs that ended, oldest first."""
    ids = [f"{status.value}-{place:04}" for place in range(count)]
    with queue.connection.pipeline() as pipe:
        for place, name in enumerate(ids):
            queue.create_job("os.getcwd", job_id=name, status=status).save(pipeline=pipe)
            pipe.zadd(registry.key, {name: FUTURE.timestamp() + place})
        pipe.execute()
    return ids


def test_the_last_200_completed_and_1000_failed_jobs_are_kept(queue: JsonQueue, upkeep: QueueMaintenance) -> None:
    finished = ended(queue, queue.finished_job_registry, JobStatus.FINISHED, 203)
    failed = ended(queue, queue.failed_job_registry, JobStatus.FAILED, 1002)
    assert upkeep.trim() == 5
    assert queue.finished_job_registry.get_job_ids() == finished[3:]
    assert queue.failed_job_registry.get_job_ids() == failed[2:]
    gone = [JsonJob.key_for(name) for name in finished[:3] + failed[:2]]
    assert queue.connection.exists(*gone) == 0
    assert queue.connection.exists(JsonJob.key_for(finished[3]), JsonJob.key_for(failed[2])) == 2
    assert upkeep.trim() == 0


def test_a_remembered_job_that_waits_once_more_is_forgotten_but_not_deleted(
    queue: JsonQueue, upkeep: QueueMaintenance
) -> None:
    again = ended(queue, queue.finished_job_registry, JobStatus.FINISHED, 201)[0]
    job = JsonJob.fetch(again, connection=queue.connection)
    queue.enqueue_job(job)
    upkeep.trim()
    assert queue.get_job_ids() == [again]
    assert queue.connection.exists(job.key)
    assert again not in queue.finished_job_registry


def test_trimming_never_touches_the_schedule_nor_what_waits(
    queue: JsonQueue, upkeep: QueueMaintenance, make_task: MakeTask
) -> None:
    CronSchedule(queue.connection).register(["America/Sao_Paulo"], PAST)
    waiting, later = enqueue(queue, make_task()), enqueue(queue, make_task(), FUTURE)
    ended(queue, queue.finished_job_registry, JobStatus.FINISHED, 300)
    upkeep.trim()
    assert len(CronSchedule(queue.connection).planned()) == 5
    assert queue.connection.exists(waiting.key, later.key) == 2
