"""The drafts of campaigns that people make by hand, and the changes they ask for: checked, nothing guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.campaigns.answers import answer_text
from proactive.campaigns.changes import ChangeProblem, new_text
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.free_hours import without_hour_texts
from proactive.campaigns.freezing import AudienceClient
from proactive.errors import InvalidInput
from proactive.text.sanitize import clean_text

AudienceName = Literal["inactive", "vip", "all"]
DraftField = Literal["text", "audience", "startsAt"]
#: A start may be this far ahead: longer than people plan, and opening hours are read that far.
_AHEAD = dt.timedelta(days=30)
#: The audiences that a message named cannot become others.
_NAMED_BY_MESSAGE = frozenset({"birthday_on", "clients"})


class UnusableDraft(InvalidInput):
    """Something of a draft is not usable.

    `field` says what, `code` why (with `value`: how long the text is, which braces), `words` in Portuguese.
    """

    def __init__(self, field: DraftField, code: str, words: str, value: str = "") -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code, self.words, self.value = field, code, words, value


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A campaign as somebody made it by hand.

    `name` is what it is called, `text` what clients read (`{nome}` and `{pet}` are filled), `starts_at` when it should
    start (aware; None: as soon as it may). `first` keeps the best ranked so many of the audience, `without` leaves
    clients out. `key` makes its id: the same key again is the same campaign.
    """

    name: str
    text: str
    audience: AudienceName = "inactive"
    starts_at: dt.datetime | None = None
    first: int | None = None
    without: tuple[UUID, ...] = ()
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What somebody changes of a campaign; None leaves it as it is. `at_once` takes a later start back."""

    text: str | None = None
    audience: AudienceName | None = None
    starts_at: dt.datetime | None = None
    at_once: bool = False
    first: int | None = None
    without: tuple[UUID, ...] | None = None


def usable_text(written: str) -> str:
    """A text for clients as it will be kept.

    Raises:
        UnusableDraft: it is too short or too long, or has braces that cannot be filled.
    """
    found = new_text(written, {})
    if isinstance(found, ChangeProblem):
        values = {"choices": (), "percent": 0, "live": "", "length": 0, "name": ""} | found.values
        words = answer_text("T7", **values).removesuffix(" Pode escrever de novo?")
        braces = found.values["problem"] == "braces"
        value = str(values["name"] if braces else values["length"])
        raise UnusableDraft("text", "text_braces" if braces else "text_length", words, value)
    return found[0]


def usable_start(starts_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """A start (aware) as it is; one that has passed means as soon as it may.

    Raises:
        UnusableDraft: it is too far ahead.
    """
    if starts_at is not None and starts_at > now + _AHEAD:
        raise UnusableDraft("startsAt", "start_too_far", "O início pode ser em até 30 dias.")
    return starts_at


def changed_start(campaign: CampaignView, change: DraftChange, now: dt.datetime) -> dt.datetime | None:
    """The start (aware) after a change; None leaves it as it was.

    Raises:
        UnusableDraft: it is too far ahead, or after the end of what was offered.
    """
    starts = now if change.at_once else usable_start(change.starts_at, now)
    if starts is not None and not campaign.standing.redoable and starts >= campaign.valid_until:
        raise UnusableDraft("startsAt", "start_after_end", "O que esta campanha oferece já terá acabado.")
    return starts


def rule_of(draft: CampaignDraft) -> dict[str, Any]:
    """The rule of a draft's audience, but for its first ones."""
    rule: dict[str, Any] = {"audience": draft.audience, "campaign_type": draft.name}
    return rule | ({"except": sorted(str(each) for each in draft.without)} if draft.without else {})


def changed_rule(campaign: CampaignView, change: DraftChange) -> dict[str, Any]:
    """The rule of a campaign's audience after a change, but for its first ones.

    Raises:
        UnusableDraft: a message named these clients, they cannot become others.
    """
    rewritten = change.text is not None and clean_text(change.text) != clean_text(campaign.text or "")
    rule = without_hour_texts(campaign.audience) if rewritten else dict(campaign.audience)
    if change.audience is not None and change.audience != rule.get("audience", "inactive"):
        if _NAMED_BY_MESSAGE & rule.keys():
            raise UnusableDraft("audience", "audience_named", "Os clientes desta campanha vêm da mensagem da Aurora.")
        rule["audience"] = change.audience
        rule.pop("only", None)  # they were the first of another audience
    if change.without is not None:
        rule["except"] = sorted(str(each) for each in change.without)
    return rule


def first_of(rule: dict[str, Any], first: int | None, audience: Sequence[AudienceClient]) -> dict[str, Any]:
    """The rule for the first so many of an audience who receive it: these clients, and from then on no others."""
    if first is None:
        return rule
    return rule | {"only": [str(client.contact_id) for client in audience if client.reason is None][:first]}
