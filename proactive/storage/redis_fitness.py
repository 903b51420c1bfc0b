"""Whether a Redis is fit for the worker: what it lacks, what is dangerous about it, and which rights are missing.

Nothing here needs CONFIG or ACL, which managed services do not give. What cannot work ends a process in one sentence
(docs/decisions/0036-what-redis-must-be.md); what only may lose something is told, and shown in /readyz.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Any

from redis import Redis, RedisError
from redis.exceptions import (
    AuthenticationError,
    ClusterCrossSlotError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
    ResponseError,
)
from redis.sentinel import MasterNotFoundError, SentinelConnectionPool

from proactive.errors import RedisUnfit
from proactive.storage.redis_errors import describe, is_away
from proactive.storage.redis_rights import missing_rights

#: BLMOVE, which takes a job so that it is never in no place at all, came with it.
_OLDEST = (6, 2)
_SEVERAL = "one Redis server is needed, not a cluster: the queue and the leases are several keys in one step (RQ, too)"


@dataclass(frozen=True, slots=True)
class RedisFitness:
    """Sentences: `faults` keep the worker from working, `dangers` may lose what it keeps in Redis.

    Beside them what they are made of: the server's `version`, the `rights` that are missing, what it does when it is
    full (`policy`), and whether it keeps a log of what it was told (`append_only`).
    """

    faults: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()
    version: str = ""
    rights: tuple[str, ...] = ()
    policy: str = "noeviction"
    append_only: bool = True


def require_fit(redis: Redis) -> tuple[str, ...]:
    """Check a Redis at the start of a process; the dangers, for its log.

    Raises:
        RedisUnfit: it cannot be worked with; the message has a sentence for each reason.
        redis.RedisError: it is away.
    """
    found = examine(redis)
    if found.faults:
        raise RedisUnfit("\n".join(f"REDIS_URL's server is not usable: {fault}." for fault in found.faults))
    return found.dangers


def examine(redis: Redis) -> RedisFitness:
    """What is wrong with a Redis, in some ninety commands. Raises redis.RedisError where it is away."""
    try:
        return _examine(redis)
    except (MovedError, ClusterCrossSlotError, ClusterDownError):
        return RedisFitness(faults=(_SEVERAL,))
    except MasterNotFoundError as error:
        if fault := _sentinels_fault(redis):
            return RedisFitness(faults=(fault,))
        raise error from None
    except RedisError as error:
        if is_away(error):
            raise
        return RedisFitness(faults=(describe(error),))


def _examine(redis: Redis) -> RedisFitness:
    redis.ping()
    rights = missing_rights(redis)
    if "INFO" in rights or "INFO, inside scripts" in rights:
        return RedisFitness(faults=_rights_faults(rights), rights=tuple(rights))
    server, dangers = _sections(redis), []
    faults = list(_rights_faults(rights))
    if str(server.get("cluster_enabled", 0)) == "1" or server.get("redis_mode") == "cluster":
        return RedisFitness(faults=(_SEVERAL,))
    if server.get("role") == "slave":
        faults.append("it is a replica, which takes no writes: name the master, or use redis+sentinel://")
    if not re.fullmatch(r"[0-9a-f]+", str(server.get("run_id", ""))):
        faults.append("its INFO tells no run_id, so that nobody could know whether it forgot permits in a restart")
    version = tuple(int(part) for part in re.findall(r"\d+", str(server.get("redis_version", "99")))[:2])
    if version < _OLDEST:
        faults.append("it is older than Redis 6.2")
    policy, append_only = str(server.get("maxmemory_policy", "noeviction")), str(server.get("aof_enabled", 1)) == "1"
    if policy != "noeviction":
        dangers.append(f"maxmemory-policy is {policy}: when it is full it forgets jobs and leases; set noeviction")
    if not append_only:
        dangers.append("appendonly is off: a restart forgets what it was told since the last snapshot, or all of it")
    told = str(server.get("redis_version", ""))
    return RedisFitness(tuple(faults), tuple(dangers), told, tuple(rights), policy, append_only)


def _sections(redis: Redis) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in ("server", "memory", "persistence", "replication", "cluster"):
        with contextlib.suppress(ResponseError):  # a service may leave one out
            found |= redis.info(section)
    return found


def _rights_faults(rights: list[str]) -> tuple[str, ...]:
    if not rights:
        return ()
    return (f"its user may not use, or it does not have: {', '.join(rights)} (docs/operations.md has the ACL line)",)


def _sentinels_fault(redis: Redis) -> str | None:
    """What is wrong with the Sentinels of REDIS_URL; None where waiting may help."""
    pool = redis.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        return None
    known = False
    for sentinel in pool.sentinel_manager.sentinels:
        try:
            if pool.service_name in sentinel.sentinel_masters():
                return None
            known = True
        except (AuthenticationError, NoPermissionError):
            return "a Sentinel does not take its user or password (sentinel_username, sentinel_password)"
        except ResponseError:
            return "what answers there is no Sentinel: for one server the address begins with redis:// or rediss://"
        except RedisError:
            continue  # another one may answer
    return "no Sentinel knows a master of the name that stands after the hosts" if known else None
