"""Writes that Supabase has not confirmed: kept in Redis, done when it is there."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.model import metrics
from proactive.records.leases import KEEP_SECONDS, key

logger = logging.getLogger(__name__)

KEY = "aurora:outbox"
#: Rows that Supabase will never take, for an operator to look at.
REFUSED = f"{KEY}:refused"
Row = dict[str, Any]
#: Writes rows to Supabase in one request, all or none; raises SupabaseError.
Write = Callable[[list[Row]], object]
#: Rows in one request.
_PAGE = 50

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
    """One kept row an occurrence, in the hash `aurora:outbox`. Raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep = redis.register_script(_KEEP)
        self._done = redis.register_script(_DONE)
        self._remember = redis.register_script((Path(__file__).parent / "lua" / "remember_outcome.lua").read_text())
        self._seen: dict[bytes, int] = {}

    def keep(self, row: Row) -> None:
        """Keep a row (as `Entry.row` gives it) for later."""
        self._keep(keys=[KEY], args=[row["id"], json.dumps(row), row["status"]])

    def remember(self, row: Row) -> None:
        """Keep a settled row, end its claim and count it, all as one."""
        counted = metrics.messages(row["message_type"], row["status"])
        keys = [key(UUID(row["id"])), KEY, metrics.KEY]
        self._remember(keys=keys, args=[row["status"], KEEP_SECONDS, counted, row["id"], json.dumps(row)])

    def done(self, rows: list[Row]) -> None:
        """Forget kept rows that have been written, unless newer ones took their places."""
        self._drop([(row["id"], json.dumps(row)) for row in rows])

    def get(self, message_id: UUID) -> Row | None:
        """The kept row of an occurrence, None if there is none."""
        raw = cast("bytes | None", self._redis.hget(KEY, str(message_id)))
        return cast(Row, json.loads(raw)) if raw else None

    def owned(self, gateway_ids: set[str], but: UUID) -> set[str]:
        """Which of the gateway's message ids belong to kept rows of other occurrences."""
        rows = (json.loads(raw) for raw in cast("list[bytes]", self._redis.hvals(KEY)))
        return {row["metadata"].get("gateway_message_id") for row in rows if row["id"] != str(but)} & gateway_ids

    def flush(self, write: Write, *, patient: bool = False) -> int:
        """Write what is kept, until Supabase is away; answer how many rows were written.

        A row that it refuses for good is laid aside, so that it holds up no other. If `patient`, only what this
        process saw at its last look already: what is younger is on its way with whoever keeps it.
        """
        kept = dict(self._redis.hscan_iter(KEY, count=200))
        seen, self._seen = self._seen, {name: hash(raw) for name, raw in kept.items()}
        due = [(name, raw) for name, raw in kept.items() if not patient or seen.get(name) == hash(raw)]
        written = 0
        for start in range(0, len(due), _PAGE):
            page = due[start : start + _PAGE]
            try:
                refused = self._refused(page, write)
            except SupabaseError:
                break
            self._drop(page)
            written += len(page) - refused
        return written

    def _refused(self, page: list[tuple[bytes, bytes]], write: Write) -> int:
        """Write a page, one by one where one of it is refused for good; how many were laid aside."""
        try:
            write([json.loads(raw) for _, raw in page])
        except RecordRefused as error:
            if len(page) > 1:
                return sum(self._refused([each], write) for each in page)
            ((message_id, raw),) = page
            extra = {"messageId": message_id.decode(), "action": "refused"}
            logger.error("A record is laid aside in %s: %s", REFUSED, error, extra=extra)
            self._redis.hset(REFUSED, message_id, raw)
            return 1
        return 0

    def _drop(self, written: list[tuple[Any, Any]]) -> None:
        with self._redis.pipeline(transaction=False) as pipe:
            for message_id, raw in written:
                self._done(keys=[KEY], args=[message_id, raw], client=pipe)
            pipe.execute()

    def __len__(self) -> int:
        return int(self._redis.hlen(KEY))
