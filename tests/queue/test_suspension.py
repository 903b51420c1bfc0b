"""The end of `rq suspend`."""

from __future__ import annotations

import redis
from rq.suspension import is_suspended, suspend

from proactive.queue.suspension import resume_workers


def test_workers_that_were_suspended_go_on(redis_client: redis.Redis) -> None:
    suspend(redis_client)
    assert resume_workers(redis_client) is True
    assert not is_suspended(redis_client)
    assert resume_workers(redis_client) is False
