"""What a request by hand is about: who asks, the campaign that it names or makes, whom that reaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

from proactive.campaigns.conversation_view import CampaignView, OrganizationView, PersonView
from proactive.campaigns.drafts import CampaignDraft, first_of, rule_of
from proactive.campaigns.freezing import AudienceClient, Frozen
from proactive.campaigns.offers import OPEN_FOR, campaign_id
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.previews import freeze_anew
from proactive.campaigns.standings import standing_in_words
from proactive.campaigns.states import Status
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.subject import SubjectCandidate
from proactive.campaigns.terms import Terms
from proactive.campaigns.turn import DAYS_READ, Turn
from proactive.campaigns.wording import cause_in_words, hindrance_in_words, reasons_in_words
from proactive.errors import ProactiveError
from proactive.message_types.custom_campaign import TYPE
from proactive.model.author import Author
from proactive.replies.readings import Kind, Reading

RefusalCode = Literal["revision", "state", "expired", "hindered", "nobody", "no_owner", "key_used"]
#: Who stands for the owner of a shop that has none who can be told.
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks by hand: `by` is a user's id or the name of a key, `owner` the owner that the session names.

    `signs` is who the log of changes says did it, where that is somebody else (a script has no key).
    """

    via: Literal["page", "api"]
    by: str
    owner: UUID | None = None
    signs: Author | None = None

    @property
    def author(self) -> Author:
        """Who the log of changes says did it."""
        return self.signs or Author(self.by, self.via)


class StepRefused(ProactiveError):
    """A step that cannot be taken as things are; `words` say why in Portuguese, `campaign` is how it stands."""

    def __init__(self, code: RefusalCode, words: str, campaign: CampaignView | None = None) -> None:
        super().__init__(code)
        self.code, self.words, self.campaign = code, words, campaign


def otherwise(campaign: CampaignView | None) -> StepRefused:
    """The refusal of a step from a revision or a state that is no longer."""
    return StepRefused("revision", "Alguém mudou a campanha enquanto isso: veja como ela está agora.", campaign)


def turn_by_hand(
    store: CampaignStore,
    options: CampaignOptions,
    now: dt.datetime,
    organization: UUID,
    campaign: CampaignView | None = None,
    person: Person | None = None,
    cause: str | None = None,
    reading: Reading | None = None,
) -> Turn:
    """A request as a turn of the conversation; `cause` is what its step is kept under, without one a new one."""
    terms = Terms(store.terms(organization, now, DAYS_READ), now, options.sending)
    owners = told_owners(terms, person)
    asked = OrganizationView(
        id=organization, name=terms.business, timezone=terms.row["timezone"],
        owner=PersonView(id=owners[0] if owners else _NOBODY),
    )  # fmt: skip
    ids, source = ((campaign.id,), campaign.source) if campaign else ((), TYPE.name)
    candidate = SubjectCandidate(asked, None, campaign, ids, source)
    via, by = (person.via, person.by) if person else ("api", "")
    return Turn(
        store, options, candidate, (campaign,) if campaign else (), reading or Reading(Kind.YES),
        cause or f"{via}:{uuid4().hex}", now, terms, via, by, author=person.author if person else None,
    )  # fmt: skip


def told_owners(terms: Terms, person: Person | None) -> tuple[UUID, ...]:
    """Who is told of a step: who acts as an owner, else every owner who can be told."""
    if person is not None and person.owner in terms.owners:
        return (person.owner,)
    return terms.owners


def check_terms(turn: Turn) -> None:
    """Check that something may be sent to clients at all.

    Raises:
        StepRefused: something hinders it, or no owner could be told how to stop it.
    """
    hindrance = turn.terms.hindrance()
    if hindrance is not None:
        raise StepRefused("hindered", hindrance_in_words(hindrance))
    if not turn.terms.owners:
        raise StepRefused("no_owner", "Nenhum dono da loja está com a Aurora ativada: ninguém receberia o aviso.")


def drafted(organization: UUID, draft: CampaignDraft, terms: Terms, text: str, now: dt.datetime) -> CampaignView:
    """The campaign that a draft would make, as it stands before its first preview."""
    key = draft.key or uuid4()
    return CampaignView(
        id=campaign_id(organization, TYPE.name, str(key), 0), organization_id=organization, source=TYPE.name,
        source_key=str(key), instance_name=terms.instance, status=Status.OFFERED, text=text, audience=rule_of(draft),
        valid_until=now + OPEN_FOR,
    )  # fmt: skip


def offered_row(campaign: CampaignView, person: Person) -> Mapping[str, Any]:
    """The row of a campaign that was made by hand, before its first preview."""
    kept = {"id", "organization_id", "source", "source_key", "instance_name", "text", "audience", "valid_until"}
    made_by = {"via": person.via, "by": person.by}
    return campaign.model_dump(mode="json", include=kept) | {"made_by": made_by}


def audience_of(
    turn: Turn, campaign: CampaignView, rule: dict[str, Any], first: int | None
) -> tuple[dict[str, Any], Sequence[AudienceClient]]:
    """Whom a rule names, and the rule that keeps the first so many of them."""
    audience = turn.store.audience(campaign, rule, turn.now, turn.options.limits)
    if first is None:
        return rule, audience
    narrowed = first_of(rule, first, audience)
    kept = set(narrowed["only"])
    return narrowed, [client for client in audience if str(client.contact_id) in kept]


def frozen_by_hand(
    turn: Turn, text: str, rule: dict[str, Any], first: int | None, wanted: dt.datetime | None
) -> tuple[CampaignView, Frozen, dict[str, Any]]:
    """The next revision of a turn's campaign, frozen, and the columns that change.

    Raises:
        StepRefused: nobody can receive it.
    """
    rule, audience = audience_of(turn, turn.first, rule, first)
    frozen, change = freeze_anew(turn, turn.first, text, rule, wanted, audience)
    if frozen.schedule is None:
        reasons = reasons_in_words(frozen.left_out)
        words = f"Ninguém dessa lista pode receber agora{f' ({reasons})' if reasons else ''}."
        raise StepRefused("nobody", words, turn.first)
    return turn.first, frozen, change


def the_same(found: CampaignView | None, wanted: CampaignView) -> CampaignView:
    """The campaign that was found under a draft's key.

    Raises:
        StepRefused: it was made of something else.
    """
    kept = ("audience", "campaign_type")
    same = found is not None and all(found.audience.get(name) == wanted.audience.get(name) for name in kept)
    if found is None or not same or (found.revision <= 1 and found.text != wanted.text):
        raise StepRefused("key_used", "Esta campanha já foi criada com outro conteúdo.", found)
    return found


def standing_of(turn: Turn) -> str:
    """How the campaign of a turn stands, as a sentence in Portuguese."""
    return f'A campanha "{turn.name}" {_standing(turn)}.'


def _standing(turn: Turn) -> str:
    campaign = turn.first
    if campaign.status is Status.OFFERED:
        return "ainda não tem prévia"
    if campaign.status is Status.PREVIEWED:
        return "espera a sua confirmação"
    if campaign.status is Status.PAUSED and campaign.pause_cause not in (None, "owner"):
        cause = cause_in_words(campaign.pause_cause or "")
        return f"está parada em {campaign.count('sent')} de {campaign.frozen or 0}: {cause}"
    return standing_in_words(campaign, turn.candidate, turn.local, turn.options.delay)
