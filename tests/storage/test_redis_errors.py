"""What Redis' errors mean: it is away and comes back, or it refuses and waiting mends nothing."""

from __future__ import annotations

import pytest
from redis import RedisError
from redis import exceptions as redis

from proactive.storage.redis_errors import describe, is_away, missing_command

AWAY: list[RedisError] = [
    redis.ConnectionError("Error 111 connecting to h:1. Connection refused."),
    redis.TimeoutError("Timeout reading from socket"),
    redis.BusyLoadingError("loading"),
    redis.MaxConnectionsError("Too many connections"),
    redis.ReadOnlyError("You can't write against a read only replica."),
    redis.MasterDownError("Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
    redis.ClusterDownError("CLUSTERDOWN The cluster is down"),
    redis.TryAgainError("TRYAGAIN Multiple keys request during rehashing of slot"),
    redis.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
    redis.ResponseError("NOREPLICAS Not enough good replicas to write."),
    redis.ResponseError("MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk."),
    redis.ResponseError("BUSY Redis is busy running a script."),
    redis.ResponseError("UNBLOCKED force unblock from blocking operation, instance state changed"),
    redis.ResponseError("Command # 2 (HSET k v) of pipeline caused error: MISCONF Redis is configured to save"),
]
REFUSED: list[tuple[RedisError, str]] = [
    (redis.AuthenticationError("invalid username-password pair or user is disabled."), "user or the password"),
    (redis.AuthorizationError("no"), "user or the password"),
    (redis.NoPermissionError("User aurora has no permissions to run the 'info' command"), "may not use INFO:"),
    (
        redis.NoPermissionError("no permissions to run the 'evalsha' command or its"),
        "may not use EVALSHA:",
    ),
    (
        redis.NoPermissionError("no permissions to run the 'acl|whoami' command"),
        "may not use ACL|WHOAMI",
    ),
    (
        redis.ResponseError("ACL failure in script: User x has no permissions to run the 'info' command script: 5f"),
        "may not use INFO:",
    ),
    (redis.NoPermissionError("No permissions to access a key"), "lacks rights"),
    (redis.NoPermissionError("No permissions to access a channel"), "lacks rights"),
    (redis.ClusterCrossSlotError("Keys in request don't hash to the same slot"), "refuses: ClusterCrossSlot"),
    (redis.MovedError("1 127.0.0.1:7001"), "refuses: MovedError"),
    (
        redis.ResponseError("WRONGTYPE Operation against a key"),
        "refuses: ResponseError",
    ),
    (redis.ResponseError("unknown command 'EVAL', with args beginning with: 'the text of a message'"), "refuses"),
    (redis.DataError("Invalid input of type: 'dict'"), "refuses: DataError"),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: f"{type(error).__name__} {error}"[:40])
def test_what_passes_is_redis_being_away(error: RedisError) -> None:
    assert is_away(error)
    assert describe(error) == f"Redis is away: {type(error).__name__}"


@pytest.mark.parametrize(("error", "said"), REFUSED, ids=lambda each: f"{type(each).__name__} {each}"[:40])
def test_anything_else_is_told_and_quotes_nothing(error: RedisError, said: str) -> None:
    assert not is_away(error)
    assert said in describe(error)
    assert "text of a message" not in describe(error)


@pytest.mark.parametrize("error", [None, ValueError("no"), OSError("no")])
def test_what_is_no_error_of_redis_is_not_redis_being_away(error: BaseException | None) -> None:
    assert not is_away(error)


def test_the_missing_command_is_named() -> None:
    assert missing_command(redis.NoPermissionError("User a has no permissions to run the 'info' command")) == "INFO"
    assert missing_command(redis.NoPermissionError("No permissions to access a key")) is None
