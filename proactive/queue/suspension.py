"""The suspension of every worker (`rq suspend`): its end."""

from __future__ import annotations

from redis import Redis
from rq.suspension import resume


def resume_workers(redis: Redis) -> bool:
    """Let the workers go on; False where they were not suspended. Raises redis.RedisError where Redis is away."""
    return bool(resume(redis))
