"""A composed message on its way to the gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proactive.errors import InvalidInput
from proactive.gateways.permits import Granted
from proactive.gateways.phones import Phone, parse_phone
from proactive.model.context import Instance, MessageContext
from proactive.model.task import Attempt, Task
from proactive.records.entry import RecordEntry
from proactive.records.leases import Lease

#: What the reason of a failed record starts with when nobody can tell whether the message went out.
DELIVERY_UNKNOWN = "delivery unknown"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A composed message with everything that its way through the gateway needs.

    `known` says whether it has a record already.
    """

    entry: RecordEntry
    instance: Instance
    phone: Phone
    task: Task
    attempt: Attempt
    known: bool

    @property
    def text(self) -> str:
        """The text as it goes out."""
        return self.entry.content or ""


def earlier_message(
    entry: RecordEntry, task: Task, attempt: Attempt, reading: MessageContext
) -> OutgoingMessage | None:
    """What an earlier attempt may have sent, with the way it would have gone; None if that cannot be told."""
    content = reading.record.content if reading.record else None
    try:
        phone = parse_phone(reading.owner.phone if reading.owner else None)
    except InvalidInput:
        return None
    if reading.instance is None:
        return None
    return OutgoingMessage(replace(entry, content=content), reading.instance, phone, task, attempt, known=True)


@dataclass(frozen=True, slots=True)
class LeasedMessage:
    """A message with its permit and what came of claiming it."""

    message: OutgoingMessage
    permit: Granted
    claim: Lease
