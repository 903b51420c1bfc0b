"""What the sandbox gateway remembers, in one SQLite file that survives restarts."""

from __future__ import annotations

import secrets
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.gateway.records import SandboxInstance, SandboxMessage
from sandbox.gateway.whatsapp_ids import jid_of

#: As long as WhatsApp Web's own ids: 3EB0 and 18 more hexadecimal digits.
_ID_BYTES = 9


class Store:
    """The sandbox's memory. Every change is committed when its method returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "gateway.sqlite3", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))

    def instance(self, name: str) -> SandboxInstance | None:
        """The instance of that name, None if there is none."""
        row = self._db.execute("SELECT * FROM instances WHERE name = ?", (name,)).fetchone()
        return None if row is None else _instance(row)

    def instances(self) -> list[SandboxInstance]:
        """All instances by name."""
        return [_instance(row) for row in self._db.execute("SELECT * FROM instances ORDER BY name")]

    def put_instance(self, name: str, state: str, *, ever_connected: bool) -> SandboxInstance:
        """Create the instance, or change its state; one that was ever connected stays so."""
        self._db.execute(
            "INSERT INTO instances VALUES (?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (name) DO UPDATE"
            " SET state = excluded.state, ever_connected = max(ever_connected, excluded.ever_connected)",
            (name, str(uuid4()), str(uuid4()).upper(), state, ever_connected, time.time()),
        )
        row = self._db.execute("SELECT * FROM instances WHERE name = ?", (name,)).fetchone()
        return _instance(row)

    def set_webhook(self, name: str, webhook: str) -> None:
        """Keep an instance's webhook (JSON)."""
        self._db.execute("UPDATE instances SET webhook = ? WHERE name = ?", (webhook, name))

    def accept(self, instance: str, number: str, text: str, outcome: str) -> SandboxMessage:
        """Keep a message and the attempt that brought it; it is on disk when this returns."""
        name = f"3EB0{secrets.token_hex(_ID_BYTES).upper()}"
        jid, now = jid_of(number), time.time()
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            cursor = self._db.execute(
                "INSERT INTO messages (instance, number, text, accepted_at, gateway_message_id, remote_jid)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (instance, number, text, now, name, jid),
            )
            self._attempt(instance, number, outcome, now, cursor.lastrowid)
        return SandboxMessage(cursor.lastrowid or 0, instance, number, text, now, name, jid)

    def refuse(self, instance: str, number: str, outcome: str) -> None:
        """Keep an attempt that brought no message."""
        self._attempt(instance, number, outcome, time.time(), None)

    def _attempt(self, instance: str, number: str, outcome: str, at: float, message_id: int | None) -> None:
        self._db.execute(
            "INSERT INTO attempts (instance, number, outcome, at, message_id) VALUES (?, ?, ?, ?, ?)",
            (instance, number, outcome, at, message_id),
        )

    def messages(self, since_id: int = 0, **equal: str | None) -> list[SandboxMessage]:
        """Messages in the order of acceptance, after an id, whose columns equal what is given (None: any)."""
        return [SandboxMessage(**row) for row in self._rows("messages", since_id, equal)]

    def attempts(self, since_id: int = 0, **equal: str | None) -> list[dict[str, Any]]:
        """Every request to send, refused ones too, oldest first."""
        return self._rows("attempts", since_id, equal)

    def counts(self) -> dict[str, int]:
        """Messages accepted, by instance."""
        rows = self._db.execute("SELECT instance, count(*) FROM messages GROUP BY instance")
        return dict(rows.fetchall())

    def forget_messages(self) -> None:
        """Delete every message and attempt; ids go on from where they were."""
        self._db.executescript("BEGIN; DELETE FROM messages; DELETE FROM attempts; COMMIT;")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _rows(self, table: str, since_id: int, equal: dict[str, str | None]) -> list[dict[str, Any]]:
        given = {column: value for column, value in equal.items() if value is not None}
        where = "".join(f" AND {column} = :{column}" for column in given)
        query = f"SELECT * FROM {table} WHERE id > :since_id{where} ORDER BY id"  # noqa: S608 - our own names
        return [dict(row) for row in self._db.execute(query, given | {"since_id": since_id})]


def _instance(row: sqlite3.Row) -> SandboxInstance:
    return SandboxInstance(**{**dict(row), "ever_connected": bool(row["ever_connected"])})
