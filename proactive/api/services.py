"""What the endpoints work with, built once with the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from proactive.api.callers import Caller
from proactive.api.gate import Gate
from proactive.api.history import History
from proactive.api.inbound import Inbound
from proactive.bootstrap import Application
from proactive.supabase import Database, connect
from proactive.text.composer import Composer


@dataclass(frozen=True, slots=True)
class Services:
    """`layouts` composes without the AI: no request waits for it."""

    app: Application
    gate: Gate
    history: History
    inbound: Inbound
    layouts: Composer


def build_services(application: Application) -> Services:
    """The API's own objects beside the application's; connects to nothing yet."""
    settings = application.settings
    client = connect(
        str(settings.supabase_url).rstrip("/"),
        settings.supabase_service_role_key.get_secret_value(),
        settings.supabase_timeout,
    )
    database = Database(client)
    return Services(application, Gate(application), History(database), Inbound(database), Composer(None))


def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


_bearer = HTTPBearer(
    auto_error=False, description="A service key (API_KEYS), or a user's Supabase session token.", scheme_name="bearer"
)


def _caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Caller:
    return cast(Caller, request.state.caller)


Wired = Annotated[Services, Depends(_services)]
#: Who calls; the route has let it in before anything of the request was read.
Calling = Annotated[Caller, Depends(_caller)]
