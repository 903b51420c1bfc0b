"""In which order: facts, worth it, text, pace, claim, gateway, record. `docs/guarantees.md` says why.

Nothing is decided here that a room decides: this is only the way through the house.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from proactive.delivery.gateway import Gateway
from proactive.delivery.pace import Pace
from proactive.delivery.permits import Granted
from proactive.delivery.phones import Phone, parse_phone
from proactive.errors import GatewayError, GatewayFault, InvalidInput, SupabaseError
from proactive.facts.reader import FactsReader
from proactive.messages import Attempt, Done, Draft, Instance, Later, Outcome, Reading, Receipt, Task
from proactive.records import LOOK_AGAIN, Claim, Entry, Records
from proactive.steps import reached
from proactive.text.composer import Composer
from proactive.timeliness import QuietHours, judge

logger = logging.getLogger(__name__)

#: What the reason of a failed record starts with when nobody can tell whether the message went out.
DELIVERY_UNKNOWN = "delivery unknown"
#: Clocks of the gateway and ours may differ; an equal text sent earlier than this is another message.
_CLOCK_SLACK = dt.timedelta(minutes=10)
#: How often a message that somebody paused looks whether it may go on.
_PAUSED_SECONDS = 30.0
#: How often a gateway that answers is asked for a message that it does not show.
_LOOKS = 2
#: How often a gateway that cannot answer is asked.
_LOOKS_IN_VAIN = 10


@dataclass(frozen=True, slots=True)
class Handover:
    """A composed message with everything that its way through the gateway needs."""

    entry: Entry
    instance: Instance
    phone: Phone
    task: Task
    attempt: Attempt

    @property
    def text(self) -> str:
        """The text as it goes out."""
        return self.entry.content or ""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The way of one occurrence. `clock` answers the current instant (UTC); `lease` is the claim's, in seconds."""

    facts: FactsReader
    composer: Composer
    gateway: Gateway
    pace: Pace
    records: Records
    quiet: QuietHours
    lease: float
    clock: Callable[[], dt.datetime]
    pause_seconds: float = 30.0
    #: Seconds after which a permit and a claim are too old to send with: the process stood still.
    fresh: float = 5.0
    monotonic: Callable[[], float] = time.monotonic

    def run(self, task: Task, attempt: Attempt) -> Outcome:
        """Bring an occurrence as far as it goes now.

        Raises:
            SupabaseError, AuroraServiceError, GatewayError, PaceUnavailable: worth another attempt. On the last
                one (`attempt.last`) the AI is done without, and a gateway's failure is recorded first.
        """
        now = self.clock()
        verdict = judge(task, now, self.quiet)
        if isinstance(verdict, Later):
            return verdict
        late = verdict is not None
        reading = self.facts.read(task.occurrence, task.scheduled_for if late else now, task.data)
        reached("facts_read")
        if reading.record is not None and reading.record.status != "pending":
            return Done("already_sent" if reading.record.status == "sent" else "already_failed")
        nobody = _no_receiver(reading)
        if nobody is not None:
            return self._skip(task, attempt, reading, nobody)
        if reading.record is None and reading.facts is not None and not reading.facts.fires:
            return Done("nothing_to_say")
        if verdict is not None:
            return self._conclude(task, attempt, reading, verdict)
        paused = reading.paused(task.type)
        if paused is not None:
            return Later(_PAUSED_SECONDS, f"paused: {paused}")
        return self._compose(task, attempt, reading)

    def _skip(self, task: Task, attempt: Attempt, reading: Reading, reason: str) -> Outcome:
        if reading.record is None:
            return Done("skipped", reason)
        return self._conclude(task, attempt, reading, reason)

    def _compose(self, task: Task, attempt: Attempt, reading: Reading) -> Outcome:
        instance = reading.instance
        if instance is None or not instance.connected:
            state = "the organisation has none" if instance is None else f"its state is {instance.status}"
            return self._conclude(task, attempt, reading, f"WhatsApp instance disconnected: {state}")
        draft = self._draft(attempt, reading)
        reached("composed")
        entry = Entry.of(task, attempt, draft)
        phone = parse_phone(reading.owner.phone if reading.owner else None)
        return self._wait_for_turn(Handover(entry, instance, phone, task, attempt), reading)

    def _draft(self, attempt: Attempt, reading: Reading) -> Draft:
        """The text that an earlier attempt wrote into the record, else a new one."""
        record = reading.record
        if record is not None and record.content:
            kept = record.metadata
            by_ai = kept.get("composer") == "ai"
            return Draft(record.content, kept.get("facts", {}), "ai" if by_ai else "layout", kept.get("fallback"))
        if reading.facts is None:
            raise SupabaseError("the facts are missing from an answer that names an owner")
        return self.composer.compose(reading.facts, last_attempt=attempt.last)

    def _wait_for_turn(self, message: Handover, reading: Reading) -> Outcome:
        since = self.monotonic()
        permit = self.pace.acquire(message.instance.name, str(message.entry.occurrence.id))
        if not isinstance(permit, Granted):
            if reading.record is None:
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
            settled = self._settle_doubt(message, permit)
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
        outcome = self._sent(message, receipt)
        self.pace.settle(permit, happened=True)
        return outcome

    def _not_accepted(self, message: Handover, error: GatewayError) -> Outcome:
        if error.fault is GatewayFault.UNKNOWN:
            return self._look_up(message, looks=0)
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
                found = self._find(message)
            except GatewayError as unasked:
                found, reason = None, f"{DELIVERY_UNKNOWN}: {reason}, and then: {unasked.reason}"
            if found is not None:
                return self._sent(message, found)
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
        return self._look_up(message, claim.looks)

    def _look_up(self, message: Handover, looks: int) -> Outcome:
        """Nobody knows whether it went out: ask the gateway, never send again."""
        try:
            found = self._find(message)
        except GatewayError as error:
            # what stands before a gateway that does not answer may yet arrive, all of it at once
            self.pace.pause(message.instance.name, self.pause_seconds, error.reason)
            if looks < _LOOKS_IN_VAIN:
                return Later(self.lease, f"outcome unknown and the gateway cannot be asked: {error.reason}")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway cannot be asked"
        else:
            if found is not None:
                return self._sent(message, found)
            if looks < _LOOKS:
                return Later(LOOK_AGAIN if looks else self.lease, "outcome unknown, the gateway does not show it yet")
            reason = f"{DELIVERY_UNKNOWN}: the connection was lost and the gateway does not show the message"
        self.records.failed(message.entry, reason)
        return Done("failed", reason)

    def _settle_doubt(self, message: Handover, permit: Granted) -> Outcome | None:
        """An earlier attempt got a failure that may hide a yes: None if the gateway surely has no message.

        Otherwise the permit is given back.

        Raises:
            GatewayError, SupabaseError: that cannot be known, so nothing may be sent now.
        """
        try:
            found = self._find(message)
        except (GatewayError, SupabaseError) as error:
            self.pace.settle(permit, happened=False)
            if isinstance(error, SupabaseError) or not message.attempt.last:
                self.records.release(message.entry, doubt=True)
                raise
            reason = f"{DELIVERY_UNKNOWN}: the gateway failed before, and now: {error.reason}"
            self.records.failed(message.entry, reason)
            return Done("failed", reason)
        if found is None:
            return None
        self.pace.settle(permit, happened=False)
        return self._sent(message, found)

    def _find(self, message: Handover) -> Receipt | None:
        text = self.records.kept_text(message.entry.occurrence.id) or message.text
        since = message.task.scheduled_for - _CLOCK_SLACK
        return self.records.unowned(
            message.entry, self.gateway.find_sent(message.instance.name, message.phone, text, since)
        )

    def _sent(self, message: Handover, receipt: Receipt) -> Outcome:
        self.records.sent(message.entry, receipt, self.clock())
        return Done("sent")

    def _conclude(self, task: Task, attempt: Attempt, reading: Reading, reason: str) -> Outcome:
        """Record a failure, unless an earlier attempt may have handed the message over."""
        entry = Entry.of(task, attempt)
        claim = self.records.claim(entry, attempt.name)
        if claim.outcome == "busy":
            return Later(max(claim.seconds, 1.0), "another attempt is at it")
        if claim.outcome in ("sent", "failed"):
            return Done("already_sent" if claim.outcome == "sent" else "already_failed")
        if claim.outcome == "unknown" or claim.doubt:
            message = _handed_over(entry, task, attempt, reading)
            found, asked = self._look_once(message) if message else (None, False)
            if message and found:
                return self._sent(message, found)
            if claim.outcome == "unknown" or not asked:
                reason = f"{DELIVERY_UNKNOWN}: an earlier attempt was interrupted, and now: {reason}"
        self.records.failed(entry, reason)
        return Done("failed", reason)

    def _look_once(self, message: Handover) -> tuple[Receipt | None, bool]:
        """What the gateway shows, and whether it could be asked."""
        try:
            return self._find(message), True
        except GatewayError:
            return None, False


def _handed_over(entry: Entry, task: Task, attempt: Attempt, reading: Reading) -> Handover | None:
    """What an earlier attempt may have sent, with the way it would have gone; None if that cannot be told."""
    content = reading.record.content if reading.record else None
    try:
        phone = parse_phone(reading.owner.phone if reading.owner else None)
    except InvalidInput:
        return None
    if reading.instance is None:
        return None
    return Handover(replace(entry, content=content), reading.instance, phone, task, attempt)


def _no_receiver(reading: Reading) -> str | None:
    """Why nobody may receive it; None if somebody may."""
    if reading.organization is None or not reading.is_active:
        return "the organisation does not exist or is not active"
    if reading.owner is None:
        return "the owner's number does not exist in this organisation"
    if not reading.owner.aurora_enabled:
        return "the owner has Aurora switched off"
    try:
        parse_phone(reading.owner.phone)
    except InvalidInput as error:
        return f"the owner has no usable phone: {error}"
    return None
