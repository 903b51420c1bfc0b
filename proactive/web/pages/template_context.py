"""What the pages of /textos work with: the editor, the form as it was left, what is shown of a message type."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from proactive.templates.differences import DifferentLine, differences
from proactive.templates.editor import (
    OwnFacts,
    TemplateEditor,
    TemplateLook,
    fact_set_of,
    hindrances,
    look,
    own_facts_of,
)
from proactive.templates.store import TemplateStanding
from proactive.templates.version import TemplateVersion
from proactive.web.auth.callers import Caller
from proactive.web.pages.labels import number
from proactive.web.pages.page_route import Refusal
from proactive.web.pages.template_form import LONGEST, TemplateForm, TextTooLong
from proactive.web.services import Services
from proactive.words.fact_sets import fact_sets
from proactive.words.fault import WordsFault
from proactive.words.registry import VOCABULARIES

_ON_A_PAGE = 10
_FALLBACKS = 10


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of the history, and what it changed."""

    version: TemplateVersion
    changed: list[DifferentLine]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a preview shows: the look, and whose facts they are; no look where the business has no facts.

    `others` keep the text from being published with other facts than these.
    """

    look: TemplateLook | None
    facts_label: str
    others: tuple[WordsFault, ...] = ()

    @property
    def publishable(self) -> bool:
        """Whether nothing that is known keeps the text from being published."""
        return not self.others and self.look is not None and not self.look.faults


def known_type(type_: str) -> str:
    """A message type that has words. Raises Refusal (404): there is no such one."""
    if type_ not in VOCABULARIES:
        raise Refusal(404, "Não há mensagem com este nome.")
    return type_


def form_of(request: Request, type_: str) -> TemplateForm:
    """The form that a browser sent about a message type. Raises Refusal: 404 no such type, 422 too long a text."""
    try:
        return TemplateForm.of(known_type(type_), request.state.form)
    except TextTooLong:
        raise Refusal(422, f"Um dos textos passa de {number(LONGEST)} letras: é longo demais.") from None


def own_facts(services: Services, organization: UUID, caller: Caller) -> OwnFacts:
    """Whose facts of now the page shows."""
    return own_facts_of(organization, services.app.organizations.owners(organization), caller.owner)


def preview_of(
    editor: TemplateEditor, type_: str, form: TemplateForm, whose: OwnFacts, now: dt.datetime
) -> PreviewView:
    """The preview of a form: on the set of facts that it names, else on the business's own of now."""
    named = fact_set_of(type_, form.fact_set)
    own = None if named else editor.own_occasion(type_, whose, now)
    occasion, label = (named.occasion, named.label) if named else (own, "os seus dados de agora")
    looked = None if occasion is None else look(type_, form.content, occasion)
    shown = {_what(fault) for fault in looked.faults} if looked else set()
    others = [] if form.empty else hindrances(type_, form.content, own)
    return PreviewView(looked, label, tuple(fault for fault in others if _what(fault) not in shown))


def _what(fault: WordsFault) -> tuple[str, int | None, str | None, str | None]:
    return fault.code, fault.line, fault.field, fault.node


def history_of(
    editor: TemplateEditor, organization: UUID, type_: str, before: int | None
) -> tuple[list[VersionView], int | None]:
    """A page of the history, newest first, and the number below which the next one begins; None on the last one."""
    found = editor.store.history(organization, type_, before, _ON_A_PAGE + 1)
    shown = found[:_ON_A_PAGE]
    older = [*found[1:], None][: len(shown)]
    names = {each.name: each.label for each in VOCABULARIES[type_].wording}
    views = [
        VersionView(version, differences(previous.content if previous else None, version.content, names))
        for version, previous in zip(shown, older, strict=True)
    ]
    return views, shown[-1].number if len(found) > _ON_A_PAGE else None


def shown_values(
    services: Services, organization: UUID, type_: str, before: int | None, faults: list[WordsFault] | None
) -> dict[str, Any]:
    """What the page of a message type shows beside its form."""
    editor = services.templates
    standing = editor.store.standings(organization).get(type_, TemplateStanding())
    versions, following = history_of(editor, organization, type_, before)
    return {
        "standing": standing, "versions": versions, "following": following, "before": before,
        "fallbacks": editor.store.fallbacks(organization, type_, _FALLBACKS), "vocabulary": VOCABULARIES[type_],
        "fact_sets": fact_sets(type_), "publishing_faults": faults,
        "has_ai": services.app.settings.aurora_service_url is not None,
    }  # fmt: skip
