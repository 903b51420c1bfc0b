"""Asking the gateway what became of a message, where nobody else can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from proactive.delivery.gateway import Gateway
from proactive.delivery.pace import Pace
from proactive.delivery.permits import Granted
from proactive.errors import GatewayError, SupabaseError
from proactive.handover.message import DELIVERY_UNKNOWN, Handover
from proactive.messages import Done, Later, Outcome, Receipt
from proactive.records import LOOK_AGAIN, Claim, Records

#: Clocks of the gateway and ours may differ; an equal text sent earlier than this is another message.
_CLOCK_SLACK = dt.timedelta(minutes=10)
#: How often a gateway that answers is asked for a message that it does not show.
_LOOKS = 2
#: How often a gateway that cannot answer is asked.
_LOOKS_IN_VAIN = 10


@dataclass(frozen=True, slots=True)
class Lookup:
    """Finds out, never sends. `lease` is the claim's, in seconds; `clock` answers the current instant (UTC)."""

    gateway: Gateway
    pace: Pace
    records: Records
    lease: float
    pause_seconds: float
    clock: Callable[[], dt.datetime]

    def find(self, message: Handover) -> Receipt | None:
        """The message as the gateway shows it, None if it does not.

        Raises:
            GatewayError: the gateway cannot be asked.
            SupabaseError: whose message it is cannot be known.
        """
        text = self.records.kept_text(message.entry.occurrence.id) or message.text
        since = message.task.scheduled_for - _CLOCK_SLACK
        return self.records.unowned(
            message.entry, self.gateway.find_sent(message.instance.name, message.phone, text, since)
        )

    def once(self, message: Handover) -> tuple[Receipt | None, bool]:
        """What the gateway shows, and whether it could be asked."""
        try:
            return self.find(message), True
        except GatewayError:
            return None, False

    def settle(self, message: Handover, looks: int) -> Outcome:
        """Nobody knows whether it went out: ask the gateway, never send again."""
        try:
            found = self.find(message)
        except GatewayError as error:
            # what stands before a gateway that does not answer may yet arrive, all of it at once
            self.pace.pause(message.instance.name, self.pause_seconds, error.reason)
            if looks < _LOOKS_IN_VAIN:
                return Later(self.lease, f"outcome unknown and the gateway cannot be asked: {error.reason}")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway cannot be asked"
        else:
            if found is not None:
                return self.sent(message, found)
            if looks < _LOOKS:
                return Later(LOOK_AGAIN if looks else self.lease, "outcome unknown, the gateway does not show it yet")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway does not show the message"
        self.records.failed(message.entry, reason)
        return Done("failed", reason)

    def settle_doubt(self, message: Handover, permit: Granted, claim: Claim) -> Outcome | None:
        """An earlier attempt got a failure that may hide a yes: None if the gateway surely has no message.

        Otherwise the permit is given back.

        Raises:
            GatewayError, SupabaseError: that cannot be known, so nothing may be sent now.
        """
        try:
            found = self.find(message)
        except (GatewayError, SupabaseError) as error:
            self.pace.settle(permit, happened=False)
            if isinstance(error, SupabaseError) or not message.attempt.last:
                self.records.release(message.entry, claim, doubt=True)
                raise
            reason = f"{DELIVERY_UNKNOWN}: the gateway failed before, and now: {error.reason}"
            self.records.failed(message.entry, reason)
            return Done("failed", reason)
        if found is None:
            return None
        self.pace.settle(permit, happened=False)
        return self.sent(message, found)

    def sent(self, message: Handover, receipt: Receipt) -> Outcome:
        """Record that the gateway accepted it."""
        self.records.sent(message.entry, receipt, self.clock())
        return Done("sent")
