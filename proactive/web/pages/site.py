"""The pages put into the application that `web` serves."""

from __future__ import annotations

from typing import Any, cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.app import Application
from proactive.records.panel_queries import PanelQueries
from proactive.web.auth.request_limit import RequestLimit
from proactive.web.auth.sessions import Sessions
from proactive.web.pages import messages, panel, sign_in
from proactive.web.pages.page_route import problem
from proactive.web.pages.rendering import STATIC
from proactive.web.rq_dashboard.dashboard import GuardedDashboard

#: Attempts to sign in from one address, a minute.
_ATTEMPTS = 20
_FOR_LONG = [(b"cache-control", b"public, max-age=604800"), (b"x-content-type-options", b"nosniff")]


def add_pages(app: FastAPI, application: Application) -> None:
    """Add the pages, their files and rq-dashboard; connects to nothing yet."""
    settings = application.settings
    app.state.reading = PanelQueries(application.database)
    app.state.sessions = Sessions(application.redis, settings)
    app.state.sign_in_limit = RequestLimit(application.redis, _ATTEMPTS)
    for router in (sign_in.public, sign_in.private, panel.router, messages.router):
        app.include_router(router)
    app.mount("/estatico", _Kept(StaticFiles(directory=STATIC)))
    app.mount("/rq", GuardedDashboard(application, app.state.sessions))
    _show_people_a_page(app)


def _show_people_a_page(app: FastAPI) -> None:
    """Where there is nothing, a browser gets a page; whoever else asks, what it gets without pages."""
    otherwise: Any = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: Exception) -> Response:
        lost = isinstance(error, HTTPException) and error.status_code == 404
        if lost and "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
            return problem(request, error)
        return cast(Response, await otherwise(request, error))

    app.add_exception_handler(HTTPException, answer)


class _Kept:
    """Static files, which browsers may keep: their addresses change with them."""

    def __init__(self, files: ASGIApp) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with our headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_FOR_LONG]
            await send(message)

        await self._files(scope, receive, with_headers)
