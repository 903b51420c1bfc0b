"""How an Evolution API server is set up: which instances it has, and where each one's webhook leads."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason


@dataclass(frozen=True, slots=True)
class WebhookSetup:
    """An instance's webhook: its address, whether it is on, and which events it tells (in capitals)."""

    url: str
    enabled: bool
    events: frozenset[str]


class EvolutionSetup:
    """Asks a server about itself and changes nothing. Every method raises GatewayError where it cannot be asked."""

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


def _instance(found: Any) -> tuple[str, str] | None:
    """Name and state, as 2.x lists them or as before 2.1."""
    if isinstance(found, dict) and isinstance(found.get("instance"), dict):
        inner = found["instance"]
        found = {"name": inner.get("instanceName"), "connectionStatus": inner.get("status")}
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        return None
    state = found.get("connectionStatus")
    return found["name"], state if isinstance(state, str) else ""
