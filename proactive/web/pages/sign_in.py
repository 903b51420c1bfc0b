"""Signing in with a service key or a Supabase session token, and out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, cast

import jwt
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from proactive.web.auth.callers import Caller
from proactive.web.auth.request_limit import RequestLimit
from proactive.web.auth.sessions import LONGEST, Sessions
from proactive.web.pages.page_route import COOKIE, SIGN_IN, PageRoute, PrivateRoute
from proactive.web.pages.rendering import page
from proactive.web.problems import Problem
from proactive.web.services import CurrentServices

public = APIRouter(route_class=PageRoute, include_in_schema=False)
private = APIRouter(route_class=PrivateRoute, include_in_schema=False)

HOME = "/painel"
_REFUSED = {
    401: "A chave ou o token não foi aceito: confira se foi copiado por inteiro e se ainda vale.",
    403: "O token é válido, mas não pertence a nenhuma organização.",
    429: "Tentativas demais. Espere um minuto e tente de novo.",
    503: "Não foi possível verificar o token agora. Tente de novo em alguns segundos.",
}


@public.get("/")
def home() -> Response:
    """To the panel."""
    return RedirectResponse(HOME, 303)


@public.get(SIGN_IN)
def sign_in_page(request: Request, para: Annotated[str, Query(max_length=2000)] = HOME) -> Response:
    """Asks for a credential; `para` is where to go then."""
    if request.state.session is not None:
        return RedirectResponse(_ours(para), 303)
    return page(request, "entrar.html", target=_ours(para), refused=None)


@public.post(SIGN_IN)
def sign_in(request: Request, services: CurrentServices) -> Response:
    """Exchanges a credential for a cookie that no script can read. The credential itself is not kept."""
    credential, target = request.state.form.get("credencial", "").strip(), _ours(request.state.form.get("para", HOME))
    try:
        _limit(request).count(f"sign-in:{request.client.host if request.client else ''}")
        caller = services.gate.identify(credential)
    except Problem as problem:
        words = _REFUSED.get(problem.status_code, _REFUSED[401])
        return page(request, "entrar.html", problem.status_code, target=target, refused=words)
    sessions = cast(Sessions, request.app.state.sessions)
    sessions.close(request.cookies.get(COOKIE))
    lifetime = _lifetime(caller, credential, dt.datetime.now(dt.UTC))
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        COOKIE, sessions.open(caller, lifetime), max_age=int(lifetime.total_seconds()), path="/",
        secure=request.url.scheme == "https", httponly=True, samesite="strict",
    )  # fmt: skip
    return answer


@private.post("/sair")
def sign_out(request: Request) -> Response:
    """Ends the session, here and in Redis."""
    cast(Sessions, request.app.state.sessions).close(request.cookies.get(COOKIE))
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _limit(request: Request) -> RequestLimit:
    return cast(RequestLimit, request.app.state.sign_in_limit)


def _lifetime(caller: Caller, credential: str, now: dt.datetime) -> dt.timedelta:
    """A user's session ends with the token that it was opened with."""
    if caller.kind == "service":
        return LONGEST
    # verified already: only the moment of its end is read here
    claims = jwt.decode(credential, options={"verify_signature": False})
    left = dt.datetime.fromtimestamp(int(claims["exp"]), dt.UTC) - now
    return max(dt.timedelta(seconds=1), min(left, LONGEST))


def _ours(target: str) -> str:
    """A path on this host: nothing that a browser could read as another one."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if plain else HOME
