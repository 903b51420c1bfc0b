"""A composed message on its way to the gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proactive.gateways.phones import Phone, UnusablePhone, parse_phone
from proactive.model.context import Instance, MessageContext
from proactive.model.task import Done, Later, Outcome
from proactive.model.wait_reasons import WaitNote, WaitReason
from proactive.records.entry import RecordEntry
from proactive.records.leases import Lease

#: What a lease says of an occurrence that nobody has to send, or (a client's) not now.
_NOT_OURS = {
    "sent": Done("already_sent"), "failed": Done("already_failed"), "skipped": Done("skipped"),
    "closed": Done("not_now"),
}  # fmt: skip
ANOTHER = WaitNote(WaitReason.ANOTHER_ATTEMPT)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message with its record, its instance and its phone.

    `known` says whether a row exists already, `known_contact` whether its owner wrote to us or was reached before, as
    far as that was asked (where something stops the instance).
    """

    entry: RecordEntry
    instance: Instance
    phone: Phone
    known: bool
    known_contact: bool = False

    @property
    def text(self) -> str:
        """The text as it goes out."""
        return self.entry.content or ""


def earlier_message(entry: RecordEntry, context: MessageContext) -> OutgoingMessage | None:
    """The message that an earlier attempt may have sent; None if phone or instance are not known any more."""
    content = context.record.content if context.record else None
    try:
        phone = parse_phone(context.owner.phone if context.owner else None)
    except UnusablePhone:
        return None
    if context.instance is None:
        return None
    return OutgoingMessage(replace(entry, content=content), context.instance, phone, known=True)


def another_attempts(lease: Lease) -> Outcome | None:
    """The outcome of an item whose occurrence another attempt has, or has ended; None where it is ours."""
    known = _NOT_OURS.get(lease.outcome)
    if known is not None:
        return known
    if lease.outcome != "busy":
        return None
    return Later(max(lease.seconds, 1.0), "another attempt is at it", ANOTHER)
