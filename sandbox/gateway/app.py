"""The sandbox gateway put together: Evolution API, the control paths and the inbox page."""

from __future__ import annotations

from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.gateway.connections import DroppableProtocol
from sandbox.gateway.control import Control
from sandbox.gateway.evolution import EvolutionApi
from sandbox.gateway.fault_rules import FaultRules
from sandbox.gateway.replies import Refusal
from sandbox.gateway.store import Store

_STATIC = Path(__file__).with_name("static")
_HEADERS = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:", "Cache-Control": "no-cache"}


def build_app(data: Path, api_key: str) -> Starlette:
    """The web application whose memory is in the folder `data` and whose global key is `api_key`."""
    store, mischief = Store(data), FaultRules()
    return Starlette(
        routes=[
            Route("/", _inbox),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *EvolutionApi(store, mischief, api_key).routes(),
            *Control(store, mischief).routes(),
        ],
        exception_handlers={Refusal: _refused, HTTPException: _not_served},
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
            lifespan="off",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
    )


async def _inbox(request: Request) -> Response:
    return FileResponse(_STATIC / "inbox.html", headers=_HEADERS)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return error.response()


async def _not_served(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    words = [f"Cannot {request.method} {request.url.path}"]
    return Refusal(error.status_code, words, "not_served").response()
