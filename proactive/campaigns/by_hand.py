"""What people do with campaigns on the page and through the API: the states and steps of the conversation, by hand.

Owners are told on WhatsApp what concerns a campaign that goes out: that it starts (T1, with PARE), was cancelled before
(T5), pauses (T10) and, by the pump, ended (T13). Who acts as an owner is told, else every owner who can be. What
somebody sees at the moment of asking (a preview, a refusal) is told to nobody, unless owners were told of another text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID, uuid4

from proactive.campaigns.by_hand_turns import (
    Person,
    StepRefused,
    check_terms,
    drafted,
    frozen_by_hand,
    offered_row,
    otherwise,
    standing_of,
    the_same,
    told_owners,
    turn_by_hand,
)
from proactive.campaigns.confirmations import confirm, told_of
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.drafts import (
    CampaignDraft,
    DraftChange,
    changed_rule,
    changed_start,
    usable_start,
    usable_text,
)
from proactive.campaigns.manner import Manner
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.previews import previewed
from proactive.campaigns.states import LIVE, Action, Decision, Status, decide
from proactive.campaigns.steps import perform
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.turn import Turn
from proactive.replies.readings import Kind, Reading

HandAction = Literal["decline", "pause", "resume", "stop"]
_SAYS = {"decline": Kind.NO, "pause": Kind.PAUSE, "resume": Kind.RESUME, "stop": Kind.CANCEL}
_OPEN = frozenset({Status.OFFERED, Status.PREVIEWED, Status.CONFIRMED})
#: From which states each may be done.
_FROM = {"decline": _OPEN, "pause": LIVE, "resume": frozenset({Status.PAUSED}), "stop": _OPEN | LIVE}
#: What each leads to: where it is so already, asking again changes nothing.
_THERE = {
    "decline": frozenset({Status.DECLINED}), "pause": frozenset(),
    "resume": frozenset({Status.CONFIRMED, Status.RUNNING}), "stop": frozenset({Status.STOPPED, Status.DECLINED}),
}  # fmt: skip
#: What owners are told of, whoever acts.
_TOLD = frozenset({"T1", "T5", "T10"})
#: How often a step is decided anew where somebody else was faster.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class ByHand:
    """The actions. `tell` sends answers to owners; `clock` answers now (UTC).

    Every method raises SupabaseError or redis.RedisError where something is away; asking again does nothing twice.
    A campaign of another organisation than the named one is None, as if it were not there.
    """

    store: CampaignStore
    options: CampaignOptions
    tell: Callable[[Sequence[Reply]], object]
    clock: Callable[[], dt.datetime]

    def create(self, organization: UUID, draft: CampaignDraft, person: Person) -> CampaignView:
        """Make a campaign and freeze its first revision; a draft with the key of another one is that one.

        Raises:
            UnusableDraft: something of the draft is not usable.
            StepRefused: nothing may be sent, nobody can receive it, or its key was used for something else.
        """
        turn = self._turn(organization, None, person)
        text, wanted = usable_text(draft.text), usable_start(draft.starts_at, turn.now)
        campaign = drafted(organization, draft, turn.terms, text, turn.now)
        known = self._campaign(organization, campaign.id)
        if known is not None and known.revision > 0:
            return the_same(known, campaign)
        check_terms(turn)
        turn = replace(turn, campaigns=(campaign,))
        frozen = frozen_by_hand(turn, text, campaign.audience, draft.first, wanted)
        the_same(self.store.offer(offered_row(campaign, person), person.author), campaign)
        previewed(turn, [frozen])
        return the_same(self.store.campaign(campaign.id), campaign)

    def change(
        self, organization: UUID, campaign_id: UUID, revision: int, change: DraftChange, person: Person
    ) -> CampaignView | None:
        """Freeze the next revision of a campaign that somebody saw at `revision`; None where there is none.

        Raises UnusableDraft, and StepRefused also where it is at another revision or on its way.
        """
        campaign = self._seen(organization, campaign_id, revision)
        if campaign is None:
            return None
        turn = self._turn(organization, campaign, person)
        _check_state(turn, _OPEN)
        text = campaign.text or "" if change.text is None else usable_text(change.text)
        rule, wanted = changed_rule(campaign, change), changed_start(campaign, change, turn.now)
        check_terms(turn)
        replies = previewed(turn, [frozen_by_hand(turn, text, rule, change.first, wanted)])
        if replies is None:
            raise otherwise(self.store.campaign(campaign_id))
        if campaign.status is Status.CONFIRMED or campaign.message_id is not None:
            self._tell(turn, replies, person, _TOLD | {"T2"})
        return self.store.campaign(campaign_id)

    def confirm(self, organization: UUID, campaign_id: UUID, revision: int, person: Person) -> CampaignView | None:
        """Say yes to what somebody saw at `revision`; None where there is none. Again changes nothing.

        Raises StepRefused: it is at another revision, was not previewed, or nothing may be sent now.
        """
        campaign = self._seen(organization, campaign_id, revision)
        if campaign is None:
            return None
        turn = self._turn(organization, campaign, person, f"{person.via}:confirm:{revision}")
        _check_state(turn, LIVE | {Status.PREVIEWED})
        if campaign.live:
            again = (campaign.confirmation or {}).get("reply_id") == turn.cause
            if again and campaign.status is Status.CONFIRMED:  # the owners may not have been told yet
                self._tell(turn, [told_of(turn, [campaign])], person)
            return campaign
        check_terms(turn)
        if campaign.previewed_at is None or turn.now - campaign.previewed_at > self.options.preview_lasts:
            raise StepRefused("expired", "Esta prévia venceu: faça outra com os números de hoje.", campaign)
        replies = confirm(turn)
        if replies is None:
            raise otherwise(self.store.campaign(campaign_id))
        self._tell(turn, replies, person)
        return self.store.campaign(campaign_id)

    def act(
        self, action: HandAction, organization: UUID, campaign_id: UUID, person: Person, revision: int | None = None
    ) -> CampaignView | None:
        """Decline, pause, resume or stop a campaign; None where there is none. Again changes nothing.

        Raises StepRefused: its state does not allow it, or (where a revision is named) it is at another one.
        """
        cause = f"{person.via}:{action}:{uuid4().hex}"
        for _ in range(_TRIES):
            campaign = self._seen(organization, campaign_id, revision)
            if campaign is None or campaign.status in _THERE[action] or _paused_by_hand(action, campaign):
                return campaign
            turn = self._turn(organization, campaign, person, cause, Reading(_SAYS[action]))
            decision = decide(campaign.standing, turn.reading, Manner(bound=True))
            _check_state(turn, _FROM[action] if decision.action is not Action.NOTHING else frozenset())
            replies = _step(turn, decision)
            if replies is not None:
                self._tell(turn, replies, person)
                return self.store.campaign(campaign_id)
        raise otherwise(self.store.campaign(campaign_id))

    def _campaign(self, organization: UUID, campaign_id: UUID) -> CampaignView | None:
        found = self.store.campaign(campaign_id)
        return found if found is not None and found.organization_id == organization else None

    def _seen(self, organization: UUID, campaign_id: UUID, revision: int | None) -> CampaignView | None:
        campaign = self._campaign(organization, campaign_id)
        if campaign is not None and revision is not None and campaign.revision != revision:
            raise otherwise(campaign)
        return campaign

    def _turn(self, organization: UUID, campaign: CampaignView | None, *more: Any) -> Turn:
        return turn_by_hand(self.store, self.options, self.clock(), organization, campaign, *more)

    def _tell(self, turn: Turn, replies: Sequence[Reply], person: Person, names: frozenset[str] = _TOLD) -> None:
        owners = told_owners(turn.terms, person)
        self.tell([replace(reply, owner_id=owner) for reply in replies if reply.name in names for owner in owners])


def _step(turn: Turn, decision: Decision) -> list[Reply] | None:
    if turn.first.status is not Status.OFFERED:
        return perform(turn, decision)
    # in the chat a no closes one owner's question; who answers by hand answers for all of them
    change = {"status": "declined", "ended_at": turn.now.isoformat(), "ended_by": turn.ended_by}
    step = turn.store.step(turn.first, turn.cause, change, author=turn.author)
    return [] if step.outcome in ("stepped", "known") else None


def _check_state(turn: Turn, allowed: frozenset[Status]) -> None:
    if turn.first.status not in allowed:
        raise StepRefused("state", standing_of(turn), turn.first)


def _paused_by_hand(action: HandAction, campaign: CampaignView) -> bool:
    return action == "pause" and campaign.status is Status.PAUSED and campaign.pause_cause == "owner"
