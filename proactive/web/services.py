"""What the endpoints work with, built once with the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from proactive.app import Application
from proactive.records.inbound import Inbound
from proactive.records.queries import MessageQueries
from proactive.text.composer import Composer
from proactive.web.auth.authenticator import Authenticator
from proactive.web.auth.callers import Caller


@dataclass(frozen=True, slots=True)
class Services:
    """`layouts` composes without the AI: no request waits for it."""

    app: Application
    gate: Authenticator
    history: MessageQueries
    inbound: Inbound
    layouts: Composer


def build_services(application: Application) -> Services:
    """The API's own objects beside the application's; connects to nothing yet."""
    database = application.database
    layouts = Composer(application.renderer, None)
    return Services(application, Authenticator(application), MessageQueries(database), Inbound(database), layouts)


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


_bearer = HTTPBearer(
    auto_error=False, description="A service key (API_KEYS), or a user's Supabase session token.", scheme_name="bearer"
)


def _caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Caller:
    return cast(Caller, request.state.caller)


CurrentServices = Annotated[Services, Depends(_services)]
#: Who calls; the route has let it in before anything of the request was read.
CurrentCaller = Annotated[Caller, Depends(_caller)]
