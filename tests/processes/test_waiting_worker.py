"""How a worker waits: in few commands, and standing still while `rq suspend` holds.

One idle minute is counted here without waiting for it; bench/idle.py counts a real one.
"""

from __future__ import annotations

import threading
import time

import pytest
import redis
from rq.suspension import resume, suspend
from rq.worker import WorkerStatus

from proactive.app import Application
from proactive.model.durations import WORKER_IDLE, WORKER_IDLE_BEAT
from proactive.processes import scheduler
from proactive.processes.maintenance import Maintenance
from proactive.processes.waiting_worker import WaitingWorker
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.queue.turn import MaintenanceTurn
from tests.processes.conftest import BuildApp
from tests.support.world import eventually

MOST_A_SECOND = 5


class Clock:
    """Stands in for the monotonic clock of this process."""

    def __init__(self) -> None:
        self.seconds = time.monotonic()

    def __call__(self) -> float:
        return self.seconds


def new_worker(app: Application) -> WaitingWorker:
    worker = WaitingWorker(
        [app.queue], connection=app.redis, queue_class=JsonQueue, job_class=JsonJob, serializer="json"
    )
    worker.maintenance = Maintenance(app, MaintenanceTurn(app.redis, "worker"))
    worker.register_birth()  # type: ignore[no-untyped-call]  # RQ's
    return worker


def commands(client: redis.Redis) -> int:
    """The commands that ran so far, with those inside scripts, without this question."""
    return sum(each["calls"] for name, each in client.info("commandstats").items() if name != "cmdstat_info")


def test_an_idle_minute_of_a_scheduler_and_three_workers_costs_less_than_five_commands_a_second(
    build_app: BuildApp, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    app = build_app()
    redis_client.zadd("rq:scheduled:aurora-proactive", {"tomorrow": redis_client.time()[0] + 86_400})
    loop, worker = scheduler._Loop(app), new_worker(app)
    monkeypatch.setattr(worker.queue_class, "lmove", lambda *_: None)  # a burst asks once, and does not block
    for _ in range(30):  # what is due once, at the start
        loop.run_once()
        clock.seconds += 1
    began = commands(redis_client)
    for _ in range(60):
        loop.run_once()
        clock.seconds += 1
    scheduled = commands(redis_client) - began
    for _ in range(60 // WORKER_IDLE):
        assert worker.dequeue_job_and_maintain_ttl(None) is None
        clock.seconds += WORKER_IDLE
    one_worker = commands(redis_client) - began - scheduled + 60 // WORKER_IDLE  # the BLMOVEs that were left out
    assert worker.last_heartbeat is not None
    assert WORKER_IDLE_BEAT < 30, "its key must look alive (queue_snapshot)"
    alerts = 30  # once a minute
    assert scheduled + 3 * one_worker + alerts <= 60 * MOST_A_SECOND, (scheduled, one_worker)


def test_a_suspended_worker_says_so_takes_nothing_and_goes_on_when_it_is_resumed(
    build_app: BuildApp, redis_client: redis.Redis
) -> None:
    app = build_app()
    worker = new_worker(app)
    suspend(redis_client)
    app.queue.enqueue("os.getcwd", job_id="waits")
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.append(worker.dequeue_job_and_maintain_ttl(1)), daemon=True)
    waiting.start()
    eventually(lambda: redis_client.hget(worker.key, "state") == b"suspended", 10, "the state")
    assert app.queue.get_job_ids() == ["waits"]
    resume(redis_client)
    waiting.join(10)
    assert found and found[0] is not None
    assert worker.get_state() == WorkerStatus.IDLE


def test_a_worker_does_the_maintenance_only_while_no_scheduler_does(
    build_app: BuildApp, redis_client: redis.Redis
) -> None:
    app = build_app()
    worker = new_worker(app)
    moved = "rq:scheduled:aurora-proactive"
    scheduled = MaintenanceTurn(redis_client, "scheduler")
    assert scheduled.take()
    redis_client.zadd(moved, {"gone": 1.0})
    worker.dequeue_job_and_maintain_ttl(None)
    assert redis_client.zcard(moved) == 1
    scheduled.give_up()
    worker.dequeue_job_and_maintain_ttl(None)
    assert redis_client.zcard(moved) == 0


def test_a_worker_that_waits_no_longer_than_it_may_gets_nothing(build_app: BuildApp) -> None:
    worker = new_worker(build_app())
    began = time.monotonic()
    assert worker.dequeue_job_and_maintain_ttl(5, 1) is None
    assert time.monotonic() - began < 4
