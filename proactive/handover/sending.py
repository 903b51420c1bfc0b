"""Handing a message over: its turn, its claim, the gateway, and what the gateway's answer means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proactive.delivery.gateway import Gateway
from proactive.delivery.pace import Pace
from proactive.delivery.permits import Granted
from proactive.errors import GatewayError, GatewayFault
from proactive.handover.lookup import Lookup
from proactive.handover.message import DELIVERY_UNKNOWN, Handover
from proactive.messages import Done, Later, Outcome
from proactive.records import Claim, Records
from proactive.steps import reached


@dataclass(frozen=True, slots=True)
class Sending:
    """The only one that sends. `monotonic` counts seconds.

    `fresh` is how many seconds old a permit and a claim may be at most when they are used: a process that
    stood still for longer asks anew.
    """

    gateway: Gateway
    pace: Pace
    records: Records
    lookup: Lookup
    pause_seconds: float
    fresh: float
    monotonic: Callable[[], float]

    def hand_over(self, message: Handover, *, known: bool) -> Outcome:
        """Send it if it is its turn and nobody else is at it; `known` says whether it has a record already.

        Raises:
            GatewayError, SupabaseError, PaceUnavailable, redis.RedisError: worth another attempt.
        """
        since = self.monotonic()
        permit = self.pace.acquire(message.instance.name, str(message.entry.occurrence.id))
        if not isinstance(permit, Granted):
            if not known:
                self.records.keep_pending(message.entry)
            return Later(permit.seconds, permit.reason)
        reached("permitted")
        claim = self.records.claim(message.entry, message.attempt.name)
        reached("claimed")
        if claim.outcome != "claimed":
            # one of unknown outcome may yet arrive: it keeps a place while it is looked for
            self.pace.settle(permit, happened=claim.outcome == "unknown")
            return self._not_ours(message, claim)
        if claim.doubt:
            settled = self.lookup.settle_doubt(message, permit)
            if settled is not None:
                return settled
        if self.monotonic() - since > self.fresh:
            return self._begin_again(message, permit, claim)
        return self._send(message, permit)

    def _begin_again(self, message: Handover, old: Granted, claim: Claim) -> Outcome:
        """Time has passed since permit and claim were given: both anew, or not now."""
        self.pace.settle(old, happened=False)
        since = self.monotonic()
        if not self.records.renew(message.entry, claim):
            return Later(1.0, "the attempt stood still for too long, another one is finding out")
        permit = self.pace.acquire(message.instance.name, str(message.entry.occurrence.id))
        if not isinstance(permit, Granted):
            self.records.release(message.entry, doubt=False)
            return Later(permit.seconds, permit.reason)
        if self.monotonic() - since > self.fresh:
            self.pace.settle(permit, happened=False)
            self.records.release(message.entry, doubt=False)
            return Later(1.0, "the attempt stood still for too long")
        return self._send(message, permit)

    def _send(self, message: Handover, permit: Granted) -> Outcome:
        try:
            receipt = self.gateway.send(message.instance.name, message.phone, message.text)
        except GatewayError as error:
            reached("answered")
            if error.fault is not GatewayFault.UNKNOWN:  # an unknown outcome keeps its place in the window
                self.pace.settle(permit, happened=error.may_have_accepted or error.permanent)
            return self._not_accepted(message, error)
        reached("answered")
        outcome = self.lookup.sent(message, receipt)
        self.pace.settle(permit, happened=True)
        return outcome

    def _not_accepted(self, message: Handover, error: GatewayError) -> Outcome:
        if error.fault is GatewayFault.UNKNOWN:
            return self.lookup.settle(message, looks=0)
        if error.fault in (GatewayFault.DISCONNECTED, GatewayFault.THROTTLED):
            self.pace.pause(message.instance.name, self.pause_seconds, error.reason)
        if error.fault is GatewayFault.THROTTLED:
            self.records.release(message.entry, doubt=False)
            return Later(self.pause_seconds, error.reason)
        if not (error.permanent or message.attempt.last):
            self.records.release(message.entry, doubt=error.may_have_accepted)
            raise error
        return self._failed(message, error)

    def _failed(self, message: Handover, error: GatewayError) -> Outcome:
        """Record the gateway's last word, unless it shows the message after all."""
        reason = error.reason
        if error.may_have_accepted or error.fault is GatewayFault.DISCONNECTED:
            try:
                found = self.lookup.find(message)
            except GatewayError as unasked:
                found, reason = None, f"{DELIVERY_UNKNOWN}: {reason}, and then: {unasked.reason}"
            if found is not None:
                return self.lookup.sent(message, found)
        self.records.failed(message.entry, reason)
        if error.permanent:
            return Done("failed", reason)
        raise error

    def _not_ours(self, message: Handover, claim: Claim) -> Outcome:
        if claim.outcome == "sent":
            return Done("already_sent")
        if claim.outcome == "failed":
            return Done("already_failed")
        if claim.outcome == "busy":
            return Later(max(claim.seconds, 1.0), "another attempt is at it")
        return self.lookup.settle(message, claim.looks)
