"""/campanhas/nova and /campanhas/{id}/mudar: a campaign by hand, with a preview that follows what is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from proactive.campaigns.by_hand_turns import StepRefused
from proactive.campaigns.client_message import LONGEST, SHORTEST
from proactive.campaigns.drafts import UnusableDraft
from proactive.campaigns.sketch import Sketch
from proactive.web.pages.campaign_actions import person_of, seen_revision
from proactive.web.pages.campaign_context import Row, found_campaign
from proactive.web.pages.campaign_form import LONGEST_NAME, CampaignForm, UnreadableField, words_of
from proactive.web.pages.page_query import FormOrganization, PageQuery
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, named_scope, scope_of
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_NEW = "/campanhas/nova"
_CHANGEABLE = ("offered", "previewed", "confirmed")


class NewCampaignQuery(PageQuery):
    """Whose campaign is made."""

    organizacao: FormOrganization = None


@router.get(_NEW)
def new_campaign(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[NewCampaignQuery, Query()],
) -> Response:  # fmt: skip
    """The empty form."""
    scope = scope_of(caller, query.organizacao, services, pages)
    return _page(request, scope, CampaignForm.empty(scope.zone))


@router.post(_NEW)
def create(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Freeze the first preview (`criar`), or show what it would be (`ver`)."""
    scope, organization = named_scope(request, caller, services, pages)
    form, makes = CampaignForm.of(request.state.form, scope.zone), request.state.form.get("acao") == "criar"
    sketch, problem = _tried(lambda: services.sketches.of_draft(organization, form.draft(named=makes)))
    if problem is None and makes:
        try:
            made = services.by_hand.create(organization, form.draft(), person_of(caller))
        except StepRefused as refused:
            return _page(request, scope, form, sketch, refused.words, status=409)
        return RedirectResponse(f"/campanhas/{made.id}?feito=criar", 303)
    return _page(request, scope, form, sketch, problem, status=422 if problem else 200)


@router.post(f"{_NEW}/previa")
def sketch_of_draft(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """The part of the form that shows what its campaign would be; nothing is frozen."""
    scope, organization = named_scope(request, caller, services, pages)
    form = CampaignForm.of(request.state.form, scope.zone)
    sketch, problem = _tried(lambda: services.sketches.of_draft(organization, form.draft(named=False)))
    return page(request, "campanha_previa.html", sketch=sketch, problem=problem)


@router.get("/campanhas/{campaign_id}/mudar")
def change_page(request: Request, caller: SignedInCaller, services: CurrentServices, campaign_id: UUID) -> Response:
    """The form of a campaign that nobody received yet."""
    now = dt.datetime.now(dt.UTC)
    row = _changeable(found_campaign(caller, services, campaign_id, now))
    return _page(request, _scope_of(row), CampaignForm.of_campaign(row, now), row=row)


@router.post("/campanhas/{campaign_id}/mudar")
def change(request: Request, caller: SignedInCaller, services: CurrentServices, campaign_id: UUID) -> Response:
    """Freeze the next preview (`criar`), or show what it would be (`ver`)."""
    row = found_campaign(caller, services, campaign_id, dt.datetime.now(dt.UTC))
    organization, scope = UUID(row["organization_id"]), _scope_of(row)
    form = CampaignForm.of(request.state.form, scope.zone)
    sketch, problem = _tried(lambda: services.sketches.of_change(organization, campaign_id, form.change()))
    if problem is None and request.state.form.get("acao") == "criar":
        revision = seen_revision(request)
        try:
            services.by_hand.change(organization, campaign_id, revision, form.change(), person_of(caller))
        except StepRefused as refused:
            return _page(request, scope, form, sketch, refused.words, row=row, status=409)
        return RedirectResponse(f"/campanhas/{campaign_id}?feito=mudar", 303)
    return _page(request, scope, form, sketch, problem, row=row, status=422 if problem else 200)


@router.post("/campanhas/{campaign_id}/mudar/previa")
def sketch_of_change(
    request: Request, caller: SignedInCaller, services: CurrentServices, campaign_id: UUID
) -> Response:
    """The part of the form that shows what the campaign would be; nothing is frozen."""
    row = found_campaign(caller, services, campaign_id, dt.datetime.now(dt.UTC))
    form, organization = CampaignForm.of(request.state.form, row["timezone"]), UUID(row["organization_id"])
    sketch, problem = _tried(lambda: services.sketches.of_change(organization, campaign_id, form.change()))
    return page(request, "campanha_previa.html", sketch=sketch, problem=problem)


def _page(
    request: Request, scope: Scope, form: CampaignForm, sketch: Sketch | None = None, problem: str | None = None, *,
    row: Row | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return page(
        request, "campanha_nova.html", status, scope=scope, form=form, sketch=sketch, problem=problem, row=row,
        shortest=SHORTEST, longest=LONGEST, longest_name=LONGEST_NAME,
    )  # fmt: skip


def _tried(make: Callable[[], Sketch | None]) -> tuple[Sketch | None, str | None]:
    """A sketch, or what is wrong with its form."""
    try:
        return make(), None
    except (UnreadableField, UnusableDraft) as error:
        return None, words_of(error)


def _scope_of(row: Row) -> Scope:
    return Scope(UUID(row["organization_id"]), row["timezone"], False)


def _changeable(row: Row) -> Row:
    if row["status"] not in _CHANGEABLE:
        raise Refusal(409, "Esta campanha já não muda: veja na página dela como está.")
    return row
