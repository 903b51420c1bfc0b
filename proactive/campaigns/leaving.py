"""What a client's message changes: who leaves campaigns, who comes back, whose pet has died. Pure.

An opt-out is of marketing only, on every business of the instance: the message went to a number, not to one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from proactive.campaigns.answers import AnswerName, answer_text
from proactive.campaigns.conversation_view import BusinessView, ClientView, ConversationView
from proactive.campaigns.understanding import InboundMessage
from proactive.replies.client import ClientContext, OptOut, read_client
from proactive.replies.mourning import mourned_pets

#: Namespace of the UUIDv5 of an answer to a client.
_NAMESPACE = UUID("0c1f3f2e-6a7f-5d0b-9a55-9d5f8b2f4c11")
#: So long after a campaign a message may be about it.
_AFTER = dt.timedelta(hours=72)
_PROBABLE_FOR = dt.timedelta(days=90)
_ANSWERS: dict[OptOut, AnswerName] = {OptOut.SURE: "T16", OptOut.RETURN: "T17"}
_WITH_WORDS = frozenset({"text", "caption", "audio", "edit"})


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a client's message says, and what follows: changes as the database takes them, recipients to halt."""

    opt_out: OptOut = OptOut.NONE
    changes: tuple[dict[str, Any], ...] = ()
    halted: tuple[UUID, ...] = ()
    answered: bool = False

    @property
    def level(self) -> str | None:
        """What the product's bot is told: `sure`, `probable`, None."""
        return str(self.opt_out) if self.opt_out in (OptOut.SURE, OptOut.PROBABLE) else None


def leaving_of(message: InboundMessage, view: ConversationView, now: dt.datetime) -> Leaving:
    """What a message of somebody who may be a client says about campaigns at `now` (aware)."""
    key = view.sender or (f"lid:{message.lid}" if message.lid else None)
    if key is None or message.kind not in _WITH_WORDS or not message.text:
        return Leaving()
    opt_out = read_client(message.text, _context(message, view, now))
    if opt_out is OptOut.NONE:
        return Leaving()
    if opt_out is OptOut.MOURNING:
        return _mourning(message, view)
    changes = tuple(_changes(opt_out, message, view, key, now))
    halted = () if opt_out is OptOut.RETURN else tuple(each.id for each in view.waiting)
    return Leaving(opt_out, changes, halted, any("answer" in change for change in changes))


def _context(message: InboundMessage, view: ConversationView, now: dt.datetime) -> ClientContext:
    campaign, heard = view.campaign, view.heard
    others = heard.others_wrote_at if heard else None
    ours_last = campaign is not None and (others is None or others <= campaign.sent_at)
    theirs = [each for each in view.clients if campaign is None or each.organization_id == campaign.organization_id]
    return ClientContext(
        quotes_campaign=campaign is not None and bool(campaign.quoted),
        after_campaign=campaign is not None and (message.at or now) - campaign.sent_at <= _AFTER,
        ours_last=ours_last,
        menu_word=not ours_last and heard is not None and heard.others_offered_words,
        booked=any(each.booked for each in theirs),
        opted_out=bool(view.opted_out),
        pets=tuple(pet.name for each in view.clients for pet in each.pets if pet.name),
    )


def _changes(
    opt_out: OptOut, message: InboundMessage, view: ConversationView, key: str, now: dt.datetime
) -> Iterator[dict[str, Any]]:
    answering = _answering(view)
    for business in view.businesses:
        mine = next((each for each in view.clients if each.organization_id == business.id), None)
        ours = view.campaign if view.campaign and view.campaign.organization_id == business.id else None
        change: dict[str, Any] = {
            "organization_id": str(business.id), "key": key, "contact_id": str(mine.contact_id) if mine else None,
            "level": str(opt_out), "source": "reply", "recipient_id": str(ours.recipient_id) if ours else None,
            "evidence": {"gateway_message_id": message.id, "rule": str(opt_out)},
        }  # fmt: skip
        if opt_out is OptOut.PROBABLE:
            change["until"] = (now + _PROBABLE_FOR).isoformat()
        answer = _ANSWERS.get(opt_out)
        new = (business.id in view.opted_out) == (opt_out is OptOut.RETURN)
        told_as_owner = opt_out is OptOut.SURE and bool(view.organizations)
        if answer and new and business is answering and view.sender is not None and not told_as_owner:
            change["answer"] = {
                "id": str(uuid5(_NAMESPACE, f"{business.id}:{key}:{answer}:{message.id}")),
                "instance": message.instance, "phone": f"+{view.sender}", "kind": answer,
                "text": answer_text(answer, business=business.name or "nossa loja", owner=False),
            }  # fmt: skip
        yield change


def _answering(view: ConversationView) -> BusinessView | None:
    """The one business that answers: whose campaign it was, else of which it is a client, else any."""
    known = {view.campaign.organization_id} if view.campaign else {each.organization_id for each in view.clients}
    active = [each for each in view.businesses if each.active]
    return next((each for each in active if each.id in known), next(iter(active), None))


def _mourning(message: InboundMessage, view: ConversationView) -> Leaving:
    changes, halted = [], set()
    for client in view.clients:
        names = mourned_pets(message.text, [pet.name for pet in client.pets])
        dead = [pet.id for pet in client.pets if pet.name in names]
        for key in [f"pet:{each}" for each in dead] or _unnamed(client, view, message):
            changes.append(
                {
                    "organization_id": str(client.organization_id), "key": key, "contact_id": str(client.contact_id),
                    "level": "luto", "source": "reply",
                    "evidence": {"gateway_message_id": message.id, "rule": "luto"},
                }
            )  # fmt: skip
            halted |= {
                each.id
                for each in view.waiting
                if each.organization_id == client.organization_id
                and (not dead or not each.pets or set(dead) & set(each.pets))
            }
    return Leaving(OptOut.MOURNING, tuple(changes), tuple(sorted(halted)))


def _unnamed(client: ClientView, view: ConversationView, message: InboundMessage) -> list[str]:
    """The key of a client of whom some pet died; none where another client of the same phone has the pet named."""
    named = any(mourned_pets(message.text, [pet.name for pet in each.pets]) for each in view.clients)
    return [] if named else [f"contact:{client.contact_id}"]
