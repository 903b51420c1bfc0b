"""The rows of `aurora_proactive_messages`, through the database functions that write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from proactive.records.entry import RecordEntry
from proactive.records.leases import Lease
from proactive.storage.answers import Row, count, flag, rows
from proactive.storage.supabase import Database


class RecordRows:
    """Writes rows, all or none of a call. Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database, lease: float) -> None:
        """`lease` is how many seconds a lease is left alone."""
        self._database, self._lease = database, lease

    def take_leases(self, asked: Iterable[tuple[RecordEntry, Lease | None]]) -> list[Row]:
        """Write pending rows, each taken by its lease where it has one; the answers in the same order.

        An answer has `outcome` (see `Lease`), and `seconds` and `doubt` where the row knows them.
        """
        claims = [
            {"row": entry.row("pending")}
            | (
                {
                    "by": lease.fencing_token.rpartition(":")[0],
                    "token": lease.fencing_token,
                    "over": lease.void_tokens,
                    "message_id": lease.message_id,
                }
                if lease
                else {}
            )
            # a client's row decides by itself whether it may be sent: it has to know what Redis does
            | ({"doubt": True} if lease and lease.maybe_accepted else {})
            for entry, lease in asked
        ]
        arguments = {"p_claims": claims, "p_lease_seconds": self._lease}
        return self._database.call(
            "aurora_proactive_take_leases", arguments, lambda answer: _answers(answer, len(claims))
        )

    def write(self, written: list[Row]) -> None:
        """Write rows (as `RecordEntry.row` gives them): outcomes together, pending ones after them."""
        settled = [row for row in written if row["status"] != "pending"]
        if settled:
            self._database.call("aurora_proactive_write_outcomes", {"p_rows": settled}, count)
        for row in written:
            if row["status"] == "pending":
                self.release(row)

    def release(self, row: Row) -> None:
        """Write a pending row that gives back the lease whose fencing token its `claim` names."""
        self._database.call("aurora_proactive_write_record", {"p_row": row}, flag)


def _answers(answer: Any, number: int) -> list[Row]:
    """The answers, one a lease; each says its outcome."""
    found = rows(answer)
    if len(found) != number or not all(isinstance(each["outcome"], str) for each in found):
        raise ValueError("not one answer a lease")
    return found
