"""Handing a message over: its turn, its claim, the gateway, and what the gateway's answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from redis import RedisError

from proactive.batch import Batch
from proactive.delivery.gateway import Gateway
from proactive.delivery.pace import Pace
from proactive.delivery.permits import Granted, Wait
from proactive.errors import GatewayError, GatewayFault, PaceUnavailable, ProactiveError
from proactive.handover.lookup import Lookup
from proactive.handover.message import DELIVERY_UNKNOWN, Handover, Held
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

    def hand_over(self, message: Handover) -> Outcome:
        """Send it if it is its turn and nobody else is at it.

        Raises:
            GatewayError, SupabaseError, PaceUnavailable, redis.RedisError: worth another attempt.
        """
        (outcome,) = (outcome for _, outcome in self.hand_over_many(Batch([message.attempt.name]), [message]))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def hand_over_many(
        self, batch: Batch[Held], messages: Sequence[Handover]
    ) -> Iterator[tuple[Handover, Outcome | ProactiveError]]:
        """As `hand_over` for each in turn, as long as `batch` has not been relieved of it.

        Permits and claims are taken together; each message is then sent and its outcome given one by one.

        Raises:
            PaceUnavailable, redis.RedisError: Redis is away.
        """
        since = self.monotonic()
        with batch.kept():
            messages = [message for message in messages if message.attempt.name in batch]
            asked = [(message.instance.name, str(message.entry.occurrence.id)) for message in messages]
            answers = list(zip(messages, self.pace.acquire_many(asked), strict=True))
            waiting = [(message, answer) for message, answer in answers if isinstance(answer, Wait)]
            permitted = [(message, answer) for message, answer in answers if isinstance(answer, Granted)]
            reached("permitted")
            claims = self.records.claim_many([(message.entry, message.attempt.name) for message, _ in permitted])
            reached("claimed")
            held = [Held(message, permit, claim) for (message, permit), claim in zip(permitted, claims, strict=True)]
            for each in held:
                batch.hold(each.message.attempt.name, each)
        yield from self._wait(batch, waiting)
        sent = []
        for each in held:
            if batch.begin(each.message.attempt.name):
                outcome = self._tried(each, since)
                sent += [each.permit] if outcome == Done("sent") else []
                yield each.message, outcome
        self.pace.settle(*sent, happened=True)

    def let_go(self, held: Sequence[Held]) -> None:
        """Give permits and claims back under which nothing was begun. Raises redis.RedisError."""
        # one of unknown outcome may yet arrive: it keeps its place
        self.pace.settle(*(each.permit for each in held if each.claim.outcome != "unknown"), happened=False)
        self.records.give_up((each.message.entry, each.claim) for each in held)

    def _wait(
        self, batch: Batch[Held], waiting: Sequence[tuple[Handover, Wait]]
    ) -> Iterator[tuple[Handover, Outcome]]:
        unseen = [message.entry for message, _ in waiting if not message.known]
        if unseen:
            self.records.keep_pending(unseen)
        for message, wait in waiting:
            if batch.begin(message.attempt.name):
                yield message, Later(wait.seconds, wait.reason)

    def _tried(self, held: Held, since: float) -> Outcome | ProactiveError:
        try:
            return self._claimed(held, since)
        except (PaceUnavailable, RedisError):
            raise
        except ProactiveError as error:
            return error

    def _claimed(self, held: Held, since: float) -> Outcome:
        """Send what is claimed; `since` is when permit and claim were asked for."""
        message, permit, claim = held.message, held.permit, held.claim
        if claim.outcome != "claimed":
            # one of unknown outcome may yet arrive: it keeps a place while it is looked for
            self.pace.settle(permit, happened=claim.outcome == "unknown")
            return self._not_ours(message, claim)
        if claim.doubt:
            settled = self.lookup.settle_doubt(message, permit, claim)
            if settled is not None:
                return settled
        if self.monotonic() - since > self.fresh:  # time has passed: a permit of now, or not now
            self.pace.settle(permit, happened=False)
            since, answer = self.monotonic(), self.pace.acquire(message.instance.name, str(message.entry.occurrence.id))
            if not isinstance(answer, Granted):
                self.records.give_up([(message.entry, claim)])
                return Later(answer.seconds, answer.reason)
            permit = answer
        if not self.records.begin(message.entry, claim):
            self.pace.settle(permit, happened=False)
            return Later(1.0, "the attempt stood still for too long, another one took over")
        reached("begun")
        if self.monotonic() - since > self.fresh:
            self.pace.settle(permit, happened=False)
            self.records.release(message.entry, claim, doubt=False)
            return Later(1.0, "the attempt stood still for too long")
        return self._send(message, permit, claim)

    def _send(self, message: Handover, permit: Granted, claim: Claim) -> Outcome:
        try:
            receipt = self.gateway.send(message.instance.name, message.phone, message.text)
        except GatewayError as error:
            reached("answered")
            if error.fault is not GatewayFault.UNKNOWN:  # an unknown outcome keeps its place in the window
                self.pace.settle(permit, happened=error.may_have_accepted or error.permanent)
            return self._not_accepted(message, claim, error)
        reached("answered")
        return self.lookup.sent(message, receipt)

    def _not_accepted(self, message: Handover, claim: Claim, error: GatewayError) -> Outcome:
        if error.fault is GatewayFault.UNKNOWN:
            return self.lookup.settle(message, looks=0)
        if error.fault in (GatewayFault.DISCONNECTED, GatewayFault.THROTTLED):
            self.pace.pause(message.instance.name, self.pause_seconds, error.reason)
        if error.fault is GatewayFault.THROTTLED:
            self.records.release(message.entry, claim, doubt=False)
            return Later(self.pause_seconds, error.reason)
        if not (error.permanent or message.attempt.last):
            self.records.release(message.entry, claim, doubt=error.may_have_accepted)
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
