"""Publishing, restoring and unpublishing a business's own words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query

from proactive.templates.version import TemplateVersion
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import organization_of
from proactive.web.api.request_model import NoQuery
from proactive.web.api.template_requests import HistoryQuery, TemplateType, UnpublishRequest, VersionRequest
from proactive.web.api.template_schemas import TemplateVersionView, TemplateView
from proactive.web.api.template_terms import own_occasion, words_refused_as_problem
from proactive.web.api.templates import template_view
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["templates"], prefix=f"{PATH}/templates")
_NO_VERSION = "There is no version of that id: GET .../templates/{type} lists them."


@router.post("/{type}/publish", responses=refusals(*TAKES_BODY, *MAY_MISS))
def publish_template(
    type: TemplateType, body: VersionRequest, caller: CurrentCaller, services: CurrentServices,
    _: Annotated[NoQuery, Query()],
) -> TemplateVersionView:  # fmt: skip
    """Publish a version that passes every check; from now on the messages go out with it.

    One that was published before is published again as a version of its own.
    """
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    version = services.templates.store.version(organization, type, body.version)
    if version is None:
        raise Problem(404, _NO_VERSION)
    own = own_occasion(services, caller, organization, type, now)
    with words_refused_as_problem():
        published = services.templates.publish(type, version, own, caller.author("api"), now)
    return _found(published)


@router.post("/{type}/restore", responses=refusals(*TAKES_BODY, *MAY_MISS))
def restore_template(
    type: TemplateType, body: VersionRequest, caller: CurrentCaller, services: CurrentServices,
    _: Annotated[NoQuery, Query()],
) -> TemplateVersionView:  # fmt: skip
    """Save a new version that says what an old one says; nothing is published."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    author = caller.author("api")
    return _found(services.templates.store.restore(organization, type, body.version, author, now))


@router.post("/{type}/unpublish", responses=refusals(*TAKES_BODY))
def unpublish_template(
    type: TemplateType, body: UnpublishRequest, caller: CurrentCaller, services: CurrentServices,
    _: Annotated[NoQuery, Query()],
) -> TemplateView:  # fmt: skip
    """Go back to the house text. Where nothing is published, nothing changes."""
    organization = organization_of(body.organization_id, caller, services)
    services.templates.store.unpublish(organization, type, caller.author("api"), dt.datetime.now(dt.UTC))
    return template_view(services, organization, type, HistoryQuery())


def _found(version: TemplateVersion | None) -> TemplateVersionView:
    if version is None:
        raise Problem(404, _NO_VERSION)
    return TemplateVersionView.of(version)
