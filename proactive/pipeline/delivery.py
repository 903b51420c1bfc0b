"""Handing a message over: its turn, its claim, the gateway, and what the gateway's answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from redis import RedisError

from proactive.errors import GatewayError, GatewayFault, ProactiveError, RateLimiterUnavailable
from proactive.failpoints import failpoint
from proactive.gateways.base import Gateway
from proactive.gateways.permits import Granted, Wait
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.task import Done, Later, Outcome
from proactive.pipeline.batch import Batch
from proactive.pipeline.outgoing import DELIVERY_UNKNOWN, LeasedMessage, OutgoingMessage
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.leases import Lease
from proactive.records.store import Records


@dataclass(frozen=True, slots=True)
class Delivery:
    """The only one that sends. `monotonic` counts seconds.

    `fresh` is how many seconds old a permit and a claim may be at most when they are used: a process that
    stood still for longer asks anew.
    """

    gateway: Gateway
    rate_limiter: RateLimiter
    records: Records
    lookup: Reconciler
    pause_seconds: float
    fresh: float
    monotonic: Callable[[], float]

    def hand_over(self, message: OutgoingMessage) -> Outcome:
        """Send it if it is its turn and nobody else is at it.

        Raises:
            GatewayError, SupabaseError, RateLimiterUnavailable, redis.RedisError: worth another attempt.
        """
        (outcome,) = (outcome for _, outcome in self.hand_over_many(Batch([message.attempt.name]), [message]))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def hand_over_many(
        self, batch: Batch[LeasedMessage], messages: Sequence[OutgoingMessage]
    ) -> Iterator[tuple[OutgoingMessage, Outcome | ProactiveError]]:
        """As `hand_over` for each in turn, as long as `batch` has not been relieved of it.

        Permits and claims are taken together; each message is then sent and its outcome given one by one.

        Raises:
            RateLimiterUnavailable, redis.RedisError: Redis is away.
        """
        since = self.monotonic()
        with batch.kept():
            messages = [message for message in messages if message.attempt.name in batch]
            asked = [(message.instance.name, str(message.entry.occurrence.id)) for message in messages]
            answers = list(zip(messages, self.rate_limiter.acquire_many(asked), strict=True))
            waiting = [(message, answer) for message, answer in answers if isinstance(answer, Wait)]
            permitted = [(message, answer) for message, answer in answers if isinstance(answer, Granted)]
            failpoint("permitted")
            claims = self.records.claim_many([(message.entry, message.attempt.name) for message, _ in permitted])
            failpoint("claimed")
            held = [
                LeasedMessage(message, permit, claim)
                for (message, permit), claim in zip(permitted, claims, strict=True)
            ]
            for each in held:
                batch.hold(each.message.attempt.name, each)
        yield from self._wait(batch, waiting)
        sent = []
        for each in held:
            if batch.begin(each.message.attempt.name):
                outcome = self._tried(each, since)
                sent += [each.permit] if outcome == Done("sent") else []
                yield each.message, outcome
        self.rate_limiter.settle(*sent, happened=True)

    def let_go(self, held: Sequence[LeasedMessage]) -> None:
        """Give permits and claims back under which nothing was begun. Raises redis.RedisError."""
        # one of unknown outcome may yet arrive: it keeps its place
        self.rate_limiter.settle(*(each.permit for each in held if each.claim.outcome != "unknown"), happened=False)
        self.records.give_up((each.message.entry, each.claim) for each in held)

    def _wait(
        self, batch: Batch[LeasedMessage], waiting: Sequence[tuple[OutgoingMessage, Wait]]
    ) -> Iterator[tuple[OutgoingMessage, Outcome]]:
        unseen = [message.entry for message, _ in waiting if not message.known]
        if unseen:
            self.records.keep_pending(unseen)
        for message, wait in waiting:
            if batch.begin(message.attempt.name):
                yield message, Later(wait.seconds, wait.reason)

    def _tried(self, held: LeasedMessage, since: float) -> Outcome | ProactiveError:
        try:
            return self._claimed(held, since)
        except (RateLimiterUnavailable, RedisError):
            raise
        except ProactiveError as error:
            return error

    def _claimed(self, held: LeasedMessage, since: float) -> Outcome:
        """Send what is claimed; `since` is when permit and claim were asked for."""
        message, permit, claim = held.message, held.permit, held.claim
        if claim.outcome != "claimed":
            # one of unknown outcome may yet arrive: it keeps a place while it is looked for
            self.rate_limiter.settle(permit, happened=claim.outcome == "unknown")
            return self._not_ours(message, claim)
        if claim.maybe_accepted:
            settled = self.lookup.resolve_maybe_accepted(message, permit, claim)
            if settled is not None:
                return settled
        if self.monotonic() - since > self.fresh:  # time has passed: a permit of now, or not now
            self.rate_limiter.settle(permit, happened=False)
            since, answer = (
                self.monotonic(),
                self.rate_limiter.acquire(message.instance.name, str(message.entry.occurrence.id)),
            )
            if not isinstance(answer, Granted):
                self.records.give_up([(message.entry, claim)])
                return Later(answer.seconds, answer.reason)
            permit = answer
        if not self.records.begin(message.entry, claim):
            self.rate_limiter.settle(permit, happened=False)
            return Later(1.0, "the attempt stood still for too long, another one took over")
        failpoint("begun")
        if self.monotonic() - since > self.fresh:
            self.rate_limiter.settle(permit, happened=False)
            self.records.release(message.entry, claim, maybe_accepted=False)
            return Later(1.0, "the attempt stood still for too long")
        return self._send(message, permit, claim)

    def _send(self, message: OutgoingMessage, permit: Granted, claim: Lease) -> Outcome:
        try:
            receipt = self.gateway.send(message.instance.name, message.phone, message.text)
        except GatewayError as error:
            failpoint("answered")
            if error.fault is not GatewayFault.UNKNOWN:  # an unknown outcome keeps its place in the window
                self.rate_limiter.settle(permit, happened=error.may_have_accepted or error.permanent)
            return self._not_accepted(message, claim, error)
        failpoint("answered")
        return self.lookup.sent(message, receipt)

    def _not_accepted(self, message: OutgoingMessage, claim: Lease, error: GatewayError) -> Outcome:
        if error.fault is GatewayFault.UNKNOWN:
            return self.lookup.settle(message, checks=0)
        if error.fault in (GatewayFault.DISCONNECTED, GatewayFault.THROTTLED):
            self.rate_limiter.pause(message.instance.name, self.pause_seconds, error.reason)
        if error.fault is GatewayFault.THROTTLED:
            self.records.release(message.entry, claim, maybe_accepted=False)
            return Later(self.pause_seconds, error.reason)
        if not (error.permanent or message.attempt.last):
            self.records.release(message.entry, claim, maybe_accepted=error.may_have_accepted)
            raise error
        return self._failed(message, error)

    def _failed(self, message: OutgoingMessage, error: GatewayError) -> Outcome:
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

    def _not_ours(self, message: OutgoingMessage, claim: Lease) -> Outcome:
        if claim.outcome == "sent":
            return Done("already_sent")
        if claim.outcome == "failed":
            return Done("already_failed")
        if claim.outcome == "busy":
            return Later(max(claim.seconds, 1.0), "another attempt is at it")
        return self.lookup.settle(message, claim.checks)
