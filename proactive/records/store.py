"""Records: one row an occurrence, and the claim without which nothing is handed to a gateway."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from redis import Redis, RedisError

from proactive.errors import RecordRefused, SupabaseError
from proactive.failpoints import failpoint
from proactive.model.context import Receipt
from proactive.model.task import Task
from proactive.records.entry import RecordEntry, task_of
from proactive.records.leases import Lease, Leases
from proactive.records.outbox import Outbox
from proactive.storage.answers import count, flag, optional_row, rows, texts
from proactive.storage.supabase import Database

logger = logging.getLogger(__name__)


class Records:
    """Two keepers of one truth: Redis says who may hand over, Supabase what became of it.

    Either alone prevents a second sending, so one of them may be away or have lost its data. Every write
    that Supabase cannot take goes to the outbox; only Redis being away stops a message.
    """

    def __init__(self, database: Database, redis: Redis, lease: float) -> None:
        """`lease` is how many seconds a claim is left alone: longer than any hand-over takes."""
        self._database = database
        self._claims = Leases(redis, lease)
        self._outbox = Outbox(redis)
        self._lease = lease
        self._later: list[dict[str, Any]] | None = None

    def keep_pending(self, entries: Sequence[RecordEntry]) -> None:
        """Write the pending rows of messages that wait, so that they can be seen waiting."""
        try:
            self._call_claim([(entry, None) for entry in entries])
        except SupabaseError as error:
            for entry in entries:
                self._keep(entry.row("pending"), error)

    def claim(self, entry: RecordEntry, by: str) -> Lease:
        """Take the occurrence for the attempt named `by`, in Redis and in its row.

        Raises:
            redis.RedisError: Redis is away; nothing may be handed over.
        """
        (claim,) = self.claim_many([(entry, by)])
        return claim

    def claim_many(self, asked: Sequence[tuple[RecordEntry, str]]) -> list[Lease]:
        """As `claim` for each; the answers in the same order, in one round trip and one request."""
        claims = self._claims.take((entry.occurrence.id, by) for entry, by in asked)
        mine = [place for place, claim in enumerate(claims) if claim.outcome == "claimed"]
        for place, row in zip(mine, self._rows_claimed([(asked[n][0], claims[n]) for n in mine]), strict=True):
            claims[place] = self._joined(asked[place][0], claims[place], row)
        return claims

    def begin(self, entry: RecordEntry, claim: Lease) -> bool:
        """Say that a claimed message is handed over now; False if somebody else has taken the claim over.

        Raises:
            redis.RedisError: Redis is away; nothing may be handed over.
        """
        return self._claims.begin(entry.occurrence.id, claim.token)

    def give_up(self, claimed: Iterable[tuple[RecordEntry, Lease]]) -> None:
        """Give claims up that were not begun: whoever comes next takes them at once. Raises redis.RedisError."""
        self._claims.give_up((entry.occurrence.id, claim.token) for entry, claim in claimed)

    def release(self, entry: RecordEntry, claim: Lease, *, maybe_accepted: bool) -> None:
        """Give a claim back: nothing was sent, or the gateway said no (`doubt`: in a way that may hide a yes)."""
        row = entry.row("pending") | {"claim": claim.token}
        row["metadata"] |= {"doubt": True} if maybe_accepted else {}
        try:
            self._database.call("aurora_proactive_settle", {"p_row": row}, flag)
        except SupabaseError as error:
            self._keep(row, error)
        self._claims.release(entry.occurrence.id, claim.token, maybe_accepted=maybe_accepted)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Within it, what is settled is remembered in Redis at once, and written to Supabase by `write_settled`.

        A process that dies within it leaves its rows to the outbox.
        """
        self._later = []
        try:
            yield
            self.write_settled()
        finally:
            self._later = None

    def write_settled(self) -> None:
        """Write what was settled together, in one request; what Supabase does not take stays in the outbox."""
        rows, self._later = self._later, []
        if rows:
            self._write_settled(rows)

    def sent(self, entry: RecordEntry, receipt: Receipt, at: dt.datetime) -> None:
        """Settle as sent at `at`.

        Raises:
            SupabaseError: neither Supabase nor Redis could take it; the gateway knows, a later attempt asks it.
        """
        self._settle(entry.row("sent", at=at, receipt=receipt))

    def failed(self, entry: RecordEntry, reason: str) -> None:
        """Settle as failed with a reason that an operator understands. Raises like `sent`."""
        self._settle(entry.row("failed", error=reason))

    def reopen(self, message_id: UUID) -> Task | None:
        """Make a failed occurrence sendable again, deliberately; its task, None where it is not a failed one.

        Raises:
            SupabaseError: Supabase is away; nothing was changed.
        """
        kept = self._outbox.get(message_id)
        if kept is not None:
            self._call_settle([kept])
            self._outbox.done([kept])
        row = self._database.call("aurora_proactive_reopen", {"p_id": str(message_id)}, optional_row)
        if not row:
            return None
        self._claims.forget(message_id)
        return task_of(row)

    def unowned(self, entry: RecordEntry, receipts: Iterable[Receipt]) -> Receipt | None:
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
        owned |= set(self._database.call("aurora_proactive_owned", arguments, texts))
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
        found = self._database.call("aurora_proactive_unsettled", arguments, rows)
        tasks = ((task_of(row), (row["metadata"] or {}).get("job_id")) for row in found)
        return [(task, job) for task, job in tasks if task is not None]

    def nothing_sent_for(self, seconds: float) -> bool:
        """Whether no message was handed to any gateway in the last `seconds`, as far as rows and outbox know.

        The outbox is asked first: what leaves it meanwhile is in the rows.

        Raises:
            SupabaseError: Supabase is away.
        """
        return not len(self._outbox) and self._database.call(
            "aurora_proactive_nothing_sent_for", {"p_seconds": seconds}, flag
        )

    def flush(self, *, patient: bool = False) -> int:
        """Write what the outbox keeps (`Outbox.flush`); answer how many rows were written."""
        return self._outbox.flush(self._call_settle, patient=patient)

    def _rows_claimed(self, claimed: list[tuple[RecordEntry, Lease]]) -> list[dict[str, Any] | None]:
        """What the rows say to claims that Redis has granted; None where Supabase cannot say: the row is kept."""
        if not claimed:
            return []
        try:
            return list(self._call_claim(claimed))
        except SupabaseError as error:
            if isinstance(error, RecordRefused) and len(claimed) > 1:  # one of them spoils it for all
                return [answer for each in claimed for answer in self._rows_claimed([each])]
            for entry, _ in claimed:
                self._keep(entry.row("pending"), error)
            return [None] * len(claimed)

    def _joined(self, entry: RecordEntry, claim: Lease, row: dict[str, Any] | None) -> Lease:
        """Redis' yes and the row's answer in one: a no counts whoever says it."""
        if row is None:
            return claim
        if row["outcome"] in ("sent", "failed"):
            self._claims.settle(entry.occurrence.id, row["outcome"])
        if row["outcome"] == "unknown":  # Redis has forgotten whose it was, and must not take it for a new one
            self._claims.begin(entry.occurrence.id, claim.token)
        maybe_accepted = claim.maybe_accepted or bool(row.get("doubt"))
        return replace(
            claim, outcome=row["outcome"], seconds=float(row.get("seconds") or 0.0), maybe_accepted=maybe_accepted
        )

    def _settle(self, row: dict[str, Any]) -> None:
        """Outcome and row into Redis as one, then the row to Supabase: killed in between, the outbox writes it."""
        try:
            self._outbox.remember(row)
        except RedisError as error:
            logger.warning("Redis is away, the record goes to Supabase alone: %s", type(error).__name__)
            self._call_settle([row])
            return
        failpoint("remembered")
        if self._later is not None:
            self._later.append(row)
        else:
            self._write_settled([row])

    def _write_settled(self, rows: list[dict[str, Any]]) -> None:
        """Write remembered rows; what Supabase does not take stays in the outbox."""
        try:
            self._call_settle(rows)
        except SupabaseError as error:
            for row in rows:
                logger.warning("The record could not be written, it is kept: %s", error, extra=_extra(row))
            return
        failpoint("settled")
        with contextlib.suppress(RedisError):  # written twice is written once
            self._outbox.done(rows)

    def _keep(self, row: dict[str, Any], error: SupabaseError) -> None:
        logger.warning("The record could not be written, it is kept: %s", error, extra=_extra(row))
        self._outbox.keep(row)

    def _call_claim(self, asked: Iterable[tuple[RecordEntry, Lease | None]]) -> list[dict[str, Any]]:
        claims = [
            {"row": entry.row("pending")}
            | ({"by": claim.token.rpartition(":")[0], "token": claim.token, "over": claim.over} if claim else {})
            for entry, claim in asked
        ]
        arguments = {"p_claims": claims, "p_lease_seconds": self._lease}
        return self._database.call("aurora_proactive_claim", arguments, lambda answer: _answers(answer, len(claims)))

    def _call_settle(self, rows: list[dict[str, Any]]) -> None:
        settled = [row for row in rows if row["status"] != "pending"]
        if settled:
            self._database.call("aurora_proactive_settle_many", {"p_rows": settled}, count)
        for row in rows:
            if row["status"] == "pending":
                self._database.call("aurora_proactive_settle", {"p_row": row}, flag)


def _answers(answer: Any, number: int) -> list[dict[str, Any]]:
    """One answer a claim; each says its outcome."""
    found = rows(answer)
    if len(found) != number or not all(isinstance(each["outcome"], str) for each in found):
        raise ValueError("not one answer a claim")
    return found


def _extra(row: dict[str, Any]) -> dict[str, str]:
    return {"messageId": row["id"], "organizationId": row["organization_id"], "action": "kept"}
