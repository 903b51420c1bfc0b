"""The entry of an occurrence: its row, as the database functions take it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from proactive.model.context import Draft, Receipt
from proactive.model.failure import Failure
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Task
from proactive.storage.redis import campaign_halt_key, recipient_halt_key, skip_key

Status = Literal["pending", "sent", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """The entry to be written about an occurrence. `scheduled_for` is when it was due, an aware instant.

    `content` is None where nothing was composed. `metadata` holds what `docs/records.md` lists.
    """

    occurrence: Occurrence
    scheduled_for: dt.datetime
    content: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, task: Task, attempt: Attempt, draft: Draft | None = None, reopened: int = 0) -> RecordEntry:
        """The entry of a task at an attempt, with its draft where one was composed.

        `reopened` is how often its row, as this attempt read it, had been opened again.
        Beside what people look for, the metadata hold what another worker needs to take the task up again.
        """
        metadata: dict[str, Any] = {"attempts": attempt.number, "occurrence": task.key, "job_id": attempt.name}
        metadata |= {"timezone": task.timezone} | ({"data": task.data} if task.data else {})
        metadata |= {"by_hand": True} if task.by_hand else {}
        metadata |= {"reopened": reopened} if reopened else {}
        if draft is None:
            return cls(task.occurrence, task.scheduled_for, None, metadata)
        metadata |= {"facts": draft.figures, "composer": draft.composer}
        metadata |= {"fallback": draft.fallback} if draft.fallback else {}
        metadata |= {"template": draft.template} if draft.template else {}
        metadata |= {"template_failed": True} if draft.template_failed else {}
        return cls(task.occurrence, task.scheduled_for, draft.text, metadata)

    @property
    def reopened(self) -> int:
        """How often the row that the attempt read had been opened again."""
        return int(self.metadata.get("reopened", 0))

    @property
    def to_client(self) -> bool:
        """Whether it is of a campaign's message to a client, whose row was there before and decides for itself."""
        return self.occurrence.recipient.kind == "client"

    @property
    def halts(self) -> list[str]:
        """The keys in Redis that stop it: of a message to an owner that somebody skips it at this moment."""
        if not self.to_client:
            return [skip_key(self.occurrence.id)]
        return [campaign_halt_key(self.occurrence.key), recipient_halt_key(self.occurrence.recipient.id)]

    def troubled(self, what: str) -> RecordEntry:
        """The same entry of a message to a client, saying what troubled its instance."""
        return replace(self, metadata=self.metadata | {"trouble": what}) if self.to_client else self

    def handed_over_as(self, message_ids: tuple[str, ...]) -> RecordEntry:
        """The same entry, saying under which ids the message may be at the gateway."""
        return replace(self, metadata=self.metadata | {"message_ids": list(message_ids)}) if message_ids else self

    def row(
        self,
        status: Status,
        *,
        at: dt.datetime | None = None,
        failure: Failure | None = None,
        receipt: Receipt | None = None,
    ) -> dict[str, Any]:
        """The whole row, JSON-ready; `at` is when it was sent."""
        metadata = dict(self.metadata)
        if receipt is not None:
            metadata |= {"gateway_message_id": receipt.gateway_message_id, "remote_jid": receipt.remote_jid}
        if failure is not None:
            metadata["failure"] = failure.as_json()
        return {
            "id": str(self.occurrence.id),
            "organization_id": str(self.occurrence.organization_id),
            "owner_number_id": None,
            self.occurrence.recipient.field: str(self.occurrence.recipient.id),
            "message_type": str(self.occurrence.type),
            "content": self.content,
            "scheduled_for": self.scheduled_for.isoformat(),
            "status": status,
            "sent_at": at.isoformat() if at else None,
            "error_message": failure.text if failure else None,
            "metadata": metadata,
        }


def task_of(row: dict[str, Any]) -> Task | None:
    """The task that a row came from; None for a row that was not written by `RecordEntry`."""
    metadata = row["metadata"] or {}
    if "occurrence" not in metadata or "timezone" not in metadata or not row.get("owner_number_id"):
        return None
    return Task(
        type=str(row["message_type"]),
        organization_id=row["organization_id"],
        recipient=Recipient.owner(UUID(row["owner_number_id"])),
        key=metadata["occurrence"],
        scheduled_for=dt.datetime.fromisoformat(row["scheduled_for"]),
        timezone=metadata["timezone"],
        data=metadata.get("data", {}),
        by_hand=metadata.get("by_hand", False),
    )
