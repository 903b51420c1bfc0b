"""The protection of instances: what WhatsApp answers to one message decides whether its instance sends the next."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import RedisError

from proactive.errors import SupabaseError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.send_memory import Harmless, SendNote
from proactive.model.context import Receipt
from proactive.model.durations import STOPPED_WAIT
from proactive.model.task import Later
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.records.breakers import Breakers
from proactive.records.instances import InstanceStates

logger = logging.getLogger(__name__)

#: An instance that is found as it was is not written again for so long.
_SAME_FOR = dt.timedelta(seconds=60)
_CLOSED = frozenset({GatewayFault.DISCONNECTED, GatewayFault.NO_INSTANCE})


@dataclass(frozen=True, slots=True)
class InstanceProtection:
    """Asked before each sending and told after it; threads may share it. `clock` answers now (UTC)."""

    breakers: Breakers
    instances: InstanceStates
    clock: Callable[[], dt.datetime]
    _closed: dict[str, dt.datetime] = field(default_factory=dict)

    def harmless(self, message: OutgoingMessage) -> Harmless:
        """What of a message's instance makes asking `why_wait` needless."""
        return self.breakers.harmless(message.instance.name)

    def why_wait(self, message: OutgoingMessage) -> Later | None:
        """Why a message has to wait that was about to be sent; None if it may go. Raises redis.RedisError."""
        wait = self.breakers.check(message.instance.name, known=message.known_contact)
        return None if wait is None else Later(min(wait.seconds, STOPPED_WAIT), wait.reason, wait.note)

    def accepted(self, message: OutgoingMessage, receipt: Receipt) -> SendNote:
        """The note that the gateway accepted a message, to be remembered with its outcome: its instance is connected.

        Never raises for what is away.
        """
        name = message.instance.name
        if self._closed.pop(name, None) is not None:
            self._found(name, "open")
        return self.breakers.note(name, receipt.gateway_message_id)

    def not_accepted(self, message: OutgoingMessage, error: GatewayError) -> None:
        """Note what a gateway's refusal says of its instance. Never raises for what is away."""
        name, now = message.instance.name, self.clock()
        if error.fault is GatewayFault.THROTTLED:
            try:
                self.breakers.throttled(name)
            except RedisError as away:
                logger.warning("A sending could not be noted: %s", type(away).__name__, extra={"action": "not_noted"})
        elif (
            error.fault in _CLOSED and now - self._closed.get(name, dt.datetime.min.replace(tzinfo=dt.UTC)) > _SAME_FOR
        ):
            self._closed[name] = now
            self._found(name, "close")

    def _found(self, instance: str, state: str) -> None:
        try:
            self.instances.found(instance, state, self.clock())
        except SupabaseError as error:
            logger.warning("An instance's state could not be kept: %s", error, extra={"action": "not_noted"})
