"""Writes that Supabase could not take: kept in Redis, done when it is back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from redis import Redis
from redis.client import Pipeline

from proactive.errors import RecordRefused, SupabaseError

logger = logging.getLogger(__name__)

KEY = "aurora:outbox"
#: Rows that Supabase will never take, for an operator to look at.
REFUSED = f"{KEY}:refused"

# What is kept of an occurrence is replaced by what is known better: pending, failed, sent.
_KEEP = """
local known = {pending = 0, failed = 1, sent = 2}
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept and known[cjson.decode(kept)['status']] > known[ARGV[3]] then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
"""
# Only what was written is taken out: a newer row may have come in meanwhile.
_DONE = "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end"


class Outbox:
    """One kept row an occurrence, in the hash `aurora:outbox`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep = redis.register_script(_KEEP)
        self._done = redis.register_script(_DONE)

    def keep(self, row: dict[str, Any], pipe: Pipeline | None = None) -> None:
        """Keep a row (as `Entry.row` gives it) for later. Raises redis.RedisError where Redis is away."""
        self._keep(keys=[KEY], args=[row["id"], json.dumps(row), row["status"]], client=pipe)

    def done(self, row: dict[str, Any]) -> None:
        """Forget a kept row that has been written, unless a newer one took its place."""
        self._done(keys=[KEY], args=[row["id"], json.dumps(row)])

    def get(self, message_id: UUID) -> dict[str, Any] | None:
        """The kept row of an occurrence, None if there is none."""
        raw = cast("bytes | None", self._redis.hget(KEY, str(message_id)))
        return cast("dict[str, Any]", json.loads(raw)) if raw else None

    def owned(self, gateway_ids: set[str], but: UUID) -> set[str]:
        """Which of the gateway's message ids belong to kept rows of other occurrences."""
        rows = (json.loads(raw) for raw in cast("list[bytes]", self._redis.hvals(KEY)))
        return {row["metadata"].get("gateway_message_id") for row in rows if row["id"] != str(but)} & gateway_ids

    def flush(self, write: Callable[[dict[str, Any]], None]) -> int:
        """Write what is kept, until Supabase is away; answer how many rows were written.

        A row that it refuses for good is laid aside, so that it holds up no other.
        """
        written = 0
        for message_id, raw in list(self._redis.hscan_iter(KEY, count=200)):
            try:
                write(json.loads(raw))
            except RecordRefused as error:
                extra = {"messageId": message_id.decode(), "action": "refused"}
                logger.error("A record is laid aside in %s: %s", REFUSED, error, extra=extra)
                self._redis.hset(REFUSED, message_id, raw)
                self._done(keys=[KEY], args=[message_id, raw])
                continue
            except SupabaseError:
                break
            self._done(keys=[KEY], args=[message_id, raw])
            written += 1
        return written

    def __len__(self) -> int:
        return int(self._redis.hlen(KEY))
