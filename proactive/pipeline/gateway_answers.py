"""The gateway's answers: what becomes of a message that a gateway did not confirm."""

from __future__ import annotations

from dataclasses import dataclass

from proactive.gateways.back_off import BackOff, Waiting
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.context import Instance
from proactive.model.durations import DISCONNECTED_AFTER
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Done, Later, Outcome
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.pipeline.batch import WorkItem
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.pipeline.reconciliation import Reconciler
from proactive.records.leases import Lease
from proactive.records.outcomes import OutcomeBatch
from proactive.records.store import Records


@dataclass(frozen=True, slots=True)
class GatewayAnswers:
    """Decides what a gateway's refusal or silence means for a message; `pause_seconds` is an instance's rest."""

    back_off: BackOff
    rate_limiter: RateLimiter
    records: Records
    reconciler: Reconciler
    pause_seconds: float

    def not_accepted(
        self, item: WorkItem, message: OutgoingMessage, lease: Lease, error: GatewayError, outcomes: OutcomeBatch
    ) -> Outcome:
        """Decide what becomes of a message that the gateway did not confirm; its lease is ours.

        Raises:
            GatewayError: the same one, where another attempt may help; the lease is given back.
        """
        if error.fault is GatewayFault.UNKNOWN:
            return self.reconciler.resolve(item, message, 0, outcomes)
        if error.fault in (GatewayFault.UNREACHABLE, GatewayFault.UNAUTHORIZED):
            if error.fault is GatewayFault.UNAUTHORIZED:
                self.back_off.tell_operators(error.failure)
            return self._wait(
                message, lease, error, self.back_off.wait(message.instance.name, error.fault, error.failure)
            )
        if error.fault is GatewayFault.DISCONNECTED:
            return self._disconnected(item, message, lease, error, outcomes)
        if error.fault is GatewayFault.THROTTLED:
            self.rate_limiter.pause(message.instance.name, self.pause_seconds, error.failure.text)
            self.records.release(message.entry.troubled("overlimit"), lease, maybe_accepted=False)
            rests = WaitNote(WaitReason.INSTANCE_RESTS, failure=error.failure)
            return Later(self.pause_seconds, error.failure.text, rests)
        if message.entry.to_client and error.fault is GatewayFault.NO_INSTANCE:
            return self._not_now(message, lease, error)
        if not (error.permanent or item.attempt.last):
            self.records.release(message.entry, lease, maybe_accepted=error.may_have_accepted)
            raise error
        if message.entry.to_client and not (error.permanent or error.may_have_accepted):
            return self._not_now(message, lease, error)
        return self._fail(item, message, lease, error, outcomes)

    def _not_now(self, message: OutgoingMessage, lease: Lease, error: GatewayError) -> Done:
        """Nothing was sent to a client, and nothing will be while its campaign does not go on."""
        self.records.release(message.entry.troubled("gateway"), lease, maybe_accepted=False)
        return Done("not_now", error.failure)

    def with_cause(self, failure: Failure, instance: Instance | None) -> Failure:
        """The failure of a message that is too late, with what it waited for until now where that is known.

        Raises:
            redis.RedisError: Redis is away.
        """
        if instance is None or not failure.reason.is_too_late:
            return failure
        cause = self.back_off.reason(instance.name)
        if cause is None and instance.connecting:
            cause = Failure(FailureReason.INSTANCE_CONNECTING)
        return Failure(FailureReason.TOO_LATE_AFTER_WAITING, causes=(failure, cause)) if cause else failure

    def _disconnected(
        self, item: WorkItem, message: OutgoingMessage, lease: Lease, error: GatewayError, outcomes: OutcomeBatch
    ) -> Outcome:
        """Wait while the instance may come back by itself; otherwise the message fails, until the instance is back."""
        name = message.instance.name
        waiting = self.back_off.wait(name, error.fault, error.failure)
        state = self.reconciler.state(name)
        if state != "connecting" and waiting.lasted >= DISCONNECTED_AFTER and not message.entry.to_client:
            self.rate_limiter.pause(name, self.pause_seconds, error.failure.text)
            known = Failure(error.failure.reason, {**error.failure.details, "state": state})
            return self._fail(item, message, lease, GatewayError(error.fault, known.reason, known.details), outcomes)
        if error.failure.details.get("status") == "400":  # while sending: seen as not sent, asked for all the same
            found, _ = self.reconciler.find_if_possible(item, message, lease.handed_over)
            if found is not None:
                return self.reconciler.accepted(message, found, outcomes)
        return self._wait(message, lease, error, waiting)

    def _wait(self, message: OutgoingMessage, lease: Lease, error: GatewayError, waiting: Waiting) -> Later:
        self.records.release(message.entry, lease, maybe_accepted=False)
        return Later(waiting.seconds, error.failure.text, WaitNote(WaitReason.GATEWAY, failure=error.failure))

    def _fail(
        self, item: WorkItem, message: OutgoingMessage, lease: Lease, error: GatewayError, outcomes: OutcomeBatch
    ) -> Outcome:
        """Write the gateway's last word as a failure, unless it shows the message after all."""
        failure = error.failure
        if error.may_have_accepted or error.fault is GatewayFault.DISCONNECTED:
            try:
                found = self.reconciler.find(item, message, lease.handed_over)
                if found is None and error.may_have_accepted and not self.reconciler.not_found_counts(message):
                    failure = Failure(FailureReason.UNKNOWN_CANNOT_TELL)
            except GatewayError as unasked:
                causes = (failure, unasked.failure)
                found, failure = None, Failure(FailureReason.UNKNOWN_LOOKUP_FAILED, causes=causes)
            if found is not None:
                return self.reconciler.accepted(message, found, outcomes)
        entry = message.entry.handed_over_as(lease.handed_over if failure.reason.is_unknown_delivery else ())
        done = outcomes.failed(entry, failure)
        if error.permanent:
            return done
        raise error
