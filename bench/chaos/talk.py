"""What one owner and Aurora have said to each other, and what became of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from bench.chaos.shops import Shop

Connection = psycopg.Connection[dict[str, Any]]
#: How the answers begin that say that a campaign begins (T1), first or after a stop.
BEGINS, BEGINS_AGAIN = "✅ Combinado! Começo", "✅ Combinado! Retomo"
#: The gateway tells again what was not taken, after ever longer waits; an owner writes once more before.
_HEARD_WITHIN = 90.0


@dataclass
class Talk:
    """An owner's conversation. Times are Unix seconds; `halts` are from a halt until it was asked to be undone.

    `yes_at` is when the approval was written that confirms, `over` that nothing more will be said. `words` are what the
    owner wrote last, `wrote` its id and when, `lost` the messages that were awaited and failed: nobody knows whether
    they arrived.
    """

    shop: Shop
    got: list[dict[str, Any]] = field(default_factory=list)
    clients_got: int = 0
    client_got_at: float = float("inf")
    yes_at: float = float("inf")
    halts: list[tuple[float, float]] = field(default_factory=list)
    unanswered: str | None = None
    words: str = ""
    wrote: tuple[str, float] = ("", float("inf"))
    lost: set[UUID] = field(default_factory=set)
    over: bool = False

    @property
    def began(self) -> bool:
        """Whether the owner was told that it begins: a yes just before the window's end may come too late."""
        return any(each["text"].startswith((BEGINS, BEGINS_AGAIN)) for each in self.got)

    def is_lost(self, connection: Connection, begins: tuple[str, ...]) -> bool:
        """Whether a message that begins so failed since it was last looked: an owner who waits for it writes again."""
        query = "select id, content from aurora_proactive_messages where organization_id = %s and status = 'failed'"
        rows = connection.execute(query, [self.shop.organization]).fetchall()
        new = {row["id"] for row in rows if str(row["content"]).startswith(begins)} - self.lost
        self.lost |= new
        return bool(new)

    def is_unheard(self, connection: Connection) -> bool:
        """Whether the gateway has not got rid of what an owner wrote last: in the end it gives up."""
        id_, at = self.wrote
        if time.time() < at + _HEARD_WITHIN:
            return False
        query = "select from aurora_proactive_replies where gateway_message_id = %s"
        return connection.execute(query, [id_]).fetchone() is None
