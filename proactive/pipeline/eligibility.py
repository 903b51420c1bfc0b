"""The eligibility of a message: whether it may go out at all, by who may receive it, pauses and the instance."""

from __future__ import annotations

from dataclasses import dataclass

from proactive.gateways.phones import Phone, UnusablePhone, parse_phone
from proactive.model.context import Draft, Instance, MessageContext
from proactive.model.durations import CONNECTING_LONGEST, PAUSED_WAIT, STOPPED_WAIT
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Done, Later, Outcome
from proactive.model.wait_reasons import WaitNote, WaitReason

#: The word that pauses every campaign, beside the names of message types.
_CAMPAIGNS = "campaign"
#: What keeps a campaign from going on, and says nothing about the client.
_PASSING = frozenset(
    {FailureReason.ORGANIZATION_INACTIVE, FailureReason.NO_INSTANCE, FailureReason.INSTANCE_DISCONNECTED}
)


@dataclass(frozen=True, slots=True)
class Eligible:
    """The message may go out from this instance to this phone."""

    instance: Instance
    phone: Phone


def eligibility(type_: str, context: MessageContext, too_late: Failure | None) -> Eligible | Failure | Outcome:
    """Decide what becomes of a message of a type; `too_late` is what its send window said.

    Answers `Eligible`; a `Failure` that its record has to keep; or an outcome: it has one already, nothing is to be
    said, nobody may receive it or somebody skipped it and no record exists, or it waits because somebody paused it or
    its instance is stopped.
    """
    record = context.record
    if record is not None and record.status != "pending":
        return Done("already_sent" if record.status == "sent" else "already_failed")
    receiver = Failure(FailureReason.SKIPPED) if context.skipped else _receiver(type_, context)
    if isinstance(receiver, Failure):
        return Done("skipped", receiver) if record is None else receiver
    if record is None and context.facts is not None and not context.facts.fires:
        return Done("nothing_to_say")
    if too_late is not None:
        return too_late
    paused = context.paused(type_)
    if paused is not None:
        return Later(PAUSED_WAIT, f"paused: {paused}", WaitNote(WaitReason.PAUSED, said=paused))
    if context.instance is None:
        return Failure(FailureReason.NO_INSTANCE)
    if context.instance.connecting:
        connecting = WaitNote(WaitReason.INSTANCE_CONNECTING)
        return Later(CONNECTING_LONGEST, Failure(FailureReason.INSTANCE_CONNECTING).text, connecting)
    if not context.instance.connected:
        return Failure(FailureReason.INSTANCE_DISCONNECTED, {"state": context.instance.status})
    breaker = context.breaker
    if breaker is not None and breaker.stops:
        reason = f"the instance is stopped until {breaker.until:%Y-%m-%d %H:%M} UTC: {breaker.cause}"
        return Later(STOPPED_WAIT, reason, WaitNote(WaitReason.INSTANCE_STOPPED, breaker.until))
    return Eligible(context.instance, receiver)


def client_eligibility(type_: str, context: MessageContext) -> Eligible | Failure | Outcome:
    """As `eligibility`, of a campaign's message to a client: what may pass leaves it to be handed over again."""
    paused = context.paused(_CAMPAIGNS)
    if paused is not None and context.record is not None and context.record.status == "pending":
        return Done("not_now")
    verdict = eligibility(type_, context, None)
    if isinstance(verdict, Later):
        return Done("not_now")
    if isinstance(verdict, Failure) and verdict.reason in _PASSING:
        return Done("not_now", verdict)
    return verdict


def kept_draft(context: MessageContext) -> Draft | None:
    """The text that an earlier attempt wrote into the record, None if there is none."""
    record = context.record
    if record is None or not record.content:
        return None
    kept = record.metadata
    by_ai = kept.get("composer") == "ai"
    return Draft(
        record.content, kept.get("facts", {}), "ai" if by_ai else "layout", kept.get("fallback"),
        template=kept.get("template"), template_failed="template_failed" in kept,
    )  # fmt: skip


def _receiver(type_: str, context: MessageContext) -> Phone | Failure:
    """The phone that receives the message, or why nobody may."""
    if context.organization is None or not context.is_active:
        return Failure(FailureReason.ORGANIZATION_INACTIVE)
    if context.owner is None:
        return Failure(FailureReason.OWNER_MISSING)
    if not context.owner.aurora_enabled:
        return Failure(FailureReason.AURORA_SWITCHED_OFF)
    if not context.choice(type_).is_on:
        return Failure(FailureReason.TYPE_SWITCHED_OFF)
    try:
        return parse_phone(context.owner.phone)
    except UnusablePhone as error:
        return Failure(FailureReason.OWNER_PHONE_UNUSABLE, causes=(error.failure,))
