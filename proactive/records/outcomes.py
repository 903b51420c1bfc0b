"""The outcomes of messages: in Redis at once, in Supabase together, and never lost in between."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from threading import Lock
from typing import Any

from redis import RedisError

from proactive.errors import SupabaseError
from proactive.failpoints import failpoint
from proactive.gateways.send_memory import SendNote
from proactive.model.context import Receipt
from proactive.model.failure import Failure
from proactive.model.task import Done
from proactive.records.entry import RecordEntry
from proactive.records.outbox import Outbox
from proactive.records.rows import RecordRows

logger = logging.getLogger(__name__)


class OutcomeBatch:
    """The outcomes of the messages of a run; threads may share it.

    An outcome is remembered in Redis as it comes, with its row in the outbox as one, and written to Supabase by
    `write`. A process that dies in between leaves its rows to the outbox.
    """

    def __init__(self, outbox: Outbox, rows: RecordRows) -> None:
        self._outbox, self._rows = outbox, rows
        self._unwritten: list[tuple[dict[str, Any], str]] = []  # each row, and as the outbox keeps it
        self._lock = Lock()

    def sent(self, entry: RecordEntry, receipt: Receipt, at: dt.datetime, note: SendNote | None = None) -> Done:
        """Write that a message was sent at the aware instant `at`; `note` tells the instance's breaker of it.

        Raises:
            SupabaseError: neither Supabase nor Redis could take it; the gateway knows, a later attempt asks it.
        """
        self._remember(entry.row("sent", at=at, receipt=receipt), note)
        return Done("sent")

    def failed(self, entry: RecordEntry, failure: Failure) -> Done:
        """Write that a message failed, and why. Raises like `sent`."""
        self._remember(entry.row("failed", failure=failure))
        return Done("failed", failure)

    def write(self) -> None:
        """Write what came in, in one request; what Supabase does not take stays in the outbox."""
        with self._lock:
            unwritten, self._unwritten = self._unwritten, []
        if not unwritten:
            return
        rows = [row for row, _ in unwritten]
        try:
            self._rows.write(rows)
        except SupabaseError as error:
            for row in rows:
                log_kept(row, error)
            return
        failpoint("settled")
        with contextlib.suppress(RedisError):  # written twice is written once
            self._outbox.done(rows, [kept for _, kept in unwritten])

    def _remember(self, row: dict[str, Any], note: SendNote | None = None) -> None:
        """Write outcome and row into Redis as one; where Redis is away, into Supabase alone."""
        try:
            kept = self._outbox.remember(row, note)
        except RedisError as error:
            logger.warning("Redis is away, the record goes to Supabase alone: %s", type(error).__name__)
            self._rows.write([row])
            return
        failpoint("remembered")
        with self._lock:
            self._unwritten.append((row, kept))


def log_kept(row: dict[str, Any], error: SupabaseError) -> None:
    """Say that a record could not be written and is kept."""
    extra = {"messageId": row["id"], "organizationId": row["organization_id"], "action": "kept"}
    logger.warning("The record could not be written, it is kept: %s", error, extra=extra)
