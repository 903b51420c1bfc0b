"""The protocol of a WhatsApp gateway: what every one can do for us, whoever makes it."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from proactive.gateways.phones import Phone
from proactive.model.context import Receipt


class Gateway(Protocol):
    """A gateway to WhatsApp. `instance` is the sending number, by the name the gateway knows it."""

    def send(self, instance: str, phone: Phone, text: str) -> Receipt:
        """Send one message, in one attempt.

        Raises:
            GatewayError: it was not confirmed; `fault` says what that means for the message.
        """
        ...

    def find_sent(self, instance: str, phone: Phone, text: str, since: dt.datetime) -> list[Receipt]:
        """The messages from us to that number with exactly that text, newest first.

        Only those accepted at or after `since` (aware; compared in whole seconds, which is all that
        gateways keep). Every account name that the number may have is searched.

        Raises:
            GatewayError: `UNAVAILABLE`, the gateway could not be asked.
        """
        ...

    def state(self, instance: str) -> str:
        """The instance's connection as the gateway believes it: `open`, `connecting` or `close`.

        Raises:
            GatewayError: it could not be asked, or there is no such instance.
        """
        ...
