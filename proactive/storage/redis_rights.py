"""The rights that the worker needs in Redis: each is tried, in a form that changes nothing, and what is missing named.

A user that may not ask for its own rights (ACL) can still be told which are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    ClusterCrossSlotError,
    ClusterDownError,
    ConnectionError,
    MovedError,
    NoPermissionError,
    ResponseError,
)

from proactive.storage.redis import CHECKED_KEYS
from proactive.storage.redis_errors import missing_command

_KEYS = "keys that begin with"
_SCRIPT = "redis.call('TIME') redis.call('INFO', 'server') return redis.call('EXISTS', KEYS[1])"
#: What the worker, RQ and the dashboard ask of Redis, in a form that changes nothing: `{}` is a key that is not there.
_COMMANDS = """
PING | TIME | EXISTS {} | DEL {} | GET {} | MGET {} | TTL {} | PTTL {} | EXPIRE {} 1 | PEXPIRE {} 1 | PERSIST {}
HGET {} a | HMGET {} a | HGETALL {} | HDEL {} a | HEXISTS {} a | HKEYS {} | HVALS {} | HLEN {} | HSCAN {} 0
ZADD {} XX 1 a | ZREM {} a | ZCARD {} | ZCOUNT {} 0 1 | ZSCORE {} a | ZRANGE {} 0 0 | ZREVRANGE {} 0 0
ZRANGEBYSCORE {} 0 1 | ZREVRANGEBYSCORE {} 1 0 | ZREMRANGEBYSCORE {} 0 1 | ZREMRANGEBYRANK {} 0 0
LPOP {} | LREM {} 1 a | LLEN {} | LRANGE {} 0 0 | LINDEX {} 0 | LPOS {} a | LTRIM {} 0 0 | LMOVE {} {} LEFT RIGHT
BLMOVE {} {} LEFT RIGHT 0.01 | SREM {} a | SCARD {} | SMEMBERS {} | SISMEMBER {} a | XRANGE {} - + | XREVRANGE {} + -
XLEN {} | XDEL {} 0-1 | PUBLISH rq:pubsub:check 1 | RPUSH {} a | LPUSH {} a | DEL {} | SET {} a PX 100 NX | DEL {}
HSET {} a 1 | HSETNX {} a 1 | HINCRBY {} a 1 | HINCRBYFLOAT {} a 1 | DEL {} | SADD {} a | DEL {}
XADD {} * a 1 | DEL {} | INCRBY {} 1 | DEL {} | ZINCRBY {} 1 a | DEL {} | SETEX {} 1 a | DEL {} | RENAME {} {}
"""


def missing_rights(redis: Redis) -> list[str]:
    """The commands, keys and channels that the user of REDIS_URL may not use, and commands that the server lacks."""
    missing: list[str] = []
    for prefix in CHECKED_KEYS:
        missing += _refused(redis, f"{prefix}{uuid4()}")
    if any(each.startswith(_KEYS) for each in missing):
        return list(dict.fromkeys(missing))  # the others would say the same again
    with redis.pipeline(transaction=True) as pipe:
        missing += _answer("WATCH", lambda: pipe.watch(CHECKED_KEYS[0]))
        missing += _answer("MULTI and EXEC", lambda: _transaction(pipe))
    missing += _answer("INFO", lambda: redis.info("server"))
    missing += _answer("EVAL", lambda: redis.eval("return 1", 0))
    missing += _answer("EVALSHA and SCRIPT", lambda: redis.evalsha(redis.script_load("return 1"), 0))
    if not missing:
        missing += _answer("INFO, inside scripts", lambda: redis.eval(_SCRIPT, 1, CHECKED_KEYS[0]))
    missing += _answer("SUBSCRIBE to rq:pubsub:*", lambda: _subscribe(redis))
    return list(dict.fromkeys(missing))


def _transaction(pipe: Any) -> None:
    pipe.multi()
    pipe.exists(CHECKED_KEYS[0])
    pipe.execute()


def _subscribe(redis: Redis) -> None:
    with redis.pubsub() as pubsub:
        pubsub.subscribe("rq:pubsub:check")
        pubsub.get_message(timeout=2.0)


def _refused(redis: Redis, key: str) -> list[str]:
    commands = [part.split() for line in _COMMANDS.strip().splitlines() for part in line.split("|")]
    with redis.pipeline(transaction=False) as pipe:
        for command in commands:
            pipe.execute_command(*(part.format(key) for part in command))
        answers = pipe.execute(raise_on_error=False)
    found = []
    for (name, *rest), answer in zip(commands, answers, strict=True):
        found += _of_answer(name if "{}" in rest or name in ("PING", "TIME") else f"{name} to rq:pubsub:*", answer, key)
    return found


def _answer(name: str, ask: Callable[[], object]) -> list[str]:
    try:
        ask()
    except ResponseError as error:
        return _of_answer(name, error) or [name]
    return []


def _of_answer(name: str, answer: Any, key: str = CHECKED_KEYS[0]) -> list[str]:
    if isinstance(answer, (MovedError, ClusterCrossSlotError, ClusterDownError)):
        raise answer
    if isinstance(answer, ConnectionError) and not isinstance(answer, AuthenticationError):
        raise answer
    words = str(answer)
    if isinstance(answer, NoPermissionError) and missing_command(answer) is None and "key" in words:
        return [f"{_KEYS} {key.partition(':')[0]}:"]
    refused = isinstance(answer, NoPermissionError) or "ACL failure" in words or "unknown command" in words
    return [name] if isinstance(answer, ResponseError) and refused else []
