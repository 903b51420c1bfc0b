"""What becomes of an accepted message: it is told to the webhook, and its receipts come in their time."""

from __future__ import annotations

from sandbox.gateway import shapes
from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.fault_rules import FaultRule
from sandbox.gateway.records import SandboxInstance, SandboxMessage
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.webhooks import Webhooks

#: Evolution fails before it comes to the webhook.
_UNTOLD = frozenset({"timed_out", "database_after_accept"})


class Deliveries:
    """Follows accepted messages."""

    def __init__(self, chats: ChatStore, settings: SettingsHolder, webhooks: Webhooks) -> None:
        self._chats, self._settings, self._webhooks = chats, settings, webhooks

    def follow(self, message: SandboxMessage, instance: SandboxInstance, wrong: FaultRule | None) -> None:
        """Tell that the message was sent, keep the receipts that it will have, and tell each when it comes."""
        how = wrong.how if wrong else ""
        integration = self._settings.now.integration
        if how not in _UNTOLD:
            self._webhooks.tell(instance.name, "send.message", shapes.sent(message, instance, integration))
        # Evolution drops receipts of messages that it did not keep
        planned = self._planned(how) if message.kept and integration != "EVOLUTION" else []
        self._chats.plan(message.id, [(status, message.accepted_at + after) for status, after in planned])
        for status, after in planned:
            update = shapes.update_of(message, instance, status)
            self._webhooks.later(after, self._webhooks.tell, instance.name, "messages.update", update)

    def _planned(self, how: str) -> list[tuple[str, float]]:
        settings = self._settings.now
        acknowledged, delivered, read = settings.server_ack_after, settings.delivered_after, settings.read_after
        if how == "error_receipt":
            return [("ERROR", acknowledged or 0)]
        usual = [("SERVER_ACK", acknowledged), ("DELIVERY_ACK", delivered), ("READ", read)]
        coming = {"never_acknowledged": usual[:0], "never_delivered": usual[:1]}.get(how, usual)
        return [(status, after) for status, after in coming if after is not None]
