"""Acting on a reading: the step of each campaign that it is about, decided anew where somebody else was faster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.manner import Manner
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.redoing import CHANGES_NOTHING
from proactive.campaigns.repeats import repeated
from proactive.campaigns.states import FINAL, decide
from proactive.campaigns.steps import perform
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.terms import Terms
from proactive.campaigns.turn import DAYS_READ, Turn, campaigns_of
from proactive.campaigns.understanding import InboundMessage
from proactive.campaigns.validity import as_it_stands
from proactive.model.author import Author
from proactive.replies.readings import Reading

#: Answers after which a question is answered; the others leave it open.
_SETTLING = frozenset({"T1", "T2", "T3", "T5", "T13"})
#: How often a step is decided anew where somebody else was faster.
_TRIES = 4


def act(
    store: CampaignStore, options: CampaignOptions, candidate: SubjectCandidate, reading: Reading, manner: Manner,
    inbound: InboundMessage, now: dt.datetime, before: dict[UUID, CampaignView],
) -> tuple[bool, list[Reply]]:  # fmt: skip
    """Take the steps that a reading asks for of one candidate; whether the product's own bot keeps quiet, the answers.

    `before` are the campaigns as they were when this very message took a step of theirs; what is used leaves it.

    Raises:
        SupabaseError: Supabase is away; the message has to be heard again.
    """
    terms = Terms(store.terms(candidate.organization.id, now, DAYS_READ), now, options.sending)
    found = campaigns_of(store, candidate, terms, reading)
    campaigns = tuple(before.pop(campaign.id, campaign) for campaign in found)
    handled, replies = False, list[Reply]()
    for together in _together(campaigns):
        turn = Turn(store, options, candidate, together, reading, inbound.id, now, terms)
        author = Author.owner(candidate.organization.owner.id)
        turn = replace(turn, kind=inbound.kind, written=inbound.text, author=author)
        keeps_quiet, said = _turn_taken(turn, manner)
        handled, replies = handled or keeps_quiet, replies + said
    if candidate.asked is not None and any(reply.name in _SETTLING for reply in replies):
        store.close(candidate.asked, candidate.organization.id, inbound.id, now)
    return handled, replies


def _together(campaigns: Sequence[CampaignView]) -> list[tuple[CampaignView, ...]]:
    """What is answered together: options of one offer until they are confirmed; what is live has a way of its own."""
    going = [campaign for campaign in campaigns if campaign.status not in FINAL]
    open_ones = tuple(campaign for campaign in going if not campaign.live)
    found = [(campaign,) for campaign in going if campaign.live] + [open_ones]
    return [each for each in found if each] or [tuple(campaigns)]


def _turn_taken(turn: Turn, manner: Manner) -> tuple[bool, list[Reply]]:
    handled = False
    for _ in range(_TRIES):
        if not turn.campaigns:
            break
        seen = as_it_stands(manner, turn.candidate, turn, turn.reading)
        again = repeated(turn.first)
        decision = again or decide(turn.first.standing, turn.reading, seen)
        handled = handled or decision.handled
        taken = turn if again is None else replace(turn, reading=CHANGES_NOTHING)
        replies = [] if decision.answer is None else perform(taken, decision)
        if replies is not None:
            return handled, replies
        stand = (turn.store.campaign(campaign.id) for campaign in turn.campaigns)
        turn = replace(turn, campaigns=tuple(campaign for campaign in stand if campaign is not None))
    return handled, []
