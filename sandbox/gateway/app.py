"""The sandbox gateway put together: Evolution API, the control paths and the inbox page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.connection_states import ConnectionStates
from sandbox.gateway.connections import DroppableProtocol
from sandbox.gateway.control import Control
from sandbox.gateway.control_chats import ControlChats
from sandbox.gateway.deliveries import Deliveries
from sandbox.gateway.evolution import EvolutionApi
from sandbox.gateway.failing import Failing
from sandbox.gateway.fault_rules import FaultRules
from sandbox.gateway.guard import Guard
from sandbox.gateway.lookups import Lookups
from sandbox.gateway.memory import Memory
from sandbox.gateway.people import People
from sandbox.gateway.replies import Refusal
from sandbox.gateway.sending import Sending
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.shapes import welcome
from sandbox.gateway.store import Store
from sandbox.gateway.webhook_posts import WebhookPosts
from sandbox.gateway.webhooks import Webhooks
from sandbox.gateway.writing import Writing

_STATIC = Path(__file__).with_name("static")
_HEADERS = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:", "Cache-Control": "no-cache"}


def build_app(data: Path, api_key: str) -> Starlette:
    """The web application whose memory is in the folder `data` and whose global key is `api_key`."""
    memory, mischief, settings, posts = Memory(data), FaultRules(), SettingsHolder(), WebhookPosts()
    store, chats = Store(memory), ChatStore(memory)
    webhooks = Webhooks(store, settings, posts)
    people = People(memory)
    writing = Writing(store, chats, people, settings, webhooks)
    states = ConnectionStates(store, webhooks, writing)
    guard = Guard(store, mischief, api_key)
    deliveries = Deliveries(chats, settings, webhooks)
    sending = Sending(store, mischief, settings, Failing(store, states), deliveries)
    lookups = Lookups(store, chats, settings, guard)

    @asynccontextmanager
    async def until_it_ends(app: Starlette) -> AsyncIterator[None]:
        yield
        await posts.close()

    return Starlette(
        routes=[
            Route("/", _Front(settings).answer),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *EvolutionApi(store, mischief, settings, guard, sending, lookups).routes(),
            *Control(store, states, mischief, settings, webhooks).routes(),
            *ControlChats(memory, store, chats, people, webhooks, writing).routes(),
        ],
        exception_handlers={Refusal: _refused, HTTPException: _not_served},
        lifespan=until_it_ends,
    )


def build_server(port: int, data: Path, api_key: str) -> uvicorn.Server:
    """A server of that application on 127.0.0.1, not yet running; port 0 takes a free one."""
    return uvicorn.Server(
        uvicorn.Config(
            build_app(data, api_key),
            host="127.0.0.1",
            port=port,
            http=DroppableProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
    )


class _Front:
    """`/`: the inbox for a browser, Evolution's greeting for a program."""

    def __init__(self, settings: SettingsHolder) -> None:
        self._settings = settings

    async def answer(self, request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return FileResponse(_STATIC / "inbox.html", headers=_HEADERS)
        return JSONResponse(welcome(self._settings.now.version, str(request.base_url).rstrip("/")))


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return error.response()


async def _not_served(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    words = [f"Cannot {request.method} {request.url.path}"]
    return Refusal(error.status_code, words, "not_served").response()
