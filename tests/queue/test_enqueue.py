"""How tasks get on the queue: as JSON, under ids that mean something, with three attempts, in one round trip."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import random
import zlib
from collections.abc import Callable
from uuid import UUID

import pytest
import redis
from rq.job import JOB_ID_PATTERN
from rq.registry import ScheduledJobRegistry

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.task import Task
from proactive.queue.enqueue import ATTEMPTS, enqueue, enqueue_page, job_id, retry_policy
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.stack import LocalStack
from tests.queue.conftest import MakeTask

OWNER = UUID(int=42)


def test_a_job_carries_its_task_as_json_and_nothing_that_must_be_executed(
    queue: JsonQueue, redis_client: redis.Redis, make_task: MakeTask
) -> None:
    task = make_task(OWNER, by_hand=True).model_copy(update={"data": {"message": "Só hoje: 20% às terças"}})
    job = enqueue(queue, task)
    stored = redis_client.hget(JsonJob.key_for(job.id), "data")
    assert isinstance(stored, bytes)
    raw = zlib.decompress(stored)
    name, _, args, kwargs = json.loads(raw)
    assert (name, args) == ("proactive.jobs.daily_summary.run", [])
    assert Task.model_validate({"type": "daily_summary"} | kwargs) == task
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(raw)


@pytest.mark.parametrize("type_", MESSAGE_TYPES)
def test_each_type_runs_under_its_own_function(queue: JsonQueue, make_task: MakeTask, type_: str) -> None:
    job = enqueue(queue, make_task().model_copy(update={"type": type_}))
    assert job.func_name == MESSAGE_TYPES[type_].job == f"proactive.jobs.{type_}.run"


def test_a_description_names_no_data(queue: JsonQueue, make_task: MakeTask) -> None:
    job = enqueue(queue, make_task(OWNER).model_copy(update={"data": {"message": "11999998888"}}))
    assert job.description == f"proactive.jobs.daily_summary.run 2026-11-23 for owner {OWNER}"


def test_the_schedules_job_of_an_occurrence_has_one_id(make_task: MakeTask) -> None:
    first, again = make_task(OWNER), make_task(OWNER)
    assert job_id(first) == job_id(again) == f"daily_summary-{first.occurrence.id}"
    assert job_id(make_task()) != job_id(first)
    assert job_id(first.model_copy(update={"key": "2026-11-24"})) != job_id(first)


def test_what_is_asked_for_by_hand_never_waits_behind_a_remembered_job(make_task: MakeTask) -> None:
    ids = {job_id(make_task(OWNER, by_hand=True)) for _ in range(50)} | {job_id(make_task(OWNER))}
    assert len(ids) == 51
    assert all(JOB_ID_PATTERN.fullmatch(name) for name in ids)


def test_three_attempts_in_all_with_waits_of_ten_and_twenty_seconds_and_jitter() -> None:
    policies = [retry_policy(random.Random(seed)) for seed in range(300)]
    assert {policy.max for policy in policies} == {ATTEMPTS - 1} == {2}
    first, second = ({policy.intervals[place] for policy in policies} for place in (0, 1))
    assert min(first) >= 10 and max(first) <= 13
    assert min(second) >= 20 and max(second) <= 25
    assert len(first) >= 3 and len(second) >= 4


def test_a_job_enqueued_has_all_its_attempts_before_it(queue: JsonQueue, make_task: MakeTask) -> None:
    job = JsonJob.fetch(enqueue(queue, make_task()).id, connection=queue.connection)
    assert job.retries_left == 2
    assert job.timeout == 150
    assert job.result_ttl == 7 * 24 * 3600


def test_a_task_for_later_waits_on_rqs_schedule(queue: JsonQueue, make_task: MakeTask) -> None:
    later = dt.datetime(2030, 1, 1, 21, tzinfo=dt.UTC)
    job = enqueue(queue, make_task(), later)
    assert queue.count == 0
    assert ScheduledJobRegistry(queue=queue).get_scheduled_time(job) == later


def test_the_same_page_twice_leaves_the_same_jobs(queue: JsonQueue, make_task: MakeTask) -> None:
    page = [make_task() for _ in range(3)]
    assert enqueue_page(queue, iter(page)) == enqueue_page(queue, page) == 3
    assert set(queue.get_job_ids()) == {job_id(task) for task in page}


def test_a_page_of_a_thousand_is_one_round_trip(
    stack: LocalStack, queue: JsonQueue, make_task: MakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips = []
    send: Callable[..., object] = redis.Connection.send_packed_command
    send_one: Callable[..., object] = redis.Connection.send_command

    def counted(connection: redis.Connection, command: object, *args: object, **options: object) -> object:
        trips.append(command)
        return send(connection, command, *args, **options)

    def counted_one(connection: redis.Connection, *args: object, **options: object) -> object:
        assert args[0] not in ("HSET", "RPUSH", "EXISTS"), args[0]
        return send_one(connection, *args, **options)

    enqueue_page(queue, [make_task()])  # the connection is made, and RQ knows the server's version
    queue.empty()
    monkeypatch.setattr(redis.Connection, "send_packed_command", counted)
    monkeypatch.setattr(redis.Connection, "send_command", counted_one)
    assert enqueue_page(queue, [make_task() for _ in range(1000)]) == 1000
    assert len(trips) == 1
    monkeypatch.undo()
    assert queue.count == 1000
    assert len(JsonJob.fetch(queue.get_job_ids()[999], connection=queue.connection).kwargs) >= 5


def test_an_empty_page_enqueues_nothing(queue: JsonQueue) -> None:
    assert enqueue_page(queue, []) == 0
    assert queue.count == 0
