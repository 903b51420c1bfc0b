"""The editor of a business's words: what the page and the API do with them, with the same checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from proactive.facts.organizations import OrganizationOwners
from proactive.facts.reader import FactsReader
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.author import Author
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.templates.store import TemplateStore
from proactive.templates.version import TemplateContent, TemplateVersion
from proactive.words.checks import checked_text
from proactive.words.content import Content, content_of
from proactive.words.fact_sets import FactSet, fact_sets
from proactive.words.fault import WordsFault, refusing
from proactive.words.occasion import Occasion
from proactive.words.publishing import LONGEST_RENDERING, faults_at_publishing, rendering_time
from proactive.words.registry import VOCABULARIES
from proactive.words.saving import faults_at_saving

#: What a campaign is previewed with: nobody has asked for it yet.
_CAMPAIGN = {"campaign_type": "promocional", "target_audience": "inactive"}


@dataclass(frozen=True, slots=True)
class TemplateLook:
    """How a text looks on one set of facts: `text` is None where it cannot be written.

    `faults` keep it from being published, `hints` do not; `milliseconds` of CPU its rendering took.
    """

    text: str | None
    faults: tuple[WordsFault, ...]
    hints: tuple[WordsFault, ...] = ()
    milliseconds: float = 0.0

    @property
    def slow(self) -> bool:
        """Whether the rendering took so long that it has to be said."""
        return self.milliseconds > LONGEST_RENDERING


class TemplatesRefused(Exception):
    """A version is not saved or published; `faults` say why, with line and set of facts."""

    def __init__(self, faults: Sequence[WordsFault]) -> None:
        super().__init__("; ".join(sorted({fault.code for fault in faults})))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Whose facts of now a text is looked at with: an organisation, and the owner whom it greets."""

    organization: UUID
    owner: UUID | None


class TemplateEditor:
    """Looks at texts, saves and publishes them. Methods raise SupabaseError where Supabase is away."""

    def __init__(self, store: TemplateStore, facts: FactsReader) -> None:
        self.store, self._facts = store, facts

    def own_occasion(self, type_: str, whose: OwnFacts, now: dt.datetime) -> Occasion | None:
        """What the message would be written about now (aware); None where there is no owner to write to."""
        if whose.owner is None:
            return None
        occurrence = Occurrence(whose.organization, Recipient.owner(whose.owner), type_, "preview")
        context = self._facts.read(occurrence, now, _CAMPAIGN if MESSAGE_TYPES[type_].needs_data else {})
        if context.facts is None or context.owner is None:
            return None
        return Occasion(context.facts, context.owner.name, context.organization)

    def save(
        self, organization: UUID, type_: str, content: TemplateContent, author: Author, now: dt.datetime
    ) -> TemplateVersion:
        """Save a version whose words the grammar knows, whether it may be published or not.

        Raises:
            TemplatesRefused: the grammar does not know them; nothing was saved.
        """
        refused = refusing(faults_at_saving(type_, words_of(content)))
        if refused:
            raise TemplatesRefused(refused)
        return self.store.save(organization, type_, content, author, now)

    def publish(
        self, type_: str, version: TemplateVersion, own: Occasion | None, author: Author, now: dt.datetime
    ) -> TemplateVersion | None:
        """Publish a version that passes every check; None where it is gone.

        Raises:
            TemplatesRefused: it does not pass; what goes out stays as it was.
        """
        refused = hindrances(type_, version.content, own)
        if refused:
            raise TemplatesRefused(refused)
        return self.store.publish(version.organization_id, type_, version.id, author, now)


def words_of(content: TemplateContent) -> Content:
    """The words of a version, as the grammar takes them."""
    return content_of(content.kind, content.wording, content.source)


def fact_set_of(type_: str, key: str | None) -> FactSet | None:
    """The set of facts of that key; None for another word."""
    return next((each for each in fact_sets(type_) if each.key == key), None)


def hindrances(type_: str, content: TemplateContent, own: Occasion | None) -> list[WordsFault]:
    """Everything that keeps a version from being published: on each set of facts, and on the business's own."""
    return refusing(faults_at_publishing(type_, words_of(content), own))


def look(type_: str, content: TemplateContent, occasion: Occasion) -> TemplateLook:
    """How a text looks on the facts of an occasion.

    A rendering that takes more than 50 ms of CPU says so, whatever it renders.
    """
    vocabulary, words = VOCABULARIES[type_], words_of(content)
    written, faults = checked_text(vocabulary, words, occasion)
    taken = 0.0 if written is None else rendering_time(vocabulary, words, occasion)
    hints = tuple(fault for fault in faults if fault.hint)
    return TemplateLook(written.text if written else None, tuple(refusing(faults)), hints, taken)


def own_facts_of(organization: UUID, owners: OrganizationOwners | None, asked: UUID | None) -> OwnFacts:
    """Whose facts are shown to somebody: those of the owner who asks, else of the first one with Aurora enabled."""
    known = owners.owners if owners else ()
    if asked in known:
        return OwnFacts(organization, asked)
    return OwnFacts(organization, next(iter((owners.enabled if owners else ()) or known), None))
