"""Sessions of the pages: a random cookie, and the caller that it stands for in Redis."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from redis import Redis

from proactive.settings import Settings
from proactive.storage.redis import session_key
from proactive.web.auth.callers import Caller

#: The cookie's name, and where a browser without a session is sent.
COOKIE = "aurora_session"
SIGN_IN = "/entrar"
#: The longest life of a session, however long its credential is valid.
LONGEST = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in caller; `csrf` is what its forms must bring back."""

    caller: Caller
    csrf: str


class Sessions:
    """One key a session, `aurora:pages:session:{hash of the cookie}`, that expires by itself.

    Redis never holds the cookie's value, and a session is good only while the settings accept the same keys: a key
    that is taken out of API_KEYS ends what was signed in with it. Raises redis.RedisError where Redis is away.
    """

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        secret = settings.supabase_jwt_secret.get_secret_value() if settings.supabase_jwt_secret else ""
        accepted = json.dumps(
            [settings.api_keys, secret, str(settings.supabase_jwks_url), settings.supabase_jwt_issuer]
        )
        self._accepted = hashlib.sha256(accepted.encode()).hexdigest()[:32]

    def open(self, caller: Caller, lifetime: dt.timedelta) -> str:
        """Open a session of at most `LONGEST`; answers the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        kept = {
            "kind": caller.kind, "id": caller.id, "csrf": secrets.token_urlsafe(24), "accepted": self._accepted,
            "organization": str(caller.organization) if caller.organization else None,
            "owner": str(caller.owner) if caller.owner else None,
        }  # fmt: skip
        seconds = max(1, int(min(lifetime, LONGEST).total_seconds()))
        self._redis.set(_key(cookie), json.dumps(kept), ex=seconds)
        return cookie

    def find(self, cookie: str | None) -> Session | None:
        """The session that a cookie stands for, None if there is none (any more)."""
        found = self._redis.get(_key(cookie)) if cookie else None
        if not found:
            return None
        kept: dict[str, Any] = json.loads(cast(bytes, found))
        if kept["accepted"] != self._accepted:
            return None
        caller = Caller(
            cast(Literal["service", "user"], kept["kind"]), kept["id"],
            _uuid(kept["organization"]), _uuid(kept["owner"]),
        )  # fmt: skip
        return Session(caller, kept["csrf"])

    def close(self, cookie: str | None) -> None:
        """End a session; does nothing where there is none."""
        if cookie:
            self._redis.delete(_key(cookie))


def _key(cookie: str) -> str:
    return session_key(hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest())


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
