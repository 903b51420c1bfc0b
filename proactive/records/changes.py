"""The log of changes, of those that are made outside the database: written right after the change, or kept until then.

What the database changes, it writes down itself, in the same transaction
(docs/decisions/0096-who-did-what.md).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from redis import Redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.model.author import Author
from proactive.model.task import Task
from proactive.storage.answers import Row, count
from proactive.storage.redis import CHANGES_UNWRITTEN
from proactive.storage.supabase import Database

logger = logging.getLogger(__name__)

#: Changes in one request.
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Change:
    """A change that a person made: `action` is a noun and what became of it (`job_deleted`), `subject` what it is
    about, `organization` whose it is (None: of all). `before` and `after` are small, without phones, names and texts.
    """

    author: Author
    action: str
    subject: str = ""
    organization: UUID | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def requested(task: Task, author: Author) -> Change:
    """That a person asked for a message."""
    after = {"type": task.type, "scheduled_for": task.scheduled_for.isoformat()}
    return Change(author, "message_requested", str(task.occurrence.id), task.organization_id, after=after)


class ChangeLog:
    """Writes changes down. `clock` answers now (UTC).

    A change has happened when it is written down, so what Supabase cannot take waits in Redis.
    """

    def __init__(self, database: Database, redis: Redis, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._redis, self._clock = database, redis, clock

    def record(self, *changes: Change) -> None:
        """Write down changes that have just been made, in one request.

        Raises:
            redis.RedisError: neither Supabase nor Redis can take them; the log of the process has them.
        """
        rows = [self._row(change) for change in changes]
        if not rows:
            return
        try:
            self._write(rows)
        except SupabaseError as error:
            for row in rows:
                logger.warning("A change waits to be written down: %s", error, extra=_named(row))
            self._redis.rpush(CHANGES_UNWRITTEN, *map(json.dumps, rows))

    def flush(self) -> int:
        """Write what waits, until Supabase is away; answer how many changes waited. Raises redis.RedisError."""
        written = 0
        while kept := cast("list[bytes]", self._redis.lrange(CHANGES_UNWRITTEN, 0, _PAGE - 1)):
            try:
                self._write_kept([json.loads(raw) for raw in kept])
            except SupabaseError:
                break
            for raw in kept:
                self._redis.lrem(CHANGES_UNWRITTEN, 1, raw)  # type: ignore[arg-type]  # redis takes bytes as well
            written += len(kept)
        return written

    def _row(self, change: Change) -> Row:
        return {
            "id": str(uuid4()), "organization_id": str(change.organization) if change.organization else None,
            "at": self._clock().isoformat(), "by": change.author.by, "via": change.author.via,
            "action": change.action, "subject": change.subject, "before": change.before, "after": change.after,
        }  # fmt: skip

    def _write(self, rows: Sequence[Row]) -> None:
        self._database.call("aurora_proactive_keep_changes", {"p_changes": list(rows)}, count)

    def _write_kept(self, rows: Sequence[Row]) -> None:
        """Write rows, one by one where one of them spoils it for the others; one that is refused for good is logged."""
        try:
            self._write(rows)
        except RecordRefused as error:
            if len(rows) > 1:
                for row in rows:
                    self._write_kept([row])
                return
            logger.error("A change cannot be written down: %s", error, extra=_named(rows[0]))


def _named(row: Row) -> dict[str, Any]:
    return {"action": "change_unwritten", "reason": f"{row['action']} {row['subject']} by {row['by']} at {row['at']}"}
