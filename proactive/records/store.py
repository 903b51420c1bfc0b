"""Records: one row an occurrence, and the claim without which nothing is handed to a gateway."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from redis import Redis, RedisError

from proactive.errors import SupabaseError
from proactive.messages import Receipt, Task
from proactive.records.claims import Claim, HandoverClaims
from proactive.records.entry import Entry, task_of
from proactive.records.outbox import Outbox
from proactive.steps import reached
from proactive.supabase import Database

logger = logging.getLogger(__name__)


class Records:
    """Two keepers of one truth: Redis says who may hand over, Supabase what became of it.

    Either alone prevents a second sending, so one of them may be away or have lost its data. Every write
    that Supabase cannot take goes to the outbox; only Redis being away stops a message.
    """

    def __init__(self, database: Database, redis: Redis, lease: float) -> None:
        """`lease` is how many seconds a claim is left alone: longer than any hand-over takes."""
        self._database = database
        self._redis = redis
        self._claims = HandoverClaims(redis, lease)
        self._outbox = Outbox(redis)
        self._lease = lease

    def keep_pending(self, entry: Entry) -> None:
        """Write the pending row of a message that waits, so that it can be seen waiting."""
        arguments = self._claim_arguments(entry, None)
        self._write(entry.row("pending"), "aurora_proactive_claim", arguments)

    def claim(self, entry: Entry, by: str) -> Claim:
        """Take the occurrence for the attempt named `by`, in Redis and in its row.

        Raises:
            redis.RedisError: Redis is away; nothing may be handed over.
        """
        claim = self._claims.take(entry.occurrence.id, by)
        if claim.outcome != "claimed":
            return claim
        try:
            answer = self._database.call("aurora_proactive_claim", self._claim_arguments(entry, by))
        except SupabaseError as error:
            logger.warning("The record could not be written, it is kept: %s", error, extra=_extra(entry, "kept"))
            self._outbox.keep(entry.row("pending"))
            return claim
        doubt = claim.doubt or bool(answer.get("doubt"))
        row = Claim(answer["outcome"], float(answer.get("seconds") or 0.0), doubt, claim.looks, claim.token)
        if row.outcome in ("sent", "failed"):
            self._claims.settle(entry.occurrence.id, row.outcome)
        return row

    def renew(self, entry: Entry, claim: Claim) -> bool:
        """Begin a claim's lease again; False if it ran out and somebody else is finding out what became of it.

        Raises:
            redis.RedisError: Redis is away; nothing may be handed over.
        """
        return self._claims.renew(entry.occurrence.id, claim.token)

    def release(self, entry: Entry, *, doubt: bool) -> None:
        """Give a claim back: nothing was sent, or the gateway said no (`doubt`: in a way that may hide a yes)."""
        row = entry.row("pending") | {"claim": entry.metadata.get("job_id")}
        row["metadata"] |= {"doubt": True} if doubt else {}
        self._write(row, "aurora_proactive_settle", {"p_row": row | {"claim": "*"}})
        self._claims.release(entry.occurrence.id, doubt=doubt)

    def sent(self, entry: Entry, receipt: Receipt, at: dt.datetime) -> None:
        """Settle as sent at `at`.

        Raises:
            SupabaseError: neither Supabase nor Redis could take it; the gateway knows, a later attempt asks it.
        """
        self._settle(entry, entry.row("sent", at=at, receipt=receipt))

    def failed(self, entry: Entry, reason: str) -> None:
        """Settle as failed with a reason that an operator understands. Raises like `sent`."""
        self._settle(entry, entry.row("failed", error=reason))

    def reopen(self, message_id: UUID) -> Task | None:
        """Make a failed occurrence sendable again, deliberately; its task, None where it is not a failed one.

        Raises:
            SupabaseError: Supabase is away; nothing was changed.
        """
        kept = self._outbox.get(message_id)
        if kept is not None:
            self._call_settle(kept)
            self._outbox.done(kept)
        row = self._database.call("aurora_proactive_reopen", {"p_id": str(message_id)})
        if not row:
            return None
        self._claims.forget(message_id)
        return task_of(row)

    def unowned(self, entry: Entry, receipts: Iterable[Receipt]) -> Receipt | None:
        """The first receipt that is not another occurrence's; None if there is none.

        Raises:
            SupabaseError: Supabase is away, so that this cannot be known.
        """
        candidates = list(receipts)
        arguments = {
            "p_ids": [receipt.gateway_message_id for receipt in candidates],
            "p_except": str(entry.occurrence.id),
        }
        if not candidates:
            return None
        owned = self._outbox.owned(set(arguments["p_ids"]), entry.occurrence.id)
        owned |= set(self._database.call("aurora_proactive_owned", arguments) or [])
        return next((receipt for receipt in candidates if receipt.gateway_message_id not in owned), None)

    def kept_text(self, message_id: UUID) -> str | None:
        """The text of a row that still waits in the outbox; None where none does."""
        row = self._outbox.get(message_id)
        return row["content"] if row else None

    def unsettled(self, seconds: float, limit: int = 500) -> list[tuple[Task, str | None]]:
        """Tasks pending for longer than `seconds`, oldest first, each with the id of its last job.

        Raises:
            SupabaseError: Supabase is away.
        """
        arguments = {"p_seconds": seconds, "p_limit": limit}
        rows = self._database.call("aurora_proactive_unsettled", arguments) or []
        tasks = ((task_of(row), (row["metadata"] or {}).get("job_id")) for row in rows)
        return [(task, job) for task, job in tasks if task is not None]

    def nothing_sent_for(self, seconds: float) -> bool:
        """Whether no message was handed to any gateway in the last `seconds`, as far as rows and outbox know.

        The outbox is asked first: what leaves it meanwhile is in the rows.

        Raises:
            SupabaseError: Supabase is away.
        """
        return not len(self._outbox) and bool(
            self._database.call("aurora_proactive_nothing_sent_for", {"p_seconds": seconds})
        )

    def flush(self) -> int:
        """Write what an outage left in the outbox; answer how many rows were written."""
        return self._outbox.flush(self._call_settle)

    def _settle(self, entry: Entry, row: dict[str, Any]) -> None:
        """Outcome and row into Redis as one, then the row to Supabase: killed in between, the outbox writes it."""
        remembered = self._remember(entry.occurrence.id, row)
        reached("remembered")
        try:
            self._call_settle(row)
            reached("settled")
        except SupabaseError as error:
            if not remembered:
                raise
            logger.warning("The record could not be written, it is kept: %s", error, extra=_extra(entry, "kept"))
            return
        if remembered:
            with contextlib.suppress(RedisError):  # written twice is written once
                self._outbox.done(row)

    def _remember(self, message_id: UUID, row: dict[str, Any]) -> bool:
        try:
            with self._redis.pipeline() as pipe:
                self._claims.settle(message_id, row["status"], pipe, row["message_type"])
                self._outbox.keep(row, pipe)
                pipe.execute()
        except RedisError as error:
            logger.warning("Redis is away, the record goes to Supabase alone: %s", type(error).__name__)
            return False
        return True

    def _call_settle(self, row: dict[str, Any]) -> None:
        self._database.call("aurora_proactive_settle", {"p_row": row})

    def _write(self, row: dict[str, Any], function: str, arguments: dict[str, Any]) -> None:
        try:
            self._database.call(function, arguments)
        except SupabaseError as error:
            extra = {"messageId": row["id"], "organizationId": row["organization_id"], "action": "kept"}
            logger.warning("The record could not be written, it is kept: %s", error, extra=extra)
            self._outbox.keep(row)

    def _claim_arguments(self, entry: Entry, by: str | None) -> dict[str, Any]:
        return {
            "p_row": entry.row("pending"),
            "p_claim": by,
            "p_lease_seconds": self._lease,
        }


def _extra(entry: Entry, action: str) -> dict[str, str]:
    occurrence = entry.occurrence
    return {"messageId": str(occurrence.id), "organizationId": str(occurrence.organization_id), "action": action}
