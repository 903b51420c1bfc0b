"""The store of what was heard: its database functions, one method each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from proactive.campaigns.understanding import InboundMessage
from proactive.storage.answers import count, row, rows
from proactive.storage.supabase import Database


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class InboxMessage(_Kept):
    """A message that waits to be acted upon. `earlier` are the gateway's ids of messages that it changes."""

    instance_name: str
    id: str
    sender: str | None
    lid: str | None
    kind: str
    text: str
    quoted: str | None
    original: str | None
    at: AwareDatetime
    timed: bool
    owner: bool
    received_at: AwareDatetime
    earlier: tuple[str, ...] = ()

    @property
    def inbound(self) -> InboundMessage:
        """The message, as the conversation takes it."""
        return InboundMessage(
            self.instance_name, self.id, self.sender, self.lid, self.quoted, self.kind, self.text,
            self.at if self.timed else None, self.kind in ("audio", "caption", "edit"),
        )  # fmt: skip


class StopView(_Kept):
    """A stop of an owner that was acted upon."""

    at: AwareDatetime
    quoted: str | None


class InboxView(_Kept):
    """What one person wrote to an instance and nobody has acted upon, oldest first, and this owner's stops."""

    messages: tuple[InboxMessage, ...]
    stops: tuple[StopView, ...]


class ClientAnswer(_Kept):
    """An answer to a client that is to be sent."""

    id: UUID
    organization_id: UUID
    kind: str
    timezone: str
    created_at: AwareDatetime


class HearingStore:
    """Keeps and takes what was heard. Every method raises SupabaseError where Supabase is away or not understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hear_opt_outs(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Keep what clients said about receiving campaigns, and the answers to them: once."""
        if changes:
            given = {"p_changes": [dict(change) for change in changes]}
            self._database.call("aurora_proactive_hear_opt_outs", given, rows)

    def answered(self, organizations: Sequence[UUID], key: str, at: dt.datetime) -> None:
        """Keep that a number wrote to businesses: it may be the answer to a campaign."""
        answers = [{"organization_id": str(each), "key": key, "at": at.isoformat()} for each in organizations]
        self._database.call("aurora_proactive_answered", {"p_answers": answers}, count)

    def inbox_of(self, instance: str, message: str) -> InboxView:
        """Everything that the sender of a message wrote and that waits; nothing where it was acted upon."""
        arguments = {"p_instance": instance, "p_id": message}
        return self._database.call(
            "aurora_proactive_inbox_of", arguments, lambda answer: InboxView.model_validate(row(answer))
        )

    def settle(self, instance: str, settled: Sequence[Mapping[str, Any]]) -> None:
        """Write what came of messages, and forget their words."""
        arguments = {"p_instance": instance, "p_messages": [dict(each) for each in settled]}
        self._database.call("aurora_proactive_settle_inbox", arguments, count)

    def unheard(self, seconds: float, limit: int = 500) -> list[tuple[str, str]]:
        """Messages that have waited for so many seconds, by instance and id."""
        arguments = {"p_seconds": seconds, "p_limit": limit}
        found = self._database.call("aurora_proactive_unheard", arguments, rows)
        return [(str(each["instance_name"]), str(each["id"])) for each in found]

    def forget(self, days: int, now: dt.datetime) -> int:
        """Forget what was kept for too long (answers to clients for `days`); how much."""
        arguments = {"p_days": days, "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_forget_heard", arguments, count)

    def answers_due(self, instance: str | None, key: str | None, seconds: float) -> list[ClientAnswer]:
        """Answers that have not gone out: to a number, or (None) all that nobody has touched for so many seconds."""
        arguments = {"p_instance": instance, "p_key": key, "p_seconds": seconds}
        return self._database.call(
            "aurora_proactive_client_answers_due",
            arguments,
            lambda answer: [ClientAnswer.model_validate(each) for each in rows(answer)],
        )
