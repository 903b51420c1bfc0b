"""The workers as the page of the queue shows them."""

from __future__ import annotations

import datetime as dt

import redis
from rq.suspension import suspend
from rq.worker import SimpleWorker, WorkerStatus

from proactive.queue.rq_classes import JsonQueue
from proactive.queue.workers import worker_states


def test_each_worker_says_what_it_does_and_one_without_a_beat_is_silent(redis_client: redis.Redis) -> None:
    queue = JsonQueue(connection=redis_client)
    for name, state in (("calm", WorkerStatus.IDLE), ("at-work", WorkerStatus.BUSY), ("gone", WorkerStatus.BUSY)):
        worker = SimpleWorker([queue], name=name, connection=redis_client)
        worker.register_birth()
        worker.set_state(state)
    redis_client.expire("rq:worker:gone", 20)
    first = {one.name: one.state for one in worker_states(queue)}
    assert first == {"at-work": "busy", "calm": "idle", "gone": "silent"}
    suspend(redis_client)
    states = worker_states(queue)
    assert {one.name: one.state for one in states} == first | {"calm": "suspended"}
    now = dt.datetime.now(dt.UTC)
    assert all(one.beat is not None and one.born is not None and one.born <= one.beat <= now for one in states)
    assert {(one.in_hand, one.done, one.failed) for one in states} == {(0, 0, 0)}


def test_where_nobody_works_there_is_no_worker(redis_client: redis.Redis) -> None:
    assert worker_states(JsonQueue(connection=redis_client)) == []
