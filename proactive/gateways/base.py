"""The protocol of a WhatsApp gateway: what every one can do for us, whoever makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from proactive.gateways.phones import Phone
from proactive.model.context import Receipt


class Gateway(Protocol):
    """A gateway to WhatsApp. `instance` is the sending number, by the name the gateway knows it."""

    def send(self, instance: str, phone: Phone, text: str, message_id: str = "") -> Receipt:
        """Send one message, in one attempt, under the id `message_id` where the gateway can do that.

        Raises:
            GatewayError: it was not confirmed; `fault` says what that means for the message.
        """
        ...

    def find_sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str] = ()
    ) -> list[Receipt]:
        """The messages from us to that number with exactly that text, newest first.

        Only those accepted at or after `since` (aware; compared in whole seconds, which is all that
        gateways keep). Every account name that the number may have is searched. A message under one of
        `message_ids`, which were sent along with it, is the only one.

        Raises:
            GatewayError: `UNREACHABLE` or `UNAVAILABLE`, the gateway could not be asked.
        """
        ...

    def shows(self, instance: str, message_id: str) -> bool:
        """Whether a message that was accepted under that id is shown: where it is not, none is.

        Raises:
            GatewayError: `UNREACHABLE` or `UNAVAILABLE`, the gateway could not be asked.
        """
        ...

    def statuses(self, instance: str, message_id: str, remote_jid: str) -> Sequence[str]:
        """What the gateway kept of a message from us, in Evolution's words (`SERVER_ACK`, `READ`, ...); none: nothing.

        Raises:
            GatewayError: it could not be asked.
        """
        ...

    def version(self) -> str:
        """The gateway's version, empty where it tells none.

        Raises:
            GatewayError: it could not be asked.
        """
        ...

    def state(self, instance: str) -> str:
        """The instance's connection as the gateway believes it: `open`, `connecting` or `close`.

        Raises:
            GatewayError: it could not be asked, or there is no such instance.
        """
        ...
