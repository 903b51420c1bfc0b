"""What the sandbox gateway remembers of receipts, and of what people wrote."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable

from sandbox.gateway.memory import Memory
from sandbox.gateway.records import SandboxReceipt, SandboxReply


class ChatStore:
    """Receipts and replies. A receipt is kept when its message is accepted and is there from its time on."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._db = memory, memory.db

    def plan(self, message_id: int, receipts: Iterable[tuple[str, float]]) -> None:
        """Keep the receipts that a message will have: status and time (Unix seconds)."""
        rows = [(message_id, status, at) for status, at in receipts]
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            self._db.executemany("INSERT INTO receipts (message_id, status, at) VALUES (?, ?, ?)", rows)

    def receipts_of(self, message_id: int) -> list[SandboxReceipt]:
        """The receipts a message has by now, in the order of their times."""
        query = "SELECT * FROM receipts WHERE message_id = ? AND at <= ? ORDER BY at, id"
        return [SandboxReceipt(**dict(row)) for row in self._db.execute(query, (message_id, time.time()))]

    def receipts_since(self, since: float) -> list[SandboxReceipt]:
        """Every receipt that has come after a time (Unix seconds), in the order of their times."""
        query = "SELECT * FROM receipts WHERE at > ? AND at <= ? ORDER BY at, id"
        return [SandboxReceipt(**dict(row)) for row in self._db.execute(query, (since, time.time()))]

    def next_reply_id(self) -> int:
        """The id that the next reply will have."""
        found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'replies'").fetchone()
        return 1 + (found[0] if found else 0)

    def keep(self, reply: SandboxReply) -> None:
        """Keep what somebody wrote."""
        values = (reply.id, reply.instance, reply.number, reply.kind, reply.text, reply.target, reply.from_me, reply.at)
        self._db.execute(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, reply.gateway_message_id, json.dumps(reply.record)),
        )

    def replies(self, since_id: int = 0, **equal: str | None) -> list[SandboxReply]:
        """What was written, oldest first, after an id, whose columns equal what is given (None: any)."""
        return [_reply(row) for row in self._memory.rows("replies", since_id, equal)]


def _reply(row: sqlite3.Row | dict[str, object]) -> SandboxReply:
    values = dict(row)
    return SandboxReply(**values | {"from_me": bool(values["from_me"]), "record": json.loads(str(values["record"]))})
