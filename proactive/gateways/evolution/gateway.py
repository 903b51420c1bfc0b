"""Evolution API v2, the gateway most Brazilian products use."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any

from proactive.deadline.session import BoundedSession
from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.evolution.lookups import EvolutionLookups
from proactive.gateways.evolution.messages import receipt_of
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import Phone
from proactive.gateways.words import printable_id
from proactive.model.context import Receipt
from proactive.model.failure_reasons import FailureReason


class EvolutionGateway:
    """The `Gateway` that speaks to an Evolution API server at `url`.

    `api_key` is its global key or an instance's token, `timeout` the seconds to wait for an answer.
    `clock` counts seconds monotonically. Nothing is ever sent twice by itself, and redirects are not
    followed. Threads may share the object: each has connections of its own, kept between sends.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        timeout: float,
        session: BoundedSession | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = EvolutionHttp(url, api_key, timeout, session, clock)
        self._lookups = EvolutionLookups(self._wire)

    def send(self, instance: str, phone: Phone, text: str, message_id: str = "") -> Receipt:
        """Send one message, in one attempt, under `message_id` where the server honours it (from 2.4 on).

        Links in the text are not fetched for a preview: that takes up to three seconds of the answer's time.

        Raises:
            GatewayError: it was not confirmed; `fault` says what that means for the message.
        """
        body: dict[str, Any] = {"number": phone.digits, "text": text, "linkPreview": False}
        body |= {"messageId": message_id} if message_id else {}
        answer = self._wire.ask("POST", "/message/sendText", instance, body, text)
        receipt = receipt_of(answer)
        if receipt is None:
            raise GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_NAMED_NO_MESSAGE)
        return receipt

    def find_sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str] = ()
    ) -> list[Receipt]:
        """The messages from us to that number with exactly that text, accepted at or after `since`, newest first.

        One that has one of `message_ids` is the only one. `since` is aware and compared in whole seconds, as Evolution
        API keeps them.

        Raises:
            GatewayError: `UNREACHABLE` or `UNAVAILABLE`, the gateway could not be asked.
        """
        return self._lookups.sent(instance, phone, text, since.replace(microsecond=0), message_ids)

    def shows(self, instance: str, message_id: str) -> bool:
        """Whether the gateway shows a message from us that it accepted under that id. Raises like `find_sent`."""
        return self._lookups.by_id(instance, message_id) is not None

    def statuses(self, instance: str, message_id: str, remote_jid: str) -> Sequence[str]:
        """What the server kept of a message from us (where it saves message updates), in capitals, in any order.

        Raises:
            GatewayError: it could not be asked.
        """
        return self._lookups.statuses(instance, message_id, remote_jid)

    def version(self) -> str:
        """The server's version as it tells it; empty where it tells none.

        Raises:
            GatewayError: it could not be asked.
        """
        answer = self._wire.ask("GET", "/", None)
        return printable_id(answer.get("version"), 40) if isinstance(answer, dict) else ""

    def state(self, instance: str) -> str:
        """The instance's connection as the gateway believes it: `open`, `connecting` or `close`.

        Raises:
            GatewayError: it could not be asked, or there is no such instance.
        """
        answer = self._wire.ask("GET", "/instance/connectionState", instance)
        state = answer.get("instance", {}).get("state") if isinstance(answer, dict) else None
        if not isinstance(state, str):
            raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_HID_STATE)
        return state
