"""In which order: facts, worth it, text, pace, claim, gateway, record. `docs/guarantees.md` says why.

Nothing is decided here that a room decides: this is only the way through the house.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from proactive.errors import InvalidInput, ProactiveError, SupabaseError
from proactive.facts.reader import FactsReader, Question
from proactive.failpoints import failpoint
from proactive.gateways.base import Gateway
from proactive.gateways.phones import Phone, parse_phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import Draft, MessageContext
from proactive.model.task import Attempt, Done, Later, Outcome, Task
from proactive.pipeline.batch import Batch
from proactive.pipeline.delivery import Delivery
from proactive.pipeline.outgoing import DELIVERY_UNKNOWN, LeasedMessage, OutgoingMessage, earlier_message
from proactive.pipeline.reconciliation import Reconciler
from proactive.pipeline.send_window import QuietHours, send_window
from proactive.records.entry import RecordEntry
from proactive.records.store import Records
from proactive.text.composer import Composer

Result = TypeVar("Result")
#: How often a message that somebody paused looks whether it may go on.
_PAUSED_SECONDS = 30.0
#: How long a batch is read for, in seconds: what is not read by then goes back on the queue.
_READ_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Asked:
    """A task at an attempt, and why it is `too_late` for good where it is."""

    task: Task
    attempt: Attempt
    now: dt.datetime
    too_late: str | None

    @property
    def question(self) -> Question:
        """What is to be read: what holds now; of a message that is too late, what held when it was due."""
        as_of = self.task.scheduled_for if self.too_late else self.now
        return self.task.occurrence, as_of, self.task.data


@dataclass(frozen=True, slots=True)
class Fails:
    """It cannot be sent, and its record has to say for what `reason`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The way of one occurrence. `clock` answers the current instant (UTC); `lease` is the claim's, in seconds."""

    facts: FactsReader
    composer: Composer
    gateway: Gateway
    rate_limiter: RateLimiter
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
        asked = self._asked(task, attempt)
        if isinstance(asked, Later):
            return asked
        reading = self.facts.read(*asked.question)
        failpoint("facts_read")
        prepared = self._prepared(asked, reading)
        failpoint("composed")
        if isinstance(prepared, OutgoingMessage):
            return self._sending.hand_over(prepared)
        return self._conclude(asked, reading, prepared.reason) if isinstance(prepared, Fails) else prepared

    def run_many(
        self, batch: Batch[LeasedMessage], tasks: Iterable[tuple[Task, Attempt]]
    ) -> Iterator[tuple[Attempt, Outcome | ProactiveError]]:
        """As `run` for each, but read, claimed and recorded together; each one's outcome as soon as it is known.

        What `batch` is relieved of meanwhile has none, nor what could not be read in time.

        Raises:
            SupabaseError: they could not be read together; nothing of them was begun.
            PaceUnavailable, redis.RedisError: Redis is away.
        """
        asked = []
        for task, attempt in tasks:
            each = self._asked(task, attempt)
            if isinstance(each, Asked):
                asked.append(each)
            elif batch.begin(attempt.name):
                yield attempt, each
        readings = self.facts.read_many([each.question for each in asked], _READ_SECONDS)
        failpoint("facts_read")
        messages: list[OutgoingMessage] = []
        with self.records.together():
            yield from self._others(batch, zip(asked, readings, strict=False), messages)
            failpoint("composed")
            for message, outcome in self._sending.hand_over_many(batch, messages):
                yield message.attempt, outcome
            self.records.write_settled()

    def let_go(self, held: Iterable[LeasedMessage | None]) -> None:
        """Give back what was taken for tasks that a batch was relieved of. Raises redis.RedisError."""
        self._sending.let_go([each for each in held if each is not None])

    def _asked(self, task: Task, attempt: Attempt) -> Asked | Later:
        now = self.clock()
        verdict = send_window(task, now, self.quiet)
        return verdict if isinstance(verdict, Later) else Asked(task, attempt, now, verdict)

    def _others(
        self, batch: Batch[LeasedMessage], read: Iterable[tuple[Asked, MessageContext]], messages: list[OutgoingMessage]
    ) -> Iterator[tuple[Attempt, Outcome | ProactiveError]]:
        """Put what can be sent into `messages`; conclude the others."""
        for asked, reading in read:
            if asked.attempt.name not in batch:
                continue
            prepared = _tried(self._prepared, asked, reading)
            if isinstance(prepared, OutgoingMessage):
                messages.append(prepared)
            elif batch.begin(asked.attempt.name):
                if isinstance(prepared, Fails):
                    yield asked.attempt, _tried(self._conclude, asked, reading, prepared.reason)
                else:
                    yield asked.attempt, prepared

    def _prepared(self, asked: Asked, reading: MessageContext) -> OutgoingMessage | Fails | Outcome:
        """The composed message, or why there is none to send."""
        if reading.record is not None and reading.record.status != "pending":
            return Done("already_sent" if reading.record.status == "sent" else "already_failed")
        receiver = _receiver(reading)
        if not isinstance(receiver, Phone):
            return Done("skipped", receiver) if reading.record is None else Fails(receiver)
        if reading.record is None and reading.facts is not None and not reading.facts.fires:
            return Done("nothing_to_say")
        if asked.too_late is not None:
            return Fails(asked.too_late)
        paused = reading.paused(asked.task.type)
        if paused is not None:
            return Later(_PAUSED_SECONDS, f"paused: {paused}")
        return self._composed(asked, reading, receiver)

    def _composed(self, asked: Asked, reading: MessageContext, phone: Phone) -> OutgoingMessage | Fails:
        instance = reading.instance
        if instance is None or not instance.connected:
            state = "the organisation has none" if instance is None else f"its state is {instance.status}"
            return Fails(f"WhatsApp instance disconnected: {state}")
        entry = RecordEntry.of(asked.task, asked.attempt, self._draft(asked, reading))
        return OutgoingMessage(entry, instance, phone, asked.task, asked.attempt, known=reading.record is not None)

    def _draft(self, asked: Asked, reading: MessageContext) -> Draft:
        """The text that an earlier attempt wrote into the record, else a new one."""
        record = reading.record
        if record is not None and record.content:
            kept = record.metadata
            by_ai = kept.get("composer") == "ai"
            return Draft(record.content, kept.get("facts", {}), "ai" if by_ai else "layout", kept.get("fallback"))
        if reading.facts is None:
            raise SupabaseError("the facts are missing from an answer that names an owner")
        layout = MESSAGE_TYPES[asked.task.type].layout
        return self.composer.compose(layout, reading.facts, last_attempt=asked.attempt.last)

    def _conclude(self, asked: Asked, reading: MessageContext, reason: str) -> Outcome:
        """Record a failure, unless an earlier attempt may have handed the message over."""
        task, attempt = asked.task, asked.attempt
        entry = RecordEntry.of(task, attempt)
        claim = self.records.claim(entry, attempt.name)
        if claim.outcome == "busy":
            return Later(max(claim.seconds, 1.0), "another attempt is at it")
        if claim.outcome in ("sent", "failed"):
            return Done("already_sent" if claim.outcome == "sent" else "already_failed")
        if claim.outcome == "unknown" or claim.maybe_accepted:
            message = earlier_message(entry, task, attempt, reading)
            found, could_ask = self._lookup.once(message) if message else (None, False)
            if message and found:
                return self._lookup.sent(message, found)
            if claim.outcome == "unknown" or not could_ask:
                reason = f"{DELIVERY_UNKNOWN}: an earlier attempt was interrupted, and now: {reason}"
        self.records.failed(entry, reason)
        return Done("failed", reason)

    @property
    def _lookup(self) -> Reconciler:
        return Reconciler(self.gateway, self.rate_limiter, self.records, self.lease, self.pause_seconds, self.clock)

    @property
    def _sending(self) -> Delivery:
        return Delivery(
            self.gateway, self.rate_limiter, self.records, self._lookup, self.pause_seconds, self.fresh, self.monotonic
        )


def _tried(do: Callable[..., Result], *arguments: Any) -> Result | ProactiveError:
    """What it answers, or the error of ours that it raises."""
    try:
        return do(*arguments)
    except ProactiveError as error:
        return error


def _receiver(reading: MessageContext) -> Phone | str:
    """Who receives it, or why nobody may."""
    if reading.organization is None or not reading.is_active:
        return "the organisation does not exist or is not active"
    if reading.owner is None:
        return "the owner's number does not exist in this organisation"
    if not reading.owner.aurora_enabled:
        return "the owner has Aurora switched off"
    try:
        return parse_phone(reading.owner.phone)
    except InvalidInput as error:
        return f"the owner has no usable phone: {error}"
