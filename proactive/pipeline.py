"""In which order: facts, worth it, text, pace, claim, gateway, record. `docs/guarantees.md` says why.

Nothing is decided here that a room decides: this is only the way through the house.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from proactive.delivery.gateway import Gateway
from proactive.delivery.pace import Pace
from proactive.delivery.phones import parse_phone
from proactive.errors import InvalidInput, SupabaseError
from proactive.facts.reader import FactsReader
from proactive.handover import DELIVERY_UNKNOWN, Handover, Lookup, Sending, handed_over
from proactive.messages import Attempt, Done, Draft, Later, Outcome, Reading, Task
from proactive.records import Entry, Records
from proactive.steps import reached
from proactive.text.composer import Composer
from proactive.timeliness import QuietHours, judge

#: How often a message that somebody paused looks whether it may go on.
_PAUSED_SECONDS = 30.0


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
        message = Handover(entry, instance, phone, task, attempt)
        return self._sending.hand_over(message, known=reading.record is not None)

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

    def _conclude(self, task: Task, attempt: Attempt, reading: Reading, reason: str) -> Outcome:
        """Record a failure, unless an earlier attempt may have handed the message over."""
        entry = Entry.of(task, attempt)
        claim = self.records.claim(entry, attempt.name)
        if claim.outcome == "busy":
            return Later(max(claim.seconds, 1.0), "another attempt is at it")
        if claim.outcome in ("sent", "failed"):
            return Done("already_sent" if claim.outcome == "sent" else "already_failed")
        if claim.outcome == "unknown" or claim.doubt:
            message = handed_over(entry, task, attempt, reading)
            found, asked = self._lookup.once(message) if message else (None, False)
            if message and found:
                return self._lookup.sent(message, found)
            if claim.outcome == "unknown" or not asked:
                reason = f"{DELIVERY_UNKNOWN}: an earlier attempt was interrupted, and now: {reason}"
        self.records.failed(entry, reason)
        return Done("failed", reason)

    @property
    def _lookup(self) -> Lookup:
        return Lookup(self.gateway, self.pace, self.records, self.lease, self.pause_seconds, self.clock)

    @property
    def _sending(self) -> Sending:
        return Sending(
            self.gateway, self.pace, self.records, self._lookup, self.pause_seconds, self.fresh, self.monotonic
        )


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
