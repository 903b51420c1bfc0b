"""The records: one row an occurrence, and the lease without which nothing is delivered to a gateway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from redis import Redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.gateways.send_memory import Harmless
from proactive.model.author import Author, signed
from proactive.model.context import Receipt
from proactive.model.task import Task
from proactive.records.entry import RecordEntry, task_of
from proactive.records.leases import Begun, Lease, Leases
from proactive.records.outbox import Outbox
from proactive.records.outcomes import OutcomeBatch, log_kept
from proactive.records.rows import RecordRows
from proactive.storage.answers import flag, optional_row, rows, texts
from proactive.storage.supabase import Database


class Records:
    """Keeps records in two places: Redis says who may deliver a message, Supabase what became of it.

    Either alone prevents a second sending, so one of them may be away or have lost its data. Every write
    that Supabase cannot take goes to the outbox; only Redis being away stops a message.
    """

    def __init__(self, database: Database, redis: Redis, lease: float) -> None:
        """`lease` is how many seconds a lease is left alone: longer than any delivery takes."""
        self._database = database
        self._rows = RecordRows(database, lease)
        self._leases = Leases(redis, lease)
        self._outbox = Outbox(redis)

    def outcome_batch(self) -> OutcomeBatch:
        """An empty batch for the outcomes of a run."""
        return OutcomeBatch(self._outbox, self._rows)

    def keep_pending(self, entries: Sequence[RecordEntry]) -> None:
        """Write the pending rows of messages that wait, so that people can see them wait."""
        try:
            self._rows.take_leases([(entry, None) for entry in entries])
        except SupabaseError as error:
            for entry in entries:
                self._keep(entry.row("pending"), error)

    def acquire_leases(self, asked: Sequence[tuple[RecordEntry, str]]) -> list[Lease]:
        """Lease each occurrence to the attempt of that name, in Redis and in its row.

        The answers come in the same order, in one round trip and one request.

        Raises:
            redis.RedisError: Redis is away; nothing may be delivered.
        """
        leases = self._leases.acquire((entry.occurrence.id, by, entry.reopened) for entry, by in asked)
        mine = [place for place, lease in enumerate(leases) if lease.outcome == "claimed"]
        for place, row in zip(mine, self._leases_of_rows([(asked[n][0], leases[n]) for n in mine]), strict=True):
            leases[place] = self._joined(asked[place][0], leases[place], row)
        return leases

    def begin(self, entry: RecordEntry, lease: Lease, harmless: Harmless | None = None) -> Begun:
        """Say that a leased message is delivered now, unless somebody else has taken the lease over, or (of a client)
        somebody stopped the campaign, or the last sends of its instance are not `harmless` (None: that was asked).

        Raises redis.RedisError: nothing may be delivered.
        """
        return self._leases.begin(entry.occurrence.id, lease.fencing_token, entry.halts, harmless)

    def void(self, leased: Iterable[tuple[RecordEntry, Lease]]) -> None:
        """Void leases that were not begun: whoever comes next takes them at once. Raises redis.RedisError."""
        self._leases.void((entry.occurrence.id, lease.fencing_token) for entry, lease in leased)

    def release(self, entry: RecordEntry, lease: Lease, *, maybe_accepted: bool) -> None:
        """Give a lease back: nothing was sent, or (`maybe_accepted`) the gateway failed and may have accepted it."""
        row = entry.row("pending") | {"claim": lease.fencing_token}
        row["metadata"] |= {"doubt": True, "message_ids": list(lease.handed_over)} if maybe_accepted else {}
        try:
            self._rows.release(row)
        except SupabaseError as error:
            self._keep(row, error)
        self._leases.release(entry.occurrence.id, lease.fencing_token, maybe_accepted=maybe_accepted)

    def reopen(self, message_id: UUID, *, by_itself: bool = False, author: Author | None = None) -> Task | None:
        """Make a failed occurrence sendable again; its task, None where it is not a failed one.

        Deliberately (who did is written down), or `by_itself`: then once ever, only where it surely was not sent, and
        its record keeps why it had failed. The row alone opens it: its failure in Redis holds for older readers.

        Raises:
            SupabaseError: Supabase is away; nothing was changed.
        """
        if (kept := self._outbox.get(message_id)) is not None:
            self._rows.write([kept])
            self._outbox.done([kept])
        arguments = {"p_id": str(message_id), "p_by_itself": by_itself} | signed(author)
        row = self._database.call("aurora_proactive_reopen", arguments, optional_row)
        if not row:
            return None
        if not by_itself:
            self._leases.forget(message_id, row["metadata"]["reopened"])
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
        owned |= set(self._database.call("aurora_proactive_owned_gateway_ids", arguments, texts))
        return next((receipt for receipt in candidates if receipt.gateway_message_id not in owned), None)

    def heard(self, instance: str, message_ids: Sequence[str]) -> str | None:
        """The first of these ids of which the instance's webhooks told something; None if of none.

        Raises:
            SupabaseError: Supabase is away, so that this cannot be known.
        """
        arguments = {"p_instance": instance, "p_ids": list(message_ids)}
        return next(iter(self._database.call("aurora_proactive_heard", arguments, texts) if message_ids else []), None)

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
        found = self._database.call("aurora_proactive_unfinished", arguments, rows)
        tasks = ((task_of(row), (row["metadata"] or {}).get("job_id")) for row in found)
        return [(task, job) for task, job in tasks if task is not None]

    def nothing_sent_for(self, seconds: float) -> bool:
        """Whether no message was sent to any gateway in the last `seconds`, as far as rows and outbox know.

        The outbox is asked first: what leaves it meanwhile is in the rows.

        Raises:
            SupabaseError: Supabase is away.
        """
        return not len(self._outbox) and self._database.call(
            "aurora_proactive_nothing_sent_for", {"p_seconds": seconds}, flag
        )

    def flush(self, *, patient: bool = False) -> int:
        """Write what the outbox keeps (`Outbox.flush`); answer how many rows were written."""
        return self._outbox.flush(self._rows.write, patient=patient)

    def _leases_of_rows(self, leased: list[tuple[RecordEntry, Lease]]) -> list[dict[str, Any] | None]:
        """The rows' answers to leases that Redis has granted; None where Supabase cannot say: the row is kept."""
        if not leased:
            return []
        try:
            return [*self._rows.take_leases(leased)]
        except SupabaseError as error:
            if isinstance(error, RecordRefused) and len(leased) > 1:  # one of them spoils it for all
                return [answer for each in leased for answer in self._leases_of_rows([each])]
            for entry, _ in leased:
                if not entry.to_client:
                    self._keep(entry.row("pending"), error)
            return [None] * len(leased)

    def _joined(self, entry: RecordEntry, lease: Lease, row: dict[str, Any] | None) -> Lease:
        """Join Redis' yes with the row's answer: a no counts whoever says it."""
        if row is None and not entry.to_client:
            return lease
        row = row or {"outcome": "closed"}  # whether a client may be written to, the row alone can say
        if row["outcome"] in ("sent", "failed"):
            self._leases.mark_settled(entry.occurrence.id, row["outcome"], lease.fencing_token)
        if row.get("stale") or row["outcome"] in ("skipped", "closed"):  # stale: opened again since it was read
            self._leases.void([(entry.occurrence.id, lease.fencing_token)])
        earlier = tuple(dict.fromkeys((*lease.earlier_ids, *(row.get("message_ids") or ()))))
        if row["outcome"] == "unknown":  # Redis has forgotten whose it was, and must not take it for a new one
            self._leases.begun_before(entry.occurrence.id, lease.fencing_token, earlier)
        maybe_accepted = lease.maybe_accepted or bool(row.get("doubt"))
        seconds = float(row.get("seconds") or 0.0)
        return replace(
            lease, outcome=row["outcome"], seconds=seconds, maybe_accepted=maybe_accepted, earlier_ids=earlier
        )

    def _keep(self, row: dict[str, Any], error: SupabaseError) -> None:
        log_kept(row, error)
        self._outbox.keep(row)
