"""Keeps the events of the gateway's webhooks: one database call a kind, and the same again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proactive.gateways.evolution.webhooks import ConnectionEvent, Event, ReceiptEvent
from proactive.storage.answers import row as shape
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of the instance of that name (the gateway's name for it)."""

    instance: str
    event: Event


class Inbound:
    """Writes events.

    Raises SupabaseError where Supabase is away: nothing or some of it was kept, and all of it may be kept again. It is
    RecordRefused where one of the events can never be kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, heard: Sequence[Heard]) -> None:
        """Keep events, in the order in which they were heard."""
        connections, receipts, replies = [], [], []
        for each in heard:
            event = each.event
            row: dict[str, Any] = {"instance": each.instance, "at": event.at.isoformat()}
            if isinstance(event, ConnectionEvent):
                connections.append(row | {"state": event.state, "reason": event.reason})
            elif isinstance(event, ReceiptEvent):
                receipts.append(row | {"id": event.gateway_message_id, "receipt": event.receipt})
            else:
                replies.append(row | {"id": event.gateway_message_id, "sender": event.sender, "quoted": event.quoted})
        self._call("aurora_proactive_keep_connections", "p_states", connections)
        self._call("aurora_proactive_keep_receipts", "p_receipts", receipts)
        self._call("aurora_proactive_keep_replies", "p_replies", replies)

    def _call(self, function: str, argument: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._database.call(function, {argument: rows}, shape)
