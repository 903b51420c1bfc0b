"""How an Evolution API server is set up: which instances it has, and where each one's webhook leads."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason

#: The path of `web` that Evolution's webhooks lead to.
WEBHOOK_PATH = "/webhooks/whatsapp/evolution"
#: Without these Aurora hears neither answers nor receipts, nor that an instance went away.
NEEDED_EVENTS = frozenset({"CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_UPDATE", "SEND_MESSAGE"})
_EVENTS = (
    "CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_EDITED", "MESSAGES_DELETE", "MESSAGES_UPDATE", "SEND_MESSAGE",
    "STATUS_INSTANCE", "LOGOUT_INSTANCE", "REMOVE_INSTANCE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebhookSetup:
    """An instance's webhook: its address, whether it is on, and which events it tells (in capitals)."""

    url: str
    enabled: bool
    events: frozenset[str]

    @property
    def leads_here(self) -> bool:
        """Whether it is on and leads to a `web` of Aurora's, as far as its path says."""
        return self.enabled and self.url.partition("?")[0].rstrip("/").endswith(WEBHOOK_PATH)


class EvolutionSetup:
    """Asks a server about itself, and sets a webhook. Every method raises GatewayError where it cannot be asked."""

    def __init__(self, url: str, api_key: str, timeout: float) -> None:
        self._wire = EvolutionHttp(url, api_key, timeout, None, time.monotonic)

    def instances(self) -> dict[str, str]:
        """The state of every instance (`open`, `connecting`, `close`, or empty) by its name; needs the global key."""
        answer = self._wire.ask("GET", "/instance/fetchInstances", None)
        if not isinstance(answer, list):
            raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_ANSWER_UNUSABLE)
        return dict(filter(None, map(_instance, answer)))

    def webhook(self, instance: str) -> WebhookSetup | None:
        """The webhook of an instance, None where there is none."""
        answer = self._wire.ask("GET", "/webhook/find", instance)
        if isinstance(answer, dict) and isinstance(answer.get("webhook"), dict):
            answer = answer["webhook"]
        if not isinstance(answer, dict) or not isinstance(answer.get("url"), str) or not answer["url"]:
            return None
        events = answer.get("events")
        told = {str(each).upper() for each in events} if isinstance(events, list) else set[str]()
        return WebhookSetup(answer["url"], answer.get("enabled") is not False, frozenset(told))

    def set_webhook(self, instance: str, url: str, secret: str) -> None:
        """Have an instance tell everything that Aurora hears to `url`; whatever webhook it had is replaced."""
        headers = {"Authorization": f"Bearer {secret}"}
        told = {"enabled": True, "byEvents": False, "base64": False, "url": url, "headers": headers, "events": _EVENTS}
        self._wire.ask("POST", "/webhook/set", instance, {"webhook": told}, secret)


def _instance(found: Any) -> tuple[str, str] | None:
    """Name and state, as 2.x lists them or as before 2.1."""
    if isinstance(found, dict) and isinstance(found.get("instance"), dict):
        inner = found["instance"]
        found = {"name": inner.get("instanceName"), "connectionStatus": inner.get("status")}
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        return None
    state = found.get("connectionStatus")
    return found["name"], state if isinstance(state, str) else ""
