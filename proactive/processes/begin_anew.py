"""How a worker that cannot go on begins anew: at once when Redis is back, never for ever."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from redis import Redis, RedisError

from proactive.storage.redis_errors import describe, is_away

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)

#: How often this process has begun anew without having lived for a minute in between.
_COUNTER = "AURORA_BEGUN_ANEW"
_LIVED = 60.0
#: So many times after an error that nobody expected, and never after one of Redis' that waiting does not mend.
_MOST = 5
_LONGEST_WAIT = 30.0
_PROBE = 1.0


def begin_anew(redis: Redis, error: BaseException | None, lived: float) -> None:
    """Wait until Redis answers, then run this process again; `error` ended it after `lived` seconds (None: unknown).

    Returns only where beginning anew would be for nothing: what is wrong was logged, the process should end.
    """
    before = 0 if lived > _LIVED else int(os.environ.get(_COUNTER) or 0)
    if isinstance(error, RedisError) and not is_away(error):
        logger.error("The worker ends: %s", describe(error), extra={"action": "redis_refused"})
        return
    try:
        redis.ping()
        away = error is not None
    except RedisError as now:
        away, error = is_away(now), now
    if not away and before >= _MOST:
        logger.error("The worker ends: it began anew %d times in vain", before, extra={"action": "worker_gave_up"})
        return
    if before:
        time.sleep(min(_LONGEST_WAIT, 2.0 ** (before - 1)))  # Redis answers, and still takes nothing
    if not _wait_for(redis):
        return
    os.environ[_COUNTER] = str(before + 1)
    logger.info("Redis is back, the worker begins anew", extra={"action": "redis_back"})
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves again


def wait_for_redis(ask: Callable[[], Answer]) -> Answer:
    """Ask Redis until it answers, and say once that it is away; raises what waiting does not mend."""
    told = False
    while True:
        try:
            answer = ask()
        except RedisError as error:
            if not is_away(error):
                raise
            if not told:
                logger.warning("Waiting: %s", describe(error), extra={"action": "redis_lost"})
            told = True
            time.sleep(_PROBE)
        else:
            if told:
                logger.info("Redis is there", extra={"action": "redis_back"})
            return answer


def _wait_for(redis: Redis) -> bool:
    try:
        wait_for_redis(redis.ping)
    except RedisError as error:
        logger.error("The worker ends: %s", describe(error), extra={"action": "redis_refused"})
        return False
    return True
