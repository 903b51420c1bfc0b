"""The deliveries of messages that the gateway accepted: silence, and what was heard of those whose answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from proactive.model.durations import RECEIPTS_WAIT, SILENT_AFTER, STATUS_CHECKS
from proactive.storage.answers import count, nothing, rows
from proactive.storage.supabase import Database

#: How many messages are marked in one call.
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class SilentMessage:
    """A message that was accepted and of which nothing was heard; `remote_jid` is the account that it went to."""

    id: UUID
    instance: str
    gateway_message_id: str
    remote_jid: str


class Deliveries:
    """Keeps deliveries; every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_silent(self) -> int:
        """Say of what was accepted five minutes ago, and not heard of since, that it is silent; answer how many."""
        arguments = {"p_seconds": SILENT_AFTER, "p_limit": _TOGETHER}
        return self._database.call("aurora_proactive_mark_silent", arguments, count)

    def silent(self, limit: int) -> list[SilentMessage]:
        """Silent messages that the gateway can be asked about now, newest first."""
        arguments = {"p_waits": list(STATUS_CHECKS), "p_limit": limit}
        return [
            SilentMessage(
                UUID(row["id"]), str(row["instance_name"]), str(row["gateway_message_id"]), str(row["remote_jid"] or "")
            )
            for row in self._database.call("aurora_proactive_silent_messages", arguments, rows)
        ]

    def checked(self, message: SilentMessage) -> None:
        """Note that the gateway was asked about a message."""
        self._database.call("aurora_proactive_status_checked", {"p_id": str(message.id)}, nothing)

    def settle_heard(self) -> int:
        """Write as sent what is pending, or failed because nobody knew its outcome, and of which the gateway told."""
        return self._database.call("aurora_proactive_settle_heard", {}, count)

    def forget_receipts(self) -> int:
        """Forget receipts that waited for a message's record in vain; answer how many."""
        return self._database.call("aurora_proactive_forget_receipts", {"p_seconds": RECEIPTS_WAIT}, count)
