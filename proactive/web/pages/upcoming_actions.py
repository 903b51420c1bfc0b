"""What people do on /proximas: skip a message, take that back, send one of today now."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.jobs.upcoming import UpcomingRefused, find, send_now, skip, take_back
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import SignedInCaller, named_scope
from proactive.web.pages.upcoming import PATH, Action, show
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)


@router.post(f"{PATH}/{{message_id}}/{{action}}")
def act(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices, message_id: UUID,
    action: Action,
) -> Response:  # fmt: skip
    """Do it; what cannot be done is said on the page."""
    scope, organization = named_scope(request, caller, services, pages)
    now, author = dt.datetime.now(dt.UTC), caller.author("page")
    message = find(services.app, organization, message_id, now)
    if message is None:
        raise Refusal(404, "Esta mensagem não está mais por vir: veja em Mensagens o que foi dela.")
    try:
        if action == "pular":
            skip(services.app, message, author)
        elif action == "desfazer":
            take_back(services.app, message, author, now)
        else:
            send_now(services.app, message, author, now)
    except UpcomingRefused as refused:
        return show(request, services, scope, refusal=refused.words, status=409)
    return RedirectResponse(f"{PATH}?organizacao={organization}&feito={action}", 303)
