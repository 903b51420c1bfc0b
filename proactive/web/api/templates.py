"""A business's own words of a message type: read, saved, looked at."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from proactive.templates.editor import fact_set_of, hindrances, look
from proactive.templates.store import TemplateStanding
from proactive.templates.version import TemplateContent, TemplateVersion
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import organization_of
from proactive.web.api.request_model import NoQuery
from proactive.web.api.template_requests import HistoryQuery, TemplatePreviewRequest, TemplateRequest, TemplateType
from proactive.web.api.template_schemas import (
    FactSetView,
    SavedTemplate,
    TemplateFallbackView,
    TemplateFaultView,
    TemplateNameView,
    TemplatePreview,
    TemplateVersionView,
    TemplateView,
    WordingFieldView,
)
from proactive.web.api.template_terms import own_occasion, words_refused_as_problem
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services
from proactive.words.fact_sets import fact_sets
from proactive.words.registry import VOCABULARIES
from proactive.words.vocabulary import WordingField

router = APIRouter(route_class=GuardedRoute, tags=["templates"], prefix=f"{PATH}/templates")
_FALLBACKS = 20


@router.get("/{type}", responses=refusals())
def get_template(
    type: TemplateType, caller: CurrentCaller, services: CurrentServices, query: Annotated[HistoryQuery, Query()]
) -> TemplateView:
    """The words of a message type: what goes out, what was written last, the history, and what words may be made of."""
    return template_view(services, organization_of(query.organization_id, caller, services), type, query)


@router.put("/{type}", responses=refusals(*TAKES_BODY))
def put_template(
    type: TemplateType, body: TemplateRequest, caller: CurrentCaller, services: CurrentServices,
    _: Annotated[NoQuery, Query()],
) -> SavedTemplate:  # fmt: skip
    """Save words as a version, whether they may be published or not; nothing is published.

    What the grammar does not have is refused. The same words again are the same version.
    """
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    with words_refused_as_problem():
        version = services.templates.save(organization, type, _content(body), caller.author("api"), now)
    own = own_occasion(services, caller, organization, type, now)
    faults = hindrances(type, version.content, own)
    return SavedTemplate(
        version=TemplateVersionView.of(version), faults=[TemplateFaultView.of(each) for each in faults]
    )


@router.post("/{type}/preview", responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def preview_template(
    type: TemplateType, body: TemplatePreviewRequest, caller: CurrentCaller, services: CurrentServices,
    _: Annotated[NoQuery, Query()],
) -> TemplatePreview:  # fmt: skip
    """How the message would look with these words; nothing is saved or sent."""
    organization, content = organization_of(body.organization_id, caller, services), _content(body)
    if body.fact_set is not None:
        named = fact_set_of(type, body.fact_set)
        if named is None:
            raise invalid("factSet", "Use a key of factSets in GET .../templates/{type}, or leave it out.")
        return TemplatePreview.of(look(type, content, named.occasion))
    own = own_occasion(services, caller, organization, type, dt.datetime.now(dt.UTC))
    if own is None:
        raise Problem(409, "The organisation has no owner to write to: name a factSet.")
    return TemplatePreview.of(look(type, content, own))


def template_view(services: Services, organization: UUID, type: TemplateType, query: HistoryQuery) -> TemplateView:
    """The words of a message type in an organisation, and the page of its history that is asked for."""
    store = services.templates.store
    standing = store.standings(organization).get(type, TemplateStanding())
    found = store.history(organization, type, query.before, query.limit + 1)
    shown, vocabulary = found[: query.limit], VOCABULARIES[type]
    fallbacks = store.fallbacks(organization, type, _FALLBACKS)
    return TemplateView(
        type=type, published=_view(standing.published), newest=_view(standing.newest),
        fields=[_field_view(each) for each in vocabulary.wording],
        names=[TemplateNameView.model_validate(each) for each in vocabulary.palette()],
        house_source=vocabulary.house_source,
        fact_sets=[FactSetView(key=each.key, label=each.label) for each in fact_sets(type)],
        history=[TemplateVersionView.of(each) for each in shown],
        next_before=shown[-1].number if len(found) > query.limit else None,
        fallbacks=[TemplateFallbackView.of(each) for each in fallbacks],
    )  # fmt: skip


def _content(body: TemplateRequest) -> TemplateContent:
    if body.kind is None:
        raise invalid("source", "Send either wording or source.")
    return body.content()


def _field_view(field: WordingField) -> WordingFieldView:
    return WordingFieldView(
        name=field.name, label=field.label, house=field.house, names=sorted(field.names), lines=field.lines
    )


def _view(version: TemplateVersion | None) -> TemplateVersionView | None:
    return None if version is None else TemplateVersionView.of(version)
