"""The way of every request to a page: a session is found, forms prove where they come from, failures become pages."""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from proactive.errors import SupabaseError
from proactive.web.auth.sessions import Session, Sessions
from proactive.web.pages.rendering import HEADERS, page

logger = logging.getLogger(__name__)

COOKIE = "aurora_session"
SIGN_IN = "/entrar"
_WORDS = {
    400: "O pedido não pôde ser lido.",
    403: "Este formulário não veio desta página, ou é de uma sessão anterior. Volte e atualize a página.",
    404: "Não há nada neste endereço.",
    409: "Não é possível agora.",
    422: "Algum filtro não pôde ser entendido. Confira o endereço ou comece de novo pelo menu.",
    429: "Tentativas demais. Espere um minuto e tente de novo.",
    500: "Algo deu errado do nosso lado. Está no registro; tentar de novo pode resolver.",
    503: "O banco de dados ou a fila não responde no momento. Nada se perdeu: tente de novo em alguns segundos.",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Refusal(HTTPException):
    """A problem page in words of its own (Portuguese)."""


class PageRoute(APIRoute):
    """A page for anybody; see `PrivateRoute` for those that need a session."""

    private = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.methods: set[str]
        # FastAPI, unlike Starlette, does not add it: `curl -I` asks so
        self.methods |= {"HEAD"} if "GET" in self.methods else set()

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, with the session before it and our headers after it."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                answer = await self._admit(request) or await handle(request)
            except Exception as error:
                answer = problem(request, error)
            answer.headers.update(HEADERS)
            return answer

        return shown

    async def _admit(self, request: Request) -> Response | None:
        sessions = cast(Sessions, request.app.state.sessions)
        request.state.form = await _form(request) if request.method == "POST" else {}
        request.state.session = await run_in_threadpool(sessions.find, request.cookies.get(COOKIE))
        if not self.private:
            return None
        session = cast("Session | None", request.state.session)
        if session is None:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?para={quote(wanted, safe='')}", 303)
        if request.method == "POST" and not hmac.compare_digest(
            request.state.form.get("csrf", "").encode(), session.csrf.encode()
        ):
            raise HTTPException(403)
        return None


class PrivateRoute(PageRoute):
    """A page for those who are signed in; the others are sent to sign in, and back."""

    private = True


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages sent. Raises HTTPException (403, 400)."""
    check_origin(request)
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=20, strict_parsing=False)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}


def check_origin(request: Request) -> None:
    """Raises HTTPException (403) where another site's page made the browser ask."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise HTTPException(403)


def problem(request: Request, error: Exception) -> Response:
    """The page that says what went wrong, with our headers."""
    if isinstance(error, HTTPException):
        status = error.status_code
    elif isinstance(error, RequestValidationError):
        status = 422
    elif isinstance(error, RedisError | SupabaseError):
        status = 503
        logger.warning("A page could not be shown: %s", type(error).__name__, extra={"action": "page_unavailable"})
    else:
        status = 500
        # the error's own words may hold what the visitor sent
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
        logger.error("A page failed: %s at %s", type(error).__name__, where, extra={"action": "page_failed"})
    said = str(error.detail) if isinstance(error, Refusal) else _WORDS.get(status, _WORDS[400])
    answer = page(request, "problema.html", status, said=said)
    answer.headers.update(HEADERS)
    return answer
