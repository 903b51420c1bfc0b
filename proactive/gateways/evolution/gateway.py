"""Evolution API v2, the gateway most Brazilian products use."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

from proactive.deadline.session import BoundedSession
from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.evolution.messages import receipt_of, text_of
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import Phone, jid_variants
from proactive.model.context import Receipt
from proactive.model.failure_reasons import FailureReason

_PAGE = 50
_PAGES = 20


class EvolutionGateway:
    """The `Gateway` that speaks to an Evolution API server at `url`.

    `api_key` is its global key or an instance's token, `timeout` the seconds to wait for an answer.
    `clock` counts seconds monotonically. Nothing is ever sent twice by itself, and redirects are not
    followed. One object serves one thread; its connections are kept between sends.
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
        self._wire = EvolutionHttp(url, api_key, timeout, session or BoundedSession(), clock)

    def send(self, instance: str, phone: Phone, text: str) -> Receipt:
        """Send one message, in one attempt.

        Raises:
            GatewayError: it was not confirmed; `fault` says what that means for the message.
        """
        body = {"number": phone.digits, "text": text}
        answer = self._wire.ask("POST", "/message/sendText", instance, body, text)
        receipt = receipt_of(answer)
        if receipt is None:
            raise GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_NAMED_NO_MESSAGE)
        return receipt

    def find_sent(self, instance: str, phone: Phone, text: str, since: dt.datetime) -> list[Receipt]:
        """The messages from us to that number with exactly that text, accepted at or after `since`, newest first.

        `since` is aware and compared in whole seconds, as Evolution API keeps them.

        Raises:
            GatewayError: `UNAVAILABLE`, the gateway could not be asked.
        """
        since = since.replace(microsecond=0)
        found = []
        for jid in jid_variants(phone):
            for record in self._records(instance, jid, since):
                receipt = receipt_of(record)
                if receipt and receipt.at and receipt.at >= since and text_of(record) == text:
                    found.append((receipt.at, receipt))
        return [receipt for _, receipt in sorted(found, key=lambda pair: pair[0], reverse=True)]

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

    def _records(self, instance: str, jid: str, since: dt.datetime) -> Iterator[dict[str, Any]]:
        where = {"key": {"remoteJid": jid, "fromMe": True}}
        for page in range(1, _PAGES + 1):
            body = {"where": where, "page": page, "offset": _PAGE}
            try:
                messages = self._wire.ask("POST", "/chat/findMessages", instance, body)["messages"]
                records, pages = list(messages["records"]), int(messages["pages"])
            except GatewayError as error:
                raise GatewayError(
                    GatewayFault.UNAVAILABLE, FailureReason.LOOKUP_FAILED, causes=(error.failure,)
                ) from error
            except (KeyError, TypeError, ValueError) as error:
                raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.LOOKUP_UNINTELLIGIBLE) from error
            yield from records
            last = receipt_of(records[-1]) if records else None
            if page >= pages or last is None or last.at is None or last.at < since:
                return
