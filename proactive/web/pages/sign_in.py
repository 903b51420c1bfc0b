"""Signing in with a service key or a Supabase session token, and out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import jwt
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST, SIGN_IN
from proactive.web.pages.page_route import PageRoute, PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.problems import Problem
from proactive.web.services import CurrentServices

public = APIRouter(route_class=PageRoute, include_in_schema=False)
private = APIRouter(route_class=PrivateRoute, include_in_schema=False)

HOME = "/painel"
_REFUSALS = {
    401: "A chave ou o token não foi aceito: confira se foi copiado por inteiro e se ainda vale.",
    403: "O token é válido, mas não pertence a nenhuma organização.",
    429: "Tentativas demais. Espere um minuto e tente de novo.",
    503: "Não foi possível verificar o token agora. Tente de novo em alguns segundos.",
}


@public.get("/")
def home() -> Response:
    """Send the browser to the panel."""
    return RedirectResponse(HOME, 303)


@public.get(SIGN_IN)
def sign_in_page(request: Request, para: Annotated[str, Query(max_length=2000)] = HOME) -> Response:
    """The form for a credential; `para` is where the browser goes then."""
    if request.state.session is not None:
        return RedirectResponse(_own_path(para), 303)
    return page(request, "entrar.html", target=_own_path(para), refusal=None)


@public.post(SIGN_IN)
def sign_in(request: Request, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Exchange a credential for a cookie that no script can read. The credential itself is not kept."""
    form = request.state.form
    credential, target = form.get("credencial", "").strip(), _own_path(form.get("para", HOME))
    try:
        pages.sign_in_limit.count(f"sign-in:{request.client.host if request.client else ''}")
        caller = services.authenticator.identify(credential)
    except Problem as problem:
        refusal = _REFUSALS.get(problem.status_code, _REFUSALS[401])
        return page(request, "entrar.html", problem.status_code, target=target, refusal=refusal)
    services.sessions.close(request.cookies.get(COOKIE))
    lifetime = _lifetime(caller, credential, dt.datetime.now(dt.UTC))
    response = RedirectResponse(target, 303)
    response.set_cookie(
        COOKIE, services.sessions.open(caller, lifetime), max_age=int(lifetime.total_seconds()), path="/",
        secure=request.url.scheme == "https", httponly=True, samesite="strict",
    )  # fmt: skip
    return response


@private.post("/sair")
def sign_out(request: Request, services: CurrentServices) -> Response:
    """End the session, here and in Redis."""
    services.sessions.close(request.cookies.get(COOKIE))
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _lifetime(caller: Caller, credential: str, now: dt.datetime) -> dt.timedelta:
    """A user's session ends with the token that it was opened with."""
    if caller.kind == "service":
        return LONGEST
    # it is verified already: only its expiry is read here, which may lie beyond every calendar
    claims = jwt.decode(credential, options={"verify_signature": False})
    seconds = min(int(claims["exp"]) - now.timestamp(), LONGEST.total_seconds())
    return dt.timedelta(seconds=max(1.0, seconds))


def _own_path(target: str) -> str:
    """A path on this host: nothing that a browser could read as another one."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if plain else HOME
