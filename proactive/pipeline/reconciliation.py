"""Asking the gateway what became of a message, where nobody else can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from proactive.errors import GatewayError, SupabaseError
from proactive.gateways.base import Gateway
from proactive.gateways.permits import Granted
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Receipt
from proactive.model.task import Done, Later, Outcome
from proactive.pipeline.outgoing import DELIVERY_UNKNOWN, OutgoingMessage
from proactive.records.leases import CHECK_AGAIN, Lease
from proactive.records.store import Records

#: Clocks of the gateway and ours may differ; an equal text sent earlier than this is another message.
_CLOCK_SLACK = dt.timedelta(minutes=10)
#: How often a gateway that answers is asked for a message that it does not show.
_CHECKS = 2
#: How often a gateway that cannot answer is asked.
_CHECKS_IN_VAIN = 10


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Finds out, never sends. `lease` is the claim's, in seconds; `clock` answers the current instant (UTC)."""

    gateway: Gateway
    rate_limiter: RateLimiter
    records: Records
    lease: float
    pause_seconds: float
    clock: Callable[[], dt.datetime]

    def find(self, message: OutgoingMessage) -> Receipt | None:
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

    def once(self, message: OutgoingMessage) -> tuple[Receipt | None, bool]:
        """What the gateway shows, and whether it could be asked."""
        try:
            return self.find(message), True
        except GatewayError:
            return None, False

    def settle(self, message: OutgoingMessage, checks: int) -> Outcome:
        """Nobody knows whether it went out: ask the gateway, never send again."""
        try:
            found = self.find(message)
        except GatewayError as error:
            # what stands before a gateway that does not answer may yet arrive, all of it at once
            self.rate_limiter.pause(message.instance.name, self.pause_seconds, error.reason)
            if checks < _CHECKS_IN_VAIN:
                return Later(self.lease, f"outcome unknown and the gateway cannot be asked: {error.reason}")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway cannot be asked"
        else:
            if found is not None:
                return self.sent(message, found)
            if checks < _CHECKS:
                return Later(CHECK_AGAIN if checks else self.lease, "outcome unknown, the gateway does not show it yet")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway does not show the message"
        self.records.failed(message.entry, reason)
        return Done("failed", reason)

    def resolve_maybe_accepted(self, message: OutgoingMessage, permit: Granted, claim: Lease) -> Outcome | None:
        """An earlier attempt got a failure that may hide a yes: None if the gateway surely has no message.

        Otherwise the permit is given back.

        Raises:
            GatewayError, SupabaseError: that cannot be known, so nothing may be sent now.
        """
        try:
            found = self.find(message)
        except (GatewayError, SupabaseError) as error:
            self.rate_limiter.settle(permit, happened=False)
            if isinstance(error, SupabaseError) or not message.attempt.last:
                self.records.release(message.entry, claim, maybe_accepted=True)
                raise
            reason = f"{DELIVERY_UNKNOWN}: the gateway failed before, and now: {error.reason}"
            self.records.failed(message.entry, reason)
            return Done("failed", reason)
        if found is None:
            return None
        self.rate_limiter.settle(permit, happened=False)
        return self.sent(message, found)

    def sent(self, message: OutgoingMessage, receipt: Receipt) -> Outcome:
        """Record that the gateway accepted it."""
        self.records.sent(message.entry, receipt, self.clock())
        return Done("sent")
