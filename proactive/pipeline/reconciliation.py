"""Reconciliation: asking the gateway what became of a message whose outcome is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proactive.errors import SupabaseError
from proactive.gateways.back_off import BackOff
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import jid_variants
from proactive.gateways.rate_limit import RateLimiter
from proactive.gateways.send_memory import SendNote
from proactive.model.context import Receipt
from proactive.model.durations import CHECK_AGAIN
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Done, Later, Outcome
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.pipeline.batch import WorkItem
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.records.gateway_memory import GatewayMemory
from proactive.records.outcomes import OutcomeBatch
from proactive.records.store import Records

#: Clocks of the gateway and ours may differ; an equal text sent earlier than this is another message.
_CLOCK_SLACK = dt.timedelta(minutes=10)
#: How often a gateway that answers is asked for a message that it does not show.
_CHECKS = 2
#: How often a gateway that answers nothing of use is asked.
_CHECKS_IN_VAIN = 10
#: What a look-up fails with where the gateway is away, or its configuration is wrong: that passes.
_AWAY = frozenset({
    FailureReason.GATEWAY_TIMED_OUT, FailureReason.GATEWAY_CONNECTION_BROKE, FailureReason.GATEWAY_PROXY_FAILED,
    FailureReason.GATEWAY_KEY_REFUSED, FailureReason.GATEWAY_FORBIDDEN, FailureReason.GATEWAY_NOT_LICENSED,
})  # fmt: skip
_CANNOT_TELL = Failure(FailureReason.UNKNOWN_CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Reconciles unknown outcomes and never sends.

    `lease` is how long a lease is left alone, in seconds; `clock` answers now (UTC).
    """

    gateway: Gateway
    memory: GatewayMemory
    back_off: BackOff
    rate_limiter: RateLimiter
    records: Records
    lease: float
    pause_seconds: float
    clock: Callable[[], dt.datetime]

    def find(self, item: WorkItem, message: OutgoingMessage, message_ids: Sequence[str]) -> Receipt | None:
        """The message as the gateway shows it, None if it does not; `message_ids` are those it may have there.

        Raises:
            GatewayError: the gateway cannot be asked.
            SupabaseError: whose message it is cannot be known.
        """
        heard = self.records.heard(message.instance.name, message_ids)
        if heard is not None:  # its webhooks told of it: it was accepted
            return Receipt(heard, jid_variants(message.phone)[0])
        text = self.records.kept_text(message.entry.occurrence.id) or message.text
        since = message.entry.scheduled_for - _CLOCK_SLACK
        with item.metrics.timed("send"):
            shown = self.gateway.find_sent(message.instance.name, message.phone, text, since, message_ids)
        return self.records.unowned(message.entry, shown)

    def find_if_possible(
        self, item: WorkItem, message: OutgoingMessage, message_ids: Sequence[str]
    ) -> tuple[Receipt | None, bool]:
        """The message as the gateway shows it; and where it does not, whether that says that there is none."""
        try:
            found = self.find(item, message, message_ids)
            return found, found is not None or self.not_found_counts(message)
        except GatewayError as error:
            item.metrics.faults[error.fault] += 1
            return None, False

    def state(self, instance: str) -> str:
        """The instance's connection as the gateway believes it; empty where it cannot be asked."""
        try:
            return self.gateway.state(instance)
        except GatewayError:
            return ""

    def not_found_counts(self, message: OutgoingMessage) -> bool:
        """Whether a message that the gateway does not show is surely not there: it is known to keep messages."""
        return self.memory.keeps(message.instance.name) == "yes"

    def resolve(self, item: WorkItem, message: OutgoingMessage, checks: int, outcomes: OutcomeBatch) -> Outcome:
        """Resolve an unknown outcome: ask the gateway, never send again.

        `checks` is how often it was asked before. While the gateway is away, that is asked again for as long as the
        message is worth sending; the pipeline then says that it is unknown.
        """
        ids = item.lease.handed_over if item.lease else ()
        entry = message.entry.handed_over_as(ids)
        try:
            found = self.find(item, message, ids)
        except GatewayError as error:
            item.metrics.faults[error.fault] += 1
            if checks < _CHECKS_IN_VAIN or _is_away(error):
                return self._ask_later(message, checks, error)
            return outcomes.failed(entry, Failure(FailureReason.UNKNOWN_GATEWAY_AWAY))
        if found is not None:
            return self.accepted(message, found, outcomes)
        if checks < _CHECKS:
            reason = "outcome unknown, the gateway does not show it yet"
            return Later(CHECK_AGAIN if checks else self.lease, reason, WaitNote(WaitReason.OUTCOME_UNKNOWN))
        not_shown = Failure(FailureReason.UNKNOWN_NOT_SHOWN)
        if not self.not_found_counts(message):
            not_shown = _CANNOT_TELL
        return outcomes.failed(entry, not_shown)

    def resolve_maybe_accepted(
        self, item: WorkItem, message: OutgoingMessage, outcomes: OutcomeBatch
    ) -> Outcome | None:
        """Ask before sending, where an earlier attempt got a failure that may hide an acceptance.

        None if the gateway surely has no message: it may be sent. Otherwise the outcome; the permit is given back.
        Where the gateway is not known to keep messages, nobody can tell, and it is not sent again.

        Raises:
            GatewayError, SupabaseError: that cannot be known now, so nothing may be sent now.
        """
        ids = item.lease.earlier_ids if item.lease else ()
        try:
            found = self.find(item, message, ids)
        except (GatewayError, SupabaseError) as error:
            self._give_permit_back(item)
            if isinstance(error, GatewayError) and error.fault is GatewayFault.UNREACHABLE:
                self._release(item, message)
                waiting = self.back_off.wait(message.instance.name, error.fault, error.failure)
                note = WaitNote(WaitReason.GATEWAY, failure=error.failure)
                return Later(waiting.seconds, error.failure.text, note)
            if isinstance(error, SupabaseError) or not item.attempt.last:
                self._release(item, message)
                raise
            cause = (error.failure,)
            entry = message.entry.handed_over_as(ids)
            return outcomes.failed(entry, Failure(FailureReason.UNKNOWN_AFTER_FAILURE, causes=cause))
        if found is None and self.not_found_counts(message):
            return None
        self._give_permit_back(item)
        if found is None:
            return outcomes.failed(message.entry.handed_over_as(ids), _CANNOT_TELL)
        return self.accepted(message, found, outcomes)

    def accepted(
        self, message: OutgoingMessage, receipt: Receipt, outcomes: OutcomeBatch, note: SendNote | None = None
    ) -> Done:
        """Write that the gateway accepted the message, with the `note` for its instance's breaker if it has just."""
        return outcomes.sent(message.entry, receipt, self.clock(), note)

    def _ask_later(self, message: OutgoingMessage, checks: int, error: GatewayError) -> Later:
        instance, soonest = message.instance.name, CHECK_AGAIN if checks else self.lease
        waiting = self.back_off.wait(instance, GatewayFault.UNREACHABLE, error.failure)
        if error.fault is not GatewayFault.UNREACHABLE:
            # what stands before a gateway that does not answer may yet arrive, all of it at once
            self.rate_limiter.pause(instance, self.pause_seconds, error.failure.text)
            soonest = max(soonest, self.pause_seconds)
        reason = f"outcome unknown and the gateway cannot be asked: {error.failure.text}"
        note = WaitNote(WaitReason.OUTCOME_UNKNOWN, failure=error.failure)
        return Later(max(soonest, waiting.seconds), reason, note)

    def _give_permit_back(self, item: WorkItem) -> None:
        if item.permit is not None:
            self.rate_limiter.confirm(item.permit, happened=False)

    def _release(self, item: WorkItem, message: OutgoingMessage) -> None:
        if item.lease is not None:
            self.records.release(message.entry, item.lease, maybe_accepted=True)


def _is_away(error: GatewayError) -> bool:
    """Whether a look-up failed because there was no gateway to answer it, or none that takes our key."""
    causes = {error.failure.reason, *(cause.reason for cause in error.failure.causes)}
    return error.fault is GatewayFault.UNREACHABLE or not _AWAY.isdisjoint(causes)
