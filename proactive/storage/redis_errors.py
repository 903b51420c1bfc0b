"""What Redis' errors mean: whether it is away and comes back, or will refuse the same for ever, told in a sentence."""

from __future__ import annotations

import re

from redis import RedisError
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterDownError,
    ConnectionError,
    ExternalAuthProviderError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    TimeoutError,
    TryAgainError,
)

#: The connection's own failures, and a server that starts, changes its role or has no room: all of it passes.
_AWAY = (ConnectionError, TimeoutError, ReadOnlyError, ClusterDownError, TryAgainError, OutOfMemoryError)
#: redis-py takes them for failures of the connection, and they stay until somebody changes a password or a right.
_REFUSED = (AuthenticationError, AuthorizationError, ExternalAuthProviderError)
#: The same of which redis-py knows no class, by the word that Redis' answer begins with.
_AWAY_CODES = re.compile(r"(?:^|caused error: )(?:NOREPLICAS|MISCONF|BUSY|UNBLOCKED|MASTERDOWN|LOADING|READONLY)\b")
_NO_RIGHT = re.compile(r"no permissions to (?:run|execute) the '?([a-z|_-]+)'? command", re.IGNORECASE)


def is_away(error: BaseException | None) -> bool:
    """Whether Redis is away for a while: waiting helps. Anything else is an error that waiting does not mend."""
    if not isinstance(error, RedisError) or isinstance(error, _REFUSED):
        return False
    return isinstance(error, _AWAY) or bool(_AWAY_CODES.search(str(error)))


def missing_command(error: BaseException) -> str | None:
    """The command, in capitals, that the user of REDIS_URL may not run; None where the error says nothing of one."""
    found = _NO_RIGHT.search(str(error))
    return found[1].upper() if found else None


def describe(error: BaseException) -> str:
    """A sentence on an error of Redis', without its own words: they may quote what was written."""
    if is_away(error):
        return f"Redis is away: {type(error).__name__}"
    if isinstance(error, _REFUSED):
        return "Redis does not take the user or the password of REDIS_URL"
    if command := missing_command(error):
        return f"the user of REDIS_URL may not use {command}: give it that right (docs/operations.md has the ACL line)"
    if isinstance(error, NoPermissionError) or "ACL failure" in str(error):
        return "the user of REDIS_URL lacks rights: docs/operations.md has the ACL line that it needs"
    return f"Redis refuses: {type(error).__name__}"
