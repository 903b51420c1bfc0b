"""What will come of a message, read before anything is done: the webhook answers it, the job acts. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.conversation_view import CampaignView, ConversationView, OrganizationView
from proactive.campaigns.joining import WITH_WORDS, waits
from proactive.campaigns.offers import offering_of
from proactive.campaigns.states import Standing, Status, decide
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.understanding import InboundMessage
from proactive.replies.owner import read_reply
from proactive.replies.readings import ReadingContext


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`handled`: Aurora will answer or act, and the product's own bot keeps quiet. `waits`: for more of the same
    person, which is then read together with it."""

    handled: bool = False
    waits: bool = True


def foresee(
    conversation: OwnerConversation, message: InboundMessage, view: ConversationView, now: dt.datetime
) -> Foreseen:
    """What will come of an owner's message at `now` (aware), as far as it can be seen from what is known by now."""
    if not view.organizations:
        return Foreseen(waits=False)
    live = any(campaign.live for organization in view.organizations for campaign in organization.campaigns)
    patient = message.kind in WITH_WORDS and bool(message.text) and waits(message, live=live)
    understood = conversation.understand(message, view, now)
    if understood is None:
        return Foreseen(False, patient)
    manner, reading = understood.subject.manner, understood.reading
    decisions = [decide(_standing(each), reading, manner) for each in understood.targets]
    return Foreseen(bool(understood.replies) or any(each.handled for each in decisions), patient)


def confirmed_by(view: ConversationView, replies: Collection[str]) -> list[tuple[OrganizationView, CampaignView]]:
    """The live campaigns that one of these replies confirmed, each with its organisation."""
    return [
        (organization, campaign)
        for organization in view.organizations
        for campaign in organization.campaigns
        if campaign.live and (campaign.confirmation or {}).get("reply_id") in replies
    ]


def still_approves(text: str) -> bool:
    """Whether a text is an approval, whatever it is about."""
    contexts = (ReadingContext(asks="send"), ReadingContext(asks="create"), ReadingContext(asks="preview"))
    return bool(text) and any(read_reply(text, context).approves for context in contexts)


def weakened(message: InboundMessage) -> InboundMessage:
    """A message as one that can only make things less: an edit into a yes makes a preview."""
    return replace(message, at=None, weakened=True)


def _standing(candidate: SubjectCandidate) -> Standing:
    if candidate.campaign is not None:
        return candidate.campaign.standing
    offering = offering_of(candidate.source)
    return Standing(
        status=Status.OFFERED,
        asks=offering.asks if offering else "send",
        redoable=offering.redoable if offering else False,
    )
