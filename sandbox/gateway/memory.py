"""The one SQLite file in which the sandbox gateway keeps what it was told and sent."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

#: Of the tables; a file of another version is emptied, since nobody relies on a sandbox's past.
_VERSION = 3


class Memory:
    """The open file. Every statement is committed by itself, unless it runs in a transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(folder / "gateway.sqlite3", isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self._forget_another_version()
        self.db.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))

    def rows(self, table: str, since_id: int, equal: dict[str, Any]) -> list[dict[str, Any]]:
        """Rows of a table after an id, in its order, whose columns equal what is given (None: any)."""
        given = {column: value for column, value in equal.items() if value is not None}
        where = "".join(f" AND {column} = :{column}" for column in given)
        query = f"SELECT * FROM {table} WHERE id > :since_id{where} ORDER BY id"  # noqa: S608 - our own names
        return [dict(row) for row in self.db.execute(query, given | {"since_id": since_id})]

    def forget_messages(self) -> None:
        """Delete every message with its receipts, every reply and attempt; ids go on from where they were."""
        tables = ("messages", "receipts", "replies", "attempts")
        self.db.executescript(f"BEGIN; {' '.join(f'DELETE FROM {table};' for table in tables)} COMMIT;")  # noqa: S608

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def _forget_another_version(self) -> None:
        if self.db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            for table in ("instances", "messages", "receipts", "replies", "people", "attempts"):
                self.db.execute(f"DROP TABLE IF EXISTS {table}")
            self.db.execute(f"PRAGMA user_version = {_VERSION}")
