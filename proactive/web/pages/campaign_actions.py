"""What people do with a campaign on its page: confirm, cancel, pause, continue, end. Each names the revision it saw."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.campaigns.by_hand import HandAction
from proactive.campaigns.by_hand_turns import Person, StepRefused
from proactive.web.auth.callers import Caller
from proactive.web.pages.campaign_context import found_campaign
from proactive.web.pages.campaign_page import RecipientSearch, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.scope import SignedInCaller
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PageAction = Literal["confirmar", "cancelar", "pausar", "continuar", "encerrar"]
_ACTIONS: dict[str, HandAction] = {
    "cancelar": "decline", "pausar": "pause", "continuar": "resume", "encerrar": "stop",
}  # fmt: skip
#: A stop acts on the campaign as it stands, whatever was seen; what sends acts on what was seen.
_AS_IT_STANDS = frozenset({"pausar", "encerrar", "cancelar"})


@router.post("/campanhas/{campaign_id}/{action}")
def act(
    request: Request, caller: SignedInCaller, services: CurrentServices, campaign_id: UUID, action: PageAction
) -> Response:
    """Take a step of a campaign; what cannot be done is said on its page."""
    now = dt.datetime.now(dt.UTC)
    row = found_campaign(caller, services, campaign_id, now)
    organization, revision = UUID(row["organization_id"]), seen_revision(request)
    try:
        if action == "confirmar":
            services.by_hand.confirm(organization, campaign_id, revision, person_of(caller))
        else:
            seen = None if action in _AS_IT_STANDS else revision
            services.by_hand.act(_ACTIONS[action], organization, campaign_id, person_of(caller), seen)
    except StepRefused as refused:
        fresh = found_campaign(caller, services, campaign_id, now)
        return show(request, services, fresh, RecipientSearch(), now, refusal=refused.words, status=409)
    return RedirectResponse(f"/campanhas/{campaign_id}?feito={action}", 303)


def person_of(caller: Caller) -> Person:
    """Who asks on a page."""
    return Person("page", caller.id, caller.owner)


def seen_revision(request: Request) -> int:
    """The revision that the form was shown with. Raises Refusal (400): it names none."""
    text = str(request.state.form.get("revisao", ""))
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise Refusal(400, "O formulário não diz qual prévia foi vista. Volte e atualize a página.")
    return int(text)
