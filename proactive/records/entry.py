"""The row of an occurrence, as the database functions take it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from proactive.messages import Draft, Occurrence, Receipt

Status = Literal["pending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written about an occurrence. `scheduled_for` is when it was due, an aware instant.

    `content` is None where nothing was composed. `metadata` holds what `docs/records.md` lists.
    """

    occurrence: Occurrence
    scheduled_for: dt.datetime
    content: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def composed(cls, occurrence: Occurrence, scheduled_for: dt.datetime, draft: Draft, attempts: int) -> Entry:
        """The entry of a composed message, at its `attempts`-th attempt."""
        composer = {"composer": draft.composer} | ({"fallback": draft.fallback} if draft.fallback else {})
        metadata = {"facts": draft.figures, "attempts": attempts, "occurrence": occurrence.key} | composer
        return cls(occurrence, scheduled_for, draft.text, metadata)

    @classmethod
    def uncomposed(cls, occurrence: Occurrence, scheduled_for: dt.datetime, attempts: int) -> Entry:
        """The entry of an occurrence that fails before there is a text."""
        return cls(occurrence, scheduled_for, None, {"attempts": attempts, "occurrence": occurrence.key})

    def row(
        self,
        status: Status,
        *,
        at: dt.datetime | None = None,
        error: str | None = None,
        receipt: Receipt | None = None,
    ) -> dict[str, Any]:
        """The whole row, JSON-ready; `at` is when it was sent."""
        metadata = dict(self.metadata)
        if receipt is not None:
            metadata |= {"gateway_message_id": receipt.gateway_message_id, "remote_jid": receipt.remote_jid}
        return {
            "id": str(self.occurrence.id),
            "organization_id": str(self.occurrence.organization_id),
            "owner_number_id": str(self.occurrence.owner_number_id),
            "message_type": str(self.occurrence.type),
            "content": self.content,
            "scheduled_for": self.scheduled_for.isoformat(),
            "status": status,
            "sent_at": at.isoformat() if at else None,
            "error_message": error,
            "metadata": metadata,
        }
