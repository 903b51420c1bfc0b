"""The messages that somebody skips before they are sent: a row each, and a mark in Redis for whoever is about to send.

An attempt that read its facts before the row was there does not begin: the script that begins looks for the mark
(docs/guarantees.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from redis import Redis

from proactive.errors import SupabaseError
from proactive.model.author import Author, signed
from proactive.model.durations import SKIP_MARKED
from proactive.model.occurrence import Occurrence
from proactive.storage.answers import optional_row, texts
from proactive.storage.redis import lease_key, load_script, skip_key
from proactive.storage.supabase import Database

#: What became of a skip: it holds, it held before, delivering has begun, or the message has its outcome.
SkipOutcome = Literal["skipped", "known", "begun", "sent", "failed"]
_OUTCOMES: dict[str, SkipOutcome] = {"skipped": "skipped", "known": "known", "sent": "sent", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class SkippedMessage:
    """A message that is to be skipped; `job_id` is the job that waits for its time, where a person asked for it."""

    occurrence: Occurrence
    scheduled_for: dt.datetime
    job_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The row, as the database function takes it."""
        return {
            "message_id": str(self.occurrence.id), "organization_id": str(self.occurrence.organization_id),
            "owner_number_id": str(self.occurrence.recipient.id), "message_type": self.occurrence.type,
            "occurrence": self.occurrence.key, "scheduled_for": self.scheduled_for.isoformat(), "job_id": self.job_id,
        }  # fmt: skip


class Skips:
    """Skips messages and takes that back; who did is written down with it.

    Every method raises SupabaseError and, but for `among`, redis.RedisError where something is away.
    """

    def __init__(self, database: Database, redis: Redis) -> None:
        self._database, self._redis = database, redis
        self._hold = load_script(redis, "records", "hold")

    def skip(self, message: SkippedMessage, author: Author) -> SkipOutcome:
        """Skip a message that nobody has begun to send; where this answers `skipped` or `known`, nobody begins.

        Raises:
            SupabaseError: it is not skipped.
        """
        id_ = message.occurrence.id
        held = int(self._hold(keys=[lease_key(id_), skip_key(id_)], args=[SKIP_MARKED]))
        if not held:
            return "begun"
        arguments = {"p_skip": message.as_json()} | signed(author)
        try:
            outcome = self._database.call("aurora_proactive_skip", arguments, _outcome)
        except SupabaseError:
            self._let_go(id_, mine=held == 1)
            raise
        if outcome in ("sent", "failed"):
            self._let_go(id_, mine=held == 1)
        return outcome

    def take_back(self, organization: UUID, message: UUID, author: Author, before: dt.datetime | None = None) -> bool:
        """Let a message of an organisation go out after all; False where it is not skipped, or it is not `before` that
        moment (aware) by the database's clock any more.
        """
        self._let_go(message, mine=True)  # first: a mark without its row would hold the message for nothing
        arguments = {
            "p_organization": str(organization), "p_message": str(message),
            "p_before": before.isoformat() if before else None, **signed(author),
        }  # fmt: skip
        return self._database.call("aurora_proactive_take_back_skip", arguments, optional_row) is not None

    def among(self, messages: Collection[UUID]) -> set[UUID]:
        """Those of these messages that somebody skipped."""
        arguments = {"p_messages": [str(each) for each in messages]}
        found = self._database.call("aurora_proactive_skipped_of", arguments, texts) if messages else []
        return {UUID(each) for each in found}

    def _let_go(self, message: UUID, *, mine: bool) -> None:
        if mine:
            self._redis.delete(skip_key(message))


def _outcome(answer: Any) -> SkipOutcome:
    if answer not in _OUTCOMES:
        raise ValueError("not an outcome of a skip")
    return _OUTCOMES[answer]
