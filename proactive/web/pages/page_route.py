"""The routes of pages: a session is found, forms prove where they come from, and failures become pages."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any, cast
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from proactive.web.auth.sessions import COOKIE, SIGN_IN, Session, Sessions
from proactive.web.failures import log_failure
from proactive.web.pages.condition_labels import trouble_of
from proactive.web.pages.forms import SentForm, read_form
from proactive.web.pages.rendering import page
from proactive.web.security_headers import HEADERS

_EXPLANATIONS = {
    400: "O pedido não pôde ser lido.",
    403: "Este formulário não veio desta página, ou é de uma sessão anterior. Volte e atualize a página.",
    404: "Não há nada neste endereço.",
    409: "Não é possível agora.",
    422: "Algum filtro não pôde ser entendido. Confira o endereço ou comece de novo pelo menu.",
    429: "Tentativas demais. Espere um minuto e tente de novo.",
    500: "Algo deu errado do nosso lado. Está no registro; tentar de novo pode resolver.",
    503: "O Supabase ou o Redis não responde no momento. Nada se perdeu: tente de novo em alguns segundos.",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Refusal(HTTPException):
    """A problem page with an explanation of its own (Portuguese)."""


class OtherPage(HTTPException):
    """A page is shown in place of the one that was asked for; `values` are what its template shows."""

    def __init__(self, template: str, status: int = 200, **values: Any) -> None:
        super().__init__(status)
        self.template, self.values = template, values


class PageRoute(APIRoute):
    """A page for anybody; see `PrivateRoute` for those that need a session."""

    private = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.methods: set[str]
        # FastAPI, unlike Starlette, does not add it: `curl -I` sends it
        self.methods |= {"HEAD"} if "GET" in self.methods else set()

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, with the session before it and the security headers after it."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response = await self._admit(request) or await handle(request)
            except ClientDisconnect:
                raise
            except Exception as error:
                return problem_page(request, error)
            response.headers.update(HEADERS)
            return response

        return handled

    async def _admit(self, request: Request) -> Response | None:
        sessions = cast(Sessions, request.app.state.services.sessions)
        sent = await read_form(request) if request.method == "POST" else SentForm()
        request.state.form, request.state.lists, request.state.files = sent.fields, sent.lists, sent.files
        request.state.session = await run_in_threadpool(sessions.find, request.cookies.get(COOKIE))
        if not self.private:
            return None
        session = cast("Session | None", request.state.session)
        if session is None:
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?para={quote(target, safe='')}", 303)
        if request.method == "POST" and not hmac.compare_digest(
            request.state.form.get("csrf", "").encode(), session.csrf.encode()
        ):
            raise HTTPException(403)
        return None


class PrivateRoute(PageRoute):
    """A page for those who are signed in; others are sent to sign in, and back."""

    private = True


def problem_page(request: Request, error: Exception) -> Response:
    """The page that says what went wrong and what to do, with the security headers."""
    if isinstance(error, OtherPage):
        response = page(request, error.template, error.status_code, here=_here(request), **error.values)
        response.headers.update(HEADERS)
        return response
    if isinstance(error, HTTPException):
        status = error.status_code
    elif isinstance(error, RequestValidationError):
        status = 422
    else:
        status = log_failure(error, "page").status
    explanation = str(error.detail) if isinstance(error, Refusal) else _EXPLANATIONS.get(status, _EXPLANATIONS[400])
    trouble = trouble_of(error)
    response = page(request, "problema.html", status, explanation=explanation, trouble=trouble)
    response.headers.update(HEADERS)
    return response


def _here(request: Request) -> Callable[..., str]:
    """Makes this page's address with other values of its query; None takes one out. It begins at its first rows."""
    kept = {name: value for name, value in request.query_params.items() if name not in ("antes", "antes_id", "pagina")}

    def address(**changes: str | None) -> str:
        query = {name: value for name, value in (kept | changes).items() if value is not None}
        return f"{request.url.path}?{urlencode(query)}" if query else request.url.path

    return address
