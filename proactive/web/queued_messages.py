"""Messages that wait on the queue: why those of records do, and rows of those that have no record yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.queue.waiting import WaitingMessage, WaitingMessages, by_job
from proactive.records.queries import MessageQueries

Row = dict[str, Any]
#: So many messages that wait are looked at for those without a record.
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class QueuedMessages:
    """Reads them. Raises redis.RedisError and SupabaseError where Redis or Supabase is away."""

    waiting: WaitingMessages
    queries: MessageQueries

    def with_waits(self, rows: Sequence[Row]) -> list[Row]:
        """The same rows, each with its `wait`: a `WaitingMessage`, None where it does not wait on the queue."""
        found = self.waiting.of(by_job(rows))
        return [row | {"wait": found.get(UUID(row["id"]))} for row in rows]

    def find(self, message_id: UUID) -> Row | None:
        """The row of a message that waits and has no record yet; None where none waits."""
        waiting = self.waiting.find(message_id)
        if waiting is None or waiting.task.recipient.kind != "owner":
            return None
        return _row(waiting, self._names([waiting]))

    def unrecorded(self, wanted: Callable[[WaitingMessage], bool]) -> list[Row]:
        """The rows of wanted messages to owners that wait and have no record yet, among the next 500 of the queue."""
        every = self.waiting.next_ones(_LOOKED_AT)
        found = [one for one in every if one.task.recipient.kind == "owner" and wanted(one)]
        recorded = {row["id"] for row in self.queries.messages_of([one.task.occurrence.id for one in found])}
        rest = [one for one in found if str(one.task.occurrence.id) not in recorded]
        names = self._names(rest)
        return [_row(one, names) for one in rest]

    def _names(self, waiting: Sequence[WaitingMessage]) -> Mapping[str, str]:
        organizations = {one.task.organization_id for one in waiting}
        return self.queries.names(list(organizations), list({one.task.recipient.id for one in waiting}))


def _row(waiting: WaitingMessage, names: Mapping[str, str]) -> Row:
    """A row as the database answers them, with the status `queued`."""
    task = waiting.task
    return {
        "id": str(task.occurrence.id), "organization_id": str(task.organization_id),
        "owner_number_id": str(task.recipient.id), "type": task.type, "status": "queued",
        "scheduled_for": task.scheduled_for.isoformat(),
        "created_at": (waiting.since or task.scheduled_for).isoformat(), "sent_at": None, "reason": None,
        "reason_code": None, "failure": None, "attempts": None, "composer": None, "receipts": {}, "delivery": None,
        "stopped": None, "job_id": waiting.job_id, "instance": None, "phone": None,
        "organization": names.get(str(task.organization_id)), "owner": names.get(str(task.recipient.id)),
        "timezone": task.timezone, "content": None, "facts": None, "fallback": None, "data": task.data or None,
        "occurrence": task.key, "gateway_message_id": None, "replies": [], "wait": waiting,
    }  # fmt: skip
