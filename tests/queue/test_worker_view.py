"""Workers as RQ's own views show them."""

from __future__ import annotations

import redis
from rq.suspension import resume, suspend
from rq.worker import SimpleWorker, WorkerStatus

from proactive.queue.rq_classes import JsonQueue
from proactive.queue.worker_view import WorkerView


def test_a_worker_is_shown_as_suspended_before_it_says_so_itself_unless_it_is_busy(redis_client: redis.Redis) -> None:
    for name, state in (("calm", WorkerStatus.IDLE), ("at-work", WorkerStatus.BUSY)):
        worker = SimpleWorker([JsonQueue(connection=redis_client)], name=name, connection=redis_client)
        worker.register_birth()
        worker.set_state(state)

    def shown() -> dict[str, str]:
        return {each.name: str(each.get_state()) for each in WorkerView.all(connection=redis_client)}

    assert shown() == {"calm": "idle", "at-work": "busy"}
    suspend(redis_client)
    assert shown() == {"calm": "suspended", "at-work": "busy"}
    resume(redis_client)
    assert shown() == {"calm": "idle", "at-work": "busy"}
