"""Keeps the events of the gateway's webhooks: one database call an event, the same again changes nothing."""

from __future__ import annotations

from typing import Any

from proactive.gateways.evolution.webhooks import ConnectionEvent, Event, ReceiptEvent
from proactive.storage.answers import flag
from proactive.storage.supabase import Database


class Inbound:
    """Writes events; raises SupabaseError where Supabase is away: the gateway then sends the event again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, instance: str, event: Event) -> None:
        """Keep an event of the instance of that name."""
        if isinstance(event, ConnectionEvent):
            at = event.at.isoformat() if event.at else None
            arguments = {"p_state": event.state, "p_reason": event.reason, "p_event_at": at}
            function = "aurora_proactive_keep_connection"
        elif isinstance(event, ReceiptEvent):
            arguments = {"p_gateway_message_id": event.gateway_message_id, "p_receipt": event.receipt}
            function = "aurora_proactive_keep_receipt"
        else:
            arguments = {
                "p_gateway_message_id": event.gateway_message_id, "p_sender_key": event.sender,
                "p_quoted": event.quoted, "p_received_at": event.at.isoformat(),
            }  # fmt: skip
            function = "aurora_proactive_keep_reply"
        self._database.call(function, {"p_instance": instance, **arguments}, _kept)


def _kept(answer: Any) -> None:
    """Check the answer of the three functions: whether anything changed, or what became of a receipt."""
    if answer not in ("waiting", "applied", "known"):
        flag(answer)
