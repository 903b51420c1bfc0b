"""A composed message on its way to the gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proactive.delivery.permits import Granted
from proactive.delivery.phones import Phone, parse_phone
from proactive.errors import InvalidInput
from proactive.messages import Attempt, Instance, Reading, Task
from proactive.records import Claim, Entry

#: What the reason of a failed record starts with when nobody can tell whether the message went out.
DELIVERY_UNKNOWN = "delivery unknown"


@dataclass(frozen=True, slots=True)
class Handover:
    """A composed message with everything that its way through the gateway needs.

    `known` says whether it has a record already.
    """

    entry: Entry
    instance: Instance
    phone: Phone
    task: Task
    attempt: Attempt
    known: bool

    @property
    def text(self) -> str:
        """The text as it goes out."""
        return self.entry.content or ""


def handed_over(entry: Entry, task: Task, attempt: Attempt, reading: Reading) -> Handover | None:
    """What an earlier attempt may have sent, with the way it would have gone; None if that cannot be told."""
    content = reading.record.content if reading.record else None
    try:
        phone = parse_phone(reading.owner.phone if reading.owner else None)
    except InvalidInput:
        return None
    if reading.instance is None:
        return None
    return Handover(replace(entry, content=content), reading.instance, phone, task, attempt, known=True)


@dataclass(frozen=True, slots=True)
class Held:
    """A message with its permit and what came of claiming it."""

    message: Handover
    permit: Granted
    claim: Claim
