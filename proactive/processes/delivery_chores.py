"""The chores about deliveries at the gateway: silent messages are asked about, and closed instances looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from proactive.app import Application
from proactive.gateways.base import Gateway
from proactive.gateways.evolution.events import ReceiptEvent
from proactive.gateways.evolution.webhooks import RECEIPTS
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.records.deliveries import Deliveries
from proactive.records.inbound import Heard, Inbound
from proactive.records.instances import InstanceStates

#: At most so many questions a run: a gateway has other work, and comes back soon.
_QUESTIONS = 10
#: What a gateway answers about an instance that is not there or not connected.
_CLOSED = frozenset({GatewayFault.DISCONNECTED, GatewayFault.NO_INSTANCE})


@dataclass(frozen=True, slots=True)
class DeliveryChores:
    """Asks a gateway of its own thread. `clock` answers now (UTC)."""

    app: Application
    gateway: Gateway
    clock: Callable[[], dt.datetime]

    def ask_about_silent(self) -> int:
        """Ask about some silent messages; what the gateway knows of them is kept. Answers of how many it knew.

        A gateway that cannot be asked ends the run; one that keeps no receipts knows nothing, and each message is asked
        about four times only.

        Raises:
            SupabaseError, redis.RedisError, GatewayError: one of them is away; the next run makes up for it.
        """
        deliveries, inbound, known = Deliveries(self.app.database), Inbound(self.app.database), 0
        for message in deliveries.silent(_QUESTIONS):
            statuses = self.gateway.statuses(message.instance, message.gateway_message_id, message.remote_jid)
            receipts = {RECEIPTS[status] for status in statuses if status in RECEIPTS} - {"accepted_at"}
            now = self.clock()
            heard = [
                Heard(message.instance, ReceiptEvent(message.gateway_message_id, receipt, now)) for receipt in receipts
            ]
            if heard:
                self.app.breakers.heard(heard, by_webhook=False)
                inbound.keep(heard)
            deliveries.checked(message)
            known += bool(heard)
        return known

    def look_at_closed(self) -> int:
        """Look whether instances are open again that were found closed; answers how many are.

        Raises:
            SupabaseError, GatewayError: one of them is away; the next run makes up for it.
        """
        states, opened = InstanceStates(self.app.database), 0
        for instance in states.not_open(_QUESTIONS):
            try:
                state = self.gateway.state(instance)
            except GatewayError as error:
                if error.fault not in _CLOSED:
                    raise
                state = "close"
            if state == "open":
                states.found(instance, state, self.clock())
                opened += 1
        return opened
