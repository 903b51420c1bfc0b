"""What the sandbox gateway remembers of instances, of messages it accepted and of requests to send."""

from __future__ import annotations

import secrets
import sqlite3
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sandbox.gateway.memory import Memory
from sandbox.gateway.records import SandboxInstance, SandboxMessage
from sandbox.gateway.whatsapp_ids import jid_of

#: As long as WhatsApp Web's own ids: 3EB0 and 18 more hexadecimal digits.
_ID_BYTES = 9


class Store:
    """The sandbox's memory. Every change is committed when its method returns."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._db = memory, memory.db

    def instance(self, name: str) -> SandboxInstance | None:
        """The instance of that name, None if there is none."""
        row = self._db.execute("SELECT * FROM instances WHERE name = ?", (name,)).fetchone()
        return None if row is None else _instance(row)

    def instances(self) -> list[SandboxInstance]:
        """All instances by name."""
        return [_instance(row) for row in self._db.execute("SELECT * FROM instances ORDER BY name")]

    def put_instance(
        self, name: str, state: str, *, ever_connected: bool, opens_at: float | None = None
    ) -> SandboxInstance:
        """Create the instance, or change its state; one that was ever connected stays so."""
        self._db.execute(
            "INSERT INTO instances (name, id, token, state, ever_connected, opens_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state,"
            " opens_at = excluded.opens_at, ever_connected = max(ever_connected, excluded.ever_connected)",
            (name, str(uuid4()), str(uuid4()).upper(), state, ever_connected, opens_at, time.time()),
        )
        row = self._db.execute("SELECT * FROM instances WHERE name = ?", (name,)).fetchone()
        return _instance(row)

    def set_webhook(self, name: str, webhook: str, server_url: str) -> None:
        """Keep an instance's webhook (JSON) and the address under which it was set."""
        self._db.execute("UPDATE instances SET webhook = ?, server_url = ? WHERE name = ?", (webhook, server_url, name))

    def accept(
        self,
        instance: str,
        number: str,
        text: str,
        outcome: str,
        *,
        message_id: str | None = None,
        jids: tuple[str, str | None] | None = None,
        kept: bool = True,
        preview: int | None = None,
    ) -> SandboxMessage:
        """Keep a message and the attempt that brought it; it is on disk when this returns.

        `message_id` is the sender's own id for it, `jids` the id it is kept under and the number's beside a `@lid`.
        """
        jid, alt = jids or (jid_of(number), None)
        name = message_id or f"3EB0{secrets.token_hex(_ID_BYTES).upper()}"
        values = (instance, number, text, time.time(), name, jid, alt, kept, preview)
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            cursor = self._db.execute(
                "INSERT INTO messages (instance, number, text, accepted_at, gateway_message_id, remote_jid,"
                " remote_jid_alt, kept, preview) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._attempt(instance, number, outcome, values[3], cursor.lastrowid)
        return SandboxMessage(cursor.lastrowid or 0, *values)

    def refuse(self, instance: str, number: str, outcome: str) -> None:
        """Keep an attempt that brought no message."""
        self._attempt(instance, number, outcome, time.time(), None)

    def is_cached(self, number: str) -> bool:
        """Whether the number's account is known without asking: any instance has sent to it."""
        query = "SELECT 1 FROM messages WHERE number = ? LIMIT 1"
        return self._db.execute(query, (number,)).fetchone() is not None

    def _attempt(self, instance: str, number: str, outcome: str, at: float, message_id: int | None) -> None:
        self._db.execute(
            "INSERT INTO attempts (instance, number, outcome, at, message_id) VALUES (?, ?, ?, ?, ?)",
            (instance, number, outcome, at, message_id),
        )

    def messages(self, since_id: int = 0, **equal: str | None) -> list[SandboxMessage]:
        """Messages in the order of acceptance, after an id, whose columns equal what is given (None: any)."""
        rows = self._memory.rows("messages", since_id, equal)
        return [SandboxMessage(**row | {"kept": bool(row["kept"])}) for row in rows]

    def attempts(self, since_id: int = 0, **equal: str | None) -> list[dict[str, Any]]:
        """Every request to send, refused ones too, oldest first."""
        return self._memory.rows("attempts", since_id, equal)

    def counts(self) -> dict[str, int]:
        """Messages accepted, by instance."""
        rows = self._db.execute("SELECT instance, count(*) FROM messages GROUP BY instance")
        return dict(rows.fetchall())


def _instance(row: sqlite3.Row) -> SandboxInstance:
    kept = SandboxInstance(**{**dict(row), "ever_connected": bool(row["ever_connected"])})
    if kept.opens_at is not None and kept.opens_at <= time.time():
        return replace(kept, state="open", opens_at=None, ever_connected=True)
    return kept
