"""Which task a job carries, and which jobs carry none."""

from __future__ import annotations

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.task_of_job import task_of_job
from tests.queue.conftest import MakeTask


def test_a_messages_job_carries_its_task(queue: JsonQueue, make_task: MakeTask) -> None:
    task = make_task(by_hand=True)
    job = JsonJob.fetch(enqueue(queue, task).id, connection=queue.connection)
    assert task_of_job(job) == task


def test_a_tick_and_whatever_else_runs_carry_none(queue: JsonQueue) -> None:
    tick = queue.enqueue("proactive.jobs.tick.run", type="birthdays", timezone="UTC")
    assert task_of_job(tick) is None
    assert task_of_job(queue.enqueue("getcwd")) is None
    assert task_of_job(queue.enqueue("os.getcwd")) is None


def test_a_job_whose_data_cannot_be_read_carries_none(queue: JsonQueue, make_task: MakeTask) -> None:
    job = enqueue(queue, make_task())
    queue.connection.hset(job.key, "data", b"not compressed")
    assert task_of_job(JsonJob.fetch(job.id, connection=queue.connection)) is None
