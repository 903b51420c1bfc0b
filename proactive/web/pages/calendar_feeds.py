"""The feeds on /calendario: which there are, with what was read and refused of each; adding and removing one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.feeds.subscriptions import FeedRefused
from proactive.web.pages.calendar import FEEDS_PLACE, PATH, CalendarSearch, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import SignedInCaller, named_scope
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


@router.post(f"{PATH}/agendas")
def add_feed(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Subscribe to a feed. Its address is a secret: it is never shown again, not even where it is refused."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, now = request.state.form, dt.datetime.now(dt.UTC)
    try:
        services.subscriptions.add(
            organization, fields.get("endereco", ""), fields.get("uso", ""), fields.get("nome", ""),
            caller.author("page"), now,
        )  # fmt: skip
    except FeedRefused as refused:
        kept: dict[str, Any] = {"agenda": fields.get("nome", "")[:80], "uso": fields.get("uso", "")}
        search = CalendarSearch()
        return show(request, services, scope, search, feed_problem=refused.words, form=kept, status=422)
    return _back(organization, "agenda")


@router.post(f"{PATH}/agendas/{{feed_id}}/apagar")
def remove_feed(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, feed_id: UUID
) -> Response:
    """Remove a feed with everything that was read of it."""
    _, organization = named_scope(request, caller, services, pages)
    if not services.subscriptions.remove(organization, feed_id, caller.author("page")):
        raise Refusal(404, "Esta agenda não está mais na lista.")
    return _back(organization, "sem-agenda")


def _back(organization: UUID, done: str) -> Response:
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito={done}#{FEEDS_PLACE}", 303)
